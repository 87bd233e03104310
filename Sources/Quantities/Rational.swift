/// A fraction in lowest terms with positive denominator: the exponent of a unit, such as the 1/2 of a square root.
public struct Rational: Hashable, Sendable, CustomStringConvertible {
    public let numerator: Int
    public let denominator: Int

    public init(_ numerator: Int, _ denominator: Int = 1) {
        precondition(denominator != 0, "\(numerator)/0 is no fraction")
        var (a, b) = (numerator.magnitude, denominator.magnitude)
        while b != 0 { (a, b) = (b, a % b) }
        let divisor = max(1, Int(a))
        let sign = denominator < 0 ? -1 : 1
        self.numerator = sign * numerator / divisor
        self.denominator = sign * denominator / divisor
    }

    /// The fraction with denominator up to 1000 that equals `value` within 1e-9; nil when there is none.
    ///
    /// Continued fraction expansion: each convergent is the best approximation for its denominator.
    public init?(_ value: Double) {
        guard value.isFinite, value.magnitude < 1e6 else { return nil }
        var (p0, q0, p1, q1) = (0, 1, 1, 0)
        var rest = value
        for _ in 0..<20 {
            let whole = rest.rounded(.down)
            guard whole.magnitude < 1e9 else { return nil }
            (p0, q0, p1, q1) = (p1, q1, Int(whole) * p1 + p0, Int(whole) * q1 + q0)
            if q1 > 1000 { return nil }
            if (Double(p1) / Double(q1) - value).magnitude <= 1e-9 {
                self.init(p1, q1)
                return
            }
            rest = 1 / (rest - whole)
        }
        return nil
    }

    public static let zero = Rational(0)
    public static let one = Rational(1)

    public var doubleValue: Double { Double(numerator) / Double(denominator) }
    public var isWhole: Bool { denominator == 1 }

    public static func + (a: Rational, b: Rational) -> Rational {
        Rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
    }
    public static prefix func - (a: Rational) -> Rational { Rational(-a.numerator, a.denominator) }
    public static func * (a: Rational, b: Rational) -> Rational {
        Rational(a.numerator * b.numerator, a.denominator * b.denominator)
    }

    public var description: String { isWhole ? "\(numerator)" : "\(numerator)/\(denominator)" }
}
