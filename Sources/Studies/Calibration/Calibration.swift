import Foundation
import ImmuneModels
import Mathematics
import ModelIR

/// What a calibration found, kept with the program so that predictions can use it.
public struct CalibrationResult: Sendable, Codable, Hashable {
    public struct Parameter: Sendable, Codable, Hashable {
        public var name: String
        public var id: String
        public var cancer: String?
        /// What the tables' value is multiplied with.
        public var factor: Double
        /// 5 to 95 % of the ensemble.
        public var lower: Double
        public var upper: Double
        /// Share of the prior's variance that the trials took away; near 0: they say nothing about it.
        public var learned: Double
        /// Trials whose figures move with it.
        public var trials: [String]
        public var note: String
    }
    public struct LeftOut: Sendable, Codable, Hashable {
        public var trial: String
        /// Mean absolute error of response rates in points, fitted without this trial, and of the baselines.
        public var responseError: Double?
        public var naiveError: Double?
        public var regressionError: Double?
    }
    public var schema = 1
    public var version: String
    public var vectors: Int
    public var patientsPerArm: Int
    public var freeParameters: Int
    public var fittedEndpoints: Int
    public var objectiveBefore: Double
    public var objectiveAfter: Double
    /// Root mean square of the emulators' own errors, transformed scale.
    public var emulatorError: Double
    public var parameters: [Parameter]
    /// Factors by parameter, a line a vector.
    public var ensemble: [[Double]]
    public var leftOut: [LeftOut]
    public var trace: [TraceStep]
    public var seconds: Double

    /// The objective on the way: what the fit did, stage by stage.
    public struct TraceStep: Sendable, Codable, Hashable {
        public var stage: String
        public var step: Int
        public var objective: Double
    }
}

/// Fits the free parameters to the calibration trials on a stored design.
public struct Calibration: Sendable {
    public var parameters: [FreeParameter]
    public var vectors = 64
    public var patients = 60
    let validation: Validation

    public init(_ parameters: [FreeParameter], validation: Validation) {
        self.parameters = parameters
        self.validation = validation
    }

    /// - Throws: `InvalidModel` when more parameters are free than a third of the figures can bear.
    public func run(in folder: URL, threads: Int, progress: (@Sendable (StudyProgress) -> Void)? = nil) throws -> CalibrationResult {
        let started = ContinuousClock.now
        let trials = validation.studies.compactMap { study -> TrialStudy? in
            study.observed == nil ? nil : try? TrialStudy(validation.asTwins(study), library: validation.library)
        }
        // a parameter that no trial has is no degree of freedom
        let used = parameters.filter { parameter in
            trials.contains { trial in
                (parameter.cancer == nil || parameter.cancer == trial.cancer.id) && trial.models.union.parameters.contains { $0.id == parameter.id }
            }
        }
        let design = CalibrationDesign(used, vectors: vectors)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let points = try design.run(
            trials, patients: patients, file: folder.appendingPathComponent("design.jsonl"), threads: threads, progress: progress)
        let emulators = emulators(design, points, trials)
        guard 3 * used.count <= emulators.count else {
            throw InvalidModel([
                Diagnostic(.error, .invalid, "\(used.count) parameters are free, but only \(emulators.count) figures are fitted", remedy: "free at most \(emulators.count / 3)")
            ])
        }
        let fit = CalibrationFit(emulators, parameters: used.count)
        let leftOut = trials.compactMap { trial in trial.study.observed }.uniqued().map { self.leftOut($0, emulators, used.count) }
        let passed = ContinuousClock.now - started
        return CalibrationResult(
            version: PerforinVersion.current, vectors: vectors, patientsPerArm: patients, freeParameters: used.count, fittedEndpoints: emulators.count,
            objectiveBefore: fit.objectiveStart, objectiveAfter: fit.objective,
            emulatorError: (emulators.reduce(0) { $0 + $1.error * $1.error } / Double(max(1, emulators.count))).squareRoot(),
            parameters: used.enumerated().map { index, parameter in
                let scores = fit.ensemble.map { $0[index] }
                let limits = Statistics.quantiles(scores, [0.05, 0.95]).map { exp(parameter.spread * $0) }
                let variance = scores.count > 1 ? Statistics.standardDeviation(scores) * Statistics.standardDeviation(scores) : 1
                let moved = emulators.filter { abs($0.slope(index)) > 2 * $0.error / Double(vectors).squareRoot() }
                return CalibrationResult.Parameter(
                    name: parameter.name, id: parameter.id, cancer: parameter.cancer, factor: exp(parameter.spread * fit.best[index]), lower: limits[0],
                    upper: limits[1], learned: max(0, 1 - variance), trials: moved.map(\.target.trial).uniqued(), note: parameter.note)
            },
            ensemble: fit.ensemble.map { scores in zip(used, scores).map { exp($0.spread * $1) } }, leftOut: leftOut,
            trace: fit.trace.map { CalibrationResult.TraceStep(stage: $0.stage, step: $0.step, objective: $0.objective) },
            seconds: Double(passed.components.seconds) + Double(passed.components.attoseconds) * 1e-18)
    }

    private func emulators(_ design: CalibrationDesign, _ points: [CalibrationDesign.Point], _ trials: [TrialStudy]) -> [Emulator] {
        let fitted: Set<ObservedTrials.Endpoint> = [.orr_pct, .pfs_median_months, .os_median_months, .pfs_12mo_pct, .os_12mo_pct, .hr_pfs, .dcr_pct]
        var result: [Emulator] = []
        for trial in trials {
            let own = points.filter { $0.study == trial.study.id }
            let ids = Set(trial.models.union.parameters.map(\.id))
            let relevant = design.parameters.indices.filter { index in
                let parameter = design.parameters[index]
                return (parameter.cancer == nil || parameter.cancer == trial.cancer.id) && ids.contains(parameter.id)
            }
            for row in validation.observed.rows where row.trial == trial.study.observed {
                for (endpoint, value) in row.cells where fitted.contains(endpoint) {
                    guard let value else { continue }
                    let known = own.compactMap { point in point.values[row.arm]?[endpoint.rawValue].map { (design.scores[point.vector], $0) } }
                    let target = Emulator.Target(
                        trial: row.trial, arm: row.arm, endpoint: endpoint, observed: endpoint.transformed(value), patients: row.patients)
                    if let emulator = Emulator(target, relevant: relevant, scores: known.map(\.0), values: known.map(\.1)) { result.append(emulator) }
                }
            }
        }
        return result
    }

    /// A fit that never saw the trial, and how it does there. What only this trial informs falls back to its prior.
    private func leftOut(_ trial: String, _ emulators: [Emulator], _ parameters: Int) -> CalibrationResult.LeftOut {
        let fit = CalibrationFit(emulators.filter { $0.target.trial != trial }, parameters: parameters, samples: 1, steps: 500)
        let responses = emulators.filter { $0.target.trial == trial && $0.target.endpoint == .orr_pct }
        let baselines = Baselines(calibration: validation.observed.rows)
        func error(_ predicted: (Emulator) -> Double?) -> Double? {
            let errors = responses.compactMap { emulator in
                predicted(emulator).map { abs($0 - emulator.target.endpoint.restored(emulator.target.observed)) }
            }
            return errors.isEmpty ? nil : Statistics.mean(errors)
        }
        func row(_ emulator: Emulator) -> ObservedTrials.Row? {
            validation.observed.rows.first { $0.trial == trial && $0.arm == emulator.target.arm }
        }
        return CalibrationResult.LeftOut(
            trial: trial, responseError: error { $0.target.endpoint.restored($0.value(fit.best)) },
            naiveError: error { emulator in row(emulator).flatMap { baselines.naive($0, .orr_pct) } },
            regressionError: error { emulator in row(emulator).flatMap { baselines.regression($0, .orr_pct) } })
    }
}

extension Sequence where Element: Hashable {
    /// The distinct elements in order of first appearance.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
