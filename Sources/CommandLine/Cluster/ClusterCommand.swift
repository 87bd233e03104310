import ArgumentParser
import Foundation
import ImmuneModels
import Studies

/// `perforin cluster`: trials that a cluster computes.
struct ClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Look after trials that run on a cluster.",
        discussion: """
            `perforin trial study.yaml --out results/ --cluster slurm` submits one; everything here takes the same --out folder.
            Shards on disk say what is done, so neither an accounting database nor a network on the nodes is needed.

            EXAMPLES:
              perforin cluster status results/
              perforin cluster fetch results/
            """,
        subcommands: [ClusterStatusCommand.self, ClusterCancelCommand.self, ClusterFetchCommand.self, ClusterRenderCommand.self])
}

/// What the cluster commands share: the run of a folder.
enum ClusterAccess {
    static func run(in folder: String) throws -> (run: ClusterRun, trial: TrialStudy) {
        let place = URL(fileURLWithPath: folder)
        let job = try ClusterJob.read(from: place.path)
        let trial = try TrialStudy.stored(in: place, library: try ModelLibrary.builtIn())
        return (run(job, trial, in: place), trial)
    }

    static func run(_ job: ClusterJob, _ trial: TrialStudy, in place: URL) -> ClusterRun {
        ClusterRun(
            job: job, scheduler: Slurm(),
            missing: { trial.missingParts(of: job.shards, in: place) },
            isMerged: { try trial.isMerged(in: place) })
    }

    /// Watches to the end with a line a change on standard error.
    static func finish(_ run: inout ClusterRun, interval: Double, quiet: Bool) async throws {
        let last = LastLine()
        try await run.finish(interval: interval) { report in
            let line = "\(report.done) of \(report.total) parts done, \(report.running) running, \(report.waiting) waiting"
            if !quiet, last.isNew(line) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
        }
    }
}

struct ClusterStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say how many parts are done, running and waiting.",
        discussion: """
            EXAMPLES:
              perforin cluster status results/
              perforin cluster status results/ --json
            """)
    @Argument(help: "The trial's --out folder.") var folder: String
    @Flag(help: "Print as JSON.") var json = false

    func run() async throws {
        let (run, trial) = try ClusterAccess.run(in: folder)
        let report = try run.report()
        let isMerged = try trial.isMerged(in: URL(fileURLWithPath: folder))
        if json {
            print("{\"done\":\(report.done),\"merged\":\(isMerged),\"running\":\(report.running),\"total\":\(report.total),\"waiting\":\(report.waiting)}")
        } else {
            print("\(report.done) of \(report.total) parts done, \(report.running) running, \(report.waiting) waiting\(isMerged ? "; merged" : "")")
            for submission in run.job.submissions { print("array \(submission.array) (\(submission.shards.count) parts), merge \(submission.merge)") }
        }
    }
}

struct ClusterCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel what waits or runs; what is done stays.",
        discussion: """
            EXAMPLES:
              perforin cluster cancel results/
              perforin cluster fetch results/      (goes on later)
            """)
    @Argument(help: "The trial's --out folder.") var folder: String

    func run() async throws {
        let (run, _) = try ClusterAccess.run(in: folder)
        try run.cancel()
        let report = try run.report()
        print("cancelled; \(report.done) of \(report.total) parts are done and stay")
    }
}

struct ClusterFetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Wait for the result, submit again what was lost, and print it.",
        discussion: """
            EXAMPLES:
              perforin cluster fetch results/
              perforin cluster fetch results/ --interval 60
            """)
    @Argument(help: "The trial's --out folder.") var folder: String
    @Option(help: "Seconds between looks at the queue.") var interval: Double = 10
    @Flag(name: .shortAndLong, help: "No progress on standard error.") var quiet = false

    func validate() throws {
        guard interval >= 0.1, interval <= 3600 else { throw ValidationError("--interval must be between 0.1 and 3600 s, got \(interval).") }
    }

    func run() async throws {
        var (run, trial) = try ClusterAccess.run(in: folder)
        try await ClusterAccess.finish(&run, interval: interval, quiet: quiet)
        print(TrialCommand.table(try trial.merge(in: URL(fileURLWithPath: folder))))
    }
}

struct ClusterRenderCommand: AsyncParsableCommand {
    enum Target: String, ExpressibleByArgument, CaseIterable { case slurm, kubernetes, snakemake }

    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Print what another scheduler needs for a trial: a manifest or a workflow.",
        discussion: """
            Slurm is what this project runs its tests on; the Kubernetes manifest and the Snakemake workflow are checked as text
            only, and are a start to adapt.

            EXAMPLES:
              perforin cluster render kubernetes study.yaml --shards 100 --out /data/results
              perforin cluster render snakemake study.yaml --shards 20 --out /data/results > Snakefile
            """)
    @Argument(help: "slurm, kubernetes or snakemake.") var target: Target
    @Argument(help: "Study file (YAML).") var study: String
    @Option(help: "Parts that the trial is computed in.") var shards: Int = 100
    @Option(name: .shortAndLong, help: "Folder for the results, as the nodes see it.") var out: String
    @Option(help: "Container image that holds the program.") var image: String = "perforin:\(PerforinCommand.version)"
    @Option(help: "Persistent volume claim that holds the studies.") var claim: String = "studies"

    func validate() throws {
        guard 1...ShardIndex.most ~= shards else { throw ValidationError("--shards must be between 1 and \(ShardIndex.most), got \(shards).") }
    }

    func run() async throws {
        let job = ClusterJob(
            program: target == .slurm ? ProgramPath.absolute : "perforin", arguments: ["trial", study, "--out", out],
            mergeArguments: ["merge", out], out: out, shards: shards, instructions: ProgramPath.instructions, resources: .init())
        switch target {
        case .slurm: print(job.slurmArray, terminator: "")
        case .kubernetes: print(job.kubernetesJob(image: image, claim: claim), terminator: "")
        case .snakemake: print(job.snakemakeWorkflow(shardFile: "cluster/part-{shard}.done", merged: "result.json"), terminator: "")
        }
    }
}
