/// How a parameter varies between patients.
///
/// The meaning of `spread` depends on the kind; `low` and `high` truncate every kind when given, and are the
/// support of the uniform ones.
public struct Distribution: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        /// The same value in every patient.
        case point
        /// Median `value`, standard deviation of the natural logarithm `spread`.
        case lognormal
        /// Mean `value`, standard deviation `spread`.
        case normal
        /// Between `low` and `high`.
        case uniform
        /// Uniform in the logarithm, between `low` and `high`.
        case loguniform
        /// Median `value` in (0, 1), standard deviation of the logit `spread`.
        case logitnormal
        /// 1 with probability `value`, else 0.
        case bernoulli
    }

    public var kind: Kind
    public var spread: Double
    public var low: Double?
    public var high: Double?

    public init(_ kind: Kind, spread: Double = 0, low: Double? = nil, high: Double? = nil) {
        self.kind = kind
        self.spread = spread
        self.low = low
        self.high = high
    }

    public static let point = Distribution(.point)
}

/// How far a number can be trusted.
public enum Confidence: String, Sendable, Hashable, CaseIterable {
    /// Observed directly, with a unit, in the source named.
    case measured
    /// Estimated from data by the source named, inside a model.
    case fitted
    /// Set by us so that a named behaviour comes out; the note says which.
    case calibrated
    /// Nobody measured it as far as we know; the note says why this value.
    case assumed
}

/// A number with its home: value, unit, variation, meaning, source and confidence.
public struct ParameterRow: Sendable, Hashable {
    /// The id in the assembled model (templates: with the instance's prefix).
    public var id: String
    public var value: Double
    /// A unit id of the assembled model, such as `per_day`.
    public var unit: String
    public var distribution: Distribution
    public var meaning: String
    public var source: String
    public var confidence: Confidence
    public var note: String
    /// The module, cancer or agent file it belongs to.
    public var module: String

    public init(
        id: String, value: Double, unit: String, distribution: Distribution = .point, meaning: String = "",
        source: String = "", confidence: Confidence = .assumed, note: String = "", module: String = ""
    ) {
        self.id = id
        self.value = value
        self.unit = unit
        self.distribution = distribution
        self.meaning = meaning
        self.source = source
        self.confidence = confidence
        self.note = note
        self.module = module
    }
}
