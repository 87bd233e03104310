import Dynamics
import Kernels

/// Finding the time at which a state-dependent trigger switches.
///
/// The trigger functions are looked at on the interpolant at a few points of each accepted step and at the output
/// times within it (so that a trigger that switches and switches back within a step is seen, if it stays for an output
/// interval or a quarter of a step), the first switch is bracketed and its root found; then the step is made again, as
/// a step of its own, to end just behind the switch.
extension LaneGroup {
    /// Outputs within a step that are also samples; steps are kept short enough for their number.
    static var sampledOutputs: Int { 12 }

    /// The next sample behind θ: a quarter, or an output time, whichever comes first.
    private mutating func nextSample(_ l: Int, after theta: Double) -> Double {
        if theta >= 1 { return 1 }
        let quarter = ((theta * 4).rounded(.down) + 1) / 4
        let times = lanes[l].input.outputTimes
        let start = memory[Control.time, l]
        while samplePlaces[l] < times.count {
            let output = (times[samplePlaces[l]] - start) / lanes[l].step
            if output >= quarter { break }
            if output > theta { return output }
            samplePlaces[l] += 1
        }
        return quarter
    }

    /// A step that holds no more than `sampledOutputs` outputs.
    func longestStepByOutputs(_ l: Int) -> Double {
        let times = lanes[l].input.outputTimes
        let last = lanes[l].nextOutput + Self.sampledOutputs
        return last < times.count ? max(times[last] - memory[Control.time, l], lanes[l].input.endTime * 1e-9) : .infinity
    }

    /// Turns verdicts of lanes that stepped over an event to `.rejected` (and shortens their next attempt), or to
    /// `.atEvent` where the step ends just behind one.
    mutating func locateEvents() {
        let eventCount = system.events.count
        var anyAccepted = false
        for l in 0..<W where isTentative(l) {
            anyAccepted = true
            for (place, event) in integrator.locatedEvents.enumerated() {
                let isTrue = lanes[l].triggerValues[event.index]
                scannedTriggers[l * eventCount + event.index] = isTrue
                memory.truths[place * W + l] = isTrue ? 1 : 0
            }
            brackets[l] = nil
        }
        guard anyAccepted else { return }
        calls.prepareInterpolation()
        let found = bracketFirstSwitches()
        if found { findRoots() }
        for l in 0..<W where isTentative(l) { conclude(l) }
    }

    private func isTentative(_ l: Int) -> Bool { verdicts[l] == .accepted || verdicts[l] == .atTarget }

    private mutating func bracketFirstSwitches() -> Bool {
        let triggerSlots = memory.triggerSlots * W
        var found = false
        var isFirst = true
        for l in 0..<W {
            memory[Control.theta, l] = 0
            samplePlaces[l] = lanes[l].nextOutput
            previousSamples[l] = 0
        }
        while true {
            var atEnd = true
            for l in 0..<W {
                previousSamples[l] = memory[Control.theta, l]
                let isDone = !isTentative(l) || brackets[l] != nil
                setTheta(l, isDone ? 1 : nextSample(l, after: previousSamples[l]))
                if memory[Control.theta, l] < 1 { atEnd = false }
            }
            evaluateTriggersWithinSteps()
            calls.detectSwitches()
            for l in 0..<W where memory[Control.hasSwitched, l] != 0 && isTentative(l) && brackets[l] == nil {
                if collectCandidates(l) {
                    let g = signedTrigger(l, memory.triggers)
                    brackets[l] = RootBracket(
                        a: previousSamples[l], ga: isFirst ? -g : signedTrigger(l, memory.previousTriggers),
                        b: memory[Control.theta, l], gb: g, tolerance: locationTolerance(l) / 4)
                    found = true
                }
            }
            memory.previousTriggers.update(from: memory.triggers, count: triggerSlots)
            isFirst = false
            if atEnd { return found }
        }
    }

    /// Finds the events of a lane that switch at this sample and matter; if there are none, takes note of what the
    /// triggers are now.
    private mutating func collectCandidates(_ l: Int) -> Bool {
        let eventCount = system.events.count
        var any = false
        for event in integrator.locatedEvents {
            let place = l * eventCount + event.index
            let isTrue = memory.triggers[event.trigger * W + l] > 0
            let wasTrue = scannedTriggers[place]
            var candidate: Int8 = 0
            if isTrue && !wasTrue {
                candidate = 1
            } else if !isTrue && wasTrue && !event.isPersistent
                && lanes[l].pendingEvents.contains(where: { $0.event == event.index })
            {
                candidate = -1
            }
            candidates[place] = candidate
            any = any || candidate != 0
        }
        if !any {
            for (place, event) in integrator.locatedEvents.enumerated() {
                let isTrue = memory.triggers[event.trigger * W + l] > 0
                scannedTriggers[l * eventCount + event.index] = isTrue
                memory.truths[place * W + l] = isTrue ? 1 : 0
            }
        }
        return any
    }

    /// The largest of the candidates' trigger functions, each taken with the sign that makes it positive behind the
    /// switch.
    private func signedTrigger(_ l: Int, _ triggers: LaneMemory.Buffer) -> Double {
        var largest = -Double.infinity
        let eventCount = scannedTriggers.count / W
        for event in integrator.locatedEvents {
            let candidate = candidates[l * eventCount + event.index]
            guard candidate != 0 else { continue }
            let g = triggers[event.trigger * W + l]
            // A trigger that is false at 0 exactly counts as switched off there.
            let signed = candidate > 0 ? g : (g > 0 ? -g : max(-g, .leastNormalMagnitude))
            if signed > largest { largest = signed }
        }
        return largest.isFinite ? largest : -1
    }

    private mutating func findRoots() {
        for _ in 0..<200 {
            var any = false
            for l in 0..<W where isTentative(l) {
                guard let bracket = brackets[l], !bracket.isNarrow else { continue }
                setTheta(l, brackets[l]!.proposal())
                any = true
            }
            if !any { return }
            evaluateTriggersWithinSteps()
            for l in 0..<W where isTentative(l) {
                guard let bracket = brackets[l], !bracket.isNarrow else { continue }
                brackets[l]!.narrow(at: memory[Control.theta, l], signedTrigger(l, memory.triggers))
            }
        }
    }

    private func setTheta(_ l: Int, _ theta: Double) {
        memory[Control.theta, l] = theta
        memory[Control.denseTime, l] =
            theta == 1 && verdicts[l] == .atTarget
            ? lanes[l].target : memory[Control.time, l] + theta * lanes[l].step
    }

    /// Trigger functions at θ of each lane; at θ = 1 exactly those of the new state.
    private func evaluateTriggersWithinSteps() {
        calls.interpolate()
        if hasDelays { updateDelayedValues(at: memory.control + Control.denseTime * W, state: memory.dense) }
        calls.triggersWithinStep()
    }

    /// How far behind the switch a step may end, as a fraction of the step: small against the error that the
    /// tolerance allows, and not below a few roundings of the time.
    private func locationTolerance(_ l: Int) -> Double {
        let h = lanes[l].step
        let roundings = 16 * (memory[Control.time, l] + h).ulp
        let reference = max(h, lanes[l].stepBeforeLocating ?? 0)
        return max(roundings, 1e-3 * integrator.tolerances.relative * reference) / h
    }

    private mutating func conclude(_ l: Int) {
        let eventCount = system.events.count
        for event in integrator.locatedEvents {
            lanes[l].triggerValues[event.index] = scannedTriggers[l * eventCount + event.index]
        }
        guard let bracket = brackets[l] else {
            if let step = lanes[l].stepBeforeLocating { lanes[l].proposedStep = max(lanes[l].proposedStep, step) }
            lanes[l].stepBeforeLocating = nil
            return
        }
        let tolerance = locationTolerance(l)
        // After many attempts the trigger isn't a function that more accuracy would pin down.
        if 1 - bracket.b <= tolerance || lanes[l].locationCount >= 40 {
            if let step = lanes[l].stepBeforeLocating { lanes[l].proposedStep = max(lanes[l].proposedStep, step) }
            lanes[l].stepBeforeLocating = nil
            lanes[l].locationCount = 0
            if verdicts[l] == .accepted { verdicts[l] = .atEvent }
            return
        }
        lanes[l].stepBeforeLocating = lanes[l].stepBeforeLocating ?? lanes[l].proposedStep
        lanes[l].proposedStep = (bracket.b + tolerance / 2) * lanes[l].step
        lanes[l].locationCount += 1
        lanes[l].rejectedSteps += 1
        verdicts[l] = .rejected
        memory[Control.mask, l] = 0
        if lanes[l].acceptedSteps + lanes[l].rejectedSteps >= attemptLimit(l) {
            fail(l, .tooManySteps)
        }
    }

    /// After a step that ended just behind a located event.
    mutating func fireLocatedEvents(_ l: Int) {
        let changes = processEvents(l, at: memory[Control.time, l])
        lanes[l].isAfterDiscontinuity = changes && verdicts[l] == .done
        guard verdicts[l] != .done else { return }
        if hasDelays { passBreakingPoints(l, jumped: changes) }
        aim(l, afterDiscontinuity: changes)
    }
}
