import ArgumentParser
import Foundation
import ModelIR
import ModelRuns
import Reports
import Studies

/// `perforin calibrate --data`: chosen parameters of any model, fitted to a user's own data.
struct DataFitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Your data in NONMEM's layout (ID TIME DV EVID AMT RATE CMT MDV, covariates): fits these instead of trials.", valueName: "file"))
    var data: String?
    @Option(help: ArgumentHelp("Model to fit: an Antimony or SBML file, or a built-in name such as nsclc+pembrolizumab.", valueName: "model")) var model: String?
    @Option(help: ArgumentHelp("Parameters to fit, all positive.", valueName: "id,id")) var fit: String?
    @Option(help: ArgumentHelp("What DV is: one name, or several that DVID (or CMT) 1, 2, ... count.", valueName: "id,id")) var observe: String?
    @Option(name: .customLong("dose-into"), help: ArgumentHelp("Species that doses go into: CMT 1, 2, ...", valueName: "id,id")) var doseInto: String?
    @Option(help: ArgumentHelp("Limits of parameters, CL=0.1:10,V=1:100; default: a hundredth to a hundred times the model's value.", valueName: "id=low:high,...")) var limits: String?
    @Option(name: .customLong("error-model"), help: "additive, proportional or combined; default: combined.") var errorModel: DataFit.ErrorModel?

    /// Whether any of it was asked for.
    var isAsked: Bool { data != nil || model != nil || fit != nil || observe != nil || doseInto != nil || limits != nil || errorModel != nil }

    func validate() throws {
        if isAsked, data == nil { throw ValidationError("--model, --fit, --observe, --dose-into, --limits and --error-model belong to --data.") }
        if data != nil {
            guard model != nil else { throw ValidationError("--data needs --model, an Antimony or SBML file or a built-in name.") }
            guard fit != nil else { throw ValidationError("--data needs --fit, the parameters to fit.") }
            guard observe != nil else { throw ValidationError("--data needs --observe, what DV is in the model.") }
        }
        _ = try ranges()
    }

    private func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private func ranges() throws -> [String: ClosedRange<Double>] {
        var result: [String: ClosedRange<Double>] = [:]
        for part in list(limits) {
            let sides = part.split(separator: "=").map(String.init)
            let numbers = sides.count == 2 ? sides[1].split(separator: ":").compactMap { Double($0) } : []
            guard numbers.count == 2, 0 < numbers[0], numbers[0] < numbers[1] else {
                throw ValidationError("--limits must list positive ranges such as CL=0.1:10, got '\(part)'.")
            }
            result[sides[0]] = numbers[0]...numbers[1]
        }
        return result
    }

    /// - Returns: The estimates as text.
    func run(seed: UInt64, threads: Int, out: String, quiet: Bool, json: Bool) throws -> String {
        guard let path = data, let model else { preconditionFailure("validated") }
        guard let bytes = FileManager.default.contents(atPath: path), let text = String(data: bytes, encoding: .utf8) else {
            throw CommandOutcome(.badInput, "error: can't read the data '\(path)'")
        }
        let folder = URL(fileURLWithPath: out)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var fit = try DataFit(
            namedModel(model), fitting: list(self.fit), limits: ranges(), table: text, file: URL(fileURLWithPath: path).lastPathComponent, targets: list(doseInto),
            outputs: list(observe), errorModel: errorModel ?? .combined)
        fit.threads = threads
        fit.seed = seed
        let bars = BarByStage(quiet: quiet)
        let result = try fit.run { stage, done, total in bars.update(StudyProgress(stage: stage, done: done, total: total)) }
        bars.finish()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let encoded = try encoder.encode(result)
        try AtomicFile.write(encoded, to: folder.appendingPathComponent("fit.json"))
        try AtomicFile.write(Data(result.csv.utf8), to: folder.appendingPathComponent("predictions.csv"))
        let report = FitReport(result, model: model, data: URL(fileURLWithPath: path).lastPathComponent, command: command(path, model, out)).report
        do {
            let page = HTMLPage(report, figures: try StudyRun.figures(of: report, format: .html))
            try AtomicFile.write(Data(page.text.utf8), to: folder.appendingPathComponent("report.html"))
        } catch let outcome as CommandOutcome {
            if !quiet { FileHandle.standardError.write(Data("no report: \(outcome.message)\n".utf8)) }
        }
        return json ? String(decoding: encoded, as: UTF8.self) : Self.table(result)
    }

    private func command(_ path: String, _ model: String, _ out: String) -> String {
        var words = ["perforin calibrate --data \(path) --model \(model) --fit \(fit ?? "") --observe \(observe ?? "")"]
        if let doseInto { words.append("--dose-into \(doseInto)") }
        if let limits { words.append("--limits \(limits)") }
        if let errorModel { words.append("--error-model \(errorModel.rawValue)") }
        return (words + ["--out \(out)"]).joined(separator: " ")
    }

    static func table(_ result: DataFitResult) -> String {
        func number(_ value: Double?) -> String { value.map { String(format: "%.4g", $0) } ?? "none" }
        var lines = [
            "\(result.observations) observations of \(result.individuals) individuals; -2 log L \(String(format: "%.2f", result.deviance)), AIC \(String(format: "%.2f", result.akaike))"
        ]
        lines += result.parameters.map { parameter in
            "  \(parameter.id): \(number(parameter.value)) \(parameter.unit)\(parameter.relativeError.map { String(format: ", standard error %.1f %%", $0) } ?? ""), 95 % from \(number(parameter.lower)) to \(number(parameter.upper))\(parameter.isIdentifiable ? "" : ", not identifiable")"
        }
        if result.errorModel != .proportional { lines.append("  additive error: \(number(result.additive))") }
        if result.errorModel != .additive { lines.append("  proportional error: \(number(100 * result.proportional)) %") }
        return (lines + result.remarks).joined(separator: "\n")
    }
}

extension DataFit.ErrorModel: ExpressibleByArgument {}
