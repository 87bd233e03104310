import Dynamics
import Kernels
import ModelIR

@testable import ModelCompiler

/// Runs the kernels of a compiled model for one patient on the virtual machine.
struct KernelHarness {
    let model: CompiledModel
    var system: DynamicalSystem { model.system }
    var parameters: [Double]
    var state: [Double]
    var time = 0.0

    init(_ model: CompiledModel, _ inputs: [String: Double] = [:]) throws {
        self.model = model
        let system = model.system
        parameters = [Double](repeating: 0, count: system.parameterSlots)
        state = [Double](repeating: 0, count: system.stateCount)
        for (slot, value) in system.inputDefaults.enumerated() { parameters[slot] = value }
        for (id, value) in inputs { parameters[model.input(id)!] = value }
        try derive()
        state = try run(system.initialState, [[0], parameters, state])[2]
    }

    init(_ source: Model, options: CompileOptions = CompileOptions(), _ inputs: [String: Double] = [:]) throws {
        try self.init(compile(source, options: options), inputs)
    }

    mutating func derive() throws { parameters = try run(system.derive, [parameters])[0] }

    /// The contents of all buffers after the kernel has run on them.
    func run(_ kernel: Kernel, _ buffers: [[Double]]) throws -> [[Double]] {
        let loaded = try Backend.virtualMachine(lanes: 1).load([kernel])
        let arena = LaneArena(lanes: 1, slots: buffers.map { max(1, $0.count) })
        for (b, buffer) in buffers.enumerated() { for (s, value) in buffer.enumerated() { arena[b, s, 0] = value } }
        loaded[0].run(arena.pointers)
        return buffers.enumerated().map { b, buffer in buffer.indices.map { arena[b, $0, 0] } }
    }

    func rates(_ state: [Double]? = nil, at time: Double? = nil) throws -> [Double] {
        let zero = [Double](repeating: 0, count: system.stateCount)
        return try run(system.rightHandSide, [[time ?? self.time], state ?? self.state, parameters, zero])[3]
    }

    /// dy/dt of one state by id.
    func rate(_ id: String) throws -> Double { try rates()[model.state(id)!] }

    /// (J as a dense matrix, ∂f/∂t).
    func jacobian() throws -> (matrix: [[Double]], time: [Double]) {
        let n = system.stateCount
        let zero = [Double](repeating: 0, count: n)
        let values = [Double](repeating: 0, count: system.jacobianPattern.count)
        let result = try run(system.jacobian, [[time], state, parameters, zero, values, zero])
        var dense = [[Double]](repeating: zero, count: n)
        for (slot, entry) in system.jacobianPattern.enumerated() { dense[entry.row][entry.column] = result[4][slot] }
        return (dense, result[5])
    }

    func observables() throws -> [Double] {
        try run(system.observe, [[time], state, parameters, [Double](repeating: 0, count: system.observables.count)])[3]
    }

    func observable(_ id: String) throws -> Double { try observables()[system.observables.firstIndex(of: id)!] }

    /// Which triggers are true.
    func triggers() throws -> [Bool] {
        try run(system.triggers, [[time], state, parameters, [Double](repeating: 0, count: system.events.count)])[3].map { $0 > 0 }
    }

    func scheduledTimes() throws -> [Double] {
        try run(system.scheduledTimes, [parameters, [Double](repeating: 0, count: system.scheduledTimeCount)])[1]
    }

    /// Applies the assignments of an event now.
    mutating func fire(_ index: Int) throws {
        let event = system.events[index]
        let values = try run(event.values, [[time], state, parameters, [Double](repeating: 0, count: 2 + event.targets.count)])[3]
        for (target, value) in zip(event.targets, values.dropFirst(2)) {
            switch target {
            case .state(let slot): state[slot] = value
            case .parameter(let slot): parameters[slot] = value
            }
        }
        try derive()
    }

    /// Solves (w·M − J) x = b with the compiled factorisation.
    func solve(w: Double, _ b: [Double]) throws -> [Double] {
        let n = system.stateCount
        let zero = [Double](repeating: 0, count: n)
        let values = [Double](repeating: 0, count: system.jacobianPattern.count)
        let jacobian = try run(system.jacobian, [[time], state, parameters, zero, values, zero])[4]
        let factors = try run(system.factor, [[w], jacobian, [Double](repeating: 0, count: system.factorSlots)])[2]
        return try run(system.solve, [factors, b])[1]
    }
}
