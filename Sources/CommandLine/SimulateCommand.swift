import ArgumentParser
import Foundation
import ImmuneModels
import ModelIR
import Quantities
import Reports
import Studies
import VirtualTrials

/// `perforin simulate`: the twins of one patient under a therapy.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Treat the twins of one patient: time courses, response, risks, report.",
        discussion: """
            Twins share what the options give and vary in what nobody can know. What no option gives is drawn for each twin.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin simulate --cancer nsclc --age 64 --ecog 1 --diameter 37mm --pdl1 80% --therapy "pembrolizumab 200 mg q3w"
              perforin simulate --cancer nsclc --therapy "docetaxel" --until 2y --twins 500 --out patient.html
              perforin simulate --scenario infection --age 70 --reinfection 180d
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "Cancer by id; `perforin model list` names them.") var cancer: String = "nsclc"
    @Option(help: "Therapy in the words of a protocol; a name alone takes the label's schedule.") var therapy: String?
    @Option(help: ArgumentHelp("File or folder with agents of your own; Documentation/Agents.md.", valueName: "path")) var agents: String?
    @Option(help: "Instead of a cancer: healthy, infection (a respiratory virus) or hpv (a cohort with and without vaccine).") var scenario: Scenario?
    @Option(help: "Second infection, with its unit: 180d. Only with --scenario infection.") var reinfection: String?
    @Option(help: "Follow-up with its unit: 365d, 18mo, 2y. Without it 1y; 60d after the last infection; 10y for hpv.") var until: String?
    @Option(help: "Figures of a report: html (interactive) or svg (no script at all).") var format: DemoCommand.Format = .html
    @Option(help: "Twins to treat.") var twins: Int = 100
    @OptionGroup(title: "Patient") var patient: PatientOptions
    @Option(help: "Lesions that a patient can have, 1 to 5, each with its own growth, clones and infiltrate.") var lesions: Int = 1
    @Option(help: "Stage I to IV: limits the size at diagnosis as its definition does; nodes and metastases are not simulated.") var stage: String?

    func validate() throws {
        try PatientOptions.check("--twins", Double(twins), 1...1_000_000)
        if let path = common.out, !path.hasSuffix(".html"), !path.hasSuffix(".csv") {
            throw ValidationError("--out must end in .html (a report) or .csv (time courses), got '\(path)'.")
        }
        try PatientOptions.check("--lesions", Double(lesions), 1...5)
        _ = try days()
        if scenario == nil {
            if therapy == nil { throw ValidationError("--therapy is missing; say none for the course without therapy, or take a --scenario.") }
            if reinfection != nil { throw ValidationError("--reinfection belongs to --scenario infection.") }
        } else {
            try validateScenario()
        }
    }

    /// Options that a scenario doesn't read are refused, not ignored.
    private func validateScenario() throws {
        let given: [(String, Bool)] = [
            ("--therapy", therapy != nil), ("--stage", stage != nil), ("--reinfection", reinfection != nil && scenario != .infection),
        ] + patient.given.filter { $0.0 != "--age" || scenario == .hpv }
        if let (name, _) = given.first(where: \.1) { throw ValidationError("--scenario \(scenario!.rawValue) doesn't read \(name).") }
        if let reinfection, try TimeSpan(reinfection, option: "--reinfection").days >= days() {
            throw ValidationError("--reinfection \(reinfection) lies beyond the end, --until \(until ?? "").")
        }
    }

    func days() throws -> Double {
        if let until { return try TimeSpan(until, option: "--until").days }
        switch scenario {
        case .infection: return 60 + (try reinfection.map { try TimeSpan($0, option: "--reinfection").days } ?? 0)
        case .hpv: return 3652.5
        default: return 365.25
        }
    }

    /// What the stage says about the diameter, in agreement with `--diameter`.
    private func stageLimits(_ stage: String) throws -> [String: ClosedRange<Double>] {
        let id = try ModelLibrary.builtIn().cancer(named: cancer)?.id ?? cancer
        let row: StageTable.Row
        do { row = try StageTable().row(cancer: id, stage: stage) } catch let invalid as InvalidModel {
            throw CommandOutcome(.usage, "error: --stage: \(invalid.diagnostics[0].message)\n  note: \(invalid.diagnostics[0].remedy ?? "")")
        }
        if let given = try patient.covariates()["diagnosisDiameter"], !row.diameter.contains(given) {
            throw CommandOutcome(
                .usage, "error: --diameter \(patient.diameter ?? "") contradicts --stage \(stage), which is \(row.diameter.lowerBound.formatted()) to \(row.diameter.upperBound.formatted()) mm here (\(row.source))")
        }
        return ["diagnosisDiameter": row.diameter]
    }

    var commandText: String {
        (["perforin"] + ProcessInfo.processInfo.arguments.dropFirst()).map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: " ")
    }

    func run() async throws {
        if let path = common.out { try StudyRun.checkWritable(path) }
        if let scenario { return try runScenario(scenario) }
        let therapy = therapy ?? "none"
        let limits = try stage.map { try stageLimits($0) } ?? [:]
        let plan = CohortPlan(
            title: "One patient, \(twins) twins", cancer: cancer, arms: [.init(name: therapy, therapy: therapy)], patients: twins,
            seed: common.seed, horizon: try days(), fixed: try patient.covariates(), limits: limits, threads: common.threads, lesions: lesions,
            command: commandText)
        let library = try AgentFiles.library(with: agents)
        let result: CohortResult
        do { result = try StudyRun.run(plan, library: library, quiet: common.quiet) } catch let outcome as CommandOutcome { throw outcome } catch {
            guard let outcome = CommandOutcome(error), outcome.status == .badInput else { throw error }
            throw CommandOutcome(.usage, outcome.message)
        }
        if let path = common.out {
            if path.hasSuffix(".html") {
                try StudyRun.writeReport(CohortReport(result).report, to: path, format: format)
            } else {
                try Self.timeCourses(result).write(toFile: path, atomically: true, encoding: .utf8)
            }
        }
        print(common.json ? try StudyRun.json(result) : StudyRun.table(result) + "\n" + Self.sizes(result))
    }

    /// Long CSV: quantity, unit, day and the quantiles over twins.
    static func timeCourses(_ result: CohortResult) -> String {
        var lines = ["name,unit,day,twins,q05,q25,q50,q75,q95"]
        for band in result.arms.flatMap(\.bands) {
            for (row, day) in band.days.enumerated() {
                lines.append(([band.id, band.unit, "\(day)", "\(band.counts[row])"] + band.quantiles.map { "\($0[row])" }).joined(separator: ","))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Tumour diameter by quarter: median and 5 to 95 % of the twins under observation.
    static func sizes(_ result: CohortResult) -> String {
        guard let band = result.arms.first?.bands.first(where: { $0.id == "diameter_tumour" }) else { return "" }
        let rows = stride(from: 0, to: band.days.count, by: 13).map { row in
            String(
                format: "%6.0f  %8.1f  %6.1f to %-6.1f  %5d", band.days[row], band.quantiles[2][row], band.quantiles[0][row], band.quantiles[4][row], band.counts[row])
        }
        return (["   day  diameter [mm]: median, 5 to 95 %   twins observed"] + rows).joined(separator: "\n")
    }
}
