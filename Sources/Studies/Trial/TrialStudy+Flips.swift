import ImmuneModels
import Mathematics
import VirtualTrials

/// An assumed value within whose range a trial's conclusion turns.
public struct Flip: Sendable, Codable, Hashable {
    public var parameter: String
    public var meaning: String
    public var arm: String
    public var reference: String
    public var endpoint: String
    /// `lowest quarter` or `highest quarter` of its values among the patients.
    public var level: String
    /// Of all patients, and of those in that quarter.
    public var overall: Interval
    public var there: Interval
}

extension TrialStudy {
    /// Patients in a quarter of an arm below which nothing is said.
    private static let fewest = 20

    /// Assumed drivers in whose lowest or highest quarter a clear effect lies on the other side of 1.
    ///
    /// Only effects whose interval excludes 1 are conclusions; the quarter's own estimate decides, since its interval is wide.
    func flips(_ drivers: [Driver], _ arms: [ArmResult], _ records: [[SubjectRecord]], _ comparison: ArmComparison) -> [Flip] {
        let reference = study.referenceArm
        var plain = comparison
        plain.stratum = { _ in 0 }
        // large trials keep no patients one by one
        guard arms.count > 1, zip(arms, records).allSatisfy({ $0.patients.count == $1.count }) else { return [] }
        let draws = records.map { $0.prefix(4000).map { screening.sampler.patient($0.patient.number) } }
        return arms.indices.filter { $0 != reference }.flatMap { arm -> [Flip] in
            let names = [arms[arm].name, arms[reference].name]
            let assumed = drivers.filter { names.contains($0.arm) && $0.confidence == "assumed" }
            let parameters = assumed.map(\.parameter).uniqued()
            return [study.progressionEndpoint.rawValue, "OS"].flatMap { endpoint -> [Flip] in
                guard let whole = plain.hazardRatio(arms[arm].patients, over: arms[reference].patients, endpoint: endpoint)?.hazardRatio(),
                    let value = whole.value, let low = whole.lower, let high = whole.upper, high < 1 || low > 1
                else { return [] }
                return parameters.flatMap { parameter -> [Flip] in
                    func values(_ arm: Int) -> [Double] { draws[arm].map { $0.values[parameter] ?? $0.covariates[parameter] ?? .nan } }
                    let (own, other) = (values(arm), values(reference))
                    let cuts = Statistics.quantiles((own + other).filter(\.isFinite), [0.25, 0.75])
                    guard cuts.count == 2, cuts[0] < cuts[1] else { return [] }
                    return [("lowest quarter", { $0 <= cuts[0] }), ("highest quarter", { $0 >= cuts[1] })].compactMap { (words: String, isIn: (Double) -> Bool) -> Flip? in
                        let treated = zip(arms[arm].patients, own).filter { isIn($0.1) }.map(\.0)
                        let control = zip(arms[reference].patients, other).filter { isIn($0.1) }.map(\.0)
                        guard treated.count >= Self.fewest, control.count >= Self.fewest,
                            let there = plain.hazardRatio(treated, over: control, endpoint: endpoint)?.hazardRatio(), let ratio = there.value,
                            (ratio < 1) != (value < 1)
                        else { return nil }
                        let driver = assumed.first { $0.parameter == parameter }!
                        return Flip(
                            parameter: parameter, meaning: driver.meaning, arm: arms[arm].name, reference: arms[reference].name, endpoint: endpoint,
                            level: words, overall: Interval(whole), there: Interval(there))
                    }
                }
            }
        }
    }
}
