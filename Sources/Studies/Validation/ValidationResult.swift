/// Predicted against observed, cell by cell.
public struct ValidationResult: Sendable, Codable, Hashable {
    public struct Row: Sendable, Codable, Hashable {
        public var trial: String
        public var arm: String
        /// Column of the table: `orr_pct`, `pfs_median_months`, ...
        public var endpoint: String
        public var predicted: Double?
        public var lower: Double?
        public var upper: Double?
        /// nil: not reached in the trial.
        public var observed: Double?
        /// Mean of other trials of the same cancer and kind of treatment, else of the kind.
        public var baseline: Double?
        /// Additive regression on cancer, target, line and chemotherapy.
        public var regression: Double?
        /// Why there is no prediction.
        public var reason: String?

        enum CodingKeys: String, CodingKey { case trial, arm, endpoint, predicted, lower, upper, observed, baseline, regression, reason }

        // absent values are written as null, so that every row has every key
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(trial, forKey: .trial)
            try container.encode(arm, forKey: .arm)
            try container.encode(endpoint, forKey: .endpoint)
            try container.encode(predicted, forKey: .predicted)
            try container.encode(lower, forKey: .lower)
            try container.encode(upper, forKey: .upper)
            try container.encode(observed, forKey: .observed)
            try container.encode(baseline, forKey: .baseline)
            try container.encode(regression, forKey: .regression)
            try container.encode(reason, forKey: .reason)
        }
    }

    public struct EndpointSummary: Sendable, Codable, Hashable {
        public var endpoint: String
        public var observed: Int
        public var predicted: Int
        /// Rates: mean absolute error in points. Months and ratios: geometric mean of the factor between predicted and observed.
        public var error: Double?
        public var baselineError: Double?
        public var regressionError: Double?
        /// Months: percent within a factor 1.3.
        public var withinFactor: Double?
        /// Percent of observations inside the 95 % interval.
        public var coverage: Double?
        public var intervalScore: Double?
        public var baselineIntervalScore: Double?
        public var regressionIntervalScore: Double?
        /// Rates: mean error in points where a figure without a prediction counts the better baseline's error and 10 points.
        public var errorWithMissing: Double?
    }

    /// Whether a class's central mechanism earns its place: errors over the arms that get it, as predicted and with the
    /// mechanism switched off.
    public struct MechanismSummary: Sendable, Codable, Hashable {
        public var mechanism: String
        public var arms: Int
        /// Response rates, points.
        public var responseError: Double?
        public var responseErrorWithout: Double?
        /// Median PFS, mean factor.
        public var progressionFactor: Double?
        public var progressionFactorWithout: Double?
    }

    public struct Summary: Sendable, Codable, Hashable {
        public var endpoints: [EndpointSummary]
        public var mechanisms: [MechanismSummary]
        public var trialsObserved: Int
        public var trialsSimulated: Int
        public var cellsObserved: Int
        public var cellsPredicted: Int
        /// Mean absolute error of response rates in points, where a missing prediction counts the better baseline's error + 10.
        public var responseErrorWithMissing: Double?
        /// Percent of hazard ratios with an interval that excludes 1 whose side is right, and how many there are.
        public var signRight: Double?
        public var signs: Int
        public var parameterVectors: Int
        public var patientsPerArm: Int
        public var seconds: Double
        public var notSimulated: [NotSimulated]
        /// Figures without a prediction, by endpoint and reason.
        public var missing: [Missing]
        public var worst: [Row]
    }

    public struct Missing: Sendable, Codable, Hashable {
        public var endpoint: String
        public var reason: String
        public var figures: Int
    }

    public struct NotSimulated: Sendable, Codable, Hashable {
        public var trial: String
        public var reason: String
    }

    public var schema = 1
    public var results: [Row]
    public var summary: Summary
    /// Rank correlations within cancers; empty in results of older versions.
    public var rankings: [TherapyRanking]? = nil
    /// Real patients one by one; nil when they were not looked at.
    public var individual: IndividualData.Result? = nil
}
