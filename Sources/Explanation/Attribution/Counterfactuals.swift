import Dynamics
import ImmuneModels
import Mathematics
import ModelIR
import VirtualTrials

/// Runs of the treated arm with some mechanisms held at their trajectory in the reference arm.
///
/// For every twin and every set S of released mechanisms, v(S) is what a measure gives when the others are clamped from
/// the first day on. The Shapley value of a mechanism is its mean step v(S ∪ m) − v(S) over the orders of release; each
/// twin takes random orders and their reverse (Castro et al., Comput. Oper. Res. 36 (2009) 1726; antithetic pairs), so
/// that in each twin the steps sum to v(all) − v(none) exactly, and the error over twins covers the sampling of orders.
package struct Counterfactuals {
    let cohort: TwinCohort
    let pair: PairedModel
    let treated: Regimen
    let horizon: Double
    private let reference: [TwinOutcome]
    private let referenceDoses: [[Stop]]
    private var outcomes: [Key: TwinOutcome] = [:]
    package private(set) var runs = 0
    /// Twins of which a run could not be integrated; they are left out of every mean, and counted.
    private var failed: Set<Int> = []

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

    private var count: Int { reference.count }
    private var sound: [Int] { (0..<count).filter { !failed.contains($0) } }
    private var everything: Set<Int> { Set(pair.mechanisms.indices) }

    /// Runs what is not known yet, all at once.
    private mutating func need(_ wanted: [(twin: Int, own: Set<Int>)]) throws {
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
        let records = try ArmSimulation(
            model: pair.model,
            plan: TrialProtocol(regimen: treated, horizon: horizon, outputInterval: horizon, followsAfterProgression: true),
            seed: cohort.seed, threads: cohort.threads, cancellation: cohort.cancellation
        ).run(starts)
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

    private func value(_ twin: Int, _ own: Set<Int>, _ measure: Measure) -> Double {
        measure.value(of: outcomes[Key(twin: twin, own: own)]!, horizon: horizon)
    }

    /// Mechanisms of which neither release nor clamping moves any of the first twins: their best change by a tenth of
    /// a point, their times by a day.
    private mutating func inert(looking twins: Int) throws -> Set<Int> {
        let all = everything
        let twins = 0..<min(twins, count)
        var wanted: [(twin: Int, own: Set<Int>)] = []
        for twin in twins {
            wanted.append((twin, all))
            wanted.append((twin, []))
            for mechanism in all {
                wanted.append((twin, [mechanism]))
                wanted.append((twin, all.subtracting([mechanism])))
            }
        }
        try need(wanted)
        var result: Set<Int> = []
        for mechanism in all {
            let isStill = twins.allSatisfy { twin in
                isSame(twin, [], [mechanism]) && isSame(twin, all, all.subtracting([mechanism]))
            }
            if isStill { result.insert(mechanism) }
        }
        return result
    }

    private func isSame(_ twin: Int, _ first: Set<Int>, _ second: Set<Int>) -> Bool {
        let a = outcomes[Key(twin: twin, own: first)]!
        let b = outcomes[Key(twin: twin, own: second)]!
        return a.response == b.response && abs(a.progressionFreeDays - b.progressionFreeDays) <= 1
            && abs(a.survivalDays - b.survivalDays) <= 1 && abs((a.bestChange ?? 0) - (b.bestChange ?? 0)) <= 0.1
    }

    /// The attribution of one measure; further measures reuse the runs.
    package mutating func attribute(
        _ measure: Measure, treatedName: String, referenceName: String, looking: Int = 8, topPairs: Int = 3
    ) throws -> Attribution {
        let inert = try inert(looking: looking)
        let all = everything
        let active = all.subtracting(inert).sorted()
        // an inert mechanism always follows the treated copy
        var orders: [[[Int]]] = []
        var wanted: [(twin: Int, own: Set<Int>)] = []
        for twin in 0..<count {
            var stream = RandomStream(
                seed: cohort.seed, patient: UInt64(cohort.patients[twin].patient.number), purpose: "order of mechanisms")
            let order = active.shuffled(using: &stream)
            orders.append([order, order.reversed()])
            for order in orders[twin] {
                var own = inert
                wanted.append((twin, own))
                for mechanism in order {
                    own.insert(mechanism)
                    wanted.append((twin, own))
                }
            }
        }
        try need(wanted)
        var steps = [[Double]](repeating: [], count: pair.mechanisms.count)
        var wholes: [Double] = []
        var remainders: [Double] = []
        for twin in sound {
            var mean = [Int: Double]()
            for order in orders[twin] {
                var own = inert
                var before = value(twin, own, measure)
                for mechanism in order {
                    own.insert(mechanism)
                    let after = value(twin, own, measure)
                    mean[mechanism, default: 0] += (after - before) / Double(orders[twin].count)
                    before = after
                }
            }
            for mechanism in active { steps[mechanism].append(mean[mechanism]!) }
            let start = measure.value(of: reference[twin], horizon: horizon)
            wholes.append(value(twin, all, measure) - start)
            remainders.append(value(twin, inert, measure) - start)
        }
        let ranked = active.sorted { abs(Attribution.Amount(steps[$0]).value) > abs(Attribution.Amount(steps[$1]).value) }
        let top = Array(ranked.prefix(topPairs))
        wanted = []
        for twin in 0..<count {
            for m in ranked { wanted += [(twin, inert.union([m])), (twin, all.subtracting([m]))] }
            for (a, b) in Self.pairs(top) { wanted += [(twin, inert.union([a, b])), (twin, all.subtracting([a, b]))] }
        }
        try need(wanted)
        func amount(_ body: (Int) -> Double) -> Attribution.Amount { Attribution.Amount(sound.map(body)) }
        let parts = ranked.map { m in
            Attribution.Part(
                mechanism: pair.mechanisms[m].id, name: pair.mechanisms[m].name, share: Attribution.Amount(steps[m]),
                alone: amount { value($0, inert.union([m]), measure) - value($0, inert, measure) },
                last: amount { value($0, all, measure) - value($0, all.subtracting([m]), measure) })
        }
        let whole = Attribution.Amount(wholes)
        let interactions = Self.pairs(top).map { a, b in
            let alone = amount {
                value($0, inert.union([a, b]), measure) - value($0, inert.union([a]), measure) - value($0, inert.union([b]), measure)
                    + value($0, inert, measure)
            }
            let company = amount {
                value($0, all, measure) - value($0, all.subtracting([a]), measure) - value($0, all.subtracting([b]), measure)
                    + value($0, all.subtracting([a, b]), measure)
            }
            // the stronger of the two contexts decides: two causes that each suffice show it only where both are held
            let stronger = abs(alone.value) >= abs(company.value) ? alone : company
            let isClear = abs(stronger.value) > 2 * stronger.error && stronger.value != 0
            let kind = !isClear ? "none" : stronger.value * whole.value > 0 ? "synergy" : "redundancy"
            return Attribution.Interaction(
                first: pair.mechanisms[a].name, second: pair.mechanisms[b].name, alone: alone, inCompany: company, kind: kind)
        }
        var result = Attribution(
            measure: measure, unit: measure.unit, treated: treatedName, reference: referenceName, whole: whole, parts: parts,
            remainder: Attribution.Amount(remainders), error: whole.error,
            inert: inert.sorted().map { pair.mechanisms[$0].name }, interactions: interactions, statements: [], twins: sound.count, failedTwins: failed.count, runs: runs,
            horizonDays: horizon, seed: cohort.seed)
        result.statements = Wording.statements(result)
        return result
    }

    private static func pairs(_ items: [Int]) -> [(Int, Int)] {
        items.indices.flatMap { i in items[(i + 1)...].map { (items[i], $0) } }
    }
}
