public import Explanation
public import ImmuneModels
import Mathematics
import ModelIR
import Survival
import VirtualTrials

/// A patient, therapies, and how to compare them.
public struct ComparisonPlan: Sendable {
    public var profile: PatientProfile
    /// Names or protocol text; empty: everything that practice offers.
    public var therapies: [String]
    public var twins: Int
    public var horizonMonths: Double
    public var weights: ComparisonWeights
    /// Explain the first two of the ranking, or these two.
    public var explains: Bool
    public var explained: [String]
    public var whyTwins: Int
    public var whyMonths: Double
    /// Look for values of known facts that turn the ranking.
    public var looksForFlips: Bool
    /// Mechanisms, by id or name, without which the two are run from birth.
    public var fromBirth: [String]
    public var seed: UInt64
    public var threads: Int
    public var command: String

    public init(
        profile: PatientProfile, therapies: [String] = [], twins: Int = 100, horizonMonths: Double = 24,
        weights: ComparisonWeights = ComparisonWeights(), explains: Bool = false, explained: [String] = [], whyTwins: Int = 48,
        whyMonths: Double = 12, looksForFlips: Bool = false, fromBirth: [String] = [], seed: UInt64 = 1, threads: Int = 1, command: String = ""
    ) {
        self.profile = profile
        self.therapies = therapies
        self.twins = twins
        self.horizonMonths = horizonMonths
        self.weights = weights
        self.explains = explains
        self.explained = explained
        self.whyTwins = whyTwins
        self.whyMonths = whyMonths
        self.looksForFlips = looksForFlips
        self.fromBirth = fromBirth
        self.seed = seed
        self.threads = threads
        self.command = command
    }
}

extension ComparisonPlan {
    /// Months of 30.4375 days.
    var horizonDays: Double { horizonMonths * 30.4375 }
}

/// A therapy that was asked for by name and that the rules or the model exclude.
public struct IneligibleTherapy: Error, CustomStringConvertible {
    public var option: TherapyOption
    public var description: String { "\(option.name) is \(option.verdict.rawValue) here: \(option.reasons.joined(separator: "; "))" }
}

/// Eligibility, twins, outcomes, ranking, and why.
public struct TherapyComparison: Sendable {
    public let plan: ComparisonPlan
    private let library: ModelLibrary
    private let eligibility: Eligibility
    public let options: [TherapyOption]
    private static let month = 30.4375

    /// - Throws: `InvalidModel` for facts or text that can't be read; `IneligibleTherapy` for a therapy named in the plan
    ///   that this patient can't have.
    public init(_ plan: ComparisonPlan, library: ModelLibrary) throws {
        var plan = plan
        guard let cancer = library.cancer(named: plan.profile.cancer) else {
            throw InvalidModel([
                Diagnostic(
                    .error, .invalid, "there is no cancer '\(plan.profile.cancer)'",
                    remedy: "known: \(library.cancers.map(\.id).sorted().joined(separator: ", "))")
            ])
        }
        plan.profile.cancer = cancer.id
        for name in plan.fromBirth { _ = try Absence.named(name) }
        self.plan = plan
        self.library = library
        eligibility = try Eligibility(library: library)
        if plan.therapies.isEmpty {
            options = try eligibility.options(for: plan.profile)
        } else {
            let eligibility = eligibility
            options = try plan.therapies.map { try eligibility.option(named: $0, for: plan.profile) }
            if let refused = options.first(where: { $0.verdict != .eligible }) { throw IneligibleTherapy(option: refused) }
        }
    }

    /// - Throws: `CancellationError`; `InvalidModel` when no therapy is left, or hardly any draw makes a twin.
    public func run(progress: (@Sendable (StudyProgress) -> Void)? = nil) throws -> TherapyComparisonResult {
        var seconds: [String: Double] = [:]
        var started = ContinuousClock.now
        func lap(_ name: String) {
            let passed = (ContinuousClock.now - started).components
            seconds[name] = Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
            started = .now
        }
        let eligible = options.filter { $0.verdict == .eligible }
        guard !eligible.isEmpty else {
            throw InvalidModel([
                Diagnostic(
                    .error, .unsupported, "no therapy is left for this patient",
                    remedy: options.map { "\($0.name): \($0.reasons.joined(separator: "; "))" }.joined(separator: "\n"))
            ])
        }
        let horizon = plan.horizonMonths * Self.month
        progress?(StudyProgress(stage: "growing twins", done: 0, total: plan.twins))
        let cohort = try TwinCohort(
            of: plan.profile, therapies: eligible.map(\.therapy), twins: plan.twins, seed: plan.seed, threads: plan.threads, library: library)
        lap("growth")
        let hospital = try HospitalRules(library: library)
        var results: [TherapyResult] = []
        for (option, regimen) in zip(eligible, cohort.regimens) {
            progress?(StudyProgress(stage: option.name, done: 0, total: cohort.patients.count))
            let records = try cohort.records(of: regimen, horizon: horizon)
            let outcomes = records.map { TwinOutcome($0, columns: cohort.model.columns, hospital: hospital, seed: plan.seed) }
            results.append(
                TherapyResult(option, regimen, outcomes, failures: records.count { $0.failure != nil }, horizonMonths: plan.horizonMonths))
            lap(option.name)
        }
        let (ranking, order) = rank(results, horizon: horizon)
        results = order.map { results[$0] }
        let ranked = order.map { eligible[$0] }
        var why: [Attribution] = []
        if plan.explains, let (treated, reference) = try pair(ranked) {
            var runs = try Counterfactuals(
                cohort, treated: try Regimen(parsing: treated.therapy, library: library),
                reference: try Regimen(parsing: reference.therapy, library: library), horizon: plan.whyMonths * Self.month, twins: plan.whyTwins)
            runs.progress = { progress?(StudyProgress(stage: "explaining", done: $0, total: $1)) }
            why = try runs.attribute(Measure.allCases, treatedName: treated.name, referenceName: reference.name)
            lap("why")
        }
        var flips: [FlipCondition] = []
        if plan.looksForFlips, ranked.count >= 2 {
            let (first, second) = try pair(ranked)!
            flips = try FlipSearch(plan: plan, cohort: cohort, eligibility: eligibility, library: library, hospital: hospital).run(first, second) {
                progress?(StudyProgress(stage: "looking for flips", done: $0, total: $1))
            }
            lap("flips")
        }
        var births: [BirthQuestion] = []
        if let (first, second) = try pair(ranked), !plan.fromBirth.isEmpty {
            let pair = [first, second].map { one in results.first { $0.name == one.name }! }
            for (index, name) in plan.fromBirth.enumerated() {
                progress?(StudyProgress(stage: "growing twins without a mechanism", done: index, total: plan.fromBirth.count))
                births.append(try BirthQuestion(try Absence.named(name), pair, plan: plan, model: cohort, library: library))
            }
            lap("from birth")
        }
        // only what decides in this cancer or what its model reads
        let matters = Set(try eligibility.vocabulary(for: plan.profile.cancer).facts)
        let assumed = try plan.profile.completed().assumed.filter { text in matters.contains { text.hasPrefix($0 + " ") } }
        return TherapyComparisonResult(
            cancer: plan.profile.cancer, cancerName: library.cancer(named: plan.profile.cancer)!.name, facts: plan.profile.facts,
            assumed: assumed, options: options, therapies: results, weights: plan.weights, ranking: ranking, why: why,
            flips: flips, fromBirth: births, twins: cohort.patients.count, drawn: cohort.drawn, horizonMonths: plan.horizonMonths, seed: plan.seed,
            version: PerforinVersion.current, modelHash: cohort.model.hash.description, command: plan.command, seconds: seconds,
            limits: CohortStudy.limits + [
                "Eligibility rules say who may have a therapy; they hold no outcomes. Costs, access and wishes are not weighed.",
                "Events that the model does not have are marked 'not modelled' and count as absent in the score.",
                "Days in hospital follow the rules of hospital.csv, each with its source; growth factors against low neutrophils, visits by day and care at the end of life aren't counted.",
            ], drivers: drivers(results, cohort, horizon: horizon))
    }

    /// The two to explain: as named, else the first against the second of the ranking.
    private func pair(_ ranked: [TherapyOption]) throws -> (TherapyOption, TherapyOption)? {
        guard plan.explained.count == 2 else { return ranked.count >= 2 ? (ranked[0], ranked[1]) : nil }
        let found = plan.explained.compactMap { name in ranked.first { $0.name.lowercased() == name.lowercased() || $0.therapy.lowercased() == name.lowercased() } }
        guard found.count == 2 else {
            throw InvalidModel([
                Diagnostic(
                    .error, .invalid, "to explain '\(plan.explained.joined(separator: "' and '"))', both must be among the therapies compared",
                    remedy: "compared: \(ranked.map(\.name).joined(separator: ", "))")
            ])
        }
        return (found[0], found[1])
    }

    private func rank(_ results: [TherapyResult], horizon: Double) -> ([RankedTherapy], [Int]) {
        let scores = results.map { $0.outcomes.map { plan.weights.score($0, horizon: horizon) } }
        let n = scores[0].count
        let means = scores.map { $0.reduce(0, +) / Double(n) }
        let order = means.indices.sorted { (means[$0], results[$1].name) > (means[$1], results[$0].name) }
        func share(_ winners: (Int) -> [Double], of count: Int) -> [Double] {
            var wins = [Double](repeating: 0, count: scores.count)
            for index in 0..<count {
                let values = winners(index)
                let best = values.max()!
                for (arm, value) in values.enumerated() where value >= best - 1e-12 { wins[arm] += 100 / Double(count) }
            }
            return wins
        }
        let inTwins = share({ twin in scores.map { $0[twin] } }, of: n)
        let resamples = 1000
        let inResamples = share(
            { index in
                var stream = RandomStream(seed: plan.seed, patient: UInt64(index), purpose: "bootstrap of twins")
                let picks = (0..<n).map { _ in stream.integer(below: n) }
                return scores.map { arm in picks.reduce(0) { $0 + arm[$1] } / Double(n) }
            }, of: resamples)
        let ranking = order.map { arm in
            let amount = Self.normalInterval(scores[arm])
            return RankedTherapy(name: results[arm].name, score: amount, bestInTwins: inTwins[arm], bestInResamples: inResamples[arm])
        }
        return (ranking, order)
    }

    /// Mean with 95 % limits from its standard error.
    static func normalInterval(_ samples: [Double]) -> Interval {
        let n = Double(samples.count)
        let mean = samples.reduce(0, +) / n
        let variance = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, n - 1)
        let half = 1.959_963_984_540_054 * (variance / n).squareRoot()
        return Interval(mean, mean - half, mean + half)
    }
}

extension TherapyResult {
    init(_ option: TherapyOption, _ regimen: Regimen, _ outcomes: [TwinOutcome], failures: Int, horizonMonths: Double) {
        func percent(_ test: (TwinOutcome) -> Bool) -> Interval {
            Interval(percent: Proportion(outcomes.count { test($0) }, of: outcomes.count).clopperPearson())
        }
        func landmarks(_ days: (TwinOutcome) -> Double, _ isEvent: (TwinOutcome) -> Bool) -> [Landmark] {
            var times = SurvivalTimes()
            for outcome in outcomes { times.append(time: days(outcome) / 30.4375, isEvent: isEvent(outcome)) }
            let curve = KaplanMeier(times)
            // a patient's last scan may lie just before the horizon
            return [6.0, 12, 24].filter { $0 <= horizonMonths }.map { Landmark(months: $0, percent: Interval(percent: curve.survival(at: $0))) }
        }
        self.init(
            name: option.name, therapy: option.therapy, regimen: regimen.sentences, response: percent(\.responds),
            completeResponse: percent { $0.response == "CR" }, progressionFree: landmarks(\.progressionFreeDays, \.hasProgressedOrDied),
            overallSurvival: landmarks(\.survivalDays, \.hasDied),
            toxicity: TwinOutcome.gradedEvents.map { event, _ in
                let isModelled = outcomes.contains { $0.grades[event] != nil }
                return SevereToxicity(
                    event: event, isModelled: isModelled,
                    percent: isModelled ? percent { $0.grades[event] ?? 0 >= 3 } : Interval(nil, nil, nil))
            }, hospital: TimeInHospital(outcomes), failures: failures, outcomes: outcomes)
    }
}
