import Dynamics
import ImmuneModels
import Kernels
import ModelCompiler
import ModelIR
import Testing

/// Every kernel of the model of every cancer that is shipped, alone and with all agents that can be given in it, computes the same bits in
/// machine code and in the virtual machine.
@Suite struct ShippedModelTests {
    static let library = try! ModelLibrary.builtIn()
    static let plans: [(cancer: String, agents: [String])] = library.cancers.flatMap { cancer in
        let agents = library.agents.filter { library.reasonAgainst($0, in: cancer) == nil }.map(\.id)
        return [(cancer.id, []), (cancer.id, agents)]
    }

    /// Buffers' sizes in slots, large enough for every slot that a kernel names.
    private func slots(of kernel: Kernel) -> [Int] {
        var sizes = [Int](repeating: 1, count: kernel.buffers.count)
        for instruction in kernel.instructions {
            switch instruction.operation {
            case .load: sizes[Int(instruction.a)] = max(sizes[Int(instruction.a)], Int(instruction.b) + 1)
            case .store: sizes[Int(instruction.b)] = max(sizes[Int(instruction.b)], Int(instruction.c) + 1)
            default: break
            }
        }
        return sizes
    }

    /// What a kernel leaves in all its buffers for 8 patients, in order; NaNs as one NaN.
    private func bits(_ kernel: Kernel, _ backend: Backend) throws -> [UInt64] {
        let loaded = try backend.load([kernel])[0]
        let sizes = slots(of: kernel)
        var found: [UInt64] = []
        for start in stride(from: 0, to: 8, by: backend.lanes) {
            let arena = LaneArena(lanes: backend.lanes, slots: sizes)
            for lane in 0..<backend.lanes {
                // Magnitudes from 10⁻⁶ to 10⁶, a zero here and there: what states and parameters are.
                var random = SystemRandom(seed: UInt64(start + lane))
                for (buffer, size) in sizes.enumerated() {
                    for slot in 0..<size { arena[buffer, slot, lane] = random.next() }
                }
            }
            loaded.run(arena.pointers)
            for lane in 0..<backend.lanes where start + lane < 8 {
                for (buffer, size) in sizes.enumerated() {
                    found += (0..<size).map { arena[buffer, $0, lane].isNaN ? Double.nan.bitPattern : arena[buffer, $0, lane].bitPattern }
                }
            }
        }
        return found
    }

    private struct SystemRandom {
        var state: UInt64
        init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }
        mutating func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let unit = Double(state >> 11) * 0x1p-53
            if unit < 0.03 { return 0 }
            var x = 1.0
            for _ in 0..<Int(unit * 997) % 7 { x *= unit < 0.5 ? 0.1 : 10 }
            return x * (0.5 + unit)
        }
    }

    @Test func `every cancer and every agent's module is among the models`() {
        #expect(Set(Self.plans.map(\.cancer)) == Set(Self.library.cancers.map(\.id)))
        // A few agents address what no cancer here carries.
        let given = Set(Self.plans.flatMap(\.agents))
        #expect(Double(given.count) >= 0.95 * Double(Self.library.agents.count))
    }

    @Test("kernels of shipped models agree bit for bit between forms", arguments: library.cancers.map(\.id))
    func agreement(cancer: String) throws {
        // Kernels that many plans share are compared once.
        var compared: Set<Kernel> = []
        for plan in Self.plans where plan.cancer == cancer {
            let assembled = try Self.library.assemble(ModelPlan(cancer: plan.cancer, agents: plan.agents, lesions: 1))
            let system = try compile(assembled.model).system
            let kernels =
                [
                    system.derive, system.initialState, system.rightHandSide, system.jacobian, system.factor, system.solve, system.observe,
                    system.triggers, system.scheduledTimes, system.delays,
                ] + system.events.map(\.values)
            for kernel in kernels where !kernel.instructions.isEmpty && compared.insert(kernel).inserted {
                let expected = try bits(kernel, .virtualMachine(lanes: 1))
                for backend in Backend.available {
                    let agrees = try bits(kernel, backend) == expected
                    #expect(agrees, "\(backend.form) at \(backend.lanes) lanes: \(kernel.name) of \(plan.cancer) with \(plan.agents)")
                }
            }
        }
        #expect(compared.count > 5)
    }
}
