import Explanation
import Mathematics
import VirtualTrials

/// A quantity that varies between the twins and on which the comparison of the first two therapies rests.
public struct ComparisonDriver: Sendable, Codable, Hashable {
    /// Id in the assembled model, or a covariate's name.
    public var parameter: String
    public var meaning: String
    /// nil for a covariate that is no parameter.
    public var confidence: String?
    /// Spearman's rank correlation with the score of the first minus that of the second (with one therapy: its score);
    /// positive: more of it favours the first.
    public var correlation: Double
    public var twins: Int
}

extension TherapyComparison {
    private static let driversShown = 10

    /// The ten quantities whose ranks go most closely with what the comparison says, over the twins already run.
    ///
    /// With m quantities looked at, a correlation below z/√n with z the normal quantile of 1 − 0.025/m is chance and left out
    /// (Bonferroni), so that few twins show few.
    func drivers(_ ranked: [TherapyResult], _ cohort: TwinCohort, horizon: Double) -> [ComparisonDriver] {
        let scores = ranked.prefix(2).map { $0.outcomes.map { plan.weights.score($0, horizon: horizon) } }
        guard let first = scores.first, first.count >= 20, first.count == cohort.patients.count else { return [] }
        let gains = scores.count == 2 ? zip(first, scores[1]).map { $0 - $1 } : first
        let ranks = Statistics.ranks(gains)
        let rows = Dictionary(cohort.model.assembled.parameters.map { ($0.id, $0) }) { a, _ in a }
        let people = cohort.patients.map(\.patient)
        let names = Set(people[0].values.keys).union(people[0].covariates.keys)
        let columns = names.sorted().map { name in (name: name, values: people.map { $0.values[name] ?? $0.covariates[name] ?? 0 }) }
            .filter { Set($0.values).count > 1 }
        guard !columns.isEmpty else { return [] }
        let limit = Normal.quantile(1 - 0.025 / Double(columns.count)) / Double(people.count).squareRoot()
        let found = columns.compactMap { name, values -> ComparisonDriver? in
            let correlation = Statistics.correlation(Statistics.ranks(values), ranks)
            guard correlation.isFinite, abs(correlation) > limit else { return nil }
            return ComparisonDriver(
                parameter: name, meaning: rows[name]?.meaning ?? name, confidence: rows[name]?.confidence.rawValue, correlation: correlation, twins: people.count)
        }
        return Array(found.sorted { (abs($1.correlation), $0.parameter) < (abs($0.correlation), $1.parameter) }.prefix(Self.driversShown))
    }
}
