/// What a prevention trial gave: cases, person-years, efficacy.
public struct PreventionResult: Sendable, Codable, Hashable {
    /// Who is looked at.
    public enum Population: String, Sendable, Codable, Hashable, CaseIterable {
        /// All doses, not infected by the day from which cases count.
        case perProtocol = "per protocol"
        case intentionToTreat = "intention to treat"
    }

    public struct Incidence: Sendable, Codable, Hashable {
        public var population: Population
        public var endpoint: PreventionTrial.Case
        public var people: Int
        public var cases: Int
        public var personYears: Double
        /// Cases per 100 person-years with the exact Poisson interval.
        public var rate: Interval
    }

    public struct Arm: Sendable, Codable, Hashable {
        public var name: String
        public var therapy: String
        public var isReference: Bool
        public var people: Int
        public var perProtocol: Int
        public var incidence: [Incidence]
        /// Free of infection, and of lesions, per protocol, from the day on which counting begins.
        public var curves: [SurvivalSummary]
        /// Share of the vaccinated whose antibody stays above the level after natural infection to the end of follow-up, percent.
        public var aboveNatural: Double?
    }

    public struct Efficacy: Sendable, Codable, Hashable {
        public var arm: String
        public var reference: String
        public var population: Population
        public var endpoint: PreventionTrial.Case
        /// Percent, exact given the number of cases; limits may be absent, the lower one negative.
        public var efficacy: Interval
    }

    public var schema = 1
    public var kind = "prevention"
    public var study: String
    public var title: String
    public var site: String
    public var seed: UInt64
    public var people: Int
    public var countedFromDays: Double
    public var arms: [Arm]
    public var efficacy: [Efficacy]
    /// Every value of the natural history, with its source and how well it is known.
    public var values: [Value]
    public var limits: [String]
    public var version = PerforinVersion.current
    public var notice = "Simulated people. Research and education only: not medical advice."

    public struct Value: Sendable, Codable, Hashable {
        public var id: String
        public var value: Double
        public var unit: String
        public var meaning: String
        public var source: String
        public var confidence: String
    }

    /// Figures by arm of the observed table and column, and the sampling error of the efficacy on the logit scale.
    func observedEndpoints(_ study: Study) -> [String: [String: Double]] {
        var figures: [String: [String: Double]] = [:]
        for (arm, result) in zip(study.arms, arms) {
            guard let name = arm.observed, let row = efficacy.first(where: { $0.arm == result.name && $0.population == .perProtocol && $0.endpoint == .lesion }),
                let value = row.efficacy.value
            else { continue }
            figures[name] = ["ve_pct": value]
        }
        return figures
    }
}
