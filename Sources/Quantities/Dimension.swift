/// What kind of thing a quantity measures, as a product of powers of base dimensions.
///
/// Beside those of the SI, three counts are dimensions of their own, since mixing them up is the commonest mistake
/// in models of immune cells: cells, molecules, and international units of biological activity. A mole of molecules
/// is an amount of substance, not a count.
public struct Dimension: Hashable, Sendable, CustomStringConvertible {
    public enum Base: Int, CaseIterable, Sendable {
        case length, mass, time, current, temperature, substance, luminousIntensity
        case cells, molecules, internationalUnits

        var name: String {
            switch self {
            case .luminousIntensity: "luminous intensity"
            case .internationalUnits: "international units"
            default: "\(self)"
            }
        }
    }

    private var exponents: [Base: Rational]

    public static let none = Dimension()

    private init() { exponents = [:] }
    public init(_ base: Base, _ exponent: Rational = .one) {
        exponents = exponent == .zero ? [:] : [base: exponent]
    }

    public func exponent(of base: Base) -> Rational { exponents[base] ?? .zero }
    public var isDimensionless: Bool { exponents.isEmpty }

    public static func * (a: Dimension, b: Dimension) -> Dimension {
        var product = a
        for (base, exponent) in b.exponents {
            let sum = a.exponent(of: base) + exponent
            product.exponents[base] = sum == .zero ? nil : sum
        }
        return product
    }
    public static func / (a: Dimension, b: Dimension) -> Dimension { a * b.raised(to: Rational(-1)) }

    public func raised(to power: Rational) -> Dimension {
        var result = Dimension()
        if power != .zero { result.exponents = exponents.mapValues { $0 * power } }
        return result
    }

    /// "mass · length^-3", or "dimensionless".
    public var description: String {
        if isDimensionless { return "dimensionless" }
        return Base.allCases.compactMap { base in
            exponents[base].map { $0 == .one ? base.name : "\(base.name)^\($0)" }
        }.joined(separator: " · ")
    }
}
