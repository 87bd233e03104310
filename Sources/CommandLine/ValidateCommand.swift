import ArgumentParser
import Foundation
import ImmuneModels
import Reports
import Studies

/// `perforin validate`: every shipped study against its published results.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Hold predictions against published results, trial by trial.",
        discussion: """
            Runs every study of a folder and lays each published figure beside what the model predicts with a 95 % interval, and
            beside what other trials alone would suggest. What is not simulated has a row with the reason.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin validate --out validation/
              perforin validate --studies mine/ --observed trials.csv --json
            """)

    @Option(help: ArgumentHelp("Folder of study files; default: the shipped ones.", valueName: "folder")) var studies: String?
    @Option(help: ArgumentHelp("Table of published results with the columns of the shipped one.", valueName: "file")) var observed: String?
    @Option(help: ArgumentHelp("Twins in each arm of the central prediction.", valueName: "n")) var patients: Int = 200
    @Option(help: ArgumentHelp("Vectors of unmeasured parameters for the uncertainty.", valueName: "n")) var vectors: Int = 8
    @Option(help: ArgumentHelp("Result of `perforin calibrate` to apply: a file, or none; default: the shipped one.", valueName: "file")) var calibration: String?
    @Option(help: ArgumentHelp("Folder with data of individual patients that may not be shipped; default: PERFORIN_DATA.", valueName: "folder")) var individual: String?
    @Flag(help: "Print results as JSON, in full precision.") var json = false
    @Option(help: ArgumentHelp("Worker threads; results don't depend on it.", valueName: "n"))
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount
    @Option(name: .shortAndLong, help: ArgumentHelp("Folder for validation.json, validation.csv and the page.", valueName: "folder")) var out: String?
    @Flag(name: .shortAndLong, help: "No progress and no remarks on standard error.") var quiet = false

    func validate() throws {
        guard (10...100_000).contains(patients) else { throw ValidationError("--patients must be between 10 and 100,000, got \(patients).") }
        guard (0...200).contains(vectors) else { throw ValidationError("--vectors must be between 0 and 200, got \(vectors).") }
        guard threads >= 1, threads <= 4096 else { throw ValidationError("--threads must be between 1 and 4096, got \(threads).") }
    }

    func run() async throws {
        let folder = studies.map { URL(fileURLWithPath: $0) } ?? PlottingTools().home.appendingPathComponent("Examples/studies")
        let table: ObservedTrials
        if let observed {
            table = try ObservedTrials(csv: String(contentsOfFile: observed, encoding: .utf8), file: observed)
        } else {
            table = try ObservedTrials.shipped()
        }
        var validation = try Validation(studies: folder, observed: table, library: try ModelLibrary.builtIn())
        validation.patients = patients
        validation.vectors = vectors
        switch calibration {
        case nil: validation.calibration = try CalibrationResult.shipped()
        case "none": break
        case .some(let path): validation.calibration = try CalibrationResult.read(URL(fileURLWithPath: path))
        }
        let bars = BarByStage(quiet: quiet)
        var result = try validation.run(threads: threads) { bars.update($0) }
        // the user's own studies are not held against patients of other trials
        if studies == nil {
            var data = IndividualData(library: try ModelLibrary.builtIn())
            data.threads = threads
            data.folder = (individual ?? ProcessInfo.processInfo.environment["PERFORIN_DATA"]).flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
            result.individual = try data.run { bars.update($0) }
        }
        bars.finish()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let data = try encoder.encode(result)
        if let out { try write(result, json: data, to: URL(fileURLWithPath: out)) }
        print(json ? String(decoding: data, as: UTF8.self) : Self.table(result))
    }

    private func write(_ result: ValidationResult, json: Data, to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try AtomicFile.write(json, to: folder.appendingPathComponent("validation.json"))
        try AtomicFile.write(Data(result.csv.utf8), to: folder.appendingPathComponent("validation.csv"))
        let report = ValidationReport(result).report
        do {
            let page = HTMLPage(report, figures: try StudyRun.figures(of: report, format: .html))
            try AtomicFile.write(Data(page.text.utf8), to: folder.appendingPathComponent("validation.html"))
        } catch let outcome as CommandOutcome {
            if !quiet { FileHandle.standardError.write(Data("no page: \(outcome.message)\n".utf8)) }
        }
    }

    /// Figures of merit by endpoint, then the worst misses and what was not simulated.
    static func table(_ result: ValidationResult) -> String {
        func number(_ value: Double?, _ digits: Int = 1) -> String { value.map { String(format: "%.\(digits)f", $0) } ?? "–" }
        func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
            let space = String(repeating: " ", count: max(0, width - text.count))
            return left ? text + space : space + text
        }
        var lines = [
            pad("endpoint", 20, left: true) + pad("observed", 9) + pad("predicted", 10) + pad("error", 8) + pad("naive", 8) + pad("regression", 11)
                + pad("with missing", 13) + pad("within 1.3 [%]", 15) + pad("coverage [%]", 13) + pad("score", 8) + pad("naive's", 8)
                + pad("regr.'s", 8)
        ]
        for row in result.summary.endpoints {
            lines.append(
                pad(row.endpoint, 20, left: true) + pad("\(row.observed)", 9) + pad("\(row.predicted)", 10) + pad(number(row.error, 2), 8)
                    + pad(number(row.baselineError, 2), 8) + pad(number(row.regressionError, 2), 11) + pad(number(row.errorWithMissing, 2), 13)
                    + pad(number(row.withinFactor, 0), 15)
                    + pad(number(row.coverage, 0), 13) + pad(number(row.intervalScore), 8) + pad(number(row.baselineIntervalScore), 8)
                    + pad(number(row.regressionIntervalScore), 8))
        }
        let summary = result.summary
        lines.append("error: points for rates, factor for months and ratios; naive and regression on the same cells; with missing: a figure without a prediction counted as the better baseline's error + 10 points; score: interval score, smaller is better")
        lines.append("\(summary.trialsSimulated) of \(summary.trialsObserved) trials, \(summary.cellsPredicted) of \(summary.cellsObserved) figures predicted; sign right in \(number(summary.signRight, 0)) % of \(summary.signs) clear effects")
        lines.append("response rate, a missing prediction counted as the better baseline's error + 10: \(number(summary.responseErrorWithMissing)) points")
        lines.append("rank correlation of predicted and observed within a cancer (Spearman, at least 4 arms; all lines and settings together):")
        lines += (result.rankings ?? []).map { "  \($0.cancer), \($0.endpoint): \(number($0.spearman, 2)) of \($0.arms) arms" }
        if !summary.mechanisms.isEmpty {
            lines.append("central mechanism, as predicted and switched off:")
            lines += summary.mechanisms.map {
                "  \($0.mechanism), \($0.arms) arms: response \(number($0.responseError)) and \(number($0.responseErrorWithout)) points, PFS factor \(number($0.progressionFactor, 2)) and \(number($0.progressionFactorWithout, 2))"
            }
        }
        if let individual = result.individual {
            lines.append("individual patients:")
            lines += individual.rows.map { row in
                "  \(row.data), \(row.arm), \(row.quantity): \(number(row.value, 2)) (\(row.quantity.hasPrefix("best") ? "Kolmogorov distance, limit \(number(row.upper, 2))" : "\(number(row.lower, 2)) to \(number(row.upper, 2)) in the data")), \(row.simulated) simulated, \(row.real) real\(row.isWithin ? "" : ": outside")"
            }
            lines += individual.skipped.map { "  skipped: \($0)" }
        }
        lines.append("worst misses:")
        lines += summary.worst.map { "  \($0.trial), \($0.arm): \($0.endpoint) \(number($0.predicted)) predicted, \(number($0.observed)) observed; \($0.reason ?? "no cause is suspected yet")" }
        if !summary.missing.isEmpty {
            lines.append("figures without a prediction:")
            lines += summary.missing.map { "  \($0.figures) of \($0.endpoint): \($0.reason)" }
        }
        if !summary.notSimulated.isEmpty {
            lines.append("not simulated:")
            lines += summary.notSimulated.map { "  \($0.trial): \($0.reason)" }
        }
        lines.append("\(number(summary.seconds, 0)) s, \(summary.patientsPerArm) twins an arm, \(summary.parameterVectors) parameter vectors")
        return lines.joined(separator: "\n")
    }
}
