import Dynamics
import Kernels

/// What happens when triggers turn true: SBML's event semantics.
///
/// Source: Hucka et al. 2019, *SBML Level 3 Version 2 Core*, §4.11,
/// doi:10.1515/jib-2019-0021.
extension LaneGroup {
    /// Events executed at one time after which they are taken for an endless chain.
    private var chainLimit: Int { 1000 + 10 * system.events.count }

    /// Finds events whose triggers have turned true, and executes all that are due: highest priority first, with all
    /// triggers looked at anew after each.
    /// - Parameter t: The nominal time, from which delays count.
    /// - Returns: True when the state or a parameter changed.
    mutating func processEvents(_ l: Int, at t: Double) -> Bool {
        var changes = false
        var executed = 0
        while true {
            updateTriggers(l, at: t)
            guard let place = nextDueEvent(l, at: t) else { return changes }
            let pending = lanes[l].pendingEvents.remove(at: place)
            changes = execute(l, pending) || changes
            if lanes[l].failure != nil { return changes }
            if system.events[pending.event].isTerminal {
                lanes[l].endedBy = system.events[pending.event].id
                verdicts[l] = .done
                return changes
            }
            executed += 1
            if executed > chainLimit {
                fail(l, .eventLoop)
                return changes
            }
        }
    }

    /// Looks at the triggers a few roundings after a scheduled time: `time > 5` is still false at 5 exactly.
    mutating func processEventsJustAfter(_ l: Int, _ t: Double) -> Bool {
        memory[Control.time, l] = t + 4 * t.ulp
        defer { memory[Control.time, l] = t }
        return processEvents(l, at: t)
    }

    func evaluateTriggers(at time: LaneMemory.Buffer, state: LaneMemory.Buffer) {
        if hasDelays { updateDelayedValues(at: time, state: state) }
        integrator.kernels.triggers(time, state, memory.parameters, memory.triggers)
    }

    /// Compares all triggers with what they were; schedules those turned true, cancels those turned false that
    /// don't persist.
    private mutating func updateTriggers(_ l: Int, at t: Double) {
        evaluateTriggers(at: memory.control + Control.time * W, state: memory.y)
        // Read all before drawing or evaluating anything.
        for (e, event) in system.events.enumerated() {
            scannedTriggers[l * system.events.count + e] = memory.triggers[event.trigger * W + l] > 0
        }
        for (e, event) in system.events.enumerated() {
            let isTrue = scannedTriggers[l * system.events.count + e]
            let wasTrue = lanes[l].triggerValues[e]
            lanes[l].triggerValues[e] = isTrue
            if isTrue && !wasTrue {
                schedule(l, e, at: t)
            } else if !isTrue && wasTrue && !event.isPersistent {
                lanes[l].pendingEvents.removeAll { $0.event == e }
            }
        }
    }

    private mutating func schedule(_ l: Int, _ e: Int, at t: Double) {
        let event = system.events[e]
        var pending = Snapshot.PendingEvent(event: e, executionTime: t, values: nil)
        if event.usesValuesFromTriggerTime || event.hasDelay {
            if event.usesValuesFromTriggerTime { drawAll(l, event) }
            evaluateValues(e)
            if event.hasDelay {
                let delay = memory.eventValues[l]
                if delay > 0 { pending.executionTime = t + delay }
            }
            if event.usesValuesFromTriggerTime { pending.values = values(l, event) }
        }
        lanes[l].pendingEvents.append(pending)
    }

    /// The due event of highest priority; events without priority come last, in their order; equals by the patient's lot.
    private mutating func nextDueEvent(_ l: Int, at t: Double) -> Int? {
        var best: [Int] = []
        var bestPriority = -Double.infinity
        for (place, pending) in lanes[l].pendingEvents.enumerated() where pending.executionTime <= t {
            let event = system.events[pending.event]
            var priority = -Double.infinity
            if event.hasPriority {
                evaluateValues(pending.event)
                priority = memory.eventValues[W + l]
            }
            if best.isEmpty || priority > bestPriority {
                best = [place]
                bestPriority = priority
            } else if priority == bestPriority {
                best.append(place)
            }
        }
        guard best.count > 1, bestPriority > -.infinity else { return best.first }
        let lot = keyedUniform(lanes[l].input.randomKey, purpose: 0x7469_6573, draw: lanes[l].tieCount)
        lanes[l].tieCount += 1
        return best[min(Int(lot * Double(best.count)), best.count - 1)]
    }

    private mutating func execute(_ l: Int, _ pending: Snapshot.PendingEvent) -> Bool {
        let event = system.events[pending.event]
        var assigned = pending.values
        if assigned == nil {
            drawAll(l, event)
            evaluateValues(pending.event)
            assigned = values(l, event)
        }
        var parametersChange = false
        for (target, value) in zip(event.targets, assigned!) {
            switch target {
            case .state(let slot): memory.y[slot * W + l] = value
            case .parameter(let slot):
                memory.parameters[slot * W + l] = value
                parametersChange = true
            }
        }
        if parametersChange { refreshParameters(l) }
        if !event.targets.isEmpty { makeConsistent(l) }
        return !event.targets.isEmpty
    }

    private func evaluateValues(_ e: Int) {
        let time = memory.control + Control.time * W
        if hasDelays { updateDelayedValues(at: time, state: memory.y) }
        integrator.kernels.events[e](time, memory.y, memory.parameters, memory.eventValues)
    }

    private func values(_ l: Int, _ event: SystemEvent) -> [Double] {
        event.targets.indices.map { memory.eventValues[(2 + $0) * W + l] }
    }

    private mutating func drawAll(_ l: Int, _ event: SystemEvent) {
        guard !event.draws.isEmpty else { return }
        for index in event.draws { draw(l, index) }
        refreshParameters(l)
    }

    /// Fills a random slot with the patient's next number for its purpose.
    mutating func draw(_ l: Int, _ index: Int) {
        let random = system.randomSlots[index]
        memory.parameters[random.slot * W + l] = keyedUniform(
            lanes[l].input.randomKey, purpose: random.purpose, draw: lanes[l].drawCounts[index])
        lanes[l].drawCounts[index] += 1
    }
}
