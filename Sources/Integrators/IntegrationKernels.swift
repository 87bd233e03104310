import Dynamics
import Kernels

/// The system's kernels and the driver's, ready to run.
struct IntegrationKernels: Sendable {
    /// The form that serves, which may not be the one asked for; see `Backend.load`.
    let backend: Backend
    let derive, initialState, rightHandSide, jacobian, factor, solve: LoadedKernel
    let observe, triggers, scheduledTimes, delays: LoadedKernel
    /// Values of each event
    let events: [LoadedKernel]
    /// Stages from the second on
    let stages: [LoadedKernel]
    let firstStage, accumulate, finish, keepRejected, prepareInterpolation, interpolate, detectSwitches: LoadedKernel

    init(_ step: StepKernels, locatedEvents: [LocatedEvent], backend: Backend) throws(InvalidKernel) {
        let system = step.system
        let single = [
            system.derive, system.initialState, system.rightHandSide, system.jacobian, system.factor, system.solve,
            system.observe, system.triggers, system.scheduledTimes, system.delays, step.firstStage(),
            step.accumulatingRightHandSide(), step.finish(), step.keepRejected(), step.prepareInterpolation(),
            step.interpolate(), step.detectSwitches(locatedEvents),
        ]
        let stageKernels = (1..<step.tableau.stageCount).map { step.stage($0) }
        // What every step runs.
        let instructionCount = ([system.jacobian, system.factor, system.solve, single[11], single[12]] + stageKernels).reduce(0) {
            $0 + $1.instructions.count { $0.operation != .load && $0.operation != .constant }
        }
        let backend = backend.fitted(toInstructions: instructionCount, states: system.stateCount)
        let loaded = try backend.load(single + stageKernels + system.events.map(\.values))
        self.backend = loaded.backend
        var place = 0
        func next() -> LoadedKernel {
            defer { place += 1 }
            return loaded[place]
        }
        derive = next()
        initialState = next()
        rightHandSide = next()
        jacobian = next()
        factor = next()
        solve = next()
        observe = next()
        triggers = next()
        scheduledTimes = next()
        delays = next()
        firstStage = next()
        accumulate = next()
        finish = next()
        keepRejected = next()
        prepareInterpolation = next()
        interpolate = next()
        detectSwitches = next()
        stages = stageKernels.map { _ in next() }
        events = system.events.map { _ in next() }
    }
}

/// Calls with the buffers as arguments; the table of pointers lives on the stack.
extension LoadedKernel {
    typealias Buffer = UnsafeMutablePointer<Double>

    @inline(__always) private func call<Table>(_ table: Table) {
        withUnsafePointer(to: table) {
            $0.withMemoryRebound(to: Buffer.self, capacity: MemoryLayout<Table>.size / MemoryLayout<Buffer>.size) {
                run($0)
            }
        }
    }

    @inline(__always) func callAsFunction(_ a: Buffer) { call(a) }
    @inline(__always) func callAsFunction(_ a: Buffer, _ b: Buffer) { call((a, b)) }
    @inline(__always) func callAsFunction(_ a: Buffer, _ b: Buffer, _ c: Buffer) { call((a, b, c)) }
    @inline(__always) func callAsFunction(_ a: Buffer, _ b: Buffer, _ c: Buffer, _ d: Buffer) { call((a, b, c, d)) }
    @inline(__always) func callAsFunction(_ a: Buffer, _ b: Buffer, _ c: Buffer, _ d: Buffer, _ e: Buffer) {
        call((a, b, c, d, e))
    }
    @inline(__always)
    func callAsFunction(_ a: Buffer, _ b: Buffer, _ c: Buffer, _ d: Buffer, _ e: Buffer, _ f: Buffer) {
        call((a, b, c, d, e, f))
    }
}
