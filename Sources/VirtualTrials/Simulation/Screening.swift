import Dynamics
import Ensembles
import ImmuneModels
import Integrators
import Mathematics
import Synchronization

/// Why a draw is not a patient.
public enum Rejection: String, Sendable, Hashable, Codable, CaseIterable {
    /// The tumour never reached the diameter of diagnosis.
    case noTumour = "no tumour"
    /// Something at diagnosis lies outside what is seen in patients.
    case implausible
    /// A study's criteria exclude it.
    case notEligible = "not eligible"
    /// The equations could not be integrated.
    case solver
    /// Plausible, but of a kind that is rarer in reality than among the draws.
    case notDrawn = "not drawn by weight"
}

/// A patient at diagnosis, ready for any arm.
public struct DiagnosedPatient: Sendable {
    public var patient: VirtualPatient
    /// The state in which every arm begins.
    public var snapshot: Snapshot
    /// Days from the first cells to diagnosis.
    public var growthDays: Double
    /// Doubling time of volume or cells over the eight weeks before diagnosis, days; nil when it didn't grow then.
    public var doublingDays: Double?
    /// Stops beside those of the regimen, on the integrator's clock; no visit cancels them.
    package var background: [Stop] = []
    /// Values by which the pool is weighted, in the order of `Screening.weighed`.
    package var weighed: [Double] = []
}

/// What lies in range in people: an observable at diagnosis and its limits.
public struct PlausibleRange: Sendable, Hashable, Codable {
    public var observable: String
    public var low: Double
    public var high: Double
    public var source: String
    public init(_ observable: String, _ low: Double, _ high: Double, source: String) {
        self.observable = observable
        self.low = low
        self.high = high
        self.source = source
    }

    /// Limits that hold in every cancer; those that a model doesn't have are skipped.
    public static let usual: [PlausibleRange] = [
        PlausibleRange("ALC", 200, 6000, source: "trials ask for at least 500 lymphocytes per uL; above 5000 is lymphocytosis; assumed margins"),
        PlausibleRange("ANC", 1000, 15000, source: "trials ask for at least 1500 neutrophils per uL; assumed margins"),
    ]

    /// The usual limits, replaced where the cancer has its own.
    package static func ranges(of model: AssembledModel) -> [PlausibleRange] {
        let own = model.plausible.map { PlausibleRange($0.observable, $0.low, $0.high, source: "the cancer's file") }
        return usual.filter { range in !own.contains { $0.observable == range.observable } } + own
    }
}

/// Grows draws to diagnosis and keeps those that make a patient.
public struct Screening: Sendable {
    package let model: TrialModel
    package var sampler: PatientSampler
    package var plausible: [PlausibleRange]
    /// Doubling time in days; slower or faster is implausible.
    package var doublingLimits: ClosedRange<Double>
    /// Draws that may be grown for one place on study before it stays empty.
    package var grownPerPlace = 10_000
    /// Quantities whose values patients carry for weighting: covariates, parameters, observables at diagnosis, `doubling_days`.
    package var weighed: [String] = []
    /// Decides which of the plausible come on study; nil: all.
    package var weights: PopulationWeights?
    package var isEligible: @Sendable (VirtualPatient) -> Bool
    package var threads: Int
    package var cancellation: Cancellation

    package init(
        model: TrialModel, sampler: PatientSampler, plausible: [PlausibleRange]? = nil,
        doublingLimits: ClosedRange<Double>? = nil, threads: Int = 1, cancellation: Cancellation = Cancellation(),
        isEligible: @escaping @Sendable (VirtualPatient) -> Bool = { _ in true }
    ) {
        self.model = model
        self.sampler = sampler
        self.plausible = plausible ?? PlausibleRange.ranges(of: model.assembled)
        self.doublingLimits = doublingLimits ?? model.assembled.doublingDays ?? 10...2000
        self.threads = threads
        self.cancellation = cancellation
        self.isEligible = isEligible
    }

    public struct Result: Sendable {
        public var patients: [DiagnosedPatient] = []
        public var drawn = 0
        public var rejections: [Rejection: Int] = [:]
    }

    /// The first `count` draws that make a patient, in the order of their numbers, and how the others failed.
    ///
    /// - Parameters:
    ///   - limit: Draws after which to give up; the result then holds fewer patients.
    ///   - progress: Called with the number of patients found so far.
    /// - Throws: `CancellationError`.
    package func patients(
        _ count: Int, limit: Int, progress: (@Sendable (_ found: Int, _ drawn: Int) -> Void)? = nil
    ) throws -> Result {
        var result = Result()
        var next = 0
        while result.patients.count < count && next < limit {
            let missing = count - result.patients.count
            // a little more than needed at the rate so far, so that lanes stay full
            let rate = result.drawn == 0 ? 0.8 : max(0.05, Double(result.patients.count) / Double(result.drawn))
            let batch = min(limit - next, max(threads * 16, Int((Double(missing) / rate * 1.05).rounded(.up))))
            let range = next..<(next + batch)
            for outcome in try grow(range) {
                guard result.patients.count < count else { break }
                result.drawn += 1
                switch outcome {
                case .success(let patient): result.patients.append(patient)
                case .failure(let rejection): result.rejections[rejection.reason, default: 0] += 1
                }
            }
            next += batch
            progress?(result.patients.count, result.drawn)
        }
        return result
    }

    struct Rejected: Error { var reason: Rejection }

    private func grow(_ range: Range<Int>) throws -> [Swift.Result<DiagnosedPatient, Rejected>] {
        try grow(range.map { sampler.patient($0) })
    }

    /// Grows the eligible among `patients`; results in their order.
    func grow(_ patients: [VirtualPatient]) throws -> [Swift.Result<DiagnosedPatient, Rejected>] {
        // those whom criteria exclude needn't grow
        let eligible = patients.indices.filter { isEligible(patients[$0]) }
        let outputs = Array(stride(from: 0, through: model.maximumGrowth, by: 28))
        let ensemble = Ensemble(model.integrator, threads: threads, cancellation: cancellation)
        let grown = try ensemble.map(0..<eligible.count) { index in
            let patient = patients[eligible[index]]
            return PatientInput(
                inputs: model.inputs(of: patient), endTime: model.maximumGrowth, outputTimes: outputs,
                randomKey: RandomKey(seed: sampler.seed, patient: UInt64(patient.number)), keepsSnapshot: true)
        } _: { index, outcome in
            judge(outcome, of: patients[eligible[index]], outputTimes: outputs)
        }
        var results = [Swift.Result<DiagnosedPatient, Rejected>](repeating: .failure(Rejected(reason: .notEligible)), count: patients.count)
        for (index, outcome) in zip(eligible, grown) { results[index] = outcome }
        return results
    }

    private func judge(
        _ outcome: PatientResult, of patient: VirtualPatient, outputTimes: [Double]
    ) -> Swift.Result<DiagnosedPatient, Rejected> {
        if outcome.failure != nil { return .failure(Rejected(reason: .solver)) }
        guard outcome.endedBy == TrialModel.diagnosisEvent, let snapshot = outcome.snapshot else {
            return .failure(Rejected(reason: .noTumour))
        }
        let width = model.observables.count
        func value(_ id: String, at row: Int) -> Double? {
            model.columns[id].map { outcome.outputs[row * width + $0] }
        }
        var doubling: Double?
        if let diagnosis = model.assembled.diagnosis, outcome.outputCount >= 3, let threshold = patient.values[diagnosis.threshold] ?? model.assembled.parameters.first(where: { $0.id == diagnosis.threshold })?.value {
            // from the last output at least eight weeks before
            if let row = (0..<outcome.outputCount).last(where: { outputTimes[$0] <= outcome.finalTime - 56 }), let before = value(diagnosis.observable, at: row), before > 0 {
                let gain = model.diagnosisPower * Elementary.log(threshold / before)
                if gain > 0 { doubling = (outcome.finalTime - outputTimes[row]) * 0.693_147_180_559_945_3 / gain }
            }
        }
        if let doubling, !doublingLimits.contains(doubling) { return .failure(Rejected(reason: .implausible)) }
        if doubling == nil, model.assembled.diagnosis != nil, outcome.finalTime > 84 { return .failure(Rejected(reason: .implausible)) }
        let last = outcome.outputCount - 1
        for range in plausible where last >= 0 {
            if let x = value(range.observable, at: last), !(range.low...range.high ~= x) {
                return .failure(Rejected(reason: .implausible))
            }
        }
        let weighed = weighed.map { id in
            patient.covariates[id] ?? patient.values[id] ?? (id == "doubling_days" ? doubling : last >= 0 ? value(id, at: last) : nil) ?? .nan
        }
        if let weights {
            var stream = RandomStream(seed: sampler.seed, patient: UInt64(patient.number), purpose: "weighting")
            if stream.uniform() >= weights.acceptance(weighed) { return .failure(Rejected(reason: .notDrawn)) }
        }
        return .success(
            DiagnosedPatient(
                patient: patient, snapshot: model.settled(snapshot), growthDays: outcome.finalTime, doublingDays: doubling, weighed: weighed))
    }
}
