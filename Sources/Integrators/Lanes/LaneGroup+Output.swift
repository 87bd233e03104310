import Dynamics
import Kernels

/// Observables at the requested times: by interpolation within a step, directly where a lane stops.
extension LaneGroup {
    /// True when the lane stands at or behind its next output time.
    func hasOutputDue(_ l: Int) -> Bool {
        let lane = lanes[l]
        return lane.failure == nil && lane.nextOutput < lane.input.outputTimes.count
            && lane.input.outputTimes[lane.nextOutput] <= memory[Control.time, l]
    }

    func observe(at time: LaneMemory.Buffer, state: LaneMemory.Buffer) {
        if system.delayCount > 0 { updateDelayedValues(at: time, state: state) }
        integrator.kernels.observe(time, state, memory.parameters, memory.observables)
    }

    /// Observables at all output times that lie within the steps just accepted. At a step's end only if nothing
    /// happens there; else the lane stops and output follows once everything has happened.
    mutating func emitWithinSteps() {
        var prepared = false
        while true {
            var any = false
            for l in 0..<W {
                memory[Control.theta, l] = 1
                guard let time = outputTimeWithinStep(l) else { continue }
                memory[Control.theta, l] = (time - memory[Control.time, l]) / lanes[l].step
                memory[Control.denseTime, l] = time
                any = true
            }
            if !any { break }
            if !prepared {
                if !integrator.hasLocatedEvents {
                    integrator.kernels.prepareInterpolation(memory.u, memory.interpolation)
                }
                prepared = true
            }
            interpolate()
            observe(at: memory.control + Control.denseTime * W, state: memory.dense)
            for l in 0..<W where outputTimeWithinStep(l) != nil { append(l) }
        }
        if system.delayCount > 0 { recordHistory(interpolationIsPrepared: prepared || integrator.hasLocatedEvents) }
    }

    private func outputTimeWithinStep(_ l: Int) -> Double? {
        let verdict = verdicts[l]
        guard verdict == .accepted || verdict == .atTarget || verdict == .atEvent,
            lanes[l].nextOutput < lanes[l].input.outputTimes.count
        else { return nil }
        let time = lanes[l].input.outputTimes[lanes[l].nextOutput]
        let end = verdict == .atTarget ? lanes[l].target : memory[Control.time, l] + lanes[l].step
        return time < end || (time == end && verdict == .accepted) ? time : nil
    }

    /// Dense states at t + θh of every lane.
    func interpolate() {
        integrator.kernels.interpolate(
            memory.control, memory.y, memory.y1, memory.interpolation, memory.dense)
    }

    /// Observables of all lanes that stand at an output time.
    mutating func emitAtStops() {
        observe(at: memory.control + Control.time * W, state: memory.y)
        for l in 0..<W {
            switch verdicts[l] {
            case .atTarget, .atEvent, .done: break
            default: continue
            }
            while hasOutputDue(l) { append(l) }
        }
    }

    private mutating func append(_ l: Int) {
        for k in 0..<system.observables.count { lanes[l].outputs.append(memory.observables[k * W + l]) }
        lanes[l].nextOutput += 1
    }
}
