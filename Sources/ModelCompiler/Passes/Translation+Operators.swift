import ModelIR

extension Translation {
    /// A built-in operator applied to nodes.
    func apply(_ op: Operator, _ x: [Node]) -> Node {
        guard op.accepts(argumentCount: x.count) else {
            report(.invalid, "'\(op.rawValue)' does not take \(x.count) arguments", remedy: nil)
            return graph.nan
        }
        switch op {
        case .plus: return graph.sum(x)
        case .times: return x.dropFirst().reduce(x.first ?? graph.one) { graph.multiply($0, $1) }
        case .minus: return x.count == 1 ? graph.negate(x[0]) : graph.subtract(x[0], x[1])
        case .divide: return graph.divide(x[0], x[1])
        case .power: return graph.power(x[0], x[1])
        case .root: return x.count == 1 ? graph.squareRoot(x[0]) : root(degree: x[0], of: x[1])
        case .abs: return graph.absolute(x[0])
        case .exp: return graph.exponential(x[0])
        case .ln: return graph.logarithm(x[0])
        case .log: return logarithm(base: x.count == 1 ? graph.constant(10) : x[0], of: x[x.count - 1])
        case .floor: return graph.floor(x[0])
        case .ceiling: return graph.ceiling(x[0])
        case .factorial: return graph.function(.factorial, x[0])
        case .quotient: return graph.truncate(graph.divide(x[0], x[1]))
        case .rem:
            let whole = graph.truncate(graph.divide(x[0], x[1]))
            return graph.subtract(x[0], graph.multiply(x[1], whole))
        case .min: return x.dropFirst().reduce(x[0]) { graph.minimum($0, $1) }
        case .max: return x.dropFirst().reduce(x[0]) { graph.maximum($0, $1) }
        case .eq, .neq, .gt, .lt, .geq, .leq, .and, .or, .xor, .not, .implies: return logic(op, x)
        case .piecewise: return piecewise(x)
        default: return trigonometry(op, x[0])
        }
    }

    /// The n-th root; of a negative number too when n is a known odd whole number.
    private func root(degree n: Node, of x: Node) -> Node {
        if graph.isConstant(n, 2) { return graph.squareRoot(x) }
        let magnitude = graph.power(graph.absolute(x), graph.divide(graph.one, n))
        if let degree = graph.constantValue(n), degree == degree.rounded(),
            degree.truncatingRemainder(dividingBy: 2) != 0
        {
            return graph.select(graph.less(x, graph.zero), graph.negate(magnitude), magnitude)
        }
        return graph.power(x, graph.divide(graph.one, n))
    }

    private func logarithm(base: Node, of x: Node) -> Node {
        graph.divide(graph.logarithm(x), graph.logarithm(base))
    }

    private func logic(_ op: Operator, _ x: [Node]) -> Node {
        switch op {
        case .and: return x.reduce(graph.one) { graph.and($0, $1) }
        case .or: return x.reduce(graph.zero) { graph.or($0, $1) }
        case .xor: return x.reduce(graph.zero) { graph.exclusiveOr($0, $1) }
        case .not: return graph.not(x[0])
        case .implies: return graph.or(graph.not(x[0]), x[1])
        default: break
        }
        // Relations chain: a < b < c is a < b and b < c.
        return zip(x, x.dropFirst()).reduce(graph.one) { graph.and($0, relation(op, $1.0, $1.1)) }
    }

    private func relation(_ op: Operator, _ x: Node, _ y: Node) -> Node {
        switch op {
        case .lt: graph.less(x, y)
        case .gt: graph.less(y, x)
        case .leq: graph.lessOrEqual(x, y)
        case .geq: graph.lessOrEqual(y, x)
        case .eq: graph.equal(x, y)
        default: graph.notEqual(x, y)
        }
    }

    /// piecewise(value, condition, …, [otherwise]); without otherwise it is undefined where no condition holds.
    private func piecewise(_ x: [Node]) -> Node {
        var result = x.count % 2 == 1 ? x[x.count - 1] : graph.nan
        for i in stride(from: x.count / 2 - 1, through: 0, by: -1) {
            result = graph.select(x[2 * i + 1], x[2 * i], result)
        }
        return result
    }

    private func trigonometry(_ op: Operator, _ x: Node) -> Node {
        let one = graph.one
        switch op {
        case .sin: return graph.function(.sine, x)
        case .cos: return graph.function(.cosine, x)
        case .tan: return graph.function(.tangent, x)
        case .sec: return graph.divide(one, graph.function(.cosine, x))
        case .csc: return graph.divide(one, graph.function(.sine, x))
        case .cot: return graph.divide(one, graph.function(.tangent, x))
        case .sinh: return graph.function(.hyperbolicSine, x)
        case .cosh: return graph.function(.hyperbolicCosine, x)
        case .tanh: return graph.function(.hyperbolicTangent, x)
        case .sech: return graph.divide(one, graph.function(.hyperbolicCosine, x))
        case .csch: return graph.divide(one, graph.function(.hyperbolicSine, x))
        case .coth: return graph.divide(one, graph.function(.hyperbolicTangent, x))
        case .arcsin: return graph.function(.arcsine, x)
        case .arccos: return graph.function(.arccosine, x)
        case .arctan: return graph.function(.arctangent, x)
        case .arcsec: return graph.function(.arccosine, graph.divide(one, x))
        case .arccsc: return graph.function(.arcsine, graph.divide(one, x))
        case .arccot: return graph.function(.arctangent, graph.divide(one, x))
        case .arcsinh: return graph.function(.areaHyperbolicSine, x)
        case .arccosh: return graph.function(.areaHyperbolicCosine, x)
        case .arctanh: return graph.function(.areaHyperbolicTangent, x)
        case .arcsech: return graph.function(.areaHyperbolicCosine, graph.divide(one, x))
        case .arccsch: return graph.function(.areaHyperbolicSine, graph.divide(one, x))
        case .arccoth: return graph.function(.areaHyperbolicTangent, graph.divide(one, x))
        default: preconditionFailure("'\(op.rawValue)' is handled elsewhere")
        }
    }
}
