import Dynamics
import Kernels

/// Finding the time at which a state-dependent trigger switches.
///
/// The trigger functions are looked at on the interpolant at a few points of each accepted step (so that a trigger
/// that switches and switches back within a step is seen), the first switch is bracketed and its root found; then the
/// step is made again, as a step of its own, to end just behind the switch.
extension LaneGroup {
    private var samples: [Double] { [0.25, 0.5, 0.75, 1] }

    /// Turns verdicts of lanes that stepped over an event to `.rejected` (and shortens their next attempt), or to
    /// `.atEvent` where the step ends just behind one.
    mutating func locateEvents() {
        let eventCount = system.events.count
        var anyAccepted = false
        for l in 0..<W where isTentative(l) {
            anyAccepted = true
            for e in 0..<eventCount { scannedTriggers[l * eventCount + e] = lanes[l].triggerValues[e] }
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
        let eventCount = system.events.count
        var found = false
        var previous = 0.0
        var isFirst = true
        for theta in samples {
            for l in 0..<W { setTheta(l, theta) }
            evaluateTriggersWithinSteps(atEnd: theta == 1)
            for l in 0..<W where isTentative(l) && brackets[l] == nil {
                var any = false
                for (e, event) in system.events.enumerated() where !event.isScheduled {
                    let isTrue = memory.triggers[event.trigger * W + l] > 0
                    let wasTrue = scannedTriggers[l * eventCount + e]
                    var candidate: Int8 = 0
                    if isTrue && !wasTrue {
                        candidate = 1
                    } else if !isTrue && wasTrue && !event.isPersistent
                        && lanes[l].pendingEvents.contains(where: { $0.event == e })
                    {
                        candidate = -1
                    }
                    candidates[l * eventCount + e] = candidate
                    any = any || candidate != 0
                }
                if any {
                    let g = signedTrigger(l, memory.triggers)
                    brackets[l] = RootBracket(
                        a: previous, ga: isFirst ? -g : signedTrigger(l, memory.previousTriggers), b: theta, gb: g,
                        tolerance: locationTolerance(l) / 4)
                    found = true
                } else {
                    for (e, event) in system.events.enumerated() where !event.isScheduled {
                        scannedTriggers[l * eventCount + e] = memory.triggers[event.trigger * W + l] > 0
                    }
                }
            }
            for slot in 0..<system.triggerCount * W { memory.previousTriggers[slot] = memory.triggers[slot] }
            previous = theta
            isFirst = false
        }
        return found
    }

    /// The largest of the candidates' trigger functions, each taken with the sign that makes it positive behind the
    /// switch.
    private func signedTrigger(_ l: Int, _ triggers: LaneMemory.Buffer) -> Double {
        var largest = -Double.infinity
        for (e, event) in system.events.enumerated() {
            let candidate = candidates[l * system.events.count + e]
            guard candidate != 0, !event.isScheduled else { continue }
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
            evaluateTriggersWithinSteps(atEnd: false)
            for l in 0..<W where isTentative(l) {
                guard let bracket = brackets[l], !bracket.isNarrow else { continue }
                brackets[l]!.narrow(at: memory[Control.theta, l], signedTrigger(l, memory.triggers))
            }
        }
    }

    private func setTheta(_ l: Int, _ theta: Double) {
        memory[Control.theta, l] = theta
        memory[Control.denseTime, l] = memory[Control.time, l] + theta * lanes[l].step
    }

    private func evaluateTriggersWithinSteps(atEnd: Bool) {
        if !atEnd { calls.interpolate() }
        evaluateTriggers(
            at: memory.control + Control.denseTime * W, state: atEnd ? memory.y1 : memory.dense)
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
        for (e, event) in system.events.enumerated() where !event.isScheduled {
            lanes[l].triggerValues[e] = scannedTriggers[l * eventCount + e]
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
        if lanes[l].acceptedSteps + lanes[l].rejectedSteps >= integrator.tolerances.attemptLimit {
            fail(l, .tooManySteps)
        }
    }

    /// After a step that ended just behind a located event.
    mutating func fireLocatedEvents(_ l: Int) {
        let changes = processEvents(l, at: memory[Control.time, l])
        lanes[l].isAfterDiscontinuity = changes && verdicts[l] == .done
        guard verdicts[l] != .done else { return }
        if system.delayCount > 0 { passBreakingPoints(l, jumped: changes) }
        aim(l, afterDiscontinuity: changes)
    }
}
