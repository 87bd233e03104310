import Foundation

/// Carries a cluster run to its end: submits missing shards, watches, submits again what was lost.
///
/// Shards on disk are the truth; the batch system is only asked whether anything still waits or runs. So a run
/// survives this process, the batch system's memory of it, and nodes that fail.
public struct ClusterRun: Sendable {
    public struct Report: Sendable, Hashable {
        public var done: Int
        public var running: Int
        public var waiting: Int
        public var total: Int
    }

    public var job: ClusterJob
    let scheduler: any BatchScheduler
    /// Numbers of the shards that are not on disk whole, from 1.
    let missing: @Sendable () throws -> [Int]
    /// Whether the merged result is there.
    let isMerged: @Sendable () throws -> Bool
    /// Times that a shard may be given to the batch system in one call of `finish`.
    public var attempts = 3

    public init(
        job: ClusterJob, scheduler: any BatchScheduler, missing: @escaping @Sendable () throws -> [Int],
        isMerged: @escaping @Sendable () throws -> Bool
    ) {
        self.job = job
        self.scheduler = scheduler
        self.missing = missing
        self.isMerged = isMerged
    }

    /// Writes the scripts and submits an array of the missing shards, and the merge after it.
    public mutating func submit() throws {
        let shards = try missing()
        guard !shards.isEmpty else { return }
        try job.write()
        let array = job.folder.appendingPathComponent("array.sh")
        let merge = job.folder.appendingPathComponent("merge.sh")
        try job.slurmArray.write(to: array, atomically: true, encoding: .utf8)
        try job.slurmMerge.write(to: merge, atomically: true, encoding: .utf8)
        let id = try scheduler.submit(array: array.path, indices: shards, limit: job.resources.arrayLimit)
        job.submissions.append(ClusterJob.Submission(array: id, merge: "", shards: shards))
        try job.write()
        job.submissions[job.submissions.count - 1].merge = try scheduler.submit(script: merge.path, after: id)
        try job.write()
    }

    /// Where the run stands.
    public func report() throws -> Report {
        let open = try openTasks()
        let missing = try missing()
        return Report(
            done: job.shards - missing.count, running: open.count { $0.stage == .running && $0.index != nil },
            waiting: open.count { $0.stage == .waiting && $0.index != nil }, total: job.shards)
    }

    private func tasks() throws -> [BatchTask] {
        try scheduler.tasks(of: job.submissions.flatMap { [$0.array, $0.merge] }.filter { !$0.isEmpty })
    }

    private func openTasks() throws -> [BatchTask] {
        try tasks().filter { task in
            switch task.stage {
            case .ended: false
            // a merge whose array failed never starts; it is no sign of life
            case .waiting: !task.reason.contains("DependencyNeverSatisfied")
            case .running: true
            }
        }
    }

    public func cancel() throws {
        try scheduler.cancel(try openTasks().map(\.job).reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
    }

    /// Watches until the merged result is there, submitting what is missing whenever nothing waits or runs any more.
    ///
    /// - Parameters:
    ///   - interval: Seconds between looks.
    ///   - progress: Told after each look.
    /// - Throws: `ClusterProblem` naming the shards that did not come and why, after `attempts` submissions;
    ///   `CancellationError` when the task is cancelled (jobs go on).
    public mutating func finish(interval: Double, progress: @Sendable (Report) -> Void) async throws {
        var submitted = 0
        while true {
            let open = try openTasks()
            if open.isEmpty {
                let missing = try missing()
                if missing.isEmpty {
                    if try isMerged() { return progress(Report(done: job.shards, running: 0, waiting: 0, total: job.shards)) }
                    throw ClusterProblem("all \(job.shards) shards are there, but the merge did not end well; see \(job.folder.path)/logs, or run: \(job.mergeCommand)")
                }
                guard submitted < attempts else { throw try failure(missing) }
                try submit()
                submitted += 1
            } else {
                progress(try report())
            }
            try await Task.sleep(for: .seconds(interval))
        }
    }

    private func failure(_ missing: [Int]) throws -> ClusterProblem {
        var reasons: [String: [Int]] = [:]
        let ended = Dictionary(grouping: try tasks().filter { $0.index != nil }) { $0.index! }
        for shard in missing {
            let last = ended[shard]?.max { (Int($0.job) ?? 0) < (Int($1.job) ?? 0) }
            let word = switch last?.state {
            case "TIMEOUT", "DEADLINE": "over the time limit (give more with --time)"
            case "OUT_OF_MEMORY": "out of memory"
            case "NODE_FAIL", "BOOT_FAIL": "node failed"
            case "CANCELLED": "cancelled"
            case let state?: state.lowercased()
            case nil: "no longer known to the batch system"
            }
            reasons[word, default: []].append(shard)
        }
        let list = reasons.sorted { $0.key < $1.key }.map { "\($0.key): shards \(Slurm.ranges($0.value))" }.joined(separator: "; ")
        return ClusterProblem(
            "\(missing.count) of \(job.shards) shards are missing after \(attempts) submissions: \(list). What is done stays; logs are in \(job.folder.path)/logs")
    }
}
