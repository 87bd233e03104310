import ArgumentParser
import Foundation
import ImmuneModels
import Studies

/// `perforin model inert`: which mechanisms matter, and which change nothing.
struct ModelInertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inert",
        abstract: "Switch off each mechanism in a treated cohort and say what that changes.",
        discussion: """
            Twins with and without the mechanism from the first day of treatment on, as a Markdown table. A mechanism is inert where no
            patient's response, progression, death or worst grade changes.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin model inert --patients 100 > Documentation/Inert.md
              perforin model inert --cancer lbcl --json
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "Only the mechanisms that are looked at in this cancer.") var cancer: String?
    @Option(help: "Twins of each cohort.") var patients: Int = 100
    @Option(help: ArgumentHelp("Follow-up in days.", valueName: "days")) var days: Double = 730

    func validate() throws {
        guard (1...100_000).contains(patients) else { throw ValidationError("--patients must be between 1 and 100000, got \(patients).") }
        guard (30...7300).contains(days) else { throw ValidationError("--days must be between 30 and 7300, got \(days.formatted()).") }
    }

    func run() throws {
        let all = try Ablation.all()
        let wanted = all.filter { cancer == nil || $0.cancer == cancer }
        guard !wanted.isEmpty else {
            throw CommandOutcome(.badInput, "error: no mechanism is looked at in '\(cancer ?? "")'; there are \(Set(all.map(\.cancer)).sorted().joined(separator: ", "))")
        }
        let bar = ProgressBar("switching off", unit: "mechanisms", quiet: common.quiet)
        let rows = try Ablation.table(
            wanted, library: try ModelLibrary.builtIn(), patients: patients, days: days, seed: common.seed, threads: common.threads
        ) { bar.update(done: $0, of: wanted.count, failed: 0) }
        bar.finish()
        if common.json { return try printJSON(rows) }
        print(Self.table(rows, patients: patients, days: days, seed: common.seed))
    }

    static func table(_ rows: [Ablation.Row], patients: Int, days: Double, seed: UInt64) -> String {
        var lines = [
            "# What each mechanism does, and which are inert", "",
            "Made by `perforin model inert --patients \(patients) --days \(days.formatted(.number.grouping(.never))) --seed \(seed)`. Each mechanism is switched off on the first day of treatment in",
            "\(patients) twins; percent of them at the end of follow-up, with the mechanism → without it. A mechanism is inert where no patient's",
            "response, day of progression or death (by more than a day) or worst grade of a side effect changes; `changed` counts those in whom one",
            "does. Where lots fall anew a few change by chance.", "",
            "| cancer, therapy | mechanism | response | free of progression | alive | severe side effect | changed |", "|---|---|---|---|---|---|---|",
        ]
        func change(_ row: Ablation.Row, _ path: KeyPath<Ablation.Outcome, Double>) -> String {
            func text(_ value: Double) -> String { value.formatted(.number.precision(.fractionLength(0))) }
            return "\(text(row.whole[keyPath: path])) → \(text(row.without[keyPath: path]))"
        }
        for row in rows {
            lines.append(
                "| \(row.cancer), \(row.therapy) | \(row.mechanism) | \(change(row, \.response)) | \(change(row, \.freeOfProgression)) | \(change(row, \.alive)) | \(change(row, \.severeToxicity)) | \(row.isInert ? "**inert**" : row.changed.formatted()) |")
        }
        let inert = rows.filter(\.isInert).map { "\($0.mechanism) (\($0.cancer))" }
        lines += ["", inert.isEmpty ? "None is inert." : "Inert: \(inert.joined(separator: "; "))."]
        return lines.joined(separator: "\n")
    }
}
