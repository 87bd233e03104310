import ArgumentParser
import Foundation
import Kernels
import Studies
import Synchronization

/// How `perforin trial` hands its work to a cluster.
struct ClusterOptions: ParsableArguments {
    enum Kind: String, ExpressibleByArgument, CaseIterable { case slurm }

    @Option(help: "Compute on a cluster: slurm.") var cluster: Kind?
    @Option(help: ArgumentHelp("Parts that the trial is computed in, one task each; default: one for 1,000 patients, at least 1, at most 1,000.", valueName: "n"))
    var shards: Int?
    @Option(help: "Slurm's partition.") var partition: String?
    @Option(help: "Time limit of a task, as Slurm reads it: 30 (minutes), 2:00:00, 1-00:00:00.") var time: String?
    @Option(help: ArgumentHelp("Tasks that may run at once.", valueName: "n")) var arrayLimit: Int?
    @Option(help: "Seconds between looks at the queue.") var interval: Double = 10
    @Option(help: "Times that a part may be submitted before its absence is an error.") var attempts: Int = 3
    @Flag(help: "Submit and return; `perforin cluster fetch` waits for the result.") var detach = false

    func validate() throws {
        if let shards, !(1...ShardIndex.most).contains(shards) { throw ValidationError("--shards must be between 1 and \(ShardIndex.most), got \(shards).") }
        if let arrayLimit, arrayLimit < 1 { throw ValidationError("--array-limit must be at least 1, got \(arrayLimit).") }
        guard interval >= 0.1, interval <= 3600 else { throw ValidationError("--interval must be between 0.1 and 3600 s, got \(interval).") }
        guard (1...1000).contains(attempts) else { throw ValidationError("--attempts must be between 1 and 1000, got \(attempts).") }
        if let time, time.wholeMatch(of: /(\d+-)?\d+(:\d+){0,2}/) == nil { throw ValidationError("--time is a limit as Slurm reads it (30, 2:00:00, 1-00:00:00), got '\(time)'.") }
        if cluster == nil, shards != nil || partition != nil || time != nil || arrayLimit != nil || detach {
            throw ValidationError("--shards, --partition, --time, --array-limit and --detach belong to --cluster.")
        }
    }

    /// Submits, watches unless detached, and prints the result.
    func run(_ trial: TrialStudy, in folder: URL, arguments: [String], threads: Int, quiet: Bool, json: Bool) async throws {
        try trial.prepare(folder)
        let place = folder.standardizedFileURL
        let parts = shards ?? min(1000, max(1, (trial.study.patients + 999) / 1000))
        try Slurm().check(indices: 1...parts)
        var job = ClusterJob(
            program: ProgramPath.absolute, arguments: arguments, mergeArguments: ["merge", place.path], out: place.path, shards: parts,
            instructions: ProgramPath.instructions,
            resources: .init(partition: partition, timeLimit: time, arrayLimit: arrayLimit, processors: 1))
        if let old = try? ClusterJob.read(from: place.path), old.shards == parts { job.submissions = old.submissions }
        var run = ClusterAccess.run(job, trial, in: place)
        run.attempts = attempts
        if detach {
            try run.submit()
            if !quiet { FileHandle.standardError.write(Data("submitted \(parts) parts; perforin cluster status|fetch|cancel \(folder.path)\n".utf8)) }
            return
        }
        try await ClusterAccess.finish(&run, interval: interval, quiet: quiet)
        let result = try trial.merge(in: place)
        print(json ? try TrialCommand.json(result.summary) : TrialCommand.table(result))
    }
}

/// The running program, as other machines with the same file system find it.
enum ProgramPath {
    static var absolute: String {
        (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])).resolvingSymlinksInPath().path
    }

    /// The instruction form that every node is to use: the one that PERFORIN_BACKEND names, else this machine's.
    static var instructions: String { Backend.best.form.rawValue }
}

/// Remembers the last line printed.
final class LastLine: Sendable {
    private let line = Mutex("")
    func isNew(_ text: String) -> Bool {
        line.withLock { last in
            defer { last = text }
            return last != text
        }
    }
}
