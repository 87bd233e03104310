/// A mathematical expression over the symbols of a model.
///
/// Names are resolved late: `.symbol` holds an id as written after flattening, so the same tree serves every
/// format. A species symbol means its concentration, or its amount when the species has only substance units,
/// as in SBML.
public indirect enum Expression: Hashable, Sendable {
    /// A literal with an optional unit id (SBML L3 `sbml:units`, Antimony `3 day`).
    case number(Double, unit: String? = nil)
    case symbol(String)
    /// Simulation time, in the model's time unit.
    case time
    /// Avogadro's constant as SBML defines it: 6.02214179e23 (dimensionless).
    case avogadro
    /// A built-in operator or function applied to its arguments.
    case apply(Operator, [Expression])
    /// A function that the model defines.
    case call(String, [Expression])
    /// `delay(x, tau)`: the value of `x`, `tau` time units ago.
    case delay(Expression, by: Expression)
    /// `rateOf(id)`: the instantaneous time derivative of a symbol.
    case rateOf(String)
}

/// The built-in operators and functions; names are those of MathML.
///
/// Truth values are numbers: 0 is false, anything else is true; relations yield 0 or 1.
public enum Operator: String, Hashable, Sendable, CaseIterable {
    // Arithmetic. `plus` and `times` take any number of arguments, `minus` one or two.
    case plus, minus, times, divide, power
    case root  // root(degree, x); one argument: square root
    case abs, exp, ln, floor, ceiling, factorial
    case log  // log(base, x)
    case quotient, rem, min, max, implies
    // Trigonometry.
    case sin, cos, tan, sec, csc, cot, sinh, cosh, tanh, sech, csch, coth
    case arcsin, arccos, arctan, arcsec, arccsc, arccot
    case arcsinh, arccosh, arctanh, arcsech, arccsch, arccoth
    // Relations (two or more arguments, chained) and logic.
    case eq, neq, gt, lt, geq, leq
    case and, or, xor, not
    /// piecewise(value, condition, value, condition, ..., [otherwise])
    case piecewise
}

extension Expression {
    public static let zero = Expression.number(0)
    public static let one = Expression.number(1)

    public static func + (a: Expression, b: Expression) -> Expression { .apply(.plus, [a, b]) }
    public static func - (a: Expression, b: Expression) -> Expression { .apply(.minus, [a, b]) }
    public static func * (a: Expression, b: Expression) -> Expression { .apply(.times, [a, b]) }
    public static func / (a: Expression, b: Expression) -> Expression { .apply(.divide, [a, b]) }

    /// The direct sub-expressions, in order.
    public var children: [Expression] {
        switch self {
        case .number, .symbol, .time, .avogadro, .rateOf: []
        case .apply(_, let arguments), .call(_, let arguments): arguments
        case .delay(let value, let lag): [value, lag]
        }
    }

    /// The same node with every direct sub-expression replaced by `transform(child)`.
    public func mapChildren(_ transform: (Expression) throws -> Expression) rethrows -> Expression {
        switch self {
        case .number, .symbol, .time, .avogadro, .rateOf: self
        case .apply(let op, let arguments): .apply(op, try arguments.map(transform))
        case .call(let name, let arguments): .call(name, try arguments.map(transform))
        case .delay(let value, let lag): .delay(try transform(value), by: try transform(lag))
        }
    }

    /// Visits this node and everything below it, parents first.
    public func forEachNode(_ body: (Expression) -> Void) {
        body(self)
        for child in children { child.forEachNode(body) }
    }

    /// Ids of all symbols used, `rateOf` targets included.
    public var symbols: Set<String> {
        var found: Set<String> = []
        forEachNode { node in
            switch node {
            case .symbol(let id), .rateOf(let id): found.insert(id)
            default: break
            }
        }
        return found
    }

    /// The expression with symbols (also `rateOf` targets that map to symbols) replaced.
    public func substituting(_ replacements: [String: Expression]) -> Expression {
        switch self {
        case .symbol(let id): replacements[id] ?? self
        case .rateOf(let id):
            if case .symbol(let new)? = replacements[id] { .rateOf(new) } else { self }
        default: mapChildren { $0.substituting(replacements) }
        }
    }
}

extension Operator {
    /// Whether the operator is defined for this number of arguments.
    public func accepts(argumentCount n: Int) -> Bool {
        switch self {
        case .plus, .times, .and, .or, .xor: true
        case .minus, .root, .log: n == 1 || n == 2
        case .divide, .power, .quotient, .rem, .implies: n == 2
        case .min, .max: n >= 1
        case .eq, .neq, .gt, .lt, .geq, .leq: n >= 1
        case .piecewise: n >= 1
        default: n == 1
        }
    }
}
