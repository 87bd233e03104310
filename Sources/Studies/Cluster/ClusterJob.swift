public import Foundation

/// A run that a cluster computes shard by shard, and then merges; all that its scripts are made from.
///
/// Nodes need the program and the study's folder at the same paths as here (a shared file system), and no network.
public struct ClusterJob: Sendable, Codable, Hashable {
    /// Layout of `job.json`; a reader refuses one it doesn't know.
    public var schema = 1
    /// Absolute path of the program.
    public var program: String
    /// Its arguments without `--shard`: `trial /abs/study.yaml --out /abs/results --seed 7`.
    public var arguments: [String]
    /// Arguments of the merge.
    public var mergeArguments: [String]
    /// The study's folder of results, absolute.
    public var out: String
    public var shards: Int
    /// Instruction form that every node must use, so that results are alike: `avx2`.
    public var instructions: String
    public var resources: Resources
    /// What was given to the scheduler so far.
    public var submissions: [Submission] = []

    public struct Resources: Sendable, Codable, Hashable {
        public var partition: String?
        /// As the scheduler reads it: `30`, `2:00:00`, `1-00:00:00`.
        public var timeLimit: String?
        /// Tasks of the array that may run at once.
        public var arrayLimit: Int?
        public var processors = 1
        public init(partition: String? = nil, timeLimit: String? = nil, arrayLimit: Int? = nil, processors: Int = 1) {
            self.partition = partition
            self.timeLimit = timeLimit
            self.arrayLimit = arrayLimit
            self.processors = processors
        }
    }

    public struct Submission: Sendable, Codable, Hashable {
        public var array: String
        public var merge: String
        public var shards: [Int]
    }

    public init(
        program: String, arguments: [String], mergeArguments: [String], out: String, shards: Int, instructions: String,
        resources: Resources
    ) {
        self.program = program
        self.arguments = arguments
        self.mergeArguments = mergeArguments
        self.out = out
        self.shards = shards
        self.instructions = instructions
        self.resources = resources
    }

    // MARK: Its folder

    public static func folder(of out: String) -> URL { URL(fileURLWithPath: out).appendingPathComponent("cluster") }
    public var folder: URL { Self.folder(of: out) }

    /// Reads the job of a study's folder.
    public static func read(from out: String) throws -> ClusterJob {
        let file = folder(of: out).appendingPathComponent("job.json")
        guard let data = FileManager.default.contents(atPath: file.path) else {
            throw ClusterProblem("'\(out)' holds no cluster run (no \(file.path))")
        }
        guard let job = try? JSONDecoder().decode(ClusterJob.self, from: data), job.schema == 1 else {
            throw ClusterProblem("'\(file.path)' was not written by this version of Perforin, or is damaged")
        }
        return job
    }

    /// Writes `job.json` in one step.
    public func write() throws {
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("logs"), withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: folder.appendingPathComponent("job.json"), options: .atomic)
    }

    /// A word as the shell reads it back.
    static func quoted(_ word: String) -> String {
        let plain = !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,@%+".contains($0)) }
        return plain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    var command: String { ([program] + arguments).map(Self.quoted).joined(separator: " ") }
    var mergeCommand: String { ([program] + mergeArguments).map(Self.quoted).joined(separator: " ") }
}

/// Why a cluster run does not go on, and what to do.
public struct ClusterProblem: Error, CustomStringConvertible, Sendable {
    public var description: String
    public init(_ description: String) { self.description = description }
}
