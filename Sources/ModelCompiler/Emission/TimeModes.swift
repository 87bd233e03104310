import ModelIR

/// Conditions on time inside rates, turned into discrete modes that switch at scheduled times.
///
/// A rate such as `piecewise(dose, time >= 100 && time < 100.01, 0)` jumps. A step across the jump is inaccurate, and
/// a long one misses a short pulse altogether. So each comparison of time (linear in time, with per-patient
/// coefficients) that occurs in a rate becomes a control that is 1 while it holds and 0 while it does not; two events
/// set it, and since their triggers are scheduled, the integrator stops exactly there. Between stops the right-hand
/// side is smooth. Observables and events go on using the comparisons themselves.
struct TimeModes {
    typealias Node = ExpressionGraph.Node

    /// The comparison behind each mode, in the order of their controls.
    private(set) var conditions: [Node] = []
    private let firstControl: Int
    private var memo: [Node: Node] = [:]

    init(firstControl: Int) { self.firstControl = firstControl }

    /// Control ids.
    var names: [String] { conditions.indices.map { "mode\($0 + 1)" } }

    /// `rates` with their comparisons of time replaced by modes.
    mutating func replaceConditions(in rates: [Node], _ graph: inout ExpressionGraph) -> [Node] {
        var conditions = conditions
        defer { self.conditions = conditions }
        return graph.substitute(rates, memo: &memo) { [firstControl] graph, node in
            guard Self.switchesOnce(node, in: &graph) else { return nil }
            if let known = conditions.firstIndex(of: node) { return graph.leaf(.control, firstControl + known) }
            conditions.append(node)
            return graph.leaf(.control, firstControl + conditions.count - 1)
        }
    }

    /// True for an inequality that is linear in time, with coefficients that are constant for a patient.
    private static func switchesOnce(_ node: Node, in graph: inout ExpressionGraph) -> Bool {
        let record = graph[node]
        guard record.kind == .less || record.kind == .lessOrEqual, isOnTimeAlone(node, graph) else { return false }
        let difference = graph.subtract(Node(index: record.a), Node(index: record.b))
        guard let line = graph.linearInTime(difference) else { return false }
        return !graph.isConstant(line.slope, 0)
    }

    private static func isOnTimeAlone(_ node: Node, _ graph: ExpressionGraph) -> Bool {
        let dependence = graph.dependence(of: node)
        return dependence.contains(.time) && dependence.isSubset(of: [.time, .parameters])
    }

    /// A warning when rates jump in time at moments that can't be scheduled, since a long step may pass over a pulse.
    static func warning(about rates: [Node], in graph: ExpressionGraph) -> Diagnostic? {
        let jumps = graph.cone(of: rates).contains { node in
            switch graph[node].kind {
            case .less, .lessOrEqual, .floor, .ceiling, .truncate: isOnTimeAlone(node, graph)
            default: false
            }
        }
        guard jumps else { return nil }
        return Diagnostic(
            .warning, .unsupported, "rates jump at times that repeat or can't be told in advance; a long step may pass over a short pulse",
            remedy: "limit the step to the pulse's length, or write the pulses as events")
    }
}
