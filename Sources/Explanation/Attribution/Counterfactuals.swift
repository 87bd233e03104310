import Dynamics
import ImmuneModels
import Mathematics
import ModelIR
import VirtualTrials

/// Runs of the treated arm with some mechanisms held at their trajectory in the reference arm.
///
/// For every twin and every set S of released mechanisms, v(S) is what a measure gives when the others are clamped from
/// the first day on. Runs are kept: what one measure needed, the next has.
package struct Counterfactuals {
    let cohort: TwinCohort
    let pair: PairedModel
    let treated: Regimen
    let horizon: Double
    let reference: [TwinOutcome]
    private let referenceDoses: [[Stop]]
    private var outcomes: [Key: TwinOutcome] = [:]
    package private(set) var runs = 0
    /// Twins of which a run could not be integrated; they are left out of every mean, and counted.
    private(set) var failed: Set<Int> = []
    /// Called with finished runs and how many there will be at most, as far as that is known.
    package var progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    /// Runs that are expected in all, for `progress`.
    var expected = 0

    private struct Key: Hashable {
        var twin: Int
        var own: Set<Int>
    }

    /// - Parameters:
    ///   - changes: Constants that differ under `treated`, by factor (planted causes).
    ///   - others: Agents whose constants may be changed although neither therapy gives them.
    package init(
        _ cohort: TwinCohort, treated: Regimen, reference: Regimen, horizon: Double, twins: Int, changes: [String: Double] = [:],
        alsoModelling others: [String] = []
    ) throws {
        self.cohort = cohort
        self.treated = treated
        self.horizon = horizon
        let agents = Set(treated.agents + reference.agents + others)
        let library = cohort.library
        pair = try PairedModel(
            try library.assemble(ModelPlan(cancer: cohort.profile.cancer, agents: agents.sorted())), mechanisms: try Mechanism.all(),
            agents: library.agents.filter { agents.contains($0.id) }, changes: changes)
        let known = try cohort.arm(reference, horizon: horizon, outputInterval: horizon)
            .runKeepingDoses(Array(cohort.patients.prefix(twins)))
        self.reference = known.records.map { TwinOutcome($0, columns: [:]) }
        failed = Set(known.records.indices.filter { known.records[$0].failure != nil })
        referenceDoses = known.doses
    }

    var count: Int { reference.count }
    var everything: Set<Int> { Set(pair.mechanisms.indices) }

    /// Runs what is not known yet, all at once.
    mutating func need(_ wanted: [(twin: Int, own: Set<Int>)]) throws {
        var missing: [Key] = []
        var seen: Set<Key> = []
        for (twin, own) in wanted {
            let key = Key(twin: twin, own: own)
            if outcomes[key] == nil, seen.insert(key).inserted { missing.append(key) }
        }
        guard !missing.isEmpty else { return }
        let starts = missing.map {
            pair.start(cohort.patients[$0.twin], origin: cohort.model, referenceDoses: referenceDoses[$0.twin], own: $0.own)
        }
        let before = runs
        let (report, total) = (progress, max(expected, runs + missing.count))
        report?(before, total)
        let records = try ArmSimulation(
            model: pair.model,
            plan: TrialProtocol(regimen: treated, horizon: horizon, outputInterval: horizon, followsAfterProgression: true),
            seed: cohort.seed, threads: cohort.threads, cancellation: cohort.cancellation
        ).run(starts) { report?(before + $0.done, total) }
        for (key, record) in zip(missing, records) {
            outcomes[key] = TwinOutcome(record, columns: [:])
            if record.failure != nil { failed.insert(key.twin) }
        }
        let reasons = Set(records.compactMap(\.failure).map { String($0.prefix(80)) })
        guard 10 * failed.count <= count else {
            throw InvalidModel([
                Diagnostic(
                    .error, .invalid, "counterfactual runs of \(failed.count) of \(count) twins failed (\(reasons.sorted().prefix(3).joined(separator: "; ")))",
                    remedy: "explain other therapies; an explanation from the rest would be biased")
            ])
        }
        runs += missing.count
    }

    func outcome(_ twin: Int, _ own: Set<Int>) -> TwinOutcome { outcomes[Key(twin: twin, own: own)]! }

    func value(_ twin: Int, _ own: Set<Int>, _ measure: Measure) -> Double {
        measure.value(of: outcome(twin, own), horizon: horizon)
    }
}
