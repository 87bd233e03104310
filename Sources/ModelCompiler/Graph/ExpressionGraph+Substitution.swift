extension ExpressionGraph {
    /// Rebuilds `roots` with leaves replaced, simplifying anew.
    ///
    /// - Parameters:
    ///   - roots: Nodes to rewrite.
    ///   - replacement: The new node of a leaf, or nil to keep it. Also asked for inner nodes.
    ///   - memo: Results so far; pass the same dictionary again for further roots of the same substitution.
    mutating func substitute(
        _ roots: [Node], memo: inout [Node: Node], replacement: (inout ExpressionGraph, Node) -> Node?
    ) -> [Node] {
        for node in cone(of: roots.filter { memo[$0] == nil }) where memo[node] == nil {
            if let new = replacement(&self, node) {
                memo[node] = new
                continue
            }
            let record = self[node]
            memo[node] = record.kind.isLeaf ? node : rebuild(record) { memo[$0]! }
        }
        return roots.map { memo[$0]! }
    }

    /// The same operation on other operands.
    mutating func rebuild(_ record: Record, _ new: (Node) -> Node) -> Node {
        let a = new(Node(index: record.a))
        let b = record.b >= 0 ? new(Node(index: record.b)) : a
        let c = record.c >= 0 ? new(Node(index: record.c)) : a
        switch record.kind {
        case .add: return add(a, b)
        case .subtract: return subtract(a, b)
        case .multiply: return multiply(a, b)
        case .divide: return divide(a, b)
        case .power: return power(a, b)
        case .negate: return negate(a)
        case .absolute: return absolute(a)
        case .squareRoot: return squareRoot(a)
        case .exponential: return exponential(a)
        case .logarithm: return logarithm(a)
        case .floor: return floor(a)
        case .ceiling: return ceiling(a)
        case .truncate: return truncate(a)
        case .minimum: return minimum(a, b)
        case .maximum: return maximum(a, b)
        case .less: return less(a, b)
        case .lessOrEqual: return lessOrEqual(a, b)
        case .equal: return equal(a, b)
        case .notEqual: return notEqual(a, b)
        case .and: return and(a, b)
        case .or: return or(a, b)
        case .not: return not(a)
        case .select: return select(a, b, c)
        default: return function(record.kind, a)
        }
    }
}
