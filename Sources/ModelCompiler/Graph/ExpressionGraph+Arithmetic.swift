/// Constructors of arithmetic nodes.
///
/// Each simplifies what holds for every finite operand: neutral elements, signs pulled outwards (so that equal
/// and opposite Jacobian entries become one node), per-patient constants gathered (so that they can be hoisted).
/// Only operations that IEEE 754 rounds exactly are folded here; elementary functions of constants are left to
/// the kernels, so that results do not depend on the system's mathematics library.
extension ExpressionGraph {
    mutating func negate(_ x: Node) -> Node {
        if let value = constantValue(x) { return constant(-value) }
        let record = self[x]
        if record.kind == .negate { return Node(index: record.a) }
        if record.kind == .subtract { return subtract(Node(index: record.b), Node(index: record.a)) }
        return intern(Record(kind: .negate, a: x.index))
    }

    mutating func add(_ x: Node, _ y: Node) -> Node {
        if let a = constantValue(x), let b = constantValue(y) { return constant(a + b) }
        if isConstant(x, 0) { return y }
        if isConstant(y, 0) { return x }
        if self[y].kind == .negate { return subtract(x, operand(y)) }
        if self[x].kind == .negate { return subtract(y, operand(x)) }
        if x == y { return multiply(constant(2), x) }
        return intern(Record(kind: .add, a: x.index, b: y.index))
    }

    mutating func subtract(_ x: Node, _ y: Node) -> Node {
        if let a = constantValue(x), let b = constantValue(y) { return constant(a - b) }
        if isConstant(y, 0) { return x }
        if isConstant(x, 0) { return negate(y) }
        if x == y { return zero }
        if self[y].kind == .negate { return add(x, operand(y)) }
        if self[x].kind == .negate { return negate(add(operand(x), y)) }
        return intern(Record(kind: .subtract, a: x.index, b: y.index))
    }

    mutating func multiply(_ x: Node, _ y: Node) -> Node {
        if let a = constantValue(x), let b = constantValue(y) { return constant(a * b) }
        if isConstant(x, 0) || isConstant(y, 0) { return zero }
        if isConstant(x, 1) { return y }
        if isConstant(y, 1) { return x }
        if isConstant(x, -1) { return negate(y) }
        if isConstant(y, -1) { return negate(x) }
        let (x, xIsNegated) = sign(x)
        let (y, yIsNegated) = sign(y)
        let product = positiveProduct(x, y)
        return xIsNegated != yIsNegated ? negate(product) : product
    }

    /// x·y with per-patient factors gathered: (u·p)·q = u·(p·q) and (u·p)·v = (u·v)·p.
    private mutating func positiveProduct(_ x: Node, _ y: Node) -> Node {
        if isConstant(x, 1) { return y }
        if isConstant(y, 1) { return x }
        let xIsConstant = isPerPatientConstant(x)
        let yIsConstant = isPerPatientConstant(y)
        if xIsConstant && yIsConstant { return intern(Record(kind: .multiply, a: x.index, b: y.index)) }
        if xIsConstant, let (factor, rest) = leadingFactor(y) {
            return positiveProduct(multiply(x, factor), rest)
        }
        if yIsConstant, let (factor, rest) = leadingFactor(x) {
            return positiveProduct(multiply(y, factor), rest)
        }
        return intern(Record(kind: .multiply, a: x.index, b: y.index))
    }

    /// The per-patient factor of a product that varies, and the rest.
    private func leadingFactor(_ node: Node) -> (Node, Node)? {
        let record = self[node]
        guard record.kind == .multiply else { return nil }
        let a = Node(index: record.a)
        let b = Node(index: record.b)
        if isPerPatientConstant(a) { return (a, b) }
        if isPerPatientConstant(b) { return (b, a) }
        return nil
    }

    mutating func divide(_ x: Node, _ y: Node) -> Node {
        if let a = constantValue(x), let b = constantValue(y) { return constant(a / b) }
        if isConstant(y, 1) { return x }
        if isConstant(y, -1) { return negate(x) }
        let (n, nIsNegated) = sign(x)
        let (d, dIsNegated) = sign(y)
        let quotient: Node
        if isPerPatientConstant(d), !isPerPatientConstant(n) {
            // One division per patient instead of one per evaluation.
            quotient = multiply(n, divide(one, d))
        } else if isConstant(d, 1) {
            quotient = n
        } else {
            quotient = intern(Record(kind: .divide, a: n.index, b: d.index))
        }
        return nIsNegated != dIsNegated ? negate(quotient) : quotient
    }

    /// x^y.
    ///
    /// Small whole exponents become products, so that x^2 needs no logarithm and is right for negative x.
    mutating func power(_ x: Node, _ y: Node) -> Node {
        if let exponent = constantValue(y) {
            if exponent == 0 { return one }
            if exponent == 1 { return x }
            if exponent == 0.5 { return squareRoot(x) }
            if exponent == -0.5 { return divide(one, squareRoot(x)) }
            if exponent == exponent.rounded(), exponent.magnitude <= 32 {
                let product = repeatedProduct(x, Int(exponent.magnitude))
                return exponent < 0 ? divide(one, product) : product
            }
        }
        if isConstant(x, 1) { return one }
        return intern(Record(kind: .power, a: x.index, b: y.index))
    }

    private mutating func repeatedProduct(_ x: Node, _ count: Int) -> Node {
        var result: Node?
        var square = x
        var remaining = count
        while remaining > 0 {
            if remaining & 1 == 1 { result = result.map { multiply($0, square) } ?? square }
            remaining >>= 1
            if remaining > 0 { square = multiply(square, square) }
        }
        return result ?? one
    }

    mutating func squareRoot(_ x: Node) -> Node {
        if let value = constantValue(x) { return constant(value.squareRoot()) }
        return intern(Record(kind: .squareRoot, a: x.index))
    }

    mutating func absolute(_ x: Node) -> Node {
        if let value = constantValue(x) { return constant(value.magnitude) }
        if self[x].kind == .negate { return absolute(operand(x)) }
        if self[x].kind == .absolute { return x }
        return intern(Record(kind: .absolute, a: x.index))
    }

    mutating func floor(_ x: Node) -> Node {
        if let value = constantValue(x) { return constant(value.rounded(.down)) }
        return intern(Record(kind: .floor, a: x.index))
    }

    mutating func ceiling(_ x: Node) -> Node {
        if let value = constantValue(x) { return constant(value.rounded(.up)) }
        return intern(Record(kind: .ceiling, a: x.index))
    }

    mutating func truncate(_ x: Node) -> Node {
        if let value = constantValue(x) { return constant(value.rounded(.towardZero)) }
        return intern(Record(kind: .truncate, a: x.index))
    }

    mutating func minimum(_ x: Node, _ y: Node) -> Node {
        if let a = constantValue(x), let b = constantValue(y) { return constant(a < b ? a : b) }
        return x == y ? x : intern(Record(kind: .minimum, a: x.index, b: y.index))
    }

    mutating func maximum(_ x: Node, _ y: Node) -> Node {
        if let a = constantValue(x), let b = constantValue(y) { return constant(a > b ? a : b) }
        return x == y ? x : intern(Record(kind: .maximum, a: x.index, b: y.index))
    }

    mutating func exponential(_ x: Node) -> Node {
        isConstant(x, 0) ? one : intern(Record(kind: .exponential, a: x.index))
    }

    mutating func logarithm(_ x: Node) -> Node {
        isConstant(x, 1) ? zero : intern(Record(kind: .logarithm, a: x.index))
    }

    /// A one-argument function that is not simplified.
    mutating func function(_ kind: Kind, _ x: Node) -> Node { intern(Record(kind: kind, a: x.index)) }

    mutating func sum(_ terms: some Sequence<Node>) -> Node {
        var total: Node?
        for term in terms { total = total.map { add($0, term) } ?? term }
        return total ?? zero
    }

    private func operand(_ node: Node) -> Node { Node(index: self[node].a) }

    /// The node without its sign.
    private mutating func sign(_ node: Node) -> (magnitude: Node, isNegated: Bool) {
        if self[node].kind == .negate { return (operand(node), true) }
        if let value = constantValue(node), value < 0 { return (constant(-value), true) }
        return (node, false)
    }
}
