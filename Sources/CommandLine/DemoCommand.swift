import ArgumentParser
import Foundation
import ImmuneModels
import Reports
import Studies
import Synchronization

/// `perforin demo`: a virtual lung-cancer cohort under three therapies, and a report on it.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Treat a virtual lung-cancer cohort and leave a report.",
        discussion: """
            Grows tumours in virtual patients to the size at diagnosis, treats every patient with docetaxel, atezolizumab and
            pembrolizumab, and lays the result beside real patients of the POPLAR trial.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin demo
              perforin demo --patients 1000 --seed 7 --out lung.html
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case html, svg
    }

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Patients in each arm; all arms hold the same patients.", valueName: "n"))
    var patients: Int = 300

    @Option(help: "Figures of the report: html (interactive) or svg (no script at all).")
    var format: Format = .html

    func validate() throws {
        guard (1...1_000_000).contains(patients) else {
            throw ValidationError("--patients must be between 1 and 1,000,000, got \(patients).")
        }
    }

    func run() async throws {
        let path = common.out ?? "perforin-demo.html"
        try StudyRun.checkWritable(path)
        let command = "perforin demo --patients \(patients) --seed \(common.seed)"
        let plan = try CohortPlan.demo(patients: patients, seed: common.seed, threads: common.threads, command: command)
        let result = try StudyRun.run(plan, quiet: common.quiet)
        try StudyRun.writeReport(CohortReport(result).report, to: path, format: format)
        if common.json {
            print(try StudyRun.json(result))
        } else {
            print(StudyRun.table(result))
        }
        if !common.quiet {
            FileHandle.standardError.write(Data("The report is in \(path). \(PerforinCommand.notMedicalAdvice)\n".utf8))
        }
    }
}

/// What commands that run cohort studies share: progress, the report, the table.
enum StudyRun {
    static func run(_ plan: CohortPlan, library: ModelLibrary? = nil, quiet: Bool) throws -> CohortResult {
        let study = try CohortStudy(plan, library: try library ?? ModelLibrary.builtIn())
        let bars = BarByStage(quiet: quiet)
        defer { bars.finish() }
        return try study.run { bars.update($0) }
    }

    /// Refuses a place for results that can't be written to, before any work is done.
    static func checkWritable(_ path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
            FileManager.default.isWritableFile(atPath: folder)
        else { throw CommandOutcome(.badInput, "error: can't write '\(path)': there is no writable folder '\(folder)'") }
    }

    /// One self-contained file; interactive figures need the plotting bundle, drawn ones vl-convert.
    static func writeReport(_ result: CohortResult, to path: String, format: DemoCommand.Format) throws {
        try writeReport(CohortReport(result).report, to: path, format: format)
    }

    static func writeReport(_ report: Report, to path: String, format: DemoCommand.Format) throws {
        try HTMLPage(report, figures: figures(of: report, format: format)).text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// - Throws: `CommandOutcome` when the plotting tools aren't there.
    static func figures(of report: Report, format: DemoCommand.Format) throws -> HTMLPage.Figures {
        let tools = PlottingTools()
        do {
            switch format {
            case .html: return .interactive(bundle: try tools.bundle())
            case .svg: return .drawn(try tools.svg(report.figures))
            }
        } catch let missing as PlottingTools.Missing {
            throw CommandOutcome(.badInput, "error: \(missing)")
        }
    }

    static func json(_ result: CohortResult) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(result), as: UTF8.self)
    }

    /// Outcomes by arm in columns with units, then what was turned down or failed.
    static func table(_ result: CohortResult) -> String {
        func number(_ value: Double?, _ digits: Int = 1) -> String { value.map { String(format: "%.\(digits)f", $0) } ?? "–" }
        func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
            let space = String(repeating: " ", count: max(0, width - text.count))
            return left ? text + space : space + text
        }
        let width = max(8, result.arms.map(\.name.count).max() ?? 8) + 2
        var lines = [
            pad("arm", width, left: true) + pad("patients", 9) + pad("ORR [%]", 9) + pad("95 % CI", 13) + pad("DCR [%]", 9)
                + pad("median PFS [mo]", 17) + pad("median OS [mo]", 16)
        ]
        for arm in result.arms {
            func median(_ code: String) -> String { number(arm.survival.first { $0.code == code }?.median.value) }
            let response = arm.response.objectiveResponse
            lines.append(
                pad(arm.name, width, left: true) + pad("\(arm.response.patients)", 9) + pad(number(response.value), 9)
                    + pad("\(number(response.lower))–\(number(response.upper))", 13)
                    + pad(number(arm.response.diseaseControl.value), 9) + pad(median("PFS"), 17) + pad(median("OS"), 16))
        }
        let rejected = result.screening.rejections.filter { $0.count > 0 }.map { "\($0.count) \($0.name)" }.joined(separator: ", ")
        lines.append("\(result.screening.drawn) draws, \(result.screening.accepted) patients\(rejected.isEmpty ? "" : " (turned down: \(rejected))")")
        let failed = result.arms.map(\.failures.count).reduce(0, +)
        lines.append("\(failed) of \(result.arms.map(\.response.patients).reduce(0, +)) treated patients failed")
        for arm in result.arms {
            guard let patterns = arm.lesionPatterns, patterns.patients > 0 else { continue }
            lines.append(
                "\(arm.name): mixed response in \(number(patterns.mixed.value)) % of \(patterns.patients) patients with several lesions, pseudo-progression in \(number(patterns.pseudo.value)) % of all")
        }
        for observed in result.observed {
            guard let filtered = result.arms.first(where: { $0.name == observed.simulatedArm })?.filtered else { continue }
            func quartiles(_ q: [Double]) -> String { q.count == 3 ? "\(number(q[1])) (\(number(q[0])) to \(number(q[2])))" : "–" }
            lines.append(
                "\(observed.simulatedArm), best change [%]: simulated \(quartiles(filtered.bestChangeQuartiles)), \(observed.trial) \(quartiles(observed.bestChangeQuartiles)), KS \(number(filtered.distance, 2)) (target \(number(filtered.distanceTarget, 2)))")
        }
        return lines.joined(separator: "\n")
    }
}

/// One progress bar a stage.
final class BarByStage: Sendable {
    private let isQuiet: Bool
    private let current = Mutex<(stage: String, bar: ProgressBar)?>(nil)

    init(quiet: Bool) { isQuiet = quiet }

    func update(_ progress: StudyProgress) {
        let bar = current.withLock { current in
            if let current, current.stage == progress.stage { return current.bar }
            current?.bar.finish()
            let bar = ProgressBar(progress.stage, unit: "patients", quiet: isQuiet)
            current = (progress.stage, bar)
            return bar
        }
        bar.update(done: progress.done, of: progress.total, failed: progress.failed)
    }

    func finish() { current.withLock { $0?.bar.finish() } }
}
