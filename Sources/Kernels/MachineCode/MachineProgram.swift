/// A kernel in the operations of one instruction set, before registers are given out.
///
/// Loads and constants are not instructions but values with a place in memory, read where they are needed. Each slot
/// of a buffer is read as it was at the start, and written at most once.
struct MachineProgram {
    typealias Opcode = VectorAssembler.Opcode

    struct Place: Hashable {
        var buffer: Int
        var slot: Int
    }

    enum Origin: Hashable {
        case computed
        case constant(UInt64)
        case memory(Place)
    }

    /// Predicates of vcmppd.
    enum Predicate: UInt8 {
        case equal = 0, less = 1, lessOrEqual = 2, unordered = 3, notEqual = 4
    }

    enum Step: Hashable {
        /// One instruction of one or two operands; the last may be in memory.
        case plain(Opcode, commutes: Bool)
        /// a·b + c and its relatives
        case fused(Operation)
        /// shift of the bits by a constant
        case shift(isLeft: Bool, UInt8)
        /// EVEX: a ∘ b as 1 or 0
        case truth(Predicate)
        /// EVEX: a ≠ 0 and b ≠ 0 as 1 or 0
        case bothTrue
        /// EVEX: a ∘ b ? c : d
        case compareSelect(Predicate)
        /// VEX: mask a ? b : c
        case blend
        /// A rare function, lane by lane
        case call(Operation)
        case store(Place)
    }

    struct Instruction {
        var step: Step
        var operands: [Int]
        /// −1 for a store
        var result: Int
    }

    private(set) var origins: [Origin] = []
    var instructions: [Instruction] = []
    let prefix: VectorAssembler.Prefix

    private var shared: [Origin: Int] = [:]

    init(_ kernel: Kernel, prefix: VectorAssembler.Prefix) {
        self.prefix = prefix
        lower(kernel)
        dropUnused()
    }

    // MARK: Building

    private mutating func value(_ origin: Origin) -> Int {
        if let found = shared[origin] { return found }
        origins.append(origin)
        shared[origin] = origins.count - 1
        return origins.count - 1
    }

    mutating func constant(_ x: Double) -> Int { value(.constant(x.bitPattern)) }
    mutating func constant(bits: UInt64) -> Int { value(.constant(bits)) }

    mutating func append(_ step: Step, _ operands: Int...) -> Int {
        origins.append(.computed)
        instructions.append(Instruction(step: step, operands: operands, result: origins.count - 1))
        return origins.count - 1
    }

    mutating func plain(_ opcode: Opcode, _ a: Int) -> Int { append(.plain(opcode, commutes: false), a) }
    mutating func plain(_ opcode: Opcode, _ a: Int, _ b: Int, commutes: Bool = false) -> Int {
        append(.plain(opcode, commutes: commutes), a, b)
    }

    /// Whether a value is the same every time a loop's program runs.
    func isInvariant(_ value: Int, strides: [Int]) -> Bool {
        switch origins[value] {
        case .computed: return false
        case .constant: return true
        case .memory(let place):
            return strides[place.buffer] == 0 && !instructions.contains { if case .store(place) = $0.step { true } else { false } }
        }
    }

    private mutating func lower(_ kernel: Kernel) {
        var values = [Int](repeating: -1, count: kernel.instructions.count)
        var memory: [Place: Int] = [:]
        var stores: [Place: Int] = [:]
        var dead: Set<Int> = []
        // Masks of relations (VEX), for selections to use.
        var masks: [Int: Int] = [:]
        for (index, instruction) in kernel.instructions.enumerated() {
            switch instruction.operation {
            case .constant:
                values[index] = constant(kernel.constants[Int(instruction.a)])
            case .load:
                let place = Place(buffer: Int(instruction.a), slot: Int(instruction.b))
                if memory[place] == nil { memory[place] = value(.memory(place)) }
                values[index] = memory[place]!
            case .store:
                let place = Place(buffer: Int(instruction.b), slot: Int(instruction.c))
                if let earlier = stores[place] { dead.insert(earlier) }
                stores[place] = instructions.count
                let stored = values[Int(instruction.a)]
                memory[place] = stored
                instructions.append(Instruction(step: .store(place), operands: [stored], result: -1))
            default:
                let operands = [instruction.a, instruction.b, instruction.c].prefix(instruction.operation.operandCount)
                let arguments = operands.map { values[Int($0)] }
                if instruction.operation == .select {
                    let condition = Int(instruction.a)
                    values[index] = selection(
                        condition: kernel.instructions[condition], values: values, mask: masks[condition], arguments)
                } else {
                    var mask: Int?
                    values[index] = lowered(instruction.operation, arguments, mask: &mask)
                    masks[index] = mask
                }
            }
        }
        instructions = instructions.enumerated().filter { !dead.contains($0.offset) }.map(\.element)
    }

    /// Removes instructions whose result nobody needs.
    private mutating func dropUnused() {
        var isNeeded = [Bool](repeating: false, count: origins.count)
        var kept: [Instruction] = []
        for instruction in instructions.reversed() where instruction.result < 0 || isNeeded[instruction.result] {
            for operand in instruction.operands { isNeeded[operand] = true }
            kept.append(instruction)
        }
        instructions = kept.reversed()
    }
}
