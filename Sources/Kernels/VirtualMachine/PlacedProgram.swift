/// A kernel whose operands are read where they are, and whose results go where they belong: most loads and stores are
/// no instructions any more.
///
/// A load stays an instruction (a copy) where its slot is written before its last use; a store stays one where the value
/// is itself in a buffer or a constant, or where the slot's old content is still to be read.
struct PlacedProgram {
    enum Place: Hashable {
        case scratch
        case constant(Int)
        case slot(Slot)
    }

    struct Slot: Hashable {
        var buffer: Int32
        var index: Int32
    }

    let kernel: Kernel
    /// Where each value is; `scratch` for those that have to be given room.
    private(set) var places: [Place]
    /// Instructions that remain, in the kernel's order.
    private(set) var steps: [Int] = []
    /// How often each value is read.
    private(set) var useCounts: [Int]

    init(_ kernel: Kernel) {
        self.kernel = kernel
        let count = kernel.instructions.count
        useCounts = Array(repeating: 0, count: count)
        places = Array(repeating: .scratch, count: count)
        var lastUse = Array(repeating: -1, count: count)
        var stores: [Slot: [Int]] = [:]
        for (index, instruction) in kernel.instructions.enumerated() {
            instruction.forEachOperand {
                useCounts[Int($0)] += 1
                lastUse[Int($0)] = index
            }
            if instruction.operation == .store { stores[Slot(storing: instruction), default: []].append(index) }
        }
        // Loads: in place, unless the slot is written before or while the value is wanted.
        var lastReading: [Slot: Int] = [:]
        for (index, instruction) in kernel.instructions.enumerated() where instruction.operation == .load {
            let slot = Slot(loading: instruction)
            let isWritten = stores[slot, default: []].contains { $0 < max(index, lastUse[index]) }
            if !isWritten { places[index] = .slot(slot) }
            lastReading[slot] = max(lastReading[slot, default: -1], isWritten ? index : lastUse[index])
        }
        // Stores: where the value is computed, unless the slot's old content is read later.
        var isFolded = Array(repeating: false, count: count)
        for (index, instruction) in kernel.instructions.enumerated() {
            if instruction.operation == .constant { places[index] = .constant(Int(instruction.a)) }
            guard instruction.operation == .store else { continue }
            let (value, slot) = (Int(instruction.a), Slot(storing: instruction))
            guard stores[slot]!.count == 1, places[value] == .scratch, kernel.instructions[value].operation.operandCount > 0,
                lastReading[slot, default: -1] <= value
            else { continue }
            places[value] = .slot(slot)
            isFolded[index] = true
        }
        steps = kernel.instructions.indices.filter {
            switch kernel.instructions[$0].operation {
            case .constant: false
            case .load: places[$0] == .scratch
            case .store: !isFolded[$0]
            default: true
            }
        }
    }

    /// The slot that an instruction writes, if it writes one.
    func writtenSlot(_ index: Int) -> Slot? {
        let instruction = kernel.instructions[index]
        if instruction.operation == .store { return Slot(storing: instruction) }
        if case .slot(let slot) = places[index], instruction.operation != .load { return slot }
        return nil
    }

    /// Slots that an instruction reads as they are in memory.
    func forEachReadSlot(_ index: Int, _ body: (Slot) -> Void) {
        let instruction = kernel.instructions[index]
        if instruction.operation == .load { body(Slot(loading: instruction)) }
        instruction.forEachOperand {
            if kernel.instructions[Int($0)].operation == .load, case .slot(let slot) = places[Int($0)] { body(slot) }
        }
    }

    /// The step whose running sum an instruction goes on with, as no one else wants it.
    func continuedSum(_ index: Int) -> Int? {
        let instruction = kernel.instructions[index]
        guard instruction.operation == .multiplyAdd || instruction.operation == .negativeMultiplyAdd else { return nil }
        let sum = Int(instruction.c)
        guard kernel.instructions[sum].operation == instruction.operation, useCounts[sum] == 1, places[sum] == .scratch else { return nil }
        return sum
    }
}

extension PlacedProgram.Slot {
    init(loading instruction: Kernel.Instruction) { self.init(buffer: instruction.a, index: instruction.b) }
    init(storing instruction: Kernel.Instruction) { self.init(buffer: instruction.b, index: instruction.c) }
}
