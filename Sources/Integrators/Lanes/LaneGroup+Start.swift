import Dynamics
import Kernels
import Mathematics

/// How a patient enters a lane: parameters, initial state, consistency of algebraic states, the first step size.
extension LaneGroup {
    /// Begins a patient that failed under way anew, with tighter tolerances, where that may help; see `Tightening`.
    /// - Returns: False when the patient's result stands: it didn't fail, or failed in a way that accuracy can't mend.
    mutating func restart(_ l: Int) -> Bool {
        let lane = lanes[l]
        guard let failure = lane.failure, lane.acceptedSteps > 0, lane.restarts < integrator.tolerances.restartLimit,
            lane.restarts + 1 < Tightening.levels.count, integrator.tolerances.fixedStep == nil,
            lane.input.decide == nil || lane.input.restart != nil
        else { return false }
        switch failure.reason {
        case .stepSizeUnderflow, .nonFiniteState, .singularMatrix: break
        case .tooManySteps where lane.restarts > 0: break
        case .tooManySteps, .eventLoop, .inconsistentInitialState, .invalidInput: return false
        }
        lane.input.restart?()
        verdicts[l] = .atTarget
        start(
            l, patient: lane.patient!, input: lane.input, restarts: lane.restarts + 1,
            abandonedSteps: lane.abandonedSteps + lane.acceptedSteps + lane.rejectedSteps)
        return verdicts[l] != .done
    }

    /// Puts a patient into a lane, up to and including whatever happens at its start time.
    mutating func start(_ l: Int, patient: Int, input: PatientInput, restarts: Int = 0, abandonedSteps: Int = 0) {
        var lane = Lane()
        lane.patient = patient
        lane.input = input
        lane.restarts = restarts
        lane.abandonedSteps = abandonedSteps
        let tightening = Tightening.levels[restarts]
        memory[Control.relativeTolerance, l] = tightening.weight(relativeTolerance: integrator.tolerances.relative)
        memory[Control.normFactor, l] = tightening.normFactor
        lane.proposedStep = .infinity
        lanes[l] = lane
        let t = input.snapshot?.time ?? input.startTime
        memory[Control.time, l] = t
        memory[Control.mask, l] = 0
        guard isValid(input, from: t) else {
            memory.setColumn(l, of: memory.y, to: Array(repeating: 0, count: n))
            memory.setColumn(l, of: memory.parameters, to: Array(repeating: 0, count: system.parameterSlots))
            return fail(l, .invalidInput)
        }
        // Room only: rows are written as they are reached, and a result has no others.
        let outputCount = input.outputTimes.count * observableCount
        lanes[l].outputs = Array(unsafeUninitializedCapacity: outputCount) { $1 = outputCount }
        lanes[l].nextOutputTime = input.outputTimes.first ?? .infinity
        lanes[l].stops = input.stops.enumerated().filter { input.snapshot == nil || $0.element.time >= t }
            .sorted {
                $0.element.precedes($1.element)
                    || (!$1.element.precedes($0.element) && $0.offset < $1.offset)
            }
            .map(\.element)
        if let snapshot = input.snapshot {
            resume(l, from: snapshot)
        } else {
            begin(l, input)
        }
        guard verdicts[l] != .done else { return }
        reachTarget(l)
        if hasOutputDue(l) { emitAtStops() }
    }

    private func isValid(_ input: PatientInput, from t: Double) -> Bool {
        let controls = system.delayOffset
        func isValid(_ action: Stop.Action) -> Bool {
            switch action {
            case .addToState(let slot, let value), .setState(let slot, let value):
                (0..<n).contains(slot) && value.isFinite
            case .addToParameter(let slot, let value), .setParameter(let slot, let value):
                (0..<controls).contains(slot) && value.isFinite
            case .decision: input.decide != nil
            }
        }
        if let snapshot = input.snapshot {
            guard snapshot.state.count == n, snapshot.parameters.count == controls else { return false }
        } else {
            guard input.inputs.count == system.inputs.count, input.stops.allSatisfy({ $0.time >= t }) else {
                return false
            }
        }
        // By index: this is looked at for every patient, and may be long.
        var previous = t
        for index in input.outputTimes.indices {
            guard input.outputTimes[index] >= previous else { return false }
            previous = input.outputTimes[index]
        }
        return t.isFinite && input.endTime.isFinite && input.endTime >= t
            && (input.initialState.map { $0.count == n } ?? true)
            && input.stops.allSatisfy { $0.time.isFinite && isValid($0.action) }
    }

    private mutating func begin(_ l: Int, _ input: PatientInput) {
        let t = input.startTime
        memory.setColumn(
            l, of: memory.parameters,
            to: input.inputs + Array(repeating: 0, count: system.parameterSlots - input.inputs.count))
        lanes[l].drawCounts = Array(repeating: 0, count: system.randomSlots.count)
        for index in system.randomSlots.indices { draw(l, index) }
        lanes[l].triggerValues = system.events.map(\.initialTriggerValue)
        if hasDelays { histories[l].reset(start: t) }
        refreshParameters(l)
        if let state = input.initialState {
            memory.setColumn(l, of: memory.y, to: state)
        } else {
            integrator.kernels.initialState(
                memory.control + Control.time * W, memory.parameters, memory.scratchState)
            memory.copyColumn(l, from: memory.scratchState, to: memory.y, slots: n)
        }
        if hasDelays { addBreakingPoints(l, generation: 1) }
        makeConsistent(l)
    }

    private mutating func resume(_ l: Int, from snapshot: Snapshot) {
        memory.setColumn(
            l, of: memory.parameters,
            to: snapshot.parameters + Array(repeating: 0, count: system.parameterSlots - snapshot.parameters.count))
        memory.setColumn(l, of: memory.y, to: snapshot.state)
        lanes[l].proposedStep = snapshot.stepSize > 0 ? snapshot.stepSize : .infinity
        lanes[l].restartStep = snapshot.restartStepSize
        lanes[l].isAfterDiscontinuity = snapshot.isAfterDiscontinuity
        lanes[l].triggerValues =
            snapshot.triggerValues.count == system.events.count
            ? snapshot.triggerValues : system.events.map(\.initialTriggerValue)
        lanes[l].pendingEvents = snapshot.pendingEvents
        lanes[l].drawCounts =
            snapshot.drawCounts.count == system.randomSlots.count
            ? snapshot.drawCounts : system.randomSlots.map { _ in 0 }
        lanes[l].tieCount = snapshot.tieCount
        if hasDelays { histories[l].restore(snapshot) }
        refreshParameters(l)
    }

    /// Recomputes what depends on a lane's parameters. Harmless for its neighbours, whose derived values come out
    /// as they were.
    mutating func refreshParameters(_ l: Int) {
        integrator.kernels.derive(memory.parameters)
        if hasDelays {
            histories[l].note(
                memory.column(l, of: memory.parameters, slots: system.parameterSlots), at: memory[Control.time, l])
        }
        guard system.scheduledTimeCount > 0 else { return }
        integrator.kernels.scheduledTimes(memory.parameters, memory.scheduledTimes)
        lanes[l].scheduledTimes = memory.column(l, of: memory.scheduledTimes, slots: system.scheduledTimeCount)
    }

    /// Solves the algebraic equations for the algebraic states by Newton's method, differential states held.
    ///
    /// The matrix w M − J with a huge w has the algebraic block as its Schur complement, so the system's own
    /// factorisation serves.
    mutating func makeConsistent(_ l: Int) {
        guard integrator.hasAlgebraicStates else { return }
        let kernels = integrator.kernels
        let m = memory
        let time = m.control + Control.time * W
        let shift = m.control + Control.shift * W
        let savedShift = m[Control.shift, l]
        defer { m[Control.shift, l] = savedShift }
        m[Control.shift, l] = 1e100
        let algebraic = system.mass.indices.filter { system.mass[$0] == 0 }
        if hasDelays { updateDelayedValues(at: time, state: m.y) }
        for _ in 0..<50 {
            kernels.jacobian(time, m.y, m.parameters, m.scratchDerivative, m.jacobian, m.timeDerivative)
            for i in 0..<n where system.mass[i] != 0 { m.scratchDerivative[i * W + l] = 0 }
            kernels.factor(shift, m.jacobian, m.factors)
            kernels.solve(m.factors, m.scratchDerivative)
            var sum = 0.0
            for i in algebraic {
                let change = m.scratchDerivative[i * W + l]
                m.y[i * W + l] += change
                let scale =
                    integrator.absoluteTolerances[i] + integrator.tolerances.relative * abs(m.y[i * W + l])
                sum += (change / scale) * (change / scale)
            }
            let norm = (sum / Double(algebraic.count)).squareRoot()
            guard norm.isFinite else { break }
            if norm <= 1e-3 { return }
        }
        fail(l, .inconsistentInitialState)
    }

    /// A first step size from the sizes of y, f and the change of f over a small Euler step.
    ///
    /// Source: Hairer, Nørsett & Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., §II.4 "Starting step
    /// size", doi:10.1007/978-3-540-78862-1; algebraic states don't count.
    mutating func startingStep(_ l: Int) -> Double {
        let m = memory
        let t = m[Control.time, l]
        let length = lanes[l].input.endTime - t
        let time = m.control + Control.time * W
        func norm(_ value: (Int) -> Double) -> Double {
            var sum = 0.0
            for i in 0..<n where system.mass[i] != 0 {
                let scale =
                    integrator.absoluteTolerances[i] + integrator.tolerances.relative * abs(m.y[i * W + l])
                let v = value(i) / scale
                sum += v * v
            }
            return (sum / Double(max(n, 1))).squareRoot()
        }
        if hasDelays { updateDelayedValues(at: time, state: m.y) }
        integrator.kernels.rightHandSide(time, m.y, m.parameters, m.scratchDerivative)
        let f = m.column(l, of: m.scratchDerivative, slots: n)
        let d0 = norm { m.y[$0 * W + l] }
        let d1 = norm { f[$0] }
        guard d1.isFinite, d0.isFinite else { return 1e-6 * length }
        let h0 = min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 * length : 0.01 * d0 / d1, length)
        for i in 0..<n { m.scratchState[i * W + l] = m.y[i * W + l] + (system.mass[i] == 0 ? 0 : h0 * f[i]) }
        for lane in 0..<W { m[Control.denseTime, lane] = m[Control.time, lane] }
        m[Control.denseTime, l] = t + h0
        integrator.kernels.rightHandSide(
            m.control + Control.denseTime * W, m.scratchState, m.parameters, m.scratchDerivative)
        let d2 = norm { m.scratchDerivative[$0 * W + l] - f[$0] } / h0
        let largest = max(d1, d2)
        let h1: Double
        if !largest.isFinite {
            h1 = h0
        } else if largest <= 1e-15 {
            h1 = max(1e-6 * length, h0 * 1e-3)
        } else {
            h1 = Elementary.exp(Elementary.log(0.01 / largest) / Double(integrator.tableau.order))
        }
        return max(min(100 * h0, h1, length), smallestStep(l))
    }
}
