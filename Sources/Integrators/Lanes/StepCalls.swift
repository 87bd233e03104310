import Kernels

/// A kernel and the buffers it runs on, ready to call: no table to build, no reference to count.
struct BoundKernel {
    private let kernel: Unmanaged<LoadedKernel>
    private let table: UnsafePointer<UnsafeMutablePointer<Double>>

    /// - Precondition: `kernel` and the table outlive this.
    init(_ kernel: LoadedKernel, _ table: UnsafePointer<UnsafeMutablePointer<Double>>) {
        self.kernel = .passUnretained(kernel)
        self.table = table
    }

    @inline(__always) func callAsFunction() { kernel._withUnsafeGuaranteedRef { $0.run(table) } }
}

/// The calls of every step, bound to a lane group's buffers as they are at the time: there is one such set for each of
/// the two places of the state.
///
/// Counting references to kernels and building pointer tables took a tenth of the time of a two-state model's step.
final class StepCalls {
    /// The whole step when nothing has to be done between its kernels (no delays), in order.
    let step: KernelSequence
    let keepRejected, prepareInterpolation, interpolate, observeWithinStep: BoundKernel
    let triggersWithinStep, detectSwitches: BoundKernel
    private let integrator: Integrator
    private let memory: LaneMemory
    private var tables: [UnsafeMutablePointer<UnsafeMutablePointer<Double>>] = []

    init(_ integrator: Integrator, _ m: LaneMemory) {
        self.integrator = integrator
        memory = m
        var tables: [UnsafeMutablePointer<UnsafeMutablePointer<Double>>] = []
        func table(_ buffers: [LaneMemory.Buffer]) -> UnsafePointer<UnsafeMutablePointer<Double>> {
            let table = UnsafeMutablePointer<UnsafeMutablePointer<Double>>.allocate(capacity: buffers.count)
            table.initialize(from: buffers, count: buffers.count)
            tables.append(table)
            return UnsafePointer(table)
        }
        func bind(_ kernel: LoadedKernel, _ buffers: LaneMemory.Buffer...) -> BoundKernel { BoundKernel(kernel, table(buffers)) }
        func call(_ kernel: LoadedKernel, _ buffers: LaneMemory.Buffer...) -> (kernel: LoadedKernel, table: KernelSequence.Table) {
            (kernel, table(buffers))
        }
        let kernels = integrator.kernels
        let W = m.lanes
        let n = integrator.system.stateCount
        let time = m.control + Control.time * W
        let shift = m.control + Control.shift * W
        let stageTime = m.control + Control.stageTime * W
        let inverse = m.control + Control.inverseStepSize * W
        var step = [call(kernels.jacobian, time, m.y, m.parameters, m.u, m.jacobian, m.timeDerivative)]
        if integrator.hasTimeDerivative { step.append(call(kernels.firstStage, m.control, m.timeDerivative, m.u)) }
        step.append(call(kernels.factor, shift, m.jacobian, m.factors))
        step.append(call(kernels.solve, m.factors, m.u))
        for s in 1..<integrator.tableau.stageCount {
            let u = m.u + s * n * W
            step.append(call(kernels.stages[s - 1], m.control, m.y, m.timeDerivative, m.u, m.stage))
            step.append(call(kernels.accumulate, stageTime, m.stage, m.parameters, u, inverse))
            step.append(call(kernels.solve, m.factors, u))
        }
        step.append(call(kernels.finish, m.control, m.y, m.stage, m.u, m.y1))
        self.step = KernelSequence(step)
        keepRejected = bind(kernels.keepRejected, m.control, m.y, m.y1)
        prepareInterpolation = bind(kernels.prepareInterpolation, m.u, m.interpolation)
        interpolate = bind(kernels.interpolate, m.control, m.y, m.y1, m.interpolation, m.dense)
        observeWithinStep = bind(
            kernels.observe, m.control + Control.denseTime * W, m.dense, m.parameters, m.observables)
        triggersWithinStep = bind(
            kernels.triggers, m.control + Control.denseTime * W, m.dense, m.parameters, m.triggers)
        detectSwitches = bind(kernels.detectSwitches, m.triggers, m.truths, m.control)
        self.tables = tables
    }

    deinit { for table in tables { table.deallocate() } }
}
