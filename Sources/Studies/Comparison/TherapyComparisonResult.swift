public import Explanation
import Survival

/// What a comparison of therapies for one patient gave: what page, report and `--json` show.
///
/// Rates are percent with exact 95 % intervals over the twins; times are months of 30.4375 days. JSON keys are the
/// names here.
public struct TherapyComparisonResult: Sendable, Codable, Hashable {
    /// Version of this layout.
    public var schema = 1
    public var cancer: String
    public var cancerName: String
    /// Known facts as given, and what was assumed where nothing was said.
    public var facts: [String: String]
    public var assumed: [String]
    /// Every therapy considered, with the verdict of the rules.
    public var options: [TherapyOption]
    /// Those that were simulated, in the order of the ranking.
    public var therapies: [TherapyResult]
    public var weights: ComparisonWeights
    public var ranking: [RankedTherapy]
    /// One per measure; empty unless asked for.
    public var why: [Attribution]
    public var flips: [FlipCondition]
    public var fromBirth: [BirthQuestion]
    public var twins: Int
    public var drawn: Int
    public var horizonMonths: Double
    public var seed: UInt64
    public var version: String
    public var modelHash: String
    public var command: String
    public var seconds: [String: Double]
    public var limits: [String]
    /// What the comparison of the first two rests on; nil in results of older versions.
    public var drivers: [ComparisonDriver]? = nil
}

/// One therapy on all twins.
public struct TherapyResult: Sendable, Codable, Hashable {
    public var name: String
    public var therapy: String
    public var regimen: [String]
    public var response: Interval
    public var completeResponse: Interval
    /// Free of progression, and alive, at 6, 12 and 24 months (Kaplan-Meier).
    public var progressionFree: [Landmark]
    public var overallSurvival: [Landmark]
    public var toxicity: [SevereToxicity]
    public var hospital: TimeInHospital
    /// Twins whose run failed; they count as non-responders.
    public var failures: Int
    public var outcomes: [TwinOutcome]

    public struct Landmark: Sendable, Codable, Hashable {
        public var months: Double
        public var percent: Interval
    }
}

/// The chance of an event of grade 3 or more; `percent` is nil where the model has no such event.
public struct SevereToxicity: Sendable, Codable, Hashable {
    public var event: String
    public var isModelled: Bool
    public var percent: Interval
}

/// Days in hospital within the horizon, by the rules of `hospital.csv`.
public struct TimeInHospital: Sendable, Codable, Hashable {
    /// Mean over the twins with 95 % limits (normal).
    public var days: Interval
    /// Percent of twins that are ever in hospital.
    public var admitted: Interval
    /// Mean days by cause, the longest first.
    public var causes: [Cause]

    public struct Cause: Sendable, Codable, Hashable {
        public var cause: String
        public var days: Double
    }

    init(_ outcomes: [TwinOutcome]) {
        let n = Double(max(1, outcomes.count))
        days = TherapyComparison.normalInterval(outcomes.map(\.hospitalDays))
        days.lower = days.lower.map { max(0, $0) }
        admitted = Interval(percent: Proportion(outcomes.count { $0.hospitalDays > 0 }, of: outcomes.count).clopperPearson())
        let sums = outcomes.reduce(into: [String: Double]()) { $0.merge($1.hospital, uniquingKeysWith: +) }
        causes = sums.map { Cause(cause: $0.key, days: $0.value / n) }.sorted { ($1.days, $0.cause) < ($0.days, $1.cause) }
    }
}

/// What counts how much: score = Σ weight · share, each share between 0 and 1.
public struct ComparisonWeights: Sendable, Codable, Hashable {
    /// Share of the horizon alive, free of progression; response 1 or 0; the worst event of grade 3 or more, taken off,
    /// of which a low neutrophil count alone counts a quarter (`TwinOutcome.harm`); share of the horizon in hospital, taken off.
    public var survival: Double
    public var progression: Double
    public var response: Double
    public var toxicity: Double
    public var hospital: Double

    /// A start to adjust, from what people in Britain gave for states of lung cancer in a standard gamble (Nafees et al. 2008,
    /// Health Qual. Life Outcomes 6:84, doi:10.1186/1477-7525-6-84): progressive disease 0.473, stable 0.653, responding
    /// 0.673, and 0.06 less on the mean of seven severe side effects. In units of a life with progressive disease that is
    /// 1, 0.38 more without progression, 0.04 for a response, and 0.13 less for a severe side effect, as if it lasted
    /// throughout: that stands for the therapy that it ends as well (assumed). A day in hospital counts as a day lost, as
    /// where days at home are counted (assumed).
    public init(survival: Double = 1, progression: Double = 0.38, response: Double = 0.04, toxicity: Double = 0.13, hospital: Double = 1) {
        self.survival = survival
        self.progression = progression
        self.response = response
        self.toxicity = toxicity
        self.hospital = hospital
    }

    func score(_ outcome: TwinOutcome, horizon: Double) -> Double {
        survival * min(1, outcome.survivalDays / horizon) + progression * min(1, outcome.progressionFreeDays / horizon)
            + response * (outcome.responds ? 1 : 0) - toxicity * outcome.harm - hospital * outcome.hospitalDays / horizon
    }
}

public struct RankedTherapy: Sendable, Codable, Hashable {
    public var name: String
    /// Mean score with 95 % limits (normal) over the twins.
    public var score: Interval
    /// Percent of twins in which no other therapy scores higher.
    public var bestInTwins: Double
    /// Percent of bootstrap resamples of the twins in which its mean score is the highest.
    public var bestInResamples: Double
}

/// The first two of the ranking when one known thing is different.
public struct FlipCondition: Sendable, Codable, Hashable {
    public struct Point: Sendable, Codable, Hashable {
        public var value: String
        /// Score of the first minus the second, with 95 % limits (normal, paired by twin).
        public var difference: Interval
        /// What the rules say of the two at this value: `both eligible`, or the name of the one excluded.
        public var eligibility: String
        public var twins: Int
    }
    public var fact: String
    public var first: String
    public var second: String
    public var points: [Point]
    /// Values at which the second is ahead beyond the sampling error, or the rules exclude the first.
    public var flipsAt: [String]
    public var sentence: String
    /// The runs that show it.
    public var run: String
}
