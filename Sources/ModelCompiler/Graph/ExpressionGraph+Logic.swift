/// Constructors of relations and logic. Truth values are the numbers 1 and 0; any non-zero number is true.
extension ExpressionGraph {
    mutating func less(_ x: Node, _ y: Node) -> Node { relation(.less, x, y, <) }
    mutating func lessOrEqual(_ x: Node, _ y: Node) -> Node { relation(.lessOrEqual, x, y, <=) }
    mutating func equal(_ x: Node, _ y: Node) -> Node { relation(.equal, x, y, ==) }
    mutating func notEqual(_ x: Node, _ y: Node) -> Node { relation(.notEqual, x, y, !=) }

    private mutating func relation(_ kind: Kind, _ x: Node, _ y: Node, _ holds: (Double, Double) -> Bool) -> Node {
        if let a = constantValue(x), let b = constantValue(y) { return holds(a, b) ? one : zero }
        return intern(Record(kind: kind, a: x.index, b: y.index))
    }

    mutating func and(_ x: Node, _ y: Node) -> Node {
        if let a = constantValue(x) { return a == 0 ? zero : truth(y) }
        if let b = constantValue(y) { return b == 0 ? zero : truth(x) }
        return x == y ? truth(x) : intern(Record(kind: .and, a: x.index, b: y.index))
    }

    mutating func or(_ x: Node, _ y: Node) -> Node {
        if let a = constantValue(x) { return a != 0 ? one : truth(y) }
        if let b = constantValue(y) { return b != 0 ? one : truth(x) }
        return x == y ? truth(x) : intern(Record(kind: .or, a: x.index, b: y.index))
    }

    mutating func not(_ x: Node) -> Node {
        if let a = constantValue(x) { return a == 0 ? one : zero }
        return intern(Record(kind: .not, a: x.index))
    }

    /// 1 where x is true, else 0.
    mutating func truth(_ x: Node) -> Node {
        switch self[x].kind {
        case .less, .lessOrEqual, .equal, .notEqual, .and, .or, .not, .mode: x
        default: notEqual(x, zero)
        }
    }

    /// Exactly one of x and y is true.
    mutating func exclusiveOr(_ x: Node, _ y: Node) -> Node { notEqual(truth(x), truth(y)) }

    /// condition ? x : y
    mutating func select(_ condition: Node, _ x: Node, _ y: Node) -> Node {
        if let value = constantValue(condition) { return value != 0 ? x : y }
        if x == y { return x }
        if self[condition].kind == .not { return select(Node(index: self[condition].a), y, x) }
        return intern(Record(kind: .select, a: condition.index, b: x.index, c: y.index))
    }
}
