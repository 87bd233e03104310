import ModelIR

extension AntimonyWriter {
    /// How tightly an operator binds; see `Parser+Expressions.swift`.
    private enum Level: Int { case logic = 1, relation, sum, product, unary, power, primary }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "inf" : "-inf" }
        if value == value.rounded(), value.magnitude < 1e15 { return String(Int64(value)) }
        return value.description
    }

    private static let names: [Operator: String] = [
        .abs: "abs", .exp: "exp", .ln: "ln", .floor: "floor", .ceiling: "ceil", .factorial: "factorial",
        .quotient: "quotient", .rem: "rem", .min: "min", .max: "max", .implies: "implies", .xor: "xor",
        .piecewise: "piecewise",
    ]

    private static let infix: [Operator: (sign: String, level: Level)] = [
        .plus: (" + ", .sum), .times: ("*", .product), .divide: ("/", .product), .eq: (" == ", .relation),
        .neq: (" != ", .relation), .gt: (" > ", .relation), .lt: (" < ", .relation), .geq: (" >= ", .relation),
        .leq: (" <= ", .relation), .and: (" && ", .logic), .or: (" || ", .logic),
    ]

    func text(_ expression: Expression) -> String { text(expression, within: .logic) }

    private func text(_ expression: Expression, within outer: Level) -> String {
        switch expression {
        case .number(let value, let unit):
            let digits = Self.number(value)
            // An infinite or undefined number carries no unit in Antimony.
            let text = value.isFinite ? unit.map { "\(digits) \(unitName($0))" } ?? digits : digits
            return value < 0 ? wrap(text, .unary, outer) : text
        case .symbol(let id): return name(id)
        case .time: return "time"
        case .avogadro: return "avogadro"
        case .rateOf(let id): return "rateOf(\(name(id)))"
        case .delay(let value, let lag): return "delay(\(text(value)), \(text(lag)))"
        case .call(let function, let arguments): return call(name(function), arguments)
        case .apply(let op, let arguments): return text(op, arguments, within: outer)
        }
    }

    private func call(_ function: String, _ arguments: [Expression]) -> String {
        "\(function)(\(arguments.map { text($0) }.joined(separator: ", ")))"
    }

    private func wrap(_ text: String, _ inner: Level, _ outer: Level) -> String {
        inner.rawValue < outer.rawValue ? "(\(text))" : text
    }

    private func text(_ op: Operator, _ arguments: [Expression], within outer: Level) -> String {
        switch (op, arguments.count) {
        case (.minus, 1):
            let operand = text(arguments[0], within: .unary)
            return wrap("-" + (operand.hasPrefix("-") ? "(\(operand))" : operand), .unary, outer)
        case (.minus, 2):
            return wrap(
                "\(text(arguments[0], within: .sum)) - \(text(arguments[1], within: .product))", .sum, outer)
        case (.not, 1): return wrap("!" + text(arguments[0], within: .unary), .unary, outer)
        case (.power, 2):
            return wrap("\(text(arguments[0], within: .primary))^\(text(arguments[1], within: .unary))", .power, outer)
        case (.root, 1): return call("sqrt", arguments)
        case (.root, 2): return call("root", arguments)
        case (.log, 2): return arguments[0] == .number(10) ? call("log10", [arguments[1]]) : call("log", arguments)
        case (.log, 1): return call("log10", arguments)
        default: break
        }
        if let (sign, level) = Self.infix[op], arguments.count >= 2, op != .neq || arguments.count == 2 {
            let above = Level(rawValue: level.rawValue + 1)!
            // Only sums and products continue a chain on their left.
            let first: Level = level == .sum || level == .product ? level : above
            let parts = [text(arguments[0], within: first)] + arguments.dropFirst().map { text($0, within: above) }
            return wrap(parts.joined(separator: sign), level, outer)
        }
        if let name = Self.names[op] { return call(name, arguments) }
        // `arcsin` and its like have the names of MathML; `plus()` and `and(x)` are calls as well.
        return call(op.rawValue, arguments)
    }
}
