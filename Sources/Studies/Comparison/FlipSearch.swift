import Explanation
import ImmuneModels
import ModelIR
import VirtualTrials

/// Runs the first two therapies again with one known fact changed, to see where the ranking turns.
struct FlipSearch {
    let plan: ComparisonPlan
    let cohort: TwinCohort
    let eligibility: Eligibility
    let library: ModelLibrary
    let hospital: HospitalRules

    /// Values that are tried, where the model of the cancer reads the fact.
    static let values: [(fact: String, covariate: String, values: [String])] = [
        ("pdl1", "PDL1_fraction", ["0", "1", "25", "50", "90"]), ("cps", "PDL1_fraction", ["0", "1", "10", "20", "50"]), ("tmb", "TMB", ["2", "10", "30"]),
        ("diameter", "diagnosisDiameter", ["20", "50", "100"]), ("age", "age", ["45", "65", "80"]), ("ecog", "ECOG", ["0", "1", "2"]),
    ]

    /// - Parameter progress: Called with points done and points in all.
    func run(_ first: TherapyOption, _ second: TherapyOption, progress: (@Sendable (Int, Int) -> Void)? = nil) throws -> [FlipCondition] {
        let regimens = try [first, second].map { try Regimen(parsing: $0.therapy, library: library) }
        // PD-L1 by the measure that the cancer's rules go by
        let other = try eligibility.vocabulary(for: plan.profile.cancer).facts.contains("cps") ? "pdl1" : "cps"
        let read = Self.values.filter { fact, covariate, _ in
            fact != other && (covariate == "ECOG" || cohort.model.assembled.parameters.contains { $0.id == covariate })
        }
        let total = read.map(\.values.count).reduce(0, +)
        var done = 0
        return try read.map { fact, _, values in
            let points = try values.map { value in
                defer { done += 1 }
                progress?(done, total)
                return try point(fact, value, first, second, regimens)
            }
            let turned = points.filter { $0.difference.upper! < 0 || $0.eligibility.hasPrefix(first.name) }
            return FlipCondition(
                fact: fact, first: first.name, second: second.name, points: points, flipsAt: turned.map(\.value),
                sentence: sentence(fact, points, turned: turned, first.name, second.name),
                run: "\(first.name), and \(second.name), on \(points.map(\.twins).max() ?? 0) twins for each \(Self.words[fact] ?? fact) (\(Int(plan.horizonMonths)) months, seed \(plan.seed))")
        }
    }

    private func point(_ fact: String, _ value: String, _ first: TherapyOption, _ second: TherapyOption, _ regimens: [Regimen]) throws -> FlipCondition.Point {
        var profile = plan.profile
        profile.facts[fact] = value
        if fact == "cps" { profile.facts["pdl1"] = nil }
        let other = try TwinCohort(
            of: profile, therapies: [first.therapy, second.therapy], twins: plan.whyTwins, seed: plan.seed, threads: plan.threads,
            library: library, model: cohort.model)
        let scores = try regimens.map { regimen in
            try other.records(of: regimen, horizon: plan.horizonDays).map {
                plan.weights.score(
                    TwinOutcome($0, columns: other.model.columns, hospital: hospital, seed: plan.seed), horizon: plan.horizonDays)
            }
        }
        let refused = try [first, second].filter { try eligibility.option(named: $0.name, for: profile).verdict != .eligible }
        return .init(
            value: value, difference: TherapyComparison.normalInterval(zip(scores[0], scores[1]).map { $0 - $1 }),
            eligibility: refused.isEmpty ? "both eligible" : refused.map(\.name).joined(separator: " and ") + " excluded",
            twins: other.patients.count)
    }

    private func sentence(
        _ fact: String, _ points: [FlipCondition.Point], turned: [FlipCondition.Point], _ first: String, _ second: String
    ) -> String {
        let words = Self.words[fact] ?? fact
        func at(_ points: [FlipCondition.Point]) -> String { points.map(\.value).joined(separator: ", ") }
        let byRule = turned.filter { $0.eligibility.hasPrefix(first) }
        let byRuns = turned.filter { $0.difference.upper! < 0 }
        var parts: [String] = []
        if !byRuns.isEmpty {
            parts.append("\(second) comes first at \(words) \(at(byRuns)) (lead in score \(byRuns.map { Self.text($0.difference, sign: -1) }.joined(separator: "; "))).")
        }
        if !byRule.isEmpty { parts.append("At \(words) \(at(byRule)) the rules exclude \(first).") }
        let open = points.filter { point in !turned.contains(point) && point.difference.lower! <= 0 }
        if parts.isEmpty {
            parts.append(
                open.isEmpty
                    ? "No tried \(words) (\(at(points))) turns the ranking: \(first) stays ahead."
                    : "No tried \(words) (\(at(points))) puts \(second) clearly ahead.")
        }
        if !open.isEmpty { parts.append("At \(at(open)) the two can't be told apart.") }
        return parts.joined(separator: " ")
    }

    /// Facts in words with their units.
    static let words = ["pdl1": "PD-L1 (%)", "cps": "PD-L1 (CPS)", "tmb": "TMB (per Mb)", "diameter": "diameter (mm)", "age": "age", "ecog": "ECOG"]

    private static func text(_ interval: Interval, sign: Double = 1) -> String {
        func number(_ x: Double?) -> String { x.map { "\((1000 * sign * $0).rounded() / 1000)" } ?? "–" }
        let (low, high) = sign < 0 ? (interval.upper, interval.lower) : (interval.lower, interval.upper)
        return "\(number(interval.value)), \(number(low)) to \(number(high))"
    }
}
