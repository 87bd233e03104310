import Foundation
import Synchronization
import Testing

@testable import Studies

@Suite struct ShardIndexTests {
    @Test("parts follow each other, cover everything and differ by one at most", arguments: [(10, 3), (1000, 7), (5, 8), (1_000_000, 1000), (0, 4)])
    func covers(total: Int, count: Int) {
        let parts = (1...count).map { ShardIndex($0, of: count).range(of: total) }
        #expect(parts.first?.lowerBound == 0 && parts.last?.upperBound == total)
        #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(parts.map(\.count).max()! - parts.map(\.count).min()! <= 1)
    }

    @Test func `the scheduler's index is read as each scheduler counts`() throws {
        #expect(try ShardIndex(parsing: "3/100", environment: [:]) == ShardIndex(3, of: 100))
        #expect(try ShardIndex(parsing: "auto/9", environment: ["SLURM_ARRAY_TASK_ID": "9"]) == ShardIndex(9, of: 9))
        #expect(try ShardIndex(parsing: "auto/9", environment: ["SGE_TASK_ID": "1"]) == ShardIndex(1, of: 9))
        #expect(try ShardIndex(parsing: "auto/9", environment: ["JOB_COMPLETION_INDEX": "0"]) == ShardIndex(1, of: 9))
    }

    @Test("what is no shard is refused by name", arguments: ["", "3", "0/4", "5/4", "-1/4", "a/4", "1/0", "1/999999999999", "auto/4", "1/2/3"])
    func refused(text: String) {
        #expect { try ShardIndex(parsing: text, environment: ["SGE_TASK_ID": "undefined"]) } throws: { "\($0)".contains("shard") || "\($0)".contains("scheduler") }
    }
}

@Suite struct ClusterScriptTests {
    static let job = ClusterJob(
        program: "/opt/perforin/perforin", arguments: ["trial", "/data/my study.yaml", "--out", "/data/out", "--seed", "7"],
        mergeArguments: ["merge", "/data/out"], out: "/data/out", shards: 100, instructions: "avx2",
        resources: .init(partition: "main", timeLimit: "2:00:00", arrayLimit: 50, processors: 2))

    @Test func `the array's script holds everything that a task needs`() {
        #expect(
            Self.job.slurmArray == """
                #!/bin/bash
                #SBATCH --job-name=perforin
                #SBATCH --output=/data/out/cluster/logs/%A_%a.log
                #SBATCH --open-mode=append
                #SBATCH --ntasks=1
                #SBATCH --partition=main
                #SBATCH --time=2:00:00
                #SBATCH --requeue
                #SBATCH --cpus-per-task=2
                set -eu
                export PERFORIN_BACKEND=avx2
                exec /opt/perforin/perforin trial '/data/my study.yaml' --out /data/out --seed 7 --shard "$SLURM_ARRAY_TASK_ID/100" --threads 2 --quiet

                """)
        #expect(Self.job.slurmMerge.contains("exec /opt/perforin/perforin merge /data/out --quiet"))
    }

    @Test func `a shell reads every word back as it was`() throws {
        let words = ["plain", "two words", "it's", "$HOME `id` \"x\"", "", "é", "a\\b"]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "printf '%s\\n' " + words.map(ClusterJob.quoted).joined(separator: " ")]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(text == words.map { $0 + "\n" }.joined())
    }

    @Test func `the Kubernetes job has one completion a shard and takes its index`() {
        let text = Self.job.kubernetesJob(image: "perforin:0.1.0", claim: "studies")
        #expect(text.contains("completionMode: Indexed\n  completions: 100\n  parallelism: 50"))
        #expect(text.contains("\"--shard\", \"auto/100\""))
        #expect(text.contains("\"/data/my study.yaml\""))
    }

    @Test func `the Snakemake workflow has one job a shard and the merge after all`() {
        let text = Self.job.snakemakeWorkflow(shardFile: "shards/{shard}.bin", merged: "manifest.json")
        #expect(text.contains("SHARDS = range(1, 100 + 1)"))
        #expect(text.contains("--shard {wildcards.shard}/100"))
        #expect(text.contains("expand(OUT + \"/shards/{shard}.bin\", shard=SHARDS)"))
    }

    @Test func `indices are written as Slurm reads them`() {
        #expect(Slurm.ranges([1, 2, 3, 7, 9, 10]) == "1-3,7,9-10")
        #expect(Slurm.ranges([5]) == "5")
    }
}

/// A batch system in memory: every look lets one task end, well or badly as the script of the test says.
private final class ScriptedScheduler: BatchScheduler {
    struct Lost: Sendable { var shard: Int; var times: Int; var state: String }
    private struct State {
        var next = 1
        var tasks: [BatchTask] = []
        var done: Set<Int> = []
        var submitted: [[Int]] = []
        var losses: [Int: Lost]
        var isMerged = false
    }
    private let state: Mutex<State>

    init(losses: [Lost] = []) { state = Mutex(State(losses: Dictionary(uniqueKeysWithValues: losses.map { ($0.shard, $0) }))) }

    var submitted: [[Int]] { state.withLock { $0.submitted } }
    var isMerged: Bool { state.withLock { $0.isMerged } }
    func missing(of count: Int) -> [Int] { state.withLock { state in (1...count).filter { !state.done.contains($0) } } }

    func submit(array script: String, indices: [Int], limit: Int?) throws -> String {
        state.withLock { state in
            defer { state.next += 1 }
            state.submitted.append(indices)
            state.tasks += indices.map { BatchTask(job: "\(state.next)", index: $0, state: "PENDING", reason: "Resources") }
            return "\(state.next)"
        }
    }

    func submit(script: String, after array: String) throws -> String {
        state.withLock { state in
            defer { state.next += 1 }
            state.tasks.append(BatchTask(job: "\(state.next)", index: nil, state: "PENDING", reason: "Dependency:\(array)"))
            return "\(state.next)"
        }
    }

    func tasks(of jobs: [String]) throws -> [BatchTask] {
        state.withLock { state in
            if let place = state.tasks.firstIndex(where: { $0.state == "PENDING" && $0.index != nil }) {
                let shard = state.tasks[place].index!
                if var loss = state.losses[shard], loss.times > 0 {
                    loss.times -= 1
                    state.losses[shard] = loss
                    state.tasks[place].state = loss.state
                } else {
                    state.tasks[place].state = "COMPLETED"
                    state.done.insert(shard)
                }
            } else if let place = state.tasks.firstIndex(where: { $0.state == "PENDING" }) {
                let array = state.tasks[place].reason.split(separator: ":").last.map(String.init)
                let isGood = state.tasks.filter { $0.job == array }.allSatisfy { $0.state == "COMPLETED" }
                state.tasks[place].reason = isGood ? "" : "DependencyNeverSatisfied"
                state.tasks[place].state = isGood ? "COMPLETED" : "CANCELLED"
                if isGood { state.isMerged = true }
            }
            return state.tasks.filter { jobs.contains($0.job) }
        }
    }

    func cancel(_ jobs: [String]) throws {}
}

@Suite struct ClusterRunTests {
    private func run(shards: Int, _ scheduler: ScriptedScheduler) throws -> ClusterRun {
        let out = FileManager.default.temporaryDirectory.appendingPathComponent("perforin-cluster-\(UUID().uuidString)").path
        var job = ClusterScriptTests.job
        job.out = out
        job.shards = shards
        return ClusterRun(job: job, scheduler: scheduler, missing: { scheduler.missing(of: shards) }, isMerged: { scheduler.isMerged })
    }

    @Test func `what a node or a time limit lost is submitted again, and nothing else`() async throws {
        let scheduler = ScriptedScheduler(losses: [.init(shard: 3, times: 1, state: "NODE_FAIL"), .init(shard: 5, times: 2, state: "TIMEOUT")])
        var run = try run(shards: 6, scheduler)
        defer { try? FileManager.default.removeItem(atPath: run.job.out) }
        try await run.finish(interval: 0.001) { _ in }
        #expect(scheduler.submitted == [[1, 2, 3, 4, 5, 6], [3, 5], [5]])
        #expect(scheduler.isMerged)
        #expect(try ClusterJob.read(from: run.job.out).submissions.map(\.shards) == scheduler.submitted)
    }

    @Test func `a shard that never comes is named with the reason`() async throws {
        let scheduler = ScriptedScheduler(losses: [.init(shard: 2, times: 99, state: "TIMEOUT"), .init(shard: 4, times: 99, state: "OUT_OF_MEMORY")])
        var run = try run(shards: 4, scheduler)
        defer { try? FileManager.default.removeItem(atPath: run.job.out) }
        let problem = await #expect(throws: ClusterProblem.self) { try await run.finish(interval: 0.001) { _ in } }
        let text = problem?.description ?? ""
        #expect(text.contains("2 of 4 shards are missing after 3 submissions"))
        #expect(text.contains("out of memory: shards 4; over the time limit (give more with --time): shards 2"))
    }

    @Test func `a run that is all there submits nothing`() async throws {
        let scheduler = ScriptedScheduler()
        var first = try run(shards: 3, scheduler)
        defer { try? FileManager.default.removeItem(atPath: first.job.out) }
        try await first.finish(interval: 0.001) { _ in }
        var again = first
        try await again.finish(interval: 0.001) { _ in }
        #expect(scheduler.submitted.count == 1)
    }

    @Test func `a folder without a cluster run is refused by name`() {
        #expect { try ClusterJob.read(from: "/nonexistent") } throws: { "\($0)".contains("holds no cluster run") }
    }
}

@Suite struct ClusterExampleTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Examples/cluster")

    @Test("the examples that ship are what the program renders", arguments: ["kubernetes-job.yaml", "Snakefile"])
    func shipped(name: String) throws {
        let job = ClusterJob(
            program: "perforin", arguments: ["trial", "/studies/study.yaml", "--out", "/studies/results"],
            mergeArguments: ["merge", "/studies/results"], out: "/studies/results", shards: 100, instructions: "avx2", resources: .init())
        let text = name == "Snakefile"
            ? job.snakemakeWorkflow(shardFile: "cluster/part-{shard}.done", merged: "result.json")
            : job.kubernetesJob(image: "perforin:0.1.0", claim: "studies")
        #expect(try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8) == text)
    }
}
