/// A hash-consed directed acyclic graph of arithmetic: equal expressions are one node.
///
/// Children always have smaller indices than their parents, so every analysis is one loop over the nodes and
/// none recurses, however deep a model nests its formulas. Nodes are made by the constructors in
/// `ExpressionGraph+Arithmetic.swift` and `+Logic.swift`, which simplify as they build.
struct ExpressionGraph {
    /// A handle to a node.
    struct Node: Hashable, Comparable, Sendable {
        var index: Int32
        static func < (a: Node, b: Node) -> Bool { a.index < b.index }
    }

    enum Kind: UInt8, Sendable {
        // Leaves; `a` is the slot (for a constant: index into `constants`).
        case constant, input, control, state, delayed, mode, time
        /// The value at the start of a quantity that an initial assignment sets; replaced before emission.
        case frozen
        /// An algebraic unknown while the rules that determine it are being solved; replaced before emission.
        case unknown
        /// A hoisted per-patient constant.
        case derived
        // Operations on `a`, `b`, `c`.
        case add, subtract, multiply, divide, power
        case negate, absolute, squareRoot, exponential, logarithm, floor, ceiling, truncate
        case minimum, maximum
        case less, lessOrEqual, equal, notEqual, and, or, not, select
        case sine, cosine, tangent, arcsine, arccosine, arctangent
        case hyperbolicSine, hyperbolicCosine, hyperbolicTangent
        case areaHyperbolicSine, areaHyperbolicCosine, areaHyperbolicTangent
        case factorial

        var isLeaf: Bool { rawValue <= Kind.derived.rawValue }
        var isCommutative: Bool {
            switch self {
            // minimum and maximum are not: their second operand wins when either is NaN.
            case .add, .multiply, .equal, .notEqual, .and, .or: true
            default: false
            }
        }
    }

    struct Record: Hashable, Sendable {
        var kind: Kind
        var a: Int32 = -1
        var b: Int32 = -1
        var c: Int32 = -1
    }

    /// What a node's value depends on.
    struct Dependence: OptionSet, Sendable {
        var rawValue: UInt8
        static let parameters = Dependence(rawValue: 1)
        static let time = Dependence(rawValue: 2)
        static let state = Dependence(rawValue: 4)
        static let history = Dependence(rawValue: 8)
        static let frozen = Dependence(rawValue: 16)
        static let unknown = Dependence(rawValue: 32)
        /// A discrete mode: a piecewise condition on time, held constant between scheduled stops.
        static let mode = Dependence(rawValue: 64)

        /// Changes while a patient is being integrated.
        var varies: Bool { !isDisjoint(with: [.time, .state, .history, .unknown, .mode]) }
    }

    private(set) var records: [Record] = []
    private(set) var dependences: [Dependence] = []
    private(set) var constants: [Double] = []
    private var index: [Record: Node] = [:]
    private var constantIndex: [UInt64: Int32] = [:]

    init() {
        records.reserveCapacity(4096)
        index.reserveCapacity(4096)
    }

    var count: Int { records.count }

    subscript(node: Node) -> Record { records[Int(node.index)] }
    func dependence(of node: Node) -> Dependence { dependences[Int(node.index)] }

    // MARK: Leaves

    mutating func constant(_ value: Double) -> Node {
        let bits = value.isNaN ? Double.nan.bitPattern : value.bitPattern
        if let slot = constantIndex[bits] { return intern(Record(kind: .constant, a: slot)) }
        let slot = Int32(constants.count)
        constants.append(value)
        constantIndex[bits] = slot
        return intern(Record(kind: .constant, a: slot))
    }

    mutating func leaf(_ kind: Kind, _ slot: Int = 0) -> Node {
        precondition(kind.isLeaf && kind != .constant, "\(kind) is not a leaf with a slot")
        return intern(Record(kind: kind, a: Int32(slot)))
    }

    var zero: Node { mutating get { constant(0) } }
    var one: Node { mutating get { constant(1) } }
    var nan: Node { mutating get { constant(.nan) } }

    /// The value of a constant node; nil for any other.
    func constantValue(_ node: Node) -> Double? {
        let record = self[node]
        return record.kind == .constant ? constants[Int(record.a)] : nil
    }

    func isConstant(_ node: Node, _ value: Double) -> Bool { constantValue(node) == value }

    /// True for a per-patient constant: it depends on inputs at most.
    func isPerPatientConstant(_ node: Node) -> Bool { !dependence(of: node).varies }

    // MARK: Nodes

    /// The node of a record, made when it does not exist yet.
    mutating func intern(_ record: Record) -> Node {
        var record = record
        if record.kind.isCommutative, record.a > record.b { swap(&record.a, &record.b) }
        if let known = index[record] { return known }
        let node = Node(index: Int32(records.count))
        records.append(record)
        dependences.append(dependence(of: record))
        index[record] = node
        return node
    }

    private func dependence(of record: Record) -> Dependence {
        switch record.kind {
        case .constant: []
        case .input, .control, .derived: .parameters
        case .state: .state
        case .time: .time
        case .delayed: .history
        case .mode: .mode
        case .frozen: .frozen
        case .unknown: .unknown
        default:
            operands(of: record).reduce(into: Dependence()) { $0.formUnion(dependences[Int($1.index)]) }
        }
    }

    /// The operands of an operation, in order; empty for a leaf.
    func operands(of record: Record) -> [Node] {
        if record.kind.isLeaf { return [] }
        if record.c >= 0 { return [Node(index: record.a), Node(index: record.b), Node(index: record.c)] }
        if record.b >= 0 { return [Node(index: record.a), Node(index: record.b)] }
        return [Node(index: record.a)]
    }

    func forEachOperand(of node: Node, _ body: (Node) -> Void) {
        let record = self[node]
        if record.kind.isLeaf { return }
        body(Node(index: record.a))
        if record.b >= 0 { body(Node(index: record.b)) }
        if record.c >= 0 { body(Node(index: record.c)) }
    }

    /// The nodes that `roots` are computed from, themselves included, ascending (operands first).
    func cone(of roots: some Sequence<Node>) -> [Node] {
        var reached = [Bool](repeating: false, count: count)
        var last = -1
        for root in roots {
            reached[Int(root.index)] = true
            last = max(last, Int(root.index))
        }
        guard last >= 0 else { return [] }
        var found: [Node] = []
        for i in stride(from: last, through: 0, by: -1) where reached[i] {
            let node = Node(index: Int32(i))
            found.append(node)
            forEachOperand(of: node) { reached[Int($0.index)] = true }
        }
        return found.reversed()
    }
}
