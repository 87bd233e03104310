/// A unit of measurement: a dimension and a size, and the names it was built from.
///
/// Two units are equal when they measure the same, whatever their names: `nmol/L` equals `nM`.
public struct Unit: Sendable, CustomStringConvertible {
    /// One name of a product, such as L^-1.
    struct Factor: Hashable, Sendable {
        var name: String
        var exponent: Rational
    }

    public let dimension: Dimension
    /// The size in coherent SI units is coefficient · 10^decimalExponent; kept apart so that metric prefixes stay exact.
    let coefficient: Double
    let decimalExponent: Int
    let factors: [Factor]

    init(_ dimension: Dimension, _ coefficient: Double, _ decimalExponent: Int, _ factors: [Factor]) {
        self.dimension = dimension
        self.coefficient = coefficient
        self.decimalExponent = decimalExponent
        self.factors = factors
    }

    public static let dimensionless = Unit(.none, 1, 0, [])

    /// The size of one such unit in coherent SI units (kg, m, s, mol, K, A, cd) and counts.
    public var size: Double { decimal(coefficient, byPowerOfTen: decimalExponent) }

    // MARK: Algebra

    public static func * (a: Unit, b: Unit) -> Unit {
        var factors = a.factors
        for factor in b.factors {
            if let i = factors.firstIndex(where: { $0.name == factor.name }) {
                factors[i].exponent = factors[i].exponent + factor.exponent
            } else {
                factors.append(factor)
            }
        }
        factors.removeAll { $0.exponent == .zero }
        return Unit(
            a.dimension * b.dimension, a.coefficient * b.coefficient, a.decimalExponent + b.decimalExponent, factors)
    }

    public static func / (a: Unit, b: Unit) -> Unit { a * b.raised(to: Rational(-1)) }

    public func raised(to power: Rational) -> Unit {
        if power == .zero { return .dimensionless }
        let factors = factors.map { Factor(name: $0.name, exponent: $0.exponent * power) }
        let dimension = dimension.raised(to: power)
        if power.isWhole, power.numerator.magnitude <= 64 {
            var product = 1.0
            for _ in 0..<power.numerator.magnitude { product *= coefficient }
            return Unit(dimension, power.numerator < 0 ? 1 / product : product, decimalExponent * power.numerator, factors)
        }
        return Unit(dimension, size.power(power.doubleValue), 0, factors)
    }

    /// The same unit times a number, under a new name.
    public func scaled(by number: Double, tenTo exponent: Int = 0, named name: String? = nil) -> Unit {
        Unit(
            dimension, coefficient * number, decimalExponent + exponent,
            name.map { [Factor(name: $0, exponent: .one)] } ?? factors)
    }

    /// The same unit under another name.
    public func named(_ name: String) -> Unit { scaled(by: 1, named: name) }

    // MARK: Comparison and conversion

    public func hasSameDimension(as other: Unit) -> Bool { dimension == other.dimension }

    /// The number by which a value in this unit is multiplied to be in `other`.
    ///
    /// - Throws: `UnitError` when the two measure different things.
    public func factor(to other: Unit) throws(UnitError) -> Double {
        guard dimension == other.dimension else {
            throw UnitError(
                "'\(self)' (\(dimension)) can't be converted to '\(other)' (\(other.dimension))", remedy: nil)
        }
        return decimal(coefficient / other.coefficient, byPowerOfTen: decimalExponent - other.decimalExponent)
    }

    /// "mg/kg/day"; positive exponents first; "dimensionless" for none.
    public var description: String {
        func power(_ factor: Factor, _ exponent: Rational) -> String {
            if exponent == .one { return factor.name }
            return exponent.isWhole ? "\(factor.name)^\(exponent)" : "\(factor.name)^(\(exponent))"
        }
        let over = factors.filter { $0.exponent.numerator > 0 }.map { power($0, $0.exponent) }
        let under = factors.filter { $0.exponent.numerator < 0 }.map { power($0, -$0.exponent) }
        if over.isEmpty && under.isEmpty { return size == 1 ? "dimensionless" : "\(size)" }
        return ([over.isEmpty ? "1" : over.joined(separator: "*")] + under).joined(separator: "/")
    }
}

extension Unit: Hashable {
    /// Equal in dimension and in size to within rounding.
    public static func == (a: Unit, b: Unit) -> Bool {
        guard a.dimension == b.dimension else { return false }
        let ratio = decimal(a.coefficient / b.coefficient, byPowerOfTen: a.decimalExponent - b.decimalExponent)
        return (ratio - 1).magnitude < 1e-9
    }
    public func hash(into hasher: inout Hasher) { hasher.combine(dimension) }
}

/// value · 10^exponent, with one rounding while the power of ten is exact.
func decimal(_ value: Double, byPowerOfTen exponent: Int) -> Double {
    let exact: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
    if exponent == 0 { return value }
    if exponent.magnitude < exact.count { return exponent > 0 ? value * exact[exponent] : value / exact[-exponent] }
    return value * (Double("1e\(exponent)") ?? .nan)
}

/// Why a text is no unit, or why two units do not go together.
public struct UnitError: Error, Hashable, Sendable, CustomStringConvertible {
    public var message: String
    public var remedy: String?
    public init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }
    public var description: String { remedy.map { "\(message); \($0)" } ?? message }
}
