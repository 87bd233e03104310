import ArgumentParser
import Foundation
import ImmuneModels
import Reports
import Studies

/// `perforin trial`: a randomised trial from a study file, with tables and report.
struct TrialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trial",
        abstract: "Run a virtual trial from a study file.",
        discussion: """
            Screens virtual patients by the study's criteria, allocates and treats them, watches them at the visits, and leaves
            in --out: ADSL, ADTR, ADRS, ADTTE, ADAE and ADEX as CSV with define.xml, the result as JSON, a report and a manifest.
            The same command into the same folder goes on where it stopped; another plan there is refused.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin trial Examples/studies/keynote-024.yaml --out results/
              perforin trial study.yaml --patients 1000 --seed 7 --out results/ --threads 2
              perforin trial study.yaml --patients 1000000 --out results/ --cluster slurm --shards 1000 --time 30
            """)

    @Argument(help: "Study file (YAML).") var study: String
    @Option(help: ArgumentHelp("Patients on study; default: the study's.", valueName: "n")) var patients: Int?
    @Flag(help: "Print results as JSON, in full precision.") var json = false
    @Option(help: "Seed of all random numbers; default: the study's.") var seed: UInt64?
    @Option(help: ArgumentHelp("Worker threads; results don't depend on it.", valueName: "n"))
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount
    @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the results.", valueName: "folder")) var out: String
    @Option(help: ArgumentHelp("File or folder with agents of your own; Documentation/Agents.md.", valueName: "path")) var agents: String?
    @Option(help: ArgumentHelp("Power at these numbers of patients in each arm (100,200,400), drawn from this trial's patients.", valueName: "n,n"))
    var power: String?
    @Option(help: "Figures of the report: html (interactive) or svg (no script at all).") var format: DemoCommand.Format = .html
    @Flag(name: .shortAndLong, help: "No progress and no remarks on standard error.") var quiet = false

    @Option(help: ArgumentHelp("Compute one part of the trial: 3/100, or auto/100 for the scheduler's array index; then `perforin merge`.", valueName: "i/n"))
    var shard: String?
    @Option(help: ArgumentHelp("Keep the result in this archive and take from it what was computed before; default: PERFORIN_ARCHIVE, else none.", valueName: "path"))
    var archive: String?
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    func validate() throws {
        if let shard {
            do { _ = try ShardIndex(parsing: shard) } catch { throw ValidationError("--shard: \(error).") }
            if cluster.cluster != nil { throw ValidationError("--shard is what --cluster gives its tasks; give one of them.") }
        }
        if let patients, !(1...1_000_000).contains(patients) {
            throw ValidationError("--patients must be between 1 and 1,000,000, got \(patients).")
        }
        _ = try sizes()
        guard threads >= 1, threads <= 4096 else { throw ValidationError("--threads must be between 1 and 4096, got \(threads).") }
    }

    func run() async throws {
        var plan = try Study(contentsOf: study)
        if let patients { plan.patients = patients }
        if let seed { plan.seed = seed }
        if plan.prevention != nil { return try prevention(plan) }
        let trial = try TrialStudy(plan, library: try AgentFiles.library(with: agents), command: command(plan))
        let folder = URL(fileURLWithPath: out)
        if cluster.cluster != nil { return try await cluster.run(trial, in: folder, arguments: arguments(plan), threads: threads, quiet: quiet, json: json) }
        let interruption = Interruption()
        let bars = BarByStage(quiet: quiet)
        if let part = try shard.map({ try ShardIndex(parsing: $0) }) {
            try trial.compute(part, in: folder, threads: threads, cancellation: interruption.cancellation) { bars.update($0) }
            bars.finish()
            if !quiet { FileHandle.standardError.write(Data("part \(part) is in \(out); when all parts are: perforin merge \(out)\n".utf8)) }
            return
        }
        let archive = try TrialOutput.archive(archive)
        let parts = archive.map { CountedParts($0) }
        let result = try trial.run(in: folder, threads: threads, parts: parts, cancellation: interruption.cancellation) { bars.update($0) }
        bars.finish()
        if let parts, !quiet { remark("from the archive: \(parts.words)") }
        try TrialOutput.write(result, to: folder, format: format, quiet: quiet)
        try archive.map { try TrialOutput.keep(result, of: trial, in: folder, archive: $0) }
        var summary = result.summary
        summary.power = result.power(patientsPerArm: try sizes())
        print(json ? try Self.json(summary) : ([Self.table(result)] + summary.power.map(Self.line)).joined(separator: "\n"))
        if !quiet {
            FileHandle.standardError.write(Data("Tables, report and manifest are in \(out). \(PerforinCommand.notMedicalAdvice)\n".utf8))
        }
    }

    /// A study of prevention: seconds on one thread, so that neither shards nor an archive are of use.
    private func prevention(_ plan: Study) throws {
        if shard != nil || cluster.cluster != nil || power != nil {
            throw CommandOutcome(.declined, "a study of prevention runs whole and within seconds: --shard, --cluster and --power are not for it")
        }
        let trial = try PreventionTrial(plan, library: try ModelLibrary.builtIn())
        let result = trial.run()
        let folder = URL(fileURLWithPath: out)
        let report = PreventionReport(result, study: plan.text, command: command(plan)).report
        var others: [String: Data] = [:]
        do {
            others["report.html"] = Data(HTMLPage(report, figures: try StudyRun.figures(of: report, format: format)).text.utf8)
        } catch let outcome as CommandOutcome {
            if !quiet { FileHandle.standardError.write(Data("no report: \(outcome.message)\n".utf8)) }
        }
        try trial.write(result, to: folder, command: command(plan), others: others)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(json ? String(decoding: try encoder.encode(result), as: UTF8.self) : Self.table(result))
        if !quiet {
            FileHandle.standardError.write(Data("Tables, report and manifest are in \(out). \(PerforinCommand.notMedicalAdvice)\n".utf8))
        }
    }

    /// Efficacy by population and case.
    static func table(_ result: PreventionResult) -> String {
        func number(_ value: Double?) -> String { value.map { String(format: "%.1f", $0) } ?? "–" }
        return result.efficacy.map { row in
            func cases(_ name: String) -> String {
                result.arms.first { $0.name == name }?.incidence.first { $0.population == row.population && $0.endpoint == row.endpoint }
                    .map { "\($0.cases) in \(number($0.personYears)) person-years" } ?? ""
            }
            return "\(row.population.rawValue), \(row.endpoint.rawValue): efficacy \(number(row.efficacy.value)) % (\(number(row.efficacy.lower)) to \(number(row.efficacy.upper))); \(row.arm) \(cases(row.arm)), \(row.reference) \(cases(row.reference))"
        }.joined(separator: "\n")
    }

    private func sizes() throws -> [Int] {
        guard let power else { return [] }
        let sizes = power.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
        guard !sizes.isEmpty, sizes.allSatisfy({ $0.map { (2...100_000).contains($0) } ?? false }) else {
            throw ValidationError("--power must list numbers of patients such as 100,200,400, got '\(power)'.")
        }
        return sizes.compactMap(\.self)
    }

    private static func line(_ row: PowerRow) -> String {
        func percent(_ value: Interval) -> String { value.value.map { String(format: "%.0f", $0) } ?? "–" }
        return "\(row.endpoint), \(row.comparison), \(row.patientsPerArm) in each arm: power \(percent(row.logRank)) % (log-rank), \(percent(row.maxCombo)) % (max-combo)"
    }

    private func command(_ plan: Study) -> String {
        "perforin trial \(study.contains(" ") ? "\"\(study)\"" : study) --patients \(plan.patients) --seed \(plan.seed) --out \(out)\(agents.map { " --agents \($0)" } ?? "")"
    }

    /// What a node of a cluster is told, with absolute paths.
    private func arguments(_ plan: Study) -> [String] {
        let place = URL(fileURLWithPath: out).standardizedFileURL.path
        return ["trial", place + "/study.yaml", "--out", place, "--patients", "\(plan.patients)", "--seed", "\(plan.seed)"]
            + (agents.map { ["--agents", URL(fileURLWithPath: $0).standardizedFileURL.path] } ?? [])
    }

    static func json(_ summary: TrialSummary) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(summary), as: UTF8.self)
    }

    /// Outcomes by arm, then the comparisons.
    static func table(_ result: TrialResult) -> String {
        func number(_ value: Double?, _ digits: Int) -> String { value.map { String(format: "%.\(digits)f", $0) } ?? "–" }
        let comparisons = result.cohort.comparisons.map { comparison in
            let ratio = comparison.hazardRatio
            return "\(comparison.endpoint), \(comparison.arm) against \(comparison.reference): hazard ratio \(number(ratio.value, 2)) (\(number(ratio.lower, 2)) to \(number(ratio.upper, 2))), log-rank p \(number(comparison.logRank, 4))"
        }
        return ([StudyRun.table(result.cohort)] + comparisons).joined(separator: "\n")
    }
}
