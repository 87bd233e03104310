/// Why two therapies differ in the twins of one patient, mechanism by mechanism.
public struct Attribution: Sendable, Hashable, Codable {
    public struct Amount: Sendable, Hashable, Codable {
        public var value: Double
        /// Standard error over the twins.
        public var error: Double
        public init(value: Double, error: Double) {
            self.value = value
            self.error = error
        }
        /// Mean and its standard error.
        package init(_ samples: [Double]) {
            let n = Double(samples.count)
            let mean = samples.reduce(0, +) / max(1, n)
            let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            self.init(value: mean, error: n > 1 ? (squares / (n * (n - 1))).squareRoot() : .infinity)
        }
    }

    /// What one mechanism contributes to the difference.
    public struct Part: Sendable, Hashable, Codable {
        public var mechanism: String
        public var name: String
        /// Shapley value: its step, averaged over the orders in which mechanisms are released.
        public var share: Amount
        /// Step when it is the only one released; measured for the largest parts.
        public var alone: Amount?
        /// Step when all others are released already: what the treated arm loses when it alone is held. Measured where
        /// the share is beyond two standard errors, and for the largest parts.
        public var last: Amount?
    }

    /// Two mechanisms that do more or less together than apart.
    public struct Interaction: Sendable, Hashable, Codable {
        public var first: String
        public var second: String
        /// v(both) − v(first) − v(second) + v(none), all others held.
        public var alone: Amount
        /// v(all) − v(without first) − v(without second) + v(without both).
        public var inCompany: Amount
        /// `synergy`, `redundancy` or `none` (within two standard errors).
        public var kind: String
    }

    /// A sentence with the run that proves it.
    public struct Statement: Sendable, Hashable, Codable {
        public var text: String
        public var run: String
        public var effect: Amount
    }

    public var measure: Measure
    public var unit: String
    /// Names of the therapies: the difference is `treated` minus `reference`.
    public var treated: String
    public var reference: String
    public var whole: Amount
    public var parts: [Part]
    /// Paths that no mechanism of the list holds, and the integration's own error.
    public var remainder: Amount
    /// Standard error of the whole; the parts and the remainder sum to the whole in every twin.
    public var error: Double
    /// Mechanisms whose clamping changed no twin of the first look.
    public var inert: [String]
    public var interactions: [Interaction]
    public var statements: [Statement]
    public var twins: Int
    /// Twins left out because one of their runs could not be integrated.
    public var failedTwins: Int
    public var runs: Int
    /// Which runs were made, in a sentence or two.
    public var method = ""
    public var horizonDays: Double
    public var seed: UInt64

    /// Sum of the parts and the remainder.
    public var sum: Double { parts.reduce(remainder.value) { $0 + $1.share.value } }
}
