import Dynamics
import Kernels

/// Observables at the requested times: by interpolation within a step, directly where a lane stops.
extension LaneGroup {
    /// True when the lane stands at or behind its next output time.
    func hasOutputDue(_ l: Int) -> Bool {
        lanes[l].nextOutputTime <= memory[Control.time, l] && lanes[l].failure == nil
    }

    func observe(at time: LaneMemory.Buffer, state: LaneMemory.Buffer) {
        if hasDelays { updateDelayedValues(at: time, state: state) }
        integrator.kernels.observe(time, state, memory.parameters, memory.observables)
    }

    /// Observables at all output times that lie within the steps just accepted. At a step's end only if nothing
    /// happens there; else the lane stops and output follows once everything has happened.
    mutating func emitWithinSteps() {
        var isPrepared = integrator.hasLocatedEvents
        while placeOutputTimes() {
            if !isPrepared {
                calls.prepareInterpolation()
                isPrepared = true
            }
            if !hasDelays, let interpolation = integrator.laneInterpolation {
                for l in 0..<W where isEmitting[l] { record(l, interpolation) }
                continue
            }
            calls.interpolate()
            if hasDelays {
                updateDelayedValues(at: memory.control + Control.denseTime * W, state: memory.dense)
            }
            if let states = integrator.observedStates {
                for l in 0..<W where isEmitting[l] { record(l, states) }
            } else {
                calls.observeWithinStep()
                for l in 0..<W where isEmitting[l] { record(l) }
            }
        }
        if hasDelays { recordHistory(interpolationIsPrepared: isPrepared) }
    }

    /// Sets θ and the time of each lane's next output within its step.
    /// - Returns: False when no lane has one.
    private mutating func placeOutputTimes() -> Bool {
        var any = false
        for l in 0..<W {
            let time = lanes[l].nextOutputTime
            let start = memory[Control.time, l]
            let emits: Bool
            switch verdicts[l] {
            case .accepted: emits = time <= start + lanes[l].step
            case .atTarget: emits = time < lanes[l].target
            case .atEvent: emits = time < start + lanes[l].step
            case .idle, .rejected, .done: emits = false
            }
            isEmitting[l] = emits
            // Lanes without output compute along, at the end of their step.
            memory[Control.theta, l] = emits ? (time - start) / lanes[l].step : 1
            memory[Control.denseTime, l] = emits ? time : start + lanes[l].step
            any = any || emits
        }
        return any
    }

    /// Observables of all lanes that stand at an output time.
    mutating func emitAtStops() {
        observe(at: memory.control + Control.time * W, state: memory.y)
        for l in 0..<W {
            switch verdicts[l] {
            case .atTarget, .atEvent, .done: while hasOutputDue(l) { record(l) }
            case .idle, .accepted, .rejected: break
            }
        }
    }

    /// Copies the lane's observables to its next row of outputs.
    private mutating func record(_ l: Int) {
        let row = lanes[l].nextOutput * observableCount
        let source = memory.observables + l
        let (W, count) = (W, observableCount)
        lanes[l].outputs.withUnsafeMutableBufferPointer { outputs in
            for k in 0..<count { outputs[row + k] = source[k * W] }
        }
        passOutput(l)
    }

    /// The same from interpolated states, which the observables are.
    private mutating func record(_ l: Int, _ states: [Int]) {
        let row = lanes[l].nextOutput * observableCount
        let source = memory.dense + l
        let W = W
        lanes[l].outputs.withUnsafeMutableBufferPointer { outputs in
            states.withUnsafeBufferPointer { states in
                for k in states.indices { outputs[row + k] = source[states[k] * W] }
            }
        }
        passOutput(l)
    }

    /// The same for this lane alone.
    private mutating func record(_ l: Int, _ interpolation: LaneInterpolation) {
        let row = lanes[l].nextOutput * observableCount
        let (m, vectors, width, W) = (memory, integrator.tableau.H.count, integrator.denseStates.count, W)
        lanes[l].outputs.withUnsafeMutableBufferPointer {
            guard let start = $0.baseAddress else { return }
            interpolation.write(
                theta: m[Control.theta, l], from: m.y + l, to: m.y1 + l, vectors: m.interpolation + l, count: vectors, width: width,
                lanes: W, output: start + row)
        }
        passOutput(l)
    }

    private mutating func passOutput(_ l: Int) {
        lanes[l].nextOutput += 1
        lanes[l].nextOutputTime =
            lanes[l].nextOutput < lanes[l].input.outputTimes.count
            ? lanes[l].input.outputTimes[lanes[l].nextOutput] : .infinity
    }
}
