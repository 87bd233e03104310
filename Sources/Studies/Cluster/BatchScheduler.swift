import Foundation

/// A batch system, as far as a cluster run needs one.
public protocol BatchScheduler: Sendable {
    /// Submits the tasks `indices` of an array job; returns its id.
    func submit(array script: String, indices: [Int], limit: Int?) throws -> String
    /// Submits a job that starts when all of `array` ended well; returns its id.
    func submit(script: String, after array: String) throws -> String
    /// Tasks and jobs that the batch system still knows.
    func tasks(of jobs: [String]) throws -> [BatchTask]
    func cancel(_ jobs: [String]) throws
}

/// A task of an array (or a job of one task) as the batch system sees it.
public struct BatchTask: Sendable, Hashable {
    public enum Stage: Sendable, Hashable { case waiting, running, ended(isGood: Bool) }
    public var job: String
    /// Index in the array; nil for a job without one.
    public var index: Int?
    /// The batch system's own word: `PENDING`, `TIMEOUT`, `NODE_FAIL`.
    public var state: String
    public var reason: String

    public init(job: String, index: Int?, state: String, reason: String) {
        self.job = job
        self.index = index
        self.state = state
        self.reason = reason
    }

    public var stage: Stage {
        switch state {
        case "PENDING", "REQUEUED", "REQUEUE_HOLD", "SPECIAL_EXIT", "CONFIGURING", "REQUEUE_FED", "RESV_DEL_HOLD": .waiting
        case "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING": .running
        case "COMPLETED": .ended(isGood: true)
        default: .ended(isGood: false)
        }
    }
}

/// Slurm through its commands; needs no accounting database, since shards on disk say what is done.
public struct Slurm: BatchScheduler {
    public init() {}

    /// - Throws: `ClusterProblem` when Slurm's commands are not here or its controller doesn't answer.
    public func check(indices: ClosedRange<Int>) throws {
        let configuration = try Self.run("scontrol", ["show", "config"])
        let line = configuration.split(separator: "\n").first { $0.hasPrefix("MaxArraySize") }
        if let most = line?.split(separator: "=").last.flatMap({ Int($0.trimmingCharacters(in: .whitespaces)) }), indices.upperBound >= most {
            throw ClusterProblem("this Slurm allows array indices up to \(most - 1), the study has \(indices.upperBound) shards; give fewer with --shards")
        }
    }

    public func submit(array script: String, indices: [Int], limit: Int?) throws -> String {
        let list = Self.ranges(indices) + (limit.map { "%\($0)" } ?? "")
        return try submit(["--array=\(list)"], script)
    }

    public func submit(script: String, after array: String) throws -> String {
        try submit(["--dependency=afterok:\(array)"], script)
    }

    private func submit(_ options: [String], _ script: String) throws -> String {
        let answer = try Self.run("sbatch", ["--parsable"] + options + [script])
        // "12" or "12;cluster"
        let id = answer.prefix { $0.isNumber }
        guard !id.isEmpty else { throw ClusterProblem("sbatch answered '\(answer)' instead of a job's number") }
        return String(id)
    }

    public func tasks(of jobs: [String]) throws -> [BatchTask] {
        guard !jobs.isEmpty else { return [] }
        let text: String
        do {
            text = try Self.run("squeue", ["-h", "-r", "-t", "all", "-j", jobs.joined(separator: ","), "-o", "%i|%T|%r"])
        } catch let problem as ClusterProblem where problem.description.contains("Invalid job id") {
            // one job that Slurm has forgotten hides the others: ask for each
            return jobs.count == 1 ? [] : try jobs.flatMap { try tasks(of: [$0]) }
        }
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3 else { return nil }
            let id = fields[0].split(separator: "_")
            return BatchTask(job: String(id[0]), index: id.count > 1 ? Int(id[1]) : nil, state: fields[1], reason: fields[2])
        }
    }

    public func cancel(_ jobs: [String]) throws {
        for job in jobs { _ = try? Self.run("scancel", [job]) }
    }

    /// `1-3,7` for 1, 2, 3, 7.
    static func ranges(_ indices: [Int]) -> String {
        var parts: [ClosedRange<Int>] = []
        for index in indices.sorted() {
            if let last = parts.last, last.upperBound + 1 == index { parts[parts.count - 1] = last.lowerBound...index } else { parts.append(index...index) }
        }
        return parts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }

    private static func run(_ command: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [command] + arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let complaint = CollectedOutput(errors.fileHandleForReading)
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let why = complaint.text.trimmingCharacters(in: .whitespacesAndNewlines)
            if process.terminationStatus == 127 { throw ClusterProblem("Slurm's command '\(command)' is not on the path; run this where jobs are submitted") }
            throw ClusterProblem("\(command) failed: \(why.isEmpty ? "status \(process.terminationStatus)" : why)")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Reads a pipe to its end beside its reader, so that neither of two pipes fills up.
private final class CollectedOutput: @unchecked Sendable {
    private let group = DispatchGroup()
    private var data = Data()

    init(_ handle: FileHandle) {
        // `data` is written before the group is left and read after it was waited for
        DispatchQueue.global().async(group: group) { [self] in data = handle.readDataToEndOfFile() }
    }

    var text: String {
        group.wait()
        return String(decoding: data, as: UTF8.self)
    }
}
