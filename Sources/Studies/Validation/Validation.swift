import Foundation
public import ImmuneModels
import Mathematics
import ModelIR
import Synchronization
import VirtualTrials

/// Runs every study of a folder and holds what comes out against published results.
public struct Validation: Sendable {
    public var studies: [Study]
    /// Why a trial has no study file, from `not_simulated.csv` beside the studies.
    public var notSimulated: [String: String]
    /// What may be behind a miss: trial, column or `*`, and the sentence, from `suspected.csv` beside the studies.
    public var suspected: [(trial: String, endpoint: String, cause: String)]
    public var observed: ObservedTrials
    let library: ModelLibrary
    /// Twins in each arm of the central prediction, and of each parameter vector.
    public var patients = 200
    public var patientsPerVector = 40
    /// Vectors of all parameters that are `assumed` or `calibrated`, for the uncertainty that comes from them.
    public var vectors = 8
    /// Whether each class of therapy is also run with its central mechanism switched off.
    public var switchesOff = true
    /// Factors found by `perforin calibrate`; nil: the tables' values as they are.
    public var calibration: CalibrationResult?
    /// Logarithmic spread of such a parameter: what we believe of numbers that nobody measured; assumed.
    public static let parameterSpread = 0.15

    /// - Parameter folder: Study files `*.yaml`.
    public init(studies folder: URL, observed: ObservedTrials, library: ModelLibrary) throws {
        self.observed = observed
        self.library = library
        studies = []
        notSimulated = [:]
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "there is no folder of studies '\(folder.path)'", remedy: "name it with --studies")])
        }
        for name in names.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            studies.append(try Study(contentsOf: folder.appendingPathComponent(name).path))
        }
        let causes = (try? String(contentsOf: folder.appendingPathComponent("suspected.csv"), encoding: .utf8)) ?? ""
        suspected = causes.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
            let cells = line.split(separator: ",", maxSplits: 2).map(String.init)
            return cells.count == 3 ? (cells[0], cells[1], cells[2]) : nil
        }
        let table = (try? String(contentsOf: folder.appendingPathComponent("not_simulated.csv"), encoding: .utf8)) ?? ""
        for line in table.split(whereSeparator: \.isNewline).dropFirst() {
            let cells = line.split(separator: ",", maxSplits: 1)
            if cells.count == 2 { notSimulated[String(cells[0])] = String(cells[1]) }
        }
    }

    struct Prediction {
        /// By arm of the table, then column.
        var central: [String: [String: Double]] = [:]
        /// Standard deviation over parameter vectors on the transformed scale.
        var spread: [String: [String: Double]] = [:]
        /// By class of therapy: arms that get it, with its central mechanism switched off.
        var without: [String: [String: [String: Double]]] = [:]
        var reason: String?
    }

    /// Studies run side by side, each on one thread; the result doesn't depend on how many.
    public func run(threads: Int, progress: (@Sendable (StudyProgress) -> Void)? = nil) throws -> ValidationResult {
        let started = ContinuousClock.now
        let results = Mutex<[Prediction?]>(Array(repeating: nil, count: studies.count))
        let failure = Mutex<(any Error)?>(nil)
        let next = Atomic(0)
        progress?(StudyProgress(stage: "trials", done: 0, total: studies.count))
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, studies.count))) { _ in
            while failure.withLock({ $0 == nil }) {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < studies.count else { return }
                guard studies[index].observed != nil else { continue }
                do {
                    let prediction = try predict(studies[index], threads: 1)
                    let done = results.withLock { results in
                        results[index] = prediction
                        return results.count { $0 != nil }
                    }
                    progress?(StudyProgress(stage: "trials", done: done, total: studies.count))
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        var predictions: [String: Prediction] = [:]
        for (study, result) in zip(studies, results.withLock { $0 }) {
            guard let trial = study.observed, let new = result else { continue }
            predictions[trial, default: Prediction()].central.merge(new.central) { $1 }
            predictions[trial]!.spread.merge(new.spread) { $1 }
            for (name, arms) in new.without { predictions[trial]!.without[name, default: [:]].merge(arms) { $1 } }
            if let reason = new.reason { predictions[trial]!.reason = reason }
        }
        let passed = ContinuousClock.now - started
        return try ValidationTable(validation: self, predictions: predictions)
            .result(seconds: Double(passed.components.seconds) + Double(passed.components.attoseconds) * 1e-18)
    }

    /// Every patient in every arm: the same expectation as lots, with less noise.
    func asTwins(_ study: Study) -> Study {
        var plan = study
        plan.design = .twins
        plan.strata = []
        plan.subgroups = []
        plan.patients = patients
        return plan
    }

    /// The central prediction and its spread over parameter vectors; a study that this library can't run says why.
    private func predict(_ study: Study, threads: Int) throws -> Prediction {
        if study.prevention != nil { return prevented(study) }
        let trial: TrialStudy
        do { trial = try TrialStudy(asTwins(study), library: library) } catch let invalid as InvalidModel {
            return Prediction(reason: "not run: \(invalid.diagnostics.first?.message ?? "\(invalid)")")
        }
        var prediction = Prediction()
        let best = calibration?.factors(cancer: trial.cancer.id) ?? [:]
        prediction.central = try trial.varied(by: best, patients: patients).observedEndpoints(threads: threads)
            .mapValues { Dictionary(uniqueKeysWithValues: $0.map { ($0.rawValue, $1) }) }
        var seen: [String: [String: [Double]]] = [:]
        for vector in 0..<vectors {
            var factors = Self.factors(trial, vector: vector)
            factors.merge(calibration?.factors(cancer: trial.cancer.id, vector: vector) ?? [:]) { $1 }
            // a vector under which nobody gets ill says nothing about the treated
            guard let outcome = try? trial.varied(by: factors, patients: patientsPerVector).transformedEndpoints(threads: threads) else { continue }
            for (arm, columns) in outcome {
                for (column, value) in columns { seen[arm, default: [:]][column, default: []].append(value) }
            }
        }
        // what so few twins scatter by chance is part of this spread, so it is cautious
        prediction.spread = seen.mapValues { $0.mapValues { $0.count > 2 ? Statistics.standardDeviation($0) : 0.3 } }
        if switchesOff { prediction.without = try without(trial, best, threads: threads) }
        return prediction
    }

    /// The trial once for each class of therapy in it, with that class's central mechanism switched off.
    private func without(_ trial: TrialStudy, _ best: [String: Double], threads: Int) throws -> [String: [String: [String: Double]]] {
        var result: [String: [String: [String: Double]]] = [:]
        for mechanism in CentralMechanism.all {
            let agents = Set(trial.protocols.flatMap(\.agents)).sorted().compactMap { library.agent(named: $0) }
            guard let off = mechanism.factors(agents: agents, in: trial.models.union) else { continue }
            let outcome = try trial.varied(by: best.merging(off) { $1 }, patients: patientsPerVector).observedEndpoints(threads: threads)
            for (arm, plan) in zip(trial.study.arms, trial.protocols) {
                guard let name = arm.observed, let columns = outcome[name] else { continue }
                let gets = plan.regimen.agents.compactMap { library.agent(named: $0) }
                guard mechanism.factors(agents: gets, in: trial.models.union) != nil else { continue }
                result[mechanism.name, default: [:]][name] = Dictionary(uniqueKeysWithValues: columns.map { ($0.rawValue, $1) })
            }
        }
        return result
    }

    /// Efficacy of a vaccine, from far more people than the trial had, with the sampling error of its own size.
    private func prevented(_ study: Study) -> Prediction {
        var plan = study
        plan.design = .twins
        plan.patients = 20_000
        func outcome(_ factors: [String: Double]) throws -> PreventionResult { try PreventionTrial(plan, library: library, factors: factors).run() }
        let central: PreventionResult
        do { central = try outcome([:]) } catch {
            return Prediction(reason: "not run: \((error as? InvalidModel)?.diagnostics.first?.message ?? "\(error)")")
        }
        var prediction = Prediction()
        prediction.central = central.observedEndpoints(study)
        func cases(_ arm: PreventionResult.Arm) -> Double {
            let row = arm.incidence.first { $0.population == .perProtocol && $0.endpoint == .lesion }
            return max(0.5, Double(row?.cases ?? 0) / Double(plan.patients) * Double(study.patients) / Double(study.arms.count))
        }
        for (arm, result) in zip(study.arms, central.arms) {
            guard let name = arm.observed, let efficacy = prediction.central[name]?["ve_pct"], let reference = central.arms.first(where: \.isReference) else { continue }
            // log RR has variance 1/a + 1/b; logit VE changes by 1/VE of it
            let sampling = (1 / cases(result) + 1 / cases(reference)).squareRoot() / max(0.05, efficacy / 100)
            prediction.central[name]![ValidationTable.samplingKey(.ve_pct)] = sampling
            var seen: [Double] = []
            for vector in 0..<vectors {
                var factors: [String: Double] = [:]
                for row in library.parameters where row.module == "30-hpv" && (row.confidence == .assumed || row.confidence == .calibrated) {
                    var stream = RandomStream(seed: 77, patient: UInt64(vector), purpose: "validation \(row.id)")
                    factors[row.id] = exp(Self.parameterSpread * stream.normal())
                }
                guard let value = try? outcome(factors).observedEndpoints(study)[name]?["ve_pct"] else { continue }
                seen.append(ObservedTrials.Endpoint.ve_pct.transformed(value))
            }
            prediction.spread[name, default: [:]]["ve_pct"] = seen.count > 2 ? Statistics.standardDeviation(seen) : 0.3
        }
        return prediction
    }

    /// Factors on the parameters that nobody measured: one vector for all studies, so that errors go together as they would.
    static func factors(_ trial: TrialStudy, vector: Int) -> [String: Double] {
        var factors: [String: Double] = [:]
        for row in trial.models.union.parameters where row.confidence == .assumed || row.confidence == .calibrated {
            var stream = RandomStream(seed: 77, patient: UInt64(vector), purpose: "validation \(row.id)")
            factors[row.id] = exp(parameterSpread * stream.normal())
        }
        return factors
    }
}
