import ModelIR

extension MathMLReader {
    /// `<apply>`: an operator, a defined function, `delay` or `rateOf`, with its arguments.
    func application(_ element: Element) -> Expression {
        var children = element.children
        guard let head = children.first else { return failure("<apply> is empty", at: element) }
        children.removeFirst()
        switch head.name {
        case "ci": return call(head.text, children.map(expression), at: head)
        case "csymbol": return symbolApplication(head, children)
        case "root", "log": return qualifiedApplication(head, children)
        default: break
        }
        guard head.namespace == mathNamespace, let op = Operator(rawValue: head.name), op != .piecewise else {
            findings.unsupported(
                "<\(head.name)> is not an operator of SBML's MathML", at: head,
                remedy: "rewrite the formula with the operators of SBML Level 3 Version 2")
            return .number(.nan)
        }
        return checked(op, children.map(expression), at: head)
    }

    /// The application, when the number of arguments suits the operator.
    func checked(_ op: Operator, _ arguments: [Expression], at element: Element) -> Expression {
        let count = arguments.count
        let suits: Bool
        switch op {
        case .plus, .times, .and, .or, .xor: suits = true
        case .minus, .root, .log: suits = count == 1 || count == 2
        case .divide, .power, .quotient, .rem, .implies: suits = count == 2
        case .neq: suits = count == 2
        case .min, .max: suits = count >= 1
        case .eq, .gt, .lt, .geq, .leq: suits = count >= 1
        case .piecewise: suits = count >= 2
        default: suits = count == 1
        }
        guard suits else {
            return failure("'\(op.rawValue)' does not take \(count) argument\(count == 1 ? "" : "s")", at: element)
        }
        switch (op, count) {
        case (.plus, 0): return .zero
        case (.times, 0): return .one
        case (.plus, 1), (.times, 1), (.min, 1), (.max, 1): return arguments[0]
        case (.and, 0): return .one
        case (.or, 0), (.xor, 0): return .zero
        // A relation of one argument holds; it is evaluated no further.
        case (.eq, 1), (.gt, 1), (.lt, 1), (.geq, 1), (.leq, 1): return .one
        default: return .apply(op, arguments)
        }
    }

    /// `root` with `<degree>` and `log` with `<logbase>`; square root and base 10 without.
    private func qualifiedApplication(_ head: Element, _ parts: [Element]) -> Expression {
        let qualifier = head.name == "root" ? "degree" : "logbase"
        var arguments: [Expression] = []
        var modifier: Expression?
        for part in parts {
            if part.name == qualifier {
                guard part.children.count == 1, modifier == nil else { return failure("<\(qualifier)> needs one value", at: part) }
                modifier = expression(part.children[0])
            } else {
                arguments.append(expression(part))
            }
        }
        guard arguments.count == 1 else { return failure("'\(head.name)' does not take \(arguments.count) arguments", at: head) }
        if head.name == "root" { return .apply(.root, modifier.map { [$0, arguments[0]] } ?? arguments) }
        return .apply(.log, [modifier ?? .number(10), arguments[0]])
    }

    private func symbolApplication(_ head: Element, _ parts: [Element]) -> Expression {
        switch SBMLSymbol(head) {
        case .delay:
            guard parts.count == 2 else { return failure("delay takes a value and a lag, not \(parts.count) arguments", at: head) }
            return .delay(expression(parts[0]), by: expression(parts[1]))
        case .rateOf:
            guard parts.count == 1, parts[0].name == "ci", case .symbol(let id) = expression(parts[0]) else {
                return failure("rateOf takes one identifier", at: head)
            }
            return .rateOf(id)
        case .time, .avogadro: return failure("csymbol '\(head.text)' takes no arguments", at: head)
        case nil:
            findings.unsupported(
                "csymbol '\(head["definitionURL"] ?? head.text)' is not part of SBML core", at: head,
                remedy: "supported are time, avogadro, delay and rateOf")
            return .number(.nan)
        }
    }

    /// A function by name: one that the model defines, or one that SimBiology and old tools write without defining it.
    func call(_ name: String, _ arguments: [Expression], at element: Element) -> Expression {
        if let id = names.function(name) { return .call(id, arguments) }
        if let value = CommonFunction(rawValue: name)?.applied(to: arguments) { return value }
        if let op = Operator(rawValue: name), op != .piecewise, op != .log { return checked(op, arguments, at: element) }
        return failure(
            "function '\(name)' is not defined", at: element,
            remedy: name == "log" ? "write <ln/> or <log/>, since 'log' means different bases in different tools" : "add a function definition")
    }
}

/// Functions that some tools write by name into a file, although SBML (before Level 3 Version 2) lacks them.
/// Meaning as in MATLAB, where they come from.
enum CommonFunction: String {
    case pow, sqr, sqrt, log10, log2, ceil, asin, acos, atan, sign, mod, nthroot

    func applied(to arguments: [Expression]) -> Expression? {
        let a = arguments
        switch (self, a.count) {
        case (.pow, 2): return .apply(.power, a)
        case (.sqr, 1): return .apply(.power, [a[0], .number(2)])
        case (.sqrt, 1): return .apply(.root, a)
        case (.log10, 1): return .apply(.log, [.number(10), a[0]])
        case (.log2, 1): return .apply(.log, [.number(2), a[0]])
        case (.ceil, 1): return .apply(.ceiling, a)
        case (.asin, 1): return .apply(.arcsin, a)
        case (.acos, 1): return .apply(.arccos, a)
        case (.atan, 1): return .apply(.arctan, a)
        case (.sign, 1):
            return .apply(.piecewise, [.one, .apply(.gt, [a[0], .zero]), .number(-1), .apply(.lt, [a[0], .zero]), .zero])
        case (.mod, 2): return a[0] - .apply(.floor, [a[0] / a[1]]) * a[1]
        case (.nthroot, 2): return .apply(.root, [a[1], a[0]])
        default: return nil
        }
    }
}
