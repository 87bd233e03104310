/// Symbolic derivatives of graph nodes, memoised, forward through the graph.
///
/// The gradient of a node is the sorted list of its non-zero partial derivatives. A node is visited once
/// whatever the number of formulas that use it, so a rate shared by several states is differentiated once, and
/// hash-consing merges equal entries.
struct Differentiator {
    typealias Node = ExpressionGraph.Node

    /// ∂(node)/∂(variable), `variable` being a position in `variables`.
    struct Partial {
        var variable: Int32
        var derivative: Node
    }

    /// The leaves with respect to which we differentiate.
    private let position: [Node: Int32]
    private var gradients: [Node: [Partial]] = [:]

    init(variables: [Node]) {
        position = Dictionary(uniqueKeysWithValues: variables.enumerated().map { ($1, Int32($0)) })
    }

    /// The non-zero partial derivatives of `root`, ascending by variable.
    mutating func gradient(of root: Node, in graph: inout ExpressionGraph) -> [Partial] {
        if let known = gradients[root] { return known }
        var stack = [root]
        while let node = stack.last {
            if gradients[node] != nil {
                stack.removeLast()
                continue
            }
            var isReady = true
            graph.forEachOperand(of: node) { operand in
                if gradients[operand] == nil {
                    stack.append(operand)
                    isReady = false
                }
            }
            if isReady {
                gradients[node] = combine(node, in: &graph)
                stack.removeLast()
            }
        }
        return gradients[root]!
    }

    /// The chain rule at one node whose operands are done.
    private func combine(_ node: Node, in graph: inout ExpressionGraph) -> [Partial] {
        if let variable = position[node] { return [Partial(variable: variable, derivative: graph.one)] }
        let record = graph[node]
        if record.kind.isLeaf { return [] }
        let a = Node(index: record.a)
        let da = gradients[a]!
        guard record.b >= 0 else {
            if da.isEmpty { return [] }
            guard let factor = graph.derivative(of: node, kind: record.kind, at: a) else { return [] }
            return scale(da, by: factor, in: &graph)
        }
        let b = Node(index: record.b)
        let db = gradients[b]!
        switch record.kind {
        case .add: return merge(da, db, in: &graph) { $0.add($1 ?? $0.zero, $2 ?? $0.zero) }
        case .subtract: return merge(da, db, in: &graph) { $0.subtract($1 ?? $0.zero, $2 ?? $0.zero) }
        case .multiply:
            let left = scale(da, by: b, in: &graph)
            let right = scale(db, by: a, in: &graph)
            return merge(left, right, in: &graph) { $0.add($1 ?? $0.zero, $2 ?? $0.zero) }
        case .divide:
            // d(a/b) = (da − (a/b)·db) / b
            if da.isEmpty && db.isEmpty { return [] }
            let inverse = graph.divide(graph.one, b)
            let left = scale(da, by: inverse, in: &graph)
            if db.isEmpty { return left }
            let right = scale(db, by: graph.multiply(node, inverse), in: &graph)
            return merge(left, right, in: &graph) { $0.subtract($1 ?? $0.zero, $2 ?? $0.zero) }
        case .power:
            let left = da.isEmpty ? [] : scale(da, by: graph.powerDerivativeByBase(node, a, b), in: &graph)
            let right = db.isEmpty ? [] : scale(db, by: graph.powerDerivativeByExponent(node, a), in: &graph)
            return merge(left, right, in: &graph) { $0.add($1 ?? $0.zero, $2 ?? $0.zero) }
        case .minimum, .maximum:
            if da.isEmpty && db.isEmpty { return [] }
            let condition = record.kind == .minimum ? graph.less(a, b) : graph.less(b, a)
            return merge(da, db, in: &graph) { $0.select(condition, $1 ?? $0.zero, $2 ?? $0.zero) }
        case .select:
            let c = Node(index: record.c)
            let dc = gradients[c]!
            return merge(db, dc, in: &graph) { $0.select(a, $1 ?? $0.zero, $2 ?? $0.zero) }
        default: return []  // relations and logic are piecewise constant
        }
    }

    private func scale(_ gradient: [Partial], by factor: Node, in graph: inout ExpressionGraph) -> [Partial] {
        gradient.map { Partial(variable: $0.variable, derivative: graph.multiply($0.derivative, factor)) }
    }

    private func merge(
        _ x: [Partial], _ y: [Partial], in graph: inout ExpressionGraph,
        _ combine: (inout ExpressionGraph, Node?, Node?) -> Node
    ) -> [Partial] {
        var merged: [Partial] = []
        merged.reserveCapacity(x.count + y.count)
        var i = 0
        var j = 0
        while i < x.count || j < y.count {
            let variable: Int32
            let derivative: Node
            if j == y.count || (i < x.count && x[i].variable < y[j].variable) {
                (variable, derivative) = (x[i].variable, combine(&graph, x[i].derivative, nil))
                i += 1
            } else if i == x.count || y[j].variable < x[i].variable {
                (variable, derivative) = (y[j].variable, combine(&graph, nil, y[j].derivative))
                j += 1
            } else {
                (variable, derivative) = (x[i].variable, combine(&graph, x[i].derivative, y[j].derivative))
                i += 1
                j += 1
            }
            if !graph.isConstant(derivative, 0) { merged.append(Partial(variable: variable, derivative: derivative)) }
        }
        return merged
    }
}

extension ExpressionGraph {
    /// f'(a) of a one-argument function; nil where it is zero.
    ///
    /// Where the derivative is infinite although the function is finite (√x and x^n, n < 1, at 0), it is taken
    /// as 0: an infinite Jacobian entry would make the step fail, a finite one only costs accuracy at a point.
    fileprivate mutating func derivative(of node: Node, kind: Kind, at a: Node) -> Node? {
        switch kind {
        case .negate: return constant(-1)
        case .absolute: return select(less(a, zero), constant(-1), one)
        case .squareRoot: return select(equal(node, zero), zero, divide(constant(0.5), node))
        case .exponential: return node
        case .logarithm: return divide(one, a)
        case .sine: return function(.cosine, a)
        case .cosine: return negate(function(.sine, a))
        case .tangent: return add(one, multiply(node, node))
        case .arcsine: return divide(one, squareRoot(subtract(one, multiply(a, a))))
        case .arccosine: return divide(constant(-1), squareRoot(subtract(one, multiply(a, a))))
        case .arctangent: return divide(one, add(one, multiply(a, a)))
        case .hyperbolicSine: return function(.hyperbolicCosine, a)
        case .hyperbolicCosine: return function(.hyperbolicSine, a)
        case .hyperbolicTangent: return subtract(one, multiply(node, node))
        case .areaHyperbolicSine: return divide(one, squareRoot(add(multiply(a, a), one)))
        case .areaHyperbolicCosine: return divide(one, squareRoot(subtract(multiply(a, a), one)))
        case .areaHyperbolicTangent: return divide(one, subtract(one, multiply(a, a)))
        // floor, ceiling, truncate, not, factorial (defined on whole numbers) are piecewise constant.
        default: return nil
        }
    }

    /// ∂(x^n)/∂x = n·x^n/x, and at x = 0 its limit: 1 for n = 1, else 0.
    ///
    /// The quotient reuses x^n, so a Hill term costs one power in value and derivative together.
    fileprivate mutating func powerDerivativeByBase(_ power: Node, _ x: Node, _ n: Node) -> Node {
        let isOne = equal(n, one)
        let slope = multiply(n, divide(power, x))
        return select(equal(x, zero), isOne, slope)
    }

    /// ∂(x^n)/∂n = x^n·ln x, 0 where x ≤ 0.
    fileprivate mutating func powerDerivativeByExponent(_ power: Node, _ x: Node) -> Node {
        select(less(zero, x), multiply(power, logarithm(x)), zero)
    }
}
