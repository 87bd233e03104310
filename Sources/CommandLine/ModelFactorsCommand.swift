import ArgumentParser
import Foundation
import ImmuneModels
import Studies

/// `perforin model factors`: which way each factor moves what a therapy achieves.
struct ModelFactorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "factors",
        abstract: "One factor at a time: response, survival and severe harm with it low and high, by therapy.",
        discussion: """
            Cohorts with common random numbers for a representative of each class of therapy, beside the direction that a source
            supports. A factor that acts through the hazard alone is prognostic, never predictive.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin model factors --patients 200 > Documentation/Factors.md
              perforin model factors --cancer nsclc --json
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "Only the therapies of this cancer.") var cancer: String?
    @Option(help: "Only factors whose name begins so.") var factor: String?
    @Option(help: "Patients of each cohort.") var patients: Int = 200
    @Option(help: ArgumentHelp("Follow-up in days.", valueName: "days")) var days: Double = 730

    func validate() throws {
        guard (10...100_000).contains(patients) else { throw ValidationError("--patients must be between 10 and 100000, got \(patients).") }
        guard (30...7300).contains(days) else { throw ValidationError("--days must be between 30 and 7300, got \(days.formatted()).") }
    }

    func run() throws {
        let table = try FactorTable()
        let wanted = table.therapies.filter { cancer == nil || $0.cancer == cancer }
        guard !wanted.isEmpty else {
            throw CommandOutcome(.badInput, "error: no therapy stands for '\(cancer ?? "")'; there are \(Set(table.therapies.map(\.cancer)).sorted().joined(separator: ", "))")
        }
        let bar = ProgressBar("factors", unit: "therapies", quiet: common.quiet)
        let rows = try table.rows(
            wanted, library: try ModelLibrary.builtIn(), patients: patients, days: days, seed: common.seed, threads: common.threads, factor: factor
        ) { bar.update(done: $0, of: wanted.count, failed: 0) }
        bar.finish()
        if common.json { return try printJSON(rows) }
        print(page(rows))
    }

    private func page(_ rows: [FactorTable.Row]) -> String {
        var lines = [
            "# What success depends on, one factor at a time", "",
            "Made by `perforin model factors --patients \(patients) --days \(days.formatted(.number.grouping(.never))) --seed \(common.seed)`. Percent of \(patients) patients each, factor low → high,",
            "with common random numbers. Behind each figure the direction found: + or − beyond two standard errors, else 0. *Source* is the direction",
            "that a publication supports (response, survival, severe harm; empty: none set). *Kind*: `predictive` where survival changes otherwise than in the",
            "untreated; `prognostic` where it changes alike; a factor that acts through the hazard alone is `prognostic, no mechanism`. LDH, liver",
            "metastases and the microbiome are no variables of the models. A stage acts through the diameter (`stages.csv`).", "",
        ]
        let therapies = rows.map(\.therapy).reduce(into: [FactorTable.Therapy]()) { if $0.last != $1 { $0.append($1) } }
        for therapy in therapies {
            lines += [
                "## \(therapy.therapyClass): \(therapy.therapy) in \(therapy.cancer)", "",
                "| factor | acts through | response | alive | alive, untreated | severe harm | kind | source's direction | found |", "|---|---|---|---|---|---|---|---|---|",
            ]
            for row in rows where row.therapy == therapy {
                func cell(_ path: KeyPath<FactorTable.Outcome, Double>) -> String {
                    func text(_ value: Double) -> String { value.formatted(.number.precision(.fractionLength(0))) }
                    return "\(text(row.low[keyPath: path])) → \(text(row.high[keyPath: path])) (\(row.direction(path)))"
                }
                let kind =
                    row.factor.isPrognosticOnly
                    ? "prognostic, no mechanism" : row.isPredictive ? "predictive" : row.direction(\.alive) == "0" ? "" : "prognostic"
                let set = [("response", row.factor.response), ("survival", row.factor.survival), ("harm", row.factor.toxicity)].filter { !$0.1.isEmpty }
                lines.append(
                    "| \(row.factor.name) | \(row.factor.acts) | \(cell(\.response)) | \(cell(\.alive)) | \(cell(\.aliveUntreated)) | \(cell(\.severe)) | \(kind) | \(set.map { "\($0.0) \($0.1)" }.joined(separator: ", ")) [\(row.factor.source)] | \(row.agreement ?? "") |")
            }
            lines.append("")
        }
        let judged = rows.compactMap(\.agreement)
        lines.append(
            "Of \(judged.count) rows with a direction \(judged.count { $0 == "as the source" }) are as the source, \(judged.count { $0 == "not seen in all" }) not seen in all outcomes, \(judged.count { $0 == "contrary" }) contrary, \(judged.count { $0.hasPrefix("changes") }) change where the source says no.")
        return lines.joined(separator: "\n")
    }
}
