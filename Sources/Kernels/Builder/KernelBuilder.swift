private import CKernels

/// Writes a kernel: one call per operation, each returning the value it computes.
///
/// ```
/// var b = KernelBuilder(name: "decay", buffers: ["state", "parameters", "derivative"])
/// let rate = b.multiply(b.load(1, slot: 0), b.load(0, slot: 0))
/// b.store(b.negate(rate), to: 2, slot: 0)
/// let kernel = b.finish()
/// ```
/// Equal operations on equal values are one value (hash-consing). Operations on constants are done at once, by the
/// very code that the virtual machine runs, so folding never changes a result. Algebra is limited to rules that
/// hold bit for bit (`x·1`, `x/1`, `x − 0`, `x·(−1) = −x`, `x + (−y) = x − y`, `x / 2ⁿ = x·2⁻ⁿ`, `−(−x)`,
/// `select` on a constant), with three exceptions without weight: `x + 0` is taken as `x`, so a sum with a literal
/// zero keeps the sign of `x = −0`; a denormal `x` isn't flushed by an operation that was removed; and which NaN
/// results from two NaNs is left open. `x·0`, `x − x`, `0/x` are kept, since `x` may not be finite.
///
/// A load after a store of the same slot yields the stored value; a store that is overwritten later is dropped. So a
/// finished kernel reads each slot at most once, writes it at most once, and reads it before it writes it.
public struct KernelBuilder {
    public typealias Value = Kernel.Value

    private(set) var kernel: Kernel
    private var known: [Kernel.Instruction: Value] = [:]
    private var constantIndex: [UInt64: Value] = [:]
    private var memory: [MemorySlot: Value] = [:]
    private var stores: [MemorySlot: Int] = [:]
    private var isDead: [Bool] = []

    struct MemorySlot: Hashable {
        var buffer: Int32
        var slot: Int32
    }

    public init(name: String, buffers: [String]) {
        kernel = Kernel(name: name, buffers: buffers)
    }

    // MARK: Data movement

    public mutating func constant(_ value: Double) -> Value {
        if let found = constantIndex[value.bitPattern] { return found }
        let result = append(Kernel.Instruction(.constant, Int32(kernel.constants.count)))
        kernel.constants.append(value)
        constantIndex[value.bitPattern] = result
        return result
    }

    /// The value of slot `slot` of buffer number `buffer`: what was last stored there, or what it held at the start.
    public mutating func load(_ buffer: Int, slot: Int) -> Value {
        precondition(kernel.buffers.indices.contains(buffer) && slot >= 0, "no slot \(slot) in buffer \(buffer)")
        let place = MemorySlot(buffer: Int32(buffer), slot: Int32(slot))
        if let value = memory[place] { return value }
        let result = append(Kernel.Instruction(.load, place.buffer, place.slot))
        memory[place] = result
        return result
    }

    /// Writes `value` to slot `slot` of buffer number `buffer`.
    public mutating func store(_ value: Value, to buffer: Int, slot: Int) {
        precondition(kernel.buffers.indices.contains(buffer) && slot >= 0, "no slot \(slot) in buffer \(buffer)")
        checkOperand(value)
        let place = MemorySlot(buffer: Int32(buffer), slot: Int32(slot))
        if let earlier = stores[place] { isDead[earlier] = true }
        memory[place] = value
        stores[place] = Int(append(Kernel.Instruction(.store, value, place.buffer, place.slot)))
    }

    /// The number that `value` is known to be, if it is constant.
    public func constantValue(of value: Value) -> Double? {
        let instruction = kernel.instructions[Int(value)]
        return instruction.operation == .constant ? kernel.constants[Int(instruction.a)] : nil
    }

    // MARK: Operations

    /// The result of `operation` on its operands: folded, simplified, or found again where possible.
    public mutating func apply(_ operation: Operation, _ a: Value, _ b: Value = -1, _ c: Value = -1) -> Value {
        let count = operation.operandCount
        precondition(count > 0 && operation != .store, "\(operation) isn't computed from values")
        precondition((count > 1) == (b >= 0) && (count > 2) == (c >= 0), "\(operation) takes \(count) operands")
        checkOperand(a)
        if count > 1 { checkOperand(b) }
        if count > 2 { checkOperand(c) }
        if let folded = folded(operation, a, b, c) { return constant(folded) }
        if let simpler = simplified(operation, a, b, c) { return simpler }
        var instruction = Kernel.Instruction(operation, a, b, c)
        if operation.isCommutative && a > b { (instruction.a, instruction.b) = (b, a) }
        if let found = known[instruction] { return found }
        let result = append(instruction)
        known[instruction] = result
        return result
    }

    /// The operation that computes `value`.
    func instruction(of value: Value) -> Kernel.Instruction { kernel.instructions[Int(value)] }

    private mutating func append(_ instruction: Kernel.Instruction) -> Value {
        kernel.instructions.append(instruction)
        isDead.append(false)
        return Value(kernel.instructions.count - 1)
    }

    private func checkOperand(_ value: Value) {
        precondition(
            kernel.instructions.indices.contains(Int(value)) && instruction(of: value).operation != .store,
            "value \(value) doesn't belong to kernel '\(kernel.name)'")
    }

    private func folded(_ operation: Operation, _ a: Value, _ b: Value, _ c: Value) -> Double? {
        guard let x = constantValue(of: a) else { return nil }
        var y = 0.0
        var z = 0.0
        if b >= 0 {
            guard let value = constantValue(of: b) else { return nil }
            y = value
        }
        if c >= 0 {
            guard let value = constantValue(of: c) else { return nil }
            z = value
        }
        return operation.result(x, y, z)
    }

    // MARK: Finish

    /// The kernel, without what no store needs, and with products that only a sum uses fused into it:
    /// `a·b + c`, `c − a·b` and `a·b − c` are rounded once.
    public consuming func finish(fusingMultiplyAdd fuses: Bool = true) -> Kernel {
        let live = kernel.droppingDeadCode(except: isDead)
        return fuses ? live.fusingMultiplyAdd().droppingDeadCode() : live
    }
}

extension Operation {
    /// How many values the operation takes: 0 for a constant or a load, 1 for a store.
    public var operandCount: Int {
        switch self {
        case .constant, .load: 0
        case .multiplyAdd, .negativeMultiplyAdd, .multiplySubtract, .select: 3
        case .add, .subtract, .multiply, .divide, .minimum, .maximum, .scale, .less, .lessOrEqual, .equal, .notEqual,
            .and, .or:
            2
        default: 1
        }
    }

    /// Exchanging the first two operands changes nothing (but which of two NaNs results).
    var isCommutative: Bool {
        switch self {
        case .add, .multiply, .multiplyAdd, .negativeMultiplyAdd, .multiplySubtract, .equal, .notEqual, .and, .or: true
        default: false
        }
    }

    /// Yields 1 or 0.
    var isTruthValue: Bool {
        switch self {
        case .less, .lessOrEqual, .equal, .notEqual, .and, .or, .not: true
        default: false
        }
    }

    /// The operation on single numbers, in the kernels' rounding and denormal mode.
    public func result(_ a: Double, _ b: Double = 0, _ c: Double = 0) -> Double {
        pk_evaluate(Int32(rawValue), a, b, c)
    }
}
