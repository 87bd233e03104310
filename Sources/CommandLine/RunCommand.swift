import ArgumentParser
import Foundation
import ModelIR
import ModelRuns

/// `perforin run MODEL`
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run any model of the field: SBML or Antimony; one run, or one per patient of a table.",
        discussion: """
            Writes CSV with the header `time,<id>,...` and steps + 1 rows to standard output or --out. With --parameters \
            the output is long CSV (`patient,time,name,value`) or, for --out x.npy, an array [patients, steps + 1, columns] \
            with x.json beside it.

            EXAMPLES:
              perforin run model.xml --duration 400 --steps 400 --observe tumour,CD8 --out x.csv
              perforin run experiment.omex --out results/
              perforin run model.ant --parameters patients.csv --threads 2 --out x.npy
            """)

    @Argument(help: ArgumentHelp("SBML or Antimony file, a COMBINE archive, or a built-in name such as healthy.", valueName: "model"))
    var model: String

    @Option(parsing: .unconditional, help: "Time of the first row, in the model's unit of time.")
    var start = 0.0

    @Option(parsing: .unconditional, help: "How long to run, in the model's unit of time.")
    var duration = 100.0

    @Option(parsing: .unconditional, help: "Intervals between rows.")
    var steps = 100

    @Option(help: ArgumentHelp("Ids to report, separated by commas; all species without it.", valueName: "ids"))
    var observe: String?

    @Option(help: ArgumentHelp("Those to report as amounts; - for none.", valueName: "ids"))
    var amounts: String = "-"

    @Option(help: ArgumentHelp("Those to report as concentrations; - for none.", valueName: "ids"))
    var concentrations: String = "-"

    @Option(help: ArgumentHelp("Replace a value, as in --set k=0.1; may be repeated.", valueName: "id=value"))
    var set: [String] = []

    @Option(parsing: .unconditional, help: "Relative tolerance of each step.")
    var rtol = 1e-6

    @Option(parsing: .unconditional, help: "Absolute tolerance of each step, in the unit of each state; without it, by each state's scale.")
    var atol: Double?

    @Option(
        help: ArgumentHelp("CSV with one column per parameter or species and one row per patient.", valueName: "file"))
    var parameters: String?

    @Flag(help: "Write long CSV: one row per time and id (`time,name,value`).")
    var long = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard start.isFinite else { throw ValidationError("--start must be a number.") }
        guard duration.isFinite, duration > 0 else {
            throw ValidationError("--duration must be positive, got \(duration).")
        }
        guard (1...10_000_000).contains(steps) else {
            throw ValidationError("--steps must be between 1 and 10,000,000, got \(steps).")
        }
        guard rtol > 0, rtol < 1 else { throw ValidationError("--rtol must lie between 0 and 1, got \(rtol).") }
        if let atol, !(atol > 0 && atol.isFinite) { throw ValidationError("--atol must be positive, got \(atol).") }
        for setting in set { _ = try Self.setting(setting) }
    }

    private static func setting(_ text: String) throws -> (String, Double) {
        let parts = text.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.count == 2, let value = Double(parts[1]), value.isFinite else {
            throw ValidationError("--set takes id=number, got '\(text)'.")
        }
        return (parts[0], value)
    }

    private static func ids(_ text: String) -> [String] {
        text == "-" ? [] : text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private func options() throws -> RunOptions {
        var options = RunOptions()
        options.start = start
        options.duration = duration
        options.steps = steps
        options.observed = observe.map(Self.ids)
        options.amounts = Self.ids(amounts)
        options.concentrations = Self.ids(concentrations)
        for setting in set {
            let (id, value) = try Self.setting(setting)
            options.settings[id] = value
        }
        options.relativeTolerance = rtol
        options.absoluteTolerance = atol
        options.threads = common.threads
        return options
    }

    func run() throws {
        let started = ContinuousClock.now
        if isArchive { return try runExperiments() }
        if let out = common.out, !["csv", "npy", "json"].contains(URL(fileURLWithPath: out).pathExtension) {
            throw ValidationError("--out must end in .csv, .npy or .json, got '\(out)'.")
        }
        let loaded = try namedModel(model)
        if let parameters {
            try runEnsemble(loaded, PatientTable(at: parameters), started)
        } else {
            let prepared = try PreparedModel(loaded, options: options())
            report(prepared.warnings)
            try write(runOnce(prepared))
        }
    }

    private var isArchive: Bool {
        guard let handle = FileHandle(forReadingAtPath: model), let start = try? handle.read(upToCount: 4) else {
            return false
        }
        return ModelFormat(of: start) == .archive
    }

    /// The reports of an archive, as CSV files below --out.
    private func runExperiments() throws {
        let folder = URL(fileURLWithPath: common.out ?? ".")
        let reports: [ReportTable]
        let remarks: [String]
        do { (reports, remarks) = try runArchive(at: model, threads: common.threads) } catch let failure as RunFailure {
            throw CommandOutcome(.badInput, failure.description)
        }
        if !common.quiet { remarks.forEach(remark) }
        for report in reports {
            let file = folder.appendingPathComponent(report.name + ".csv")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try report.csv().write(to: file)
            print(file.relativePath)
        }
    }

    private func runOnce(_ prepared: PreparedModel) throws -> TimeCourse {
        do throws(RunFailure) { return try prepared.run() } catch {
            throw CommandOutcome(.badInput, error.description)
        }
    }

    private func report(_ warnings: [Diagnostic]) {
        guard !common.quiet else { return }
        let texts = warnings.map(\.description).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        texts.prefix(5).forEach(remark)
        if texts.count > 5 { remark("… and \(texts.count - 5) more; `perforin model check \(model)` lists them") }
    }

    private func write(_ course: TimeCourse) throws {
        let suffix = common.out.map { URL(fileURLWithPath: $0).pathExtension }
        if suffix == "npy" {
            try course.writeNumPy(to: common.out!)
            return
        }
        let data = common.json || suffix == "json" ? course.json(model: model) : long ? course.longCSV() : course.csv()
        if let out = common.out {
            try data.write(to: URL(fileURLWithPath: out))
        } else {
            FileHandle.standardOutput.write(data)
        }
    }

    private func runEnsemble(_ loaded: Model, _ table: PatientTable, _ started: ContinuousClock.Instant) throws {
        let options = try options()
        if let twice = table.ids.filter({ options.settings[$0] != nil }).min() {
            throw ValidationError("--set \(twice) is a column of --parameters as well: the table's values would replace it. Drop one of them.")
        }
        let prepared = try PreparedModel(loaded, options: options, varied: table.ids)
        report(prepared.warnings)
        let isNumPy = common.out.map { URL(fileURLWithPath: $0).pathExtension == "npy" } ?? false
        if common.json || common.out?.hasSuffix(".json") == true {
            throw ValidationError("--parameters writes .csv or .npy; the .json lies beside the .npy.")
        }
        let setup = (ContinuousClock.now - started).components
        let bar = ProgressBar("run", unit: "patients", quiet: common.quiet)
        defer { bar.finish() }
        let result = try prepared.run(
            table, into: isNumPy ? .numPy(path: common.out!) : .csv(path: common.out),
            setupSeconds: Double(setup.seconds) + Double(setup.attoseconds) * 1e-18
        ) { bar.update(done: $0.done, of: $0.total, failed: $0.failed) }
        bar.finish()
        if result.failed > 0, !common.quiet {
            let reason = result.outcomes.first { $0 != "completed" } ?? ""
            remark("\(result.failed) of \(result.patients) patients failed (the first: \(reason))")
        }
    }
}

/// A line on standard error.
func remark(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
