private import CKernels

/// A kernel for the batched virtual machine: equal operations run together, one dispatch for each run, on many lanes.
/// The lanes must be a multiple of 8.
struct BatchedProgram: Sendable {
    private let code: [Int32]
    private let constants: BroadcastConstants
    private let lanes: Int
    private let scratchSlots: Int
    private let bufferCount: Int
    private let machine: @convention(c) (
        UnsafePointer<Int32>?, Int, UnsafePointer<UnsafeMutablePointer<Double>?>?, Int32, Int32
    ) -> Void

    static func serves(lanes: Int) -> Bool { lanes % 8 == 0 }

    /// - Parameter kernel: Without a loop.
    init(_ kernel: Kernel, lanes: Int, allows512: Bool) {
        precondition(Self.serves(lanes: lanes), "the batched machine runs multiples of 8 lanes, not \(lanes)")
        self.lanes = lanes
        bufferCount = kernel.buffers.count
        machine = pk_batched_machine(allows512 ? 1 : 0)
        var encoding = BatchEncoding(PlacedProgram(kernel), lanes: lanes)
        encoding.encode()
        code = encoding.code
        scratchSlots = Int(encoding.slotCount)
        constants = BroadcastConstants(kernel.constants, lanes: lanes)
    }

    func run(_ buffers: UnsafePointer<UnsafeMutablePointer<Double>>) {
        let scratch = pk_thread_scratch(max(1, scratchSlots) * lanes * MemoryLayout<Double>.stride)
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>?.self, capacity: 2 + Kernel.bufferLimit) { areas in
            areas[0] = scratch
            areas[1] = constants.start
            for index in 0..<bufferCount { areas[2 + index] = buffers[index] }
            machine(code, code.count, areas.baseAddress, Int32(2 + bufferCount), Int32(lanes))
        }
    }
}

/// Constants, each in every lane; aligned as vectors are.
private final class BroadcastConstants: @unchecked Sendable {
    let start: UnsafeMutablePointer<Double>

    init(_ values: [Double], lanes: Int) {
        let count = max(1, values.count) * lanes
        start = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Double>.stride, alignment: 64)
            .bindMemory(to: Double.self, capacity: count)
        start.initialize(repeating: 0, count: count)
        for (index, value) in values.enumerated() {
            for lane in 0..<lanes { start[index * lanes + lane] = value }
        }
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }
}

/// Writes a placed program as the words that `BatchedMachine.h` describes.
private struct BatchEncoding {
    private let program: PlacedProgram
    private let slotBytes: Int32
    private(set) var code: [Int32] = []
    private(set) var slotCount: Int32 = 0
    /// Scratch slot of each value, or −1.
    private var slotOf: [Int32]
    private var freeSlots: [Int32] = []
    private var usesLeft: [Int]

    init(_ program: PlacedProgram, lanes: Int) {
        self.program = program
        slotBytes = Int32(lanes * MemoryLayout<Double>.stride)
        slotOf = Array(repeating: -1, count: program.kernel.instructions.count)
        usesLeft = program.useCounts
    }

    mutating func encode() {
        for run in BatchSchedule(program).runs {
            let operation = program.kernel.instructions[run[0]].operation
            switch operation {
            case .load, .store: encode(Int32(PK_MOVE), run)
            case .multiplyAdd, .negativeMultiplyAdd: encodeSums(operation, run)
            default: encode(Int32(operation.rawValue), run)
            }
        }
    }

    private mutating func encode(_ operation: Int32, _ run: [Int]) {
        code += [operation, Int32(run.count)]
        for index in run {
            let instruction = program.kernel.instructions[index]
            switch instruction.operation {
            case .load: code += [define(index), word(.init(loading: instruction))]
            case .store: code += [word(.init(storing: instruction)), word(of: Int(instruction.a))]
            default:
                var operands: [Int32] = []
                instruction.forEachOperand { operands.append(word(of: Int($0))) }
                code.append(define(index))
                code += operands
            }
            // A slot is free for another value once the last instruction that reads it is done, not before: blocks are
            // read and written piece by piece.
            instruction.forEachOperand { release(Int($0)) }
        }
    }

    /// Products added to a sum: chains of them where one goes on with the other's, and those with constants.
    private mutating func encodeSums(_ operation: Operation, _ run: [Int]) {
        var chains: [[Int]] = []
        for index in run {
            if let last = chains.last?.last, program.continuedSum(index) == last, hasConstant(index) == hasConstant(last) {
                chains[chains.count - 1].append(index)
            } else {
                chains.append([index])
            }
        }
        var place = 0
        while place < chains.count {
            let kind = self.kind(chains[place])
            let end = chains[place...].firstIndex { self.kind($0) != kind } ?? chains.count
            if kind == .single {
                encode(Int32(operation.rawValue), chains[place..<end].map { $0[0] })
            } else {
                let isNegative = operation == .negativeMultiplyAdd
                let chained = isNegative ? PK_NEGATIVE_MULTIPLY_ADD_CHAIN : PK_MULTIPLY_ADD_CHAIN
                let constant = isNegative ? PK_CONSTANT_NEGATIVE_MULTIPLY_ADD_CHAIN : PK_CONSTANT_MULTIPLY_ADD_CHAIN
                code += [Int32(kind == .constants ? constant : chained), Int32(end - place)]
                for chain in chains[place..<end] { encode(chain) }
            }
            place = end
        }
    }

    private enum SumKind { case single, chain, constants }

    private func kind(_ chain: [Int]) -> SumKind { hasConstant(chain[0]) ? .constants : chain.count > 1 ? .chain : .single }

    private func hasConstant(_ index: Int) -> Bool {
        program.kernel.instructions[Int(program.kernel.instructions[index].a)].operation == .constant
    }

    private mutating func encode(_ chain: [Int]) {
        let instructions = chain.map { program.kernel.instructions[$0] }
        let factors = instructions.flatMap { [word(of: Int($0.a)), word(of: Int($0.b))] }
        let sum = word(of: Int(instructions[0].c))
        code += [define(chain.last!), sum, Int32(chain.count)]
        code += factors
        for instruction in instructions {
            release(Int(instruction.a))
            release(Int(instruction.b))
        }
        release(Int(instructions[0].c))
    }

    // MARK: Places

    private func word(_ slot: PlacedProgram.Slot) -> Int32 { (2 + slot.buffer) | slot.index * slotBytes }

    private func word(of value: Int) -> Int32 {
        switch program.places[value] {
        case .constant(let index): return 1 | Int32(index) * slotBytes
        case .slot(let slot): return word(slot)
        case .scratch: return slotOf[value] * slotBytes
        }
    }

    /// Where a result goes, with room for it if it has none.
    private mutating func define(_ value: Int) -> Int32 {
        if program.places[value] == .scratch {
            slotOf[value] = freeSlots.popLast() ?? slotCount
            slotCount = max(slotCount, slotOf[value] + 1)
        }
        return word(of: value)
    }

    private mutating func release(_ value: Int) {
        usesLeft[value] -= 1
        if usesLeft[value] == 0, slotOf[value] >= 0 { freeSlots.append(slotOf[value]) }
    }
}
