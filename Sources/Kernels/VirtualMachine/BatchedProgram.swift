private import CKernels

/// A kernel for the batched virtual machine: equal operations run together, one dispatch for each run.
///
/// The order is chosen greedily: of all operations that could run now, the one with the most ready instructions, and
/// it goes on through instructions that become ready meanwhile. A right-hand side of 700 instructions needs some 40
/// runs. The lanes must be a multiple of 8.
struct BatchedProgram: Sendable {
    private let code: [Int32]
    private let constants: [Double]
    private let lanes: Int
    private let scratchSlots: Int
    /// Number of dispatches.
    let runCount: Int
    private let machine: @convention(c) (
        UnsafePointer<Int32>?, Int, UnsafePointer<Double>?, UnsafePointer<UnsafeMutablePointer<Double>?>?,
        UnsafeMutablePointer<Double>?, Int32
    ) -> Void

    static func serves(lanes: Int) -> Bool { lanes % 8 == 0 }

    init(_ kernel: Kernel, lanes: Int) {
        precondition(Self.serves(lanes: lanes), "the batched machine runs multiples of 8 lanes, not \(lanes)")
        self.lanes = lanes
        constants = kernel.constants
        machine = pk_batched_machine()
        let runs = Self.runs(of: kernel)
        runCount = runs.count
        (code, scratchSlots) = Self.encoding(of: runs, kernel: kernel, lanes: lanes)
    }

    func run(_ buffers: UnsafePointer<UnsafeMutablePointer<Double>>) {
        let scratch = pk_thread_scratch(scratchSlots * lanes * MemoryLayout<Double>.stride)
        buffers.withMemoryRebound(to: UnsafeMutablePointer<Double>?.self, capacity: 1) { table in
            machine(code, code.count, constants, table, scratch, Int32(lanes))
        }
    }

    // MARK: Schedule

    /// Instruction indices, grouped into runs of one operation.
    static func runs(of kernel: Kernel) -> [[Int]] {
        let graph = DependencyGraph(kernel)
        var waiting = graph.predecessorCounts
        var ready = [[Int]](repeating: [], count: Operation.allCases.count)
        for (index, count) in waiting.enumerated() where count == 0 {
            ready[Int(kernel.instructions[index].operation.rawValue)].append(index)
        }
        var runs: [[Int]] = []
        while let best = ready.indices.max(by: { ready[$0].count < ready[$1].count }), !ready[best].isEmpty {
            var run: [Int] = []
            while !ready[best].isEmpty {
                let batch = ready[best]
                ready[best].removeAll(keepingCapacity: true)
                for index in batch {
                    run.append(index)
                    for next in graph.successors(of: index) {
                        waiting[next] -= 1
                        if waiting[next] == 0 {
                            ready[Int(kernel.instructions[next].operation.rawValue)].append(next)
                        }
                    }
                }
            }
            runs.append(run)
        }
        return runs
    }

    // MARK: Encoding

    /// The words of the program, and the number of scratch slots it needs. A slot is free for another value once the
    /// last instruction that reads it is done, not before: blocks are read and written piece by piece.
    private static func encoding(of runs: [[Int]], kernel: Kernel, lanes: Int) -> ([Int32], Int) {
        var uses = [Int](repeating: 0, count: kernel.instructions.count)
        for instruction in kernel.instructions { instruction.forEachOperand { uses[Int($0)] += 1 } }
        var offset = [Int32](repeating: -1, count: kernel.instructions.count)
        var free: [Int32] = []
        var slots: Int32 = 0
        var code: [Int32] = []
        for run in runs {
            code.append(Int32(kernel.instructions[run[0]].operation.rawValue))
            code.append(Int32(run.count))
            for index in run {
                let instruction = kernel.instructions[index]
                if instruction.operation != .store {
                    let slot = free.popLast() ?? slots
                    slots = max(slots, slot + 1)
                    offset[index] = slot * Int32(lanes)
                }
                switch instruction.operation {
                case .constant: code += [offset[index], instruction.a]
                case .load: code += [offset[index], instruction.a, instruction.b * Int32(lanes)]
                case .store: code += [offset[Int(instruction.a)], instruction.b, instruction.c * Int32(lanes)]
                default:
                    code.append(offset[index])
                    instruction.forEachOperand { code.append(offset[Int($0)]) }
                }
                instruction.forEachOperand {
                    uses[Int($0)] -= 1
                    if uses[Int($0)] == 0 { free.append(offset[Int($0)] / Int32(lanes)) }
                }
                if instruction.operation != .store, uses[index] == 0 { free.append(offset[index] / Int32(lanes)) }
            }
        }
        return (code, Int(slots))
    }
}
