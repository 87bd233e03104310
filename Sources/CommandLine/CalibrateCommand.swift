import ArgumentParser
import Foundation
import ImmuneModels
import Reports
import Studies

/// `perforin calibrate`: fit listed parameters to the calibration trials.
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Fit parameters to published trials, or to data of your own.",
        discussion: """
            Simulates a stored design (parameter vectors × arms × the same twins; the same command goes on where it stopped),
            fits on it, refits without each trial, and leaves calibration.json. Free parameters number at most a third of the
            figures; none belongs to a trial, an arm, or a pair of drug and cancer.

            With --data it fits chosen parameters of a chosen model to your own data instead, and says which of them the data
            can't tell: estimates with errors and profiles, predictions, and a report with fit plots.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin calibrate --out calibration/
              perforin calibrate --data Examples/fit/one-compartment.csv --model Examples/fit/one-compartment.ant \\
                --fit CL,V --dose-into A --observe C --out fit/
              perforin calibrate --parameters free.csv --vectors 128 --patients 100 --out calibration/
            """)

    @OptionGroup(title: "Your own data") var own: DataFitOptions
    @Option(help: "Seed of the global search on your own data.") var seed: UInt64 = 1
    @Option(help: ArgumentHelp("CSV of free parameters (id,cancer,spread,note); default: the shipped list.", valueName: "file")) var parameters: String?
    @Option(help: ArgumentHelp("Folder of study files; default: the shipped ones.", valueName: "folder")) var studies: String?
    @Option(help: ArgumentHelp("Parameter vectors of the design.", valueName: "n")) var vectors: Int = 64
    @Option(help: ArgumentHelp("Twins in each arm.", valueName: "n")) var patients: Int = 60
    @Flag(help: "Print the result as JSON, in full precision.") var json = false
    @Option(help: ArgumentHelp("Worker threads; results don't depend on it.", valueName: "n"))
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount
    @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the design and the result.", valueName: "folder")) var out: String
    @Flag(name: .shortAndLong, help: "No progress and no remarks on standard error.") var quiet = false

    func validate() throws {
        guard (8...10_000).contains(vectors) else { throw ValidationError("--vectors must be between 8 and 10,000, got \(vectors).") }
        guard (10...100_000).contains(patients) else { throw ValidationError("--patients must be between 10 and 100,000, got \(patients).") }
        guard threads >= 1, threads <= 4096 else { throw ValidationError("--threads must be between 1 and 4096, got \(threads).") }
    }

    func run() async throws {
        if own.isAsked { return print(try own.run(seed: seed, threads: threads, out: out, quiet: quiet, json: json)) }
        let folder = studies.map { URL(fileURLWithPath: $0) } ?? PlottingTools().home.appendingPathComponent("Examples/studies")
        let validation = try Validation(studies: folder, observed: try ObservedTrials.shipped(), library: try ModelLibrary.builtIn())
        let free = try parameters.map { try FreeParameter.list(csv: String(contentsOfFile: $0, encoding: .utf8), file: $0) } ?? FreeParameter.shipped()
        var calibration = Calibration(free, validation: validation)
        calibration.vectors = vectors
        calibration.patients = patients
        let bars = BarByStage(quiet: quiet)
        let result = try calibration.run(in: URL(fileURLWithPath: out), threads: threads) { bars.update($0) }
        bars.finish()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let data = try encoder.encode(result)
        try AtomicFile.write(data, to: URL(fileURLWithPath: out).appendingPathComponent("calibration.json"))
        print(json ? String(decoding: data, as: UTF8.self) : Self.table(result))
    }

    static func table(_ result: CalibrationResult) -> String {
        func number(_ value: Double?, _ digits: Int = 2) -> String { value.map { String(format: "%.\(digits)f", $0) } ?? "–" }
        var lines = ["\(result.freeParameters) free parameters, \(result.fittedEndpoints) figures fitted; misfit \(number(result.objectiveBefore, 0)) before, \(number(result.objectiveAfter, 0)) after (prior included)"]
        lines += result.parameters.map { parameter in
            let trials = parameter.trials.isEmpty ? "no trial: stays at its prior" : parameter.trials.joined(separator: ", ")
            return "  \(parameter.name): × \(number(parameter.factor)) (\(number(parameter.lower)) to \(number(parameter.upper))), learned \(number(100 * parameter.learned, 0)) %, from \(trials)"
        }
        lines.append("response rates of trials that the fit did not see (mean error in points: this, naive, regression):")
        lines += result.leftOut.filter { $0.responseError != nil }.map {
            "  \($0.trial): \(number($0.responseError, 1)), \(number($0.naiveError, 1)), \(number($0.regressionError, 1))"
        }
        return lines.joined(separator: "\n")
    }
}
