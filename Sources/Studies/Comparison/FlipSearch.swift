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

    /// Values that are tried, where the model of the cancer reads the fact.
    static let values: [(fact: String, covariate: String, values: [String])] = [
        ("pdl1", "PDL1_fraction", ["0", "1", "25", "50", "90"]), ("tmb", "TMB", ["2", "10", "30"]),
        ("diameter", "diagnosisDiameter", ["20", "50", "100"]), ("age", "age", ["45", "65", "80"]), ("ecog", "ECOG", ["0", "1", "2"]),
    ]

    func run(_ first: TherapyOption, _ second: TherapyOption) throws -> [FlipCondition] {
        let regimens = try [first, second].map { try Regimen(parsing: $0.therapy, library: library) }
        let horizon = plan.horizonMonths * 30.4375
        var result: [FlipCondition] = []
        for (fact, covariate, values) in Self.values where cohort.model.assembled.parameters.contains(where: { $0.id == covariate }) || covariate == "ECOG" {
            var points: [FlipCondition.Point] = []
            for value in values {
                var profile = plan.profile
                profile.facts[fact] = value
                let other = try TwinCohort(
                    of: profile, therapies: [first.therapy, second.therapy], twins: plan.whyTwins, seed: plan.seed, threads: plan.threads,
                    library: library, model: cohort.model)
                let scores = try regimens.map { regimen in
                    try other.records(of: regimen, horizon: horizon).map {
                        plan.weights.score(TwinOutcome($0, columns: other.model.columns), horizon: horizon)
                    }
                }
                let refused = try [first, second].filter { try eligibility.option(named: $0.name, for: profile).verdict != .eligible }
                points.append(
                    .init(
                        value: value, difference: TherapyComparison.normalInterval(zip(scores[0], scores[1]).map { $0 - $1 }),
                        eligibility: refused.isEmpty ? "both eligible" : refused.map(\.name).joined(separator: " and ") + " excluded",
                        twins: other.patients.count))
            }
            let turned = points.filter { $0.difference.upper! < 0 || $0.eligibility.hasPrefix(first.name) }
            let ahead = points.filter { $0.difference.lower! > 0 }
            let sentence =
                if let byRule = turned.first(where: { $0.eligibility.hasPrefix(first.name) }), turned.allSatisfy({ $0.eligibility.hasPrefix(first.name) }) {
                    "With \(fact) \(turned.map(\.value).joined(separator: ", ")) the rules exclude \(first.name) (score difference by the runs at \(byRule.value): \(Self.text(byRule.difference)))."
                } else if !turned.isEmpty {
                    "With \(fact) \(turned.map(\.value).joined(separator: ", ")), \(second.name) scores higher (\(turned.map { Self.text($0.difference) }.joined(separator: ", ")))."
                } else if ahead.count == points.count {
                    "No tried value of \(fact) (\(values.joined(separator: ", "))) turns the ranking."
                } else {
                    "No tried value of \(fact) puts \(second.name) ahead beyond the sampling error; at \(points.filter { $0.difference.lower! <= 0 }.map(\.value).joined(separator: ", ")) the two can't be told apart."
                }
            result.append(
                FlipCondition(fact: fact, first: first.name, second: second.name, points: points, flipsAt: turned.map(\.value), sentence: sentence))
        }
        return result
    }

    private static func text(_ interval: Interval) -> String {
        func number(_ x: Double?) -> String { x.map { "\((1000 * $0).rounded() / 1000)" } ?? "–" }
        return "\(number(interval.value)), \(number(interval.lower)) to \(number(interval.upper))"
    }
}
