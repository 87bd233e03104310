/// What a fit to data found.
public struct DataFitResult: Sendable, Codable, Hashable {
    public struct Estimate: Sendable, Codable, Hashable {
        public var id: String
        public var unit: String
        /// The model's own value.
        public var initial: Double
        public var value: Double
        /// Standard error in percent of the value, by Fisher's information; nil where the data don't know it.
        public var relativeError: Double?
        /// 95 % limits of the profile likelihood; nil: the data set no limit on that side.
        public var lower: Double?
        public var upper: Double?
        public var isIdentifiable: Bool
    }

    /// A combination of parameters that the data say nothing about: all of them can change, by these powers, unnoticed.
    public struct Direction: Sendable, Codable, Hashable {
        public var parameters: [String]
        /// Relative to the largest, with signs: +1 and -1: one may rise as the other falls.
        public var weights: [Double]
        /// Standard deviation of the logarithm along it.
        public var spread: Double

        /// In words: `ka and F can't be told apart: the data determine only ka · F`.
        public var sentence: String {
            if parameters.count == 1 { return "\(parameters[0]) is not identifiable: the data don't change with it" }
            let names = parameters.dropLast().joined(separator: ", ") + " and " + parameters.last!
            if parameters.count == 2, abs(abs(weights[0] / weights[1]) - 1) < 0.1 {
                let isProduct = weights[0] * weights[1] < 0
                return "\(names) can't be told apart: the data determine only \(parameters[0]) \(isProduct ? "·" : "/") \(parameters[1])"
            }
            return "\(names) can't be told apart: they can change together without the data noticing"
        }
    }

    public struct Profile: Sendable, Codable, Hashable {
        public var parameter: String
        public var values: [Double]
        /// -2 log L above its minimum, the other parameters fitted anew.
        public var rise: [Double]
        public var lower: Double?
        public var upper: Double?
    }

    /// One observation with its prediction.
    public struct Row: Sendable, Codable, Hashable {
        public var individual: String
        public var time: Double
        public var output: String
        public var observed: Double
        public var predicted: Double
        public var weightedResidual: Double
    }

    public var schema = 1
    public var parameters: [Estimate]
    public var errorModel: DataFit.ErrorModel
    /// Standard deviations of the error model: in the unit of the data, and as a share of the prediction.
    public var additive: Double
    public var proportional: Double
    /// -2 log L.
    public var deviance: Double
    public var akaike: Double
    public var bayes: Double
    public var observations: Int
    public var individuals: Int
    public var directions: [Direction]
    public var profiles: [Profile]
    public var rows: [Row]
    /// Lowest -2 log L after each generation of the global search.
    public var trace: [Double]
    /// Columns of the data that the model has no parameter for.
    public var unusedColumns: [String]

    /// Plain sentences on what is not identifiable; empty when all is.
    public var remarks: [String] {
        let named = Set(directions.flatMap(\.parameters))
        return directions.map(\.sentence) + parameters.filter { !$0.isIdentifiable && !named.contains($0.id) }.map { estimate in
            let side = estimate.lower == nil && estimate.upper == nil ? "no limit" : estimate.lower == nil ? "no lower limit" : "no upper limit"
            return "\(estimate.id) is not identifiable in practice: its profile is flat, the data set \(side)"
        }
    }

    /// Observations with predictions as comma-separated text, in NONMEM's words.
    public var csv: String {
        "ID,TIME,DVID,DV,PRED,WRES\n" + rows.map { "\($0.individual),\($0.time),\($0.output),\($0.observed),\($0.predicted),\($0.weightedResidual)\n" }.joined()
    }
}
