import Kernels

/// Writes nodes of an expression graph into a kernel.
///
/// Operands are computed just before their first use (short live ranges), every node once.
struct KernelLowering {
    typealias Node = ExpressionGraph.Node

    /// Which buffer of the kernel holds what; nil: the kernel does not see it.
    struct Layout {
        var buffers: [String]
        var time: Int?
        var state: Int?
        var parameters: Int?
        var controlOffset = 0
        var delayOffset = 0
        var derivedOffset = 0
    }

    /// One result: a node to be stored in a slot of a buffer.
    struct Output {
        var node: Node
        var buffer: Int
        var slot: Int
    }

    private let graph: ExpressionGraph
    private let layout: Layout
    private var builder: KernelBuilder
    private var values: [Node: Kernel.Value] = [:]

    static func kernel(_ name: String, _ layout: Layout, _ outputs: [Output], of graph: ExpressionGraph) -> Kernel {
        var lowering = KernelLowering(name, layout, graph)
        for output in outputs {
            let value = lowering.value(of: output.node)
            lowering.builder.store(value, to: output.buffer, slot: output.slot)
        }
        return lowering.builder.finish()
    }

    private init(_ name: String, _ layout: Layout, _ graph: ExpressionGraph) {
        self.graph = graph
        self.layout = layout
        builder = KernelBuilder(name: name, buffers: layout.buffers)
    }

    private mutating func value(of root: Node) -> Kernel.Value {
        var stack = [root]
        while let node = stack.last {
            if values[node] != nil {
                stack.removeLast()
                continue
            }
            let before = stack.count
            pushMissingOperands(of: node, on: &stack)
            if stack.count == before {
                values[node] = emit(node)
                stack.removeLast()
            }
        }
        return values[root]!
    }

    /// The last operand is pushed first, so that operands are computed in order.
    private func pushMissingOperands(of node: Node, on stack: inout [Node]) {
        let record = graph[node]
        if record.kind.isLeaf { return }
        for operand in [record.c, record.b, record.a] where operand >= 0 {
            if values[Node(index: operand)] == nil { stack.append(Node(index: operand)) }
        }
    }

    private mutating func emit(_ node: Node) -> Kernel.Value {
        let record = graph[node]
        switch record.kind {
        case .constant: return builder.constant(graph.constants[Int(record.a)])
        case .time: return load(layout.time, 0, node)
        case .state: return load(layout.state, Int(record.a), node)
        case .input: return load(layout.parameters, Int(record.a), node)
        case .control: return load(layout.parameters, layout.controlOffset + Int(record.a), node)
        case .delayed: return load(layout.parameters, layout.delayOffset + Int(record.a), node)
        case .derived: return load(layout.parameters, layout.derivedOffset + Int(record.a), node)
        case .frozen, .unknown, .mode: preconditionFailure("\(record.kind) leaf reached a kernel")
        default: break
        }
        let a = values[Node(index: record.a)]!
        let b = record.b >= 0 ? values[Node(index: record.b)]! : -1
        let c = record.c >= 0 ? values[Node(index: record.c)]! : -1
        switch record.kind {
        case .power: return builder.pow(a, b)
        case .exponential: return builder.exp(a)
        case .logarithm: return builder.log(a)
        default: return builder.apply(Self.operation(record.kind), a, b, c)
        }
    }

    private mutating func load(_ buffer: Int?, _ slot: Int, _ node: Node) -> Kernel.Value {
        guard let buffer else { preconditionFailure("\(graph[node].kind) is not visible in this kernel") }
        return builder.load(buffer, slot: slot)
    }

    private static func operation(_ kind: ExpressionGraph.Kind) -> Operation {
        switch kind {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .negate: .negate
        case .absolute: .absolute
        case .squareRoot: .squareRoot
        case .floor: .floor
        case .ceiling: .ceiling
        case .truncate: .truncate
        case .minimum: .minimum
        case .maximum: .maximum
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .equal: .equal
        case .notEqual: .notEqual
        case .and: .and
        case .or: .or
        case .not: .not
        case .select: .select
        case .sine: .sine
        case .cosine: .cosine
        case .tangent: .tangent
        case .arcsine: .arcsine
        case .arccosine: .arccosine
        case .arctangent: .arctangent
        case .hyperbolicSine: .hyperbolicSine
        case .hyperbolicCosine: .hyperbolicCosine
        case .hyperbolicTangent: .hyperbolicTangent
        case .areaHyperbolicSine: .areaHyperbolicSine
        case .areaHyperbolicCosine: .areaHyperbolicCosine
        case .areaHyperbolicTangent: .areaHyperbolicTangent
        case .factorial: .factorial
        default: preconditionFailure("\(kind) has no single operation")
        }
    }
}
