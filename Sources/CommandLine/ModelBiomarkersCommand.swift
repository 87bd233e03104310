import ArgumentParser
import Foundation
import ImmuneModels
import Studies

/// `perforin model biomarkers`: response by TMB and PD-L1 beside what was observed.
struct ModelBiomarkersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "biomarkers",
        abstract: "Response by bins of mutational burden and PD-L1, beside the observed 95 % intervals.",
        discussion: """
            Cohorts of each cancer's population under the therapy, split by the covariate. Observed counts: Resources/biomarkers.csv.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin model biomarkers --patients 1000
              perforin model biomarkers --cancer nsclc --json
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "Only this cancer.") var cancer: String?
    @Option(help: "Patients of each cohort.") var patients: Int = 1000

    func validate() throws {
        guard (10...1_000_000).contains(patients) else { throw ValidationError("--patients must be between 10 and 1000000, got \(patients).") }
    }

    func run() throws {
        let table = try BiomarkerTable()
        if let cancer, !table.observed.contains(where: { $0.cancer == cancer }) {
            throw CommandOutcome(.badInput, "error: nothing was observed in '\(cancer)'; there are \(Set(table.observed.map(\.cancer)).sorted().joined(separator: ", "))")
        }
        let bar = ProgressBar("biomarkers", unit: "bins", quiet: common.quiet)
        let count = table.observed.count
        let rows = try table.rows(
            cancers: cancer.map { [$0] }, library: try ModelLibrary.builtIn(), patients: patients, seed: common.seed, threads: common.threads
        ) { bar.update(done: $0, of: count, failed: 0) }
        bar.finish()
        if common.json { return try printJSON(rows) }
        print(Self.page(rows, patients: patients, seed: common.seed))
    }

    static func page(_ rows: [BiomarkerTable.Row], patients: Int, seed: UInt64) -> String {
        func text(_ value: Double, _ digits: Int = 0) -> String { value.formatted(.number.precision(.fractionLength(digits))) }
        var lines = [
            "# Response by mutational burden and PD-L1", "",
            "Made by `perforin model biomarkers --patients \(patients) --seed \(seed)`. Percent with a complete or partial response; observed with the 95 %",
            "interval (Clopper and Pearson). Bins of fewer than nine observed patients are left out; panels differ between cohorts.", "",
            "| cancer, therapy | bin | observed (n) | interval | simulated (n) | inside |", "|---|---|---|---|---|---|",
        ]
        for row in rows {
            let limits = row.covariate == "TMB" ? "TMB \(text(row.low)) to \(row.high >= 1000 ? "more" : text(row.high))" : "PD-L1 \(text(100 * row.low)) to \(text(min(100, 100 * row.high))) %"
            lines.append(
                "| \(row.cancer), \(row.therapy)\(row.source.hasPrefix("IMvigor210") ? " (IMvigor210)" : "") | \(limits) | \(text(row.observed)) (\(row.observedPatients)) | \(text(row.lower)) to \(text(row.upper)) | \(row.simulated.map { "\(text($0)) (\(row.simulatedPatients))" } ?? "none") | \(row.isInside.map { $0 ? "yes" : "**no**" } ?? "") |")
        }
        let judged = rows.compactMap(\.isInside)
        lines += ["", "Inside: \(judged.count { $0 }) of \(judged.count) bins. Sources: \(Set(rows.map(\.source)).sorted().joined(separator: "; "))."]
        return lines.joined(separator: "\n")
    }
}
