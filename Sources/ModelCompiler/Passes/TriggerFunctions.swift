/// Turns conditions into real-valued functions g that are positive exactly where the condition holds, and finds the
/// times at which conditions on time and per-patient constants switch.
///
/// ```
/// a < b      g =  |a − b|  where it holds (at least 1e-300, so that a ≤ b holds at a = b), −|a − b| elsewhere
/// and, or    minimum, maximum;    not    the same with every leaf reversed
/// ```
/// A relation that is linear in time, c₀ + c₁·t with per-patient c₀ and c₁, is rewritten as a comparison of t with
/// its switching time T = −c₀/c₁, computed by the same nodes that tell the integrator where to stop: so at the stop
/// the condition has switched, whatever the rounding. A strict comparison (`time > T`) switches just after T, so
/// that a value asked for at T is still the old one.
struct TriggerFunctions {
    typealias Node = ExpressionGraph.Node

    /// Switching times, in the order of the slots of `scheduledTimes`.
    private(set) var scheduledTimes: [Node] = []
    private var memo: [Key: Node] = [:]

    private struct Key: Hashable {
        var condition: Node
        var isReversed: Bool
    }

    /// g of a condition (of its opposite when `isReversed`).
    mutating func function(of condition: Node, isReversed: Bool = false, in graph: inout ExpressionGraph) -> Node {
        let key = Key(condition: condition, isReversed: isReversed)
        if let known = memo[key] { return known }
        let result = make(condition, isReversed, in: &graph)
        memo[key] = result
        return result
    }

    /// The relations at whose beginning the condition can become true, when it is made of several: a window that
    /// opens and closes within one step shows in them, but not in g at the step's ends.
    func openingRelations(of condition: Node, isReversed: Bool = false, in graph: inout ExpressionGraph) -> [Node] {
        let record = graph[condition]
        switch record.kind {
        case .not: return openingRelations(of: Node(index: record.a), isReversed: !isReversed, in: &graph)
        case .and, .or:
            return [record.a, record.b].flatMap { openingRelations(of: Node(index: $0), isReversed: isReversed, in: &graph) }
        case .less, .lessOrEqual:
            return graph.dependence(of: condition).contains(.state) ? [isReversed ? graph.not(condition) : condition] : []
        default: return []
        }
    }

    private mutating func make(_ condition: Node, _ isReversed: Bool, in graph: inout ExpressionGraph) -> Node {
        let record = graph[condition]
        let a = Node(index: record.a)
        let b = Node(index: record.b)
        switch record.kind {
        case .not: return function(of: a, isReversed: !isReversed, in: &graph)
        case .and, .or:
            let x = function(of: a, isReversed: isReversed, in: &graph)
            let y = function(of: b, isReversed: isReversed, in: &graph)
            return (record.kind == .and) != isReversed ? graph.minimum(x, y) : graph.maximum(x, y)
        case .notEqual where graph.isTruthValue(a) && graph.isTruthValue(b):
            return exclusiveOr(a, b, isReversed, in: &graph)
        case .equal where graph.isTruthValue(a) && graph.isTruthValue(b):
            return exclusiveOr(a, b, !isReversed, in: &graph)
        case .less, .lessOrEqual, .equal, .notEqual:
            if let scheduled = scheduledRelation(condition, isReversed, in: &graph) { return scheduled }
            return relation(condition, a, b, isReversed, in: &graph)
        case .select:
            let c = Node(index: record.c)
            let first = graph.minimum(function(of: a, in: &graph), function(of: b, isReversed: isReversed, in: &graph))
            let second = graph.minimum(
                function(of: a, isReversed: true, in: &graph), function(of: c, isReversed: isReversed, in: &graph))
            return graph.maximum(first, second)
        default:
            let holds = graph.truth(condition)
            let (positive, negative) = (graph.one, graph.constant(-1))
            return isReversed ? graph.select(holds, negative, positive) : graph.select(holds, positive, negative)
        }
    }

    private mutating func exclusiveOr(_ a: Node, _ b: Node, _ isReversed: Bool, in graph: inout ExpressionGraph) -> Node {
        let onlyA = graph.minimum(function(of: a, in: &graph), function(of: b, isReversed: !isReversed, in: &graph))
        let onlyB = graph.minimum(
            function(of: a, isReversed: true, in: &graph), function(of: b, isReversed: isReversed, in: &graph))
        return graph.maximum(onlyA, onlyB)
    }

    private func relation(_ condition: Node, _ a: Node, _ b: Node, _ isReversed: Bool, in graph: inout ExpressionGraph) -> Node {
        let distance = graph.absolute(graph.subtract(a, b))
        // A NaN makes every relation false; as their second operand maximum and minimum keep the number.
        let positive = graph.maximum(distance, graph.constant(1e-300))
        let negative = graph.negate(graph.maximum(distance, graph.zero))
        return isReversed ? graph.select(condition, negative, positive) : graph.select(condition, positive, negative)
    }

    // MARK: Scheduled switches

    private mutating func scheduledRelation(_ condition: Node, _ isReversed: Bool, in graph: inout ExpressionGraph) -> Node? {
        guard graph.dependence(of: condition).isSubset(of: [.time, .parameters]),
            graph.dependence(of: condition).contains(.time)
        else { return nil }
        let record = graph[condition]
        let a = Node(index: record.a)
        let b = Node(index: record.b)
        let difference = graph.subtract(a, b)
        guard let line = graph.linearInTime(difference), !graph.isConstant(line.slope, 0) else { return nil }
        let switchTime = graph.negate(graph.divide(line.intercept, line.slope))
        let after = Self.justAfter(switchTime, in: &graph)
        let time = graph.leaf(.time)
        let original = graph[condition].kind
        // Where the line rises, a − b < 0 before the switch; where it falls, after it.
        let rises = graph.less(graph.zero, line.slope)
        let beforeT = graph.less(time, switchTime)
        let beforeAfter = graph.less(time, after)
        let holds: Node
        switch original {
        case .less: holds = graph.select(rises, beforeT, graph.not(beforeAfter))
        case .lessOrEqual: holds = graph.select(rises, beforeAfter, graph.not(beforeT))
        default:
            let isNow = graph.and(graph.not(beforeT), beforeAfter)
            holds = original == .equal ? isNow : graph.not(isNow)
        }
        for node in graph.cone(of: [holds]) {
            if node == beforeT { schedule(switchTime) }
            if node == beforeAfter { schedule(after) }
        }
        let g = comparisons(holds, isReversed, in: &graph)
        if graph.constantValue(line.slope) != nil { return g }
        // A slope that a patient's parameters make zero leaves a constant relation.
        return graph.select(graph.equal(line.slope, graph.zero), relation(condition, a, b, isReversed, in: &graph), g)
    }

    /// g of a combination of comparisons of time with switching times.
    private func comparisons(_ holds: Node, _ isReversed: Bool, in graph: inout ExpressionGraph) -> Node {
        let record = graph[holds]
        let a = Node(index: record.a)
        let b = Node(index: record.b)
        switch record.kind {
        case .not: return comparisons(a, !isReversed, in: &graph)
        case .and:
            let x = comparisons(a, isReversed, in: &graph)
            let y = comparisons(b, isReversed, in: &graph)
            return isReversed ? graph.maximum(x, y) : graph.minimum(x, y)
        case .select:
            let x = comparisons(b, isReversed, in: &graph)
            let y = comparisons(Node(index: record.c), isReversed, in: &graph)
            return graph.select(a, x, y)
        default: return relation(holds, a, b, isReversed, in: &graph)
        }
    }

    private static func justAfter(_ time: Node, in graph: inout ExpressionGraph) -> Node {
        let gap = graph.maximum(graph.multiply(graph.absolute(time), graph.constant(0x1p-51)), graph.constant(1e-14))
        return graph.add(time, gap)
    }

    private mutating func schedule(_ time: Node) {
        if !scheduledTimes.contains(time) { scheduledTimes.append(time) }
    }
}

extension ExpressionGraph {
    /// True for nodes whose value is 1 or 0 by construction.
    func isTruthValue(_ node: Node) -> Bool {
        switch self[node].kind {
        case .less, .lessOrEqual, .equal, .notEqual, .and, .or, .not, .mode: true
        default: false
        }
    }

    /// The node as intercept + slope · time with per-patient intercept and slope; nil when it is not of that form.
    mutating func linearInTime(_ root: Node) -> (intercept: Node, slope: Node)? {
        var lines: [Node: (Node, Node)] = [:]
        for node in cone(of: [root]) {
            if !dependence(of: node).contains(.time) {
                if isPerPatientConstant(node) { lines[node] = (node, zero) }
                continue
            }
            let record = self[node]
            let a = lines[Node(index: record.a)]
            let b = record.b >= 0 ? lines[Node(index: record.b)] : nil
            switch record.kind {
            case .time: lines[node] = (zero, one)
            case .negate: if let a { lines[node] = (negate(a.0), negate(a.1)) }
            case .add: if let a, let b { lines[node] = (add(a.0, b.0), add(a.1, b.1)) }
            case .subtract: if let a, let b { lines[node] = (subtract(a.0, b.0), subtract(a.1, b.1)) }
            case .multiply:
                guard let a, let b else { break }
                if isConstant(b.1, 0) { lines[node] = (multiply(a.0, b.0), multiply(a.1, b.0)) }
                else if isConstant(a.1, 0) { lines[node] = (multiply(a.0, b.0), multiply(a.0, b.1)) }
            case .divide:
                if let a, let b, isConstant(b.1, 0) { lines[node] = (divide(a.0, b.0), divide(a.1, b.0)) }
            default: break
            }
        }
        return lines[root]
    }
}
