extension Expression: CustomStringConvertible {
    /// The expression as one would write it: `k * A^2 / (K + A)`; long ones are cut.
    public var description: String {
        var budget = 120
        return text(precedence: 0, &budget)
    }

    private func text(precedence outer: Int, _ budget: inout Int) -> String {
        if budget <= 0 { return "…" }
        budget -= 1
        func list(_ items: [Expression], _ budget: inout Int) -> String {
            var parts: [String] = []
            for item in items { parts.append(item.text(precedence: 0, &budget)) }
            return parts.joined(separator: ", ")
        }
        switch self {
        case .number(let value, let unit):
            let whole = value == value.rounded() && value.magnitude < 1e15
            let digits = whole ? "\(Int(value))" : "\(value)"
            return unit.map { "\(digits) \($0)" } ?? digits
        case .symbol(let id): return id
        case .time: return "time"
        case .avogadro: return "avogadro"
        case .rateOf(let id): return "rateOf(\(id))"
        case .call(let name, let arguments): return "\(name)(\(list(arguments, &budget)))"
        case .delay(let value, let lag): return "delay(\(list([value, lag], &budget)))"
        case .apply(let op, let arguments):
            if op == .minus, arguments.count == 1 { return wrap("-" + arguments[0].text(precedence: 3, &budget), 1, outer) }
            if op == .not, arguments.count == 1 { return "!" + arguments[0].text(precedence: 9, &budget) }
            guard let (sign, precedence) = op.infix, arguments.count >= 2 else {
                return "\(op.rawValue)(\(list(arguments, &budget)))"
            }
            var parts = [arguments[0].text(precedence: precedence, &budget)]
            for argument in arguments.dropFirst() { parts.append(argument.text(precedence: precedence + 1, &budget)) }
            return wrap(parts.joined(separator: sign), precedence, outer)
        }
    }

    private func wrap(_ text: String, _ inner: Int, _ outer: Int) -> String { inner < outer ? "(\(text))" : text }
}

extension Operator {
    /// How the operator is written between its arguments, and how tightly it binds.
    fileprivate var infix: (String, Int)? {
        switch self {
        case .or: (" || ", -3)
        case .and: (" && ", -2)
        case .eq: (" == ", -1)
        case .neq: (" != ", -1)
        case .lt: (" < ", -1)
        case .gt: (" > ", -1)
        case .leq: (" <= ", -1)
        case .geq: (" >= ", -1)
        case .plus: (" + ", 1)
        case .minus: (" - ", 1)
        case .times: (" * ", 3)
        case .divide: (" / ", 3)
        case .power: ("^", 5)
        default: nil
        }
    }
}
