import Dynamics
import Kernels

/// Doses, infusions, switches, decisions, and the end of a run.
extension LaneGroup {
    /// Does everything that is due at the lane's time, then aims at the next target.
    mutating func reachTarget(_ l: Int) {
        let t = memory[Control.time, l]
        var changes = executeStops(l)
        defer { if verdicts[l] == .done && changes { lanes[l].isAfterDiscontinuity = true } }
        guard verdicts[l] != .done else { return }
        if !system.events.isEmpty {
            changes = processEvents(l, at: t) || changes
            guard verdicts[l] != .done else { return }
            if integrator.hasScheduledEvents && lanes[l].scheduledTimes.contains(t) {
                changes = processEventsJustAfter(l, t) || changes
                guard verdicts[l] != .done else { return }
            }
        }
        if hasDelays { passBreakingPoints(l, jumped: changes) }
        aim(l, afterDiscontinuity: changes)
    }

    /// Sets the next target, the step size after a discontinuity, and whether the lane is done.
    mutating func aim(_ l: Int, afterDiscontinuity: Bool) {
        let t = memory[Control.time, l]
        if lanes[l].endedBy != nil || t >= lanes[l].input.endTime {
            verdicts[l] = .done
            return
        }
        if lanes[l].proposedStep == .infinity {
            lanes[l].proposedStep = startingStep(l)
            lanes[l].isFirstStepAfterRestart = false
        } else if afterDiscontinuity || lanes[l].isAfterDiscontinuity {
            lanes[l].isAfterDiscontinuity = false
            let restart = lanes[l].restartStep > 0 ? lanes[l].restartStep : startingStep(l)
            lanes[l].proposedStep = max(min(restart, lanes[l].proposedStep), smallestStep(l))
            lanes[l].isFirstStepAfterRestart = true
        }
        lanes[l].target = lanes[l].nextTarget(after: t)
    }

    /// Executes the stops that are due.
    /// - Returns: True when the state or a parameter changed.
    private mutating func executeStops(_ l: Int) -> Bool {
        let t = memory[Control.time, l]
        var stateChanges = false
        var parametersChange = false
        while lanes[l].nextStop < lanes[l].stops.count, lanes[l].stops[lanes[l].nextStop].time <= t {
            let stop = lanes[l].stops[lanes[l].nextStop]
            lanes[l].nextStop += 1
            switch stop.action {
            case .addToState(let slot, let value):
                memory.y[slot * W + l] += value
                stateChanges = true
            case .setState(let slot, let value):
                memory.y[slot * W + l] = value
                stateChanges = true
            case .addToParameter(let slot, let value):
                memory.parameters[slot * W + l] += value
                parametersChange = true
            case .setParameter(let slot, let value):
                memory.parameters[slot * W + l] = value
                parametersChange = true
            case .decision:
                decide(l, at: t)
                if lanes[l].endedBy != nil {
                    verdicts[l] = .done
                    return stateChanges || parametersChange
                }
                guard verdicts[l] != .done else { return true }
            }
        }
        if parametersChange { refreshParameters(l) }
        if stateChanges || parametersChange { makeConsistent(l) }
        return stateChanges || parametersChange
    }

    /// Lets the patient's own rule look at the observables and change the plan.
    private mutating func decide(_ l: Int, at t: Double) {
        guard let rule = lanes[l].input.decide else { return }
        observe(at: memory.control + Control.time * W, state: memory.y)
        var decision = Decision(
            time: t, observables: memory.column(l, of: memory.observables, slots: observableCount))
        rule(&decision)
        if decision.ends {
            lanes[l].endedBy = decision.reason ?? "decision"
            return
        }
        if let cancels = decision.cancels {
            let kept = lanes[l].stops[lanes[l].nextStop...].filter { !cancels($0) }
            lanes[l].stops.replaceSubrange(lanes[l].nextStop..., with: kept)
        }
        for stop in decision.newStops {
            guard stop.time >= t else { return fail(l, .invalidInput) }
            lanes[l].insert(stop)
        }
    }
}
