import ArgumentParser
import Foundation
import ImmuneModels
import Studies

/// `perforin rerun`: the run that a manifest describes, again, and whether it gives the same.
struct RerunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Run a trial again from its manifest and compare every output by hash.",
        discussion: """
            Exits with 0 when every output is the same, with 1 and the names of those that differ otherwise. It computes with
            the manifest's instruction form where this processor can. When version, model, instruction form or study differ
            from the manifest's, it says which before anything is computed, and goes on only with --anyway.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin rerun results/manifest.json
              perforin rerun results/manifest.json --anyway --out again/
            """)

    @Argument(help: "A trial's manifest.json; study.yaml must lie beside it.") var manifest: String
    @Option(name: .shortAndLong, help: ArgumentHelp("Keep the new results here; default: nowhere.", valueName: "folder")) var out: String?
    @Flag(help: "Run even where the inputs differ.") var anyway = false
    @Option(help: ArgumentHelp("Worker threads; results don't depend on it.", valueName: "n"))
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "Print as JSON.") var json = false
    @Flag(name: .shortAndLong, help: "No progress and no remarks on standard error.") var quiet = false

    func run() async throws {
        let replay = try TrialReplay(manifest: URL(fileURLWithPath: manifest), library: try ModelLibrary.builtIn())
        guard !replay.recorded.isEmpty else {
            throw CommandOutcome(.badInput, "error: '\(manifest)' is of a trial that was not finished; there is nothing to compare with")
        }
        if !replay.differences.isEmpty, !anyway {
            throw CommandOutcome(
                .checkFailed,
                (["error: this program would make another trial of '\(manifest)':"] + replay.differences.map { "  \($0)" }
                    + ["use the recorded version and instruction form, or --anyway"]).joined(separator: "\n"))
        }
        let folder = out.map { URL(fileURLWithPath: $0) }
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("perforin-rerun-\(UUID().uuidString)")
        defer { if out == nil { try? FileManager.default.removeItem(at: folder) } }
        let bars = BarByStage(quiet: quiet)
        let interruption = Interruption()
        let result = try replay.trial.run(in: folder, threads: threads, cancellation: interruption.cancellation) { bars.update($0) }
        bars.finish()
        try result.write(to: folder)
        let verdict = try replay.compare(with: folder)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(verdict), as: UTF8.self))
        } else {
            for file in verdict.files { print("\(file.isSame ? "same     " : "DIFFERENT")  \(file.name)") }
            for remark in verdict.skipped { print("skipped    \(remark)") }
        }
        let different = verdict.files.filter { !$0.isSame }.map(\.name)
        guard different.isEmpty else {
            throw CommandOutcome(.checkFailed, "\(different.count) of \(verdict.files.count) outputs differ: \(different.joined(separator: ", "))")
        }
    }
}
