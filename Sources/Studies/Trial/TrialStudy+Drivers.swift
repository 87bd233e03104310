import ImmuneModels
import Mathematics
import VirtualTrials

/// A parameter or covariate on which an arm's result rests, by how closely outcomes follow it among the arm's own patients.
public struct Driver: Sendable, Codable, Hashable {
    public var arm: String
    /// Id in the assembled model, or a covariate's name.
    public var parameter: String
    public var meaning: String
    /// nil for a covariate that is no parameter.
    public var confidence: String?
    /// Spearman's rank correlation with progression-free survival; positive: more of it, longer without progression.
    public var correlation: Double
    public var patients: Int
}

extension TrialStudy {
    /// Drivers shown for each arm.
    static let driversShown = 10
    /// Patients of an arm that are looked at; more change the ranks little.
    private static let mostRanked = 4000

    /// The ten quantities that vary between patients whose ranks go most closely with progression-free survival, by arm.
    ///
    /// Values are drawn again from the patients' numbers, so that nothing beyond the records is stored. With m
    /// quantities looked at, a correlation below z/√n with z the normal quantile of 1 − 0.025/m is chance and left out
    /// (Bonferroni). Censored times count as they stand.
    func drivers(_ records: [[SubjectRecord]]) -> [Driver] {
        let rows = Dictionary(models.union.parameters.map { ($0.id, $0) }) { first, _ in first }
        return zip(study.arms, zip(records, protocols)).flatMap { arm, pair -> [Driver] in
            let members = pair.0.prefix(Self.mostRanked).filter { $0.failure == nil }
            guard members.count >= 20 else { return [] }
            let known = Set(models.model(giving: pair.1.agents).assembled.parameters.map(\.id))
            let draws = members.map { screening.sampler.patient($0.patient.number) }
            let times = members.map(\.endpoints.progressionFreeSurvival.days)
            let ranks = Statistics.ranks(times)
            var names = Set(draws[0].values.keys).intersection(known)
            names.formUnion(draws[0].covariates.keys)
            let limit = Normal.quantile(1 - 0.025 / Double(names.count)) / Double(members.count).squareRoot()
            let found = names.sorted().compactMap { name -> Driver? in
                let x = draws.map { $0.values[name] ?? $0.covariates[name] ?? 0 }
                guard Set(x).count > 1 else { return nil }
                let correlation = Statistics.correlation(Statistics.ranks(x), ranks)
                guard correlation.isFinite, abs(correlation) > limit else { return nil }
                return Driver(
                    arm: arm.name, parameter: name, meaning: rows[name]?.meaning ?? name, confidence: rows[name]?.confidence.rawValue,
                    correlation: correlation, patients: members.count)
            }
            return Array(found.sorted { (abs($1.correlation), $0.parameter) < (abs($0.correlation), $1.parameter) }.prefix(Self.driversShown))
        }
    }
}
