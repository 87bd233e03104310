import Dynamics
import Kernels

/// All numbers of a lane group in one aligned block: slot s of a buffer is at `buffer + s·W`, one double per lane.
///
/// Nothing is allocated after this.
final class LaneMemory {
    typealias Buffer = UnsafeMutablePointer<Double>

    let lanes: Int
    let triggerSlots: Int
    private let arena: LaneArena

    /// The state, and the one a step leads to; they change places when a step is done.
    private(set) var y, y1: Buffer
    let control, stage, u, jacobian, factors, parameters, timeDerivative: Buffer
    /// Interpolation vectors and interpolated state
    let interpolation, dense: Buffer
    let observables, triggers, previousTriggers, truths, eventValues, scheduledTimes: Buffer
    /// A state and a derivative for side computations
    let scratchState, scratchDerivative: Buffer
    /// Lags and values of delays
    let lags, delayValues: Buffer
    /// Where delays look: time, state and parameters there, one set per depth of nesting
    let delayTimes, delayStates, delayParameters: Buffer

    init(system: DynamicalSystem, tableau: RosenbrockTableau, denseStateCount: Int, lanes: Int) {
        self.lanes = lanes
        triggerSlots = system.triggerCount
        let n = system.stateCount
        let longestEvent = system.events.map { 2 + $0.targets.count }.max() ?? 0
        let delayDepth = max(system.delayCount, 1)
        let sizes = [
            Control.count, n, n, n, tableau.stageCount * n, system.jacobianPattern.count, system.factorSlots,
            system.parameterSlots, n, tableau.H.count * denseStateCount, n, system.observables.count,
            system.triggerCount, system.triggerCount, system.events.count, longestEvent, system.scheduledTimeCount, n, n,
            system.delayCount, system.delayCount, delayDepth, n * delayDepth, system.parameterSlots * delayDepth,
        ]
        let arena = LaneArena(lanes: lanes, slots: sizes)
        var starts: [Buffer] = []
        for index in sizes.indices.reversed() { starts.append(arena.buffer(index)) }
        func next() -> Buffer { starts.removeLast() }
        control = next()
        y = next()
        y1 = next()
        stage = next()
        u = next()
        jacobian = next()
        factors = next()
        parameters = next()
        timeDerivative = next()
        interpolation = next()
        dense = next()
        observables = next()
        triggers = next()
        previousTriggers = next()
        truths = next()
        eventValues = next()
        scheduledTimes = next()
        scratchState = next()
        scratchDerivative = next()
        lags = next()
        delayValues = next()
        delayTimes = next()
        delayStates = next()
        delayParameters = next()
        self.arena = arena
        for lane in 0..<lanes {
            self[Control.stepSize, lane] = 1
            self[Control.inverseStepSize, lane] = 1
            self[Control.shift, lane] = 1
            self[Control.relativeTolerance, lane] = 1
            self[Control.normFactor, lane] = 1
        }
    }

    /// Control slot of a lane.
    subscript(slot: Int, lane: Int) -> Double {
        @inline(__always) get { control[slot * lanes + lane] }
        @inline(__always) set { control[slot * lanes + lane] = newValue }
    }

    func exchangeStates() { swap(&y, &y1) }

    func copyColumn(_ lane: Int, from source: Buffer, to target: Buffer, slots: Int) {
        for slot in 0..<slots { target[slot * lanes + lane] = source[slot * lanes + lane] }
    }

    func column(_ lane: Int, of source: Buffer, slots: Int) -> [Double] {
        (0..<slots).map { source[$0 * lanes + lane] }
    }

    func setColumn(_ lane: Int, of target: Buffer, to values: [Double]) {
        for (slot, value) in values.enumerated() { target[slot * lanes + lane] = value }
    }
}

extension DynamicalSystem {
    /// Slots of the triggers buffer.
    var triggerCount: Int { (events.map(\.trigger).max() ?? -1) + 1 }
}
