import ArgumentParser
import Foundation
import ModelIR
import ModelRuns

/// `perforin atlas DIR`
struct AtlasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "atlas",
        abstract: "Load, check, run and describe every model of a folder: one page of cards and a CSV.",
        discussion: """
            A model x.xml is compared with reference/x.csv, if the folder has it, at its times. Failures are listed by name.

            EXAMPLES:
              perforin atlas models/ --out atlas/
              perforin atlas models/ --json
            """)

    @Argument(help: ArgumentHelp("Folder of SBML and Antimony files.", valueName: "folder"))
    var folder: String

    @Option(help: "Relative tolerance of each run.")
    var rtol = 1e-8

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard rtol > 0, rtol < 1 else { throw ValidationError("--rtol must lie between 0 and 1, got \(rtol).") }
    }

    func run() throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandOutcome(.badInput, "error: no folder '\(folder)'")
        }
        let bar = ProgressBar("atlas", unit: "models", quiet: common.quiet)
        let atlas = try Atlas(of: folder, threads: common.threads, relativeTolerance: rtol) { done, total, failed in
            bar.update(done: done, of: total, failed: failed)
        }
        bar.finish()
        guard !atlas.entries.isEmpty else {
            throw CommandOutcome(
                .badInput,
                "error: no models in '\(folder)'\n  note: their files end in .xml, .sbml, .ant, .antimony or .txt")
        }
        let out = URL(fileURLWithPath: common.out ?? ".")
        try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
        try atlas.html().write(to: out.appendingPathComponent("atlas.html"))
        try atlas.csv().write(to: out.appendingPathComponent("atlas.csv"))
        if common.json { printJSON(atlas) } else { printSummary(atlas, out) }
    }

    private func printSummary(_ atlas: Atlas, _ out: URL) {
        print("\(atlas.ran) of \(atlas.entries.count) models ran, in \(String(format: "%.1f", atlas.seconds)) s")
        if atlas.compared > 0 {
            print("\(atlas.agreed) of \(atlas.compared) agree with their reference within 1e-4 of each column's range")
        }
        for entry in atlas.entries {
            if case .failed(let stage, let message) = entry.outcome {
                print("\(entry.file): failed to \(stage.rawValue): \(message)")
            } else if entry.agrees == false {
                let difference =
                    entry.difference.map { String(format: "%.1e in \($0.column)", $0.worst) } ?? "other columns"
                print("\(entry.file): differs from its reference: \(difference)")
            }
        }
        print("\(out.appendingPathComponent("atlas.html").path)\n\(out.appendingPathComponent("atlas.csv").path)")
    }

    private struct Summary: Encodable {
        struct Model: Encodable {
            var file: String
            var title: String?
            var states: Int?
            var therapies: [String]?
            var failed: String?
            var difference: Double?
            var differenceColumn: String?
        }
        var version = 1
        var models: [Model]
        var ran: Int
        var compared: Int
        var agreed: Int
        var seconds: Double
    }

    private func printJSON(_ atlas: Atlas) {
        let models = atlas.entries.map { entry in
            var message: String?
            if case .failed(let stage, let text) = entry.outcome { message = "\(stage.rawValue): \(text)" }
            return Summary.Model(
                file: entry.file, title: entry.facts?.title, states: entry.facts?.states,
                therapies: entry.facts?.therapies,
                failed: message, difference: entry.difference?.worst, differenceColumn: entry.difference?.column)
        }
        let summary = Summary(
            models: models, ran: atlas.ran, compared: atlas.compared, agreed: atlas.agreed, seconds: atlas.seconds)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        if let data = try? encoder.encode(summary) { print(String(decoding: data, as: UTF8.self)) }
    }
}
