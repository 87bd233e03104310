import Dynamics
import Mathematics

/// Doses: what side effects and progression make of the plan.
extension Subject {
    /// Holds and stops doses by the protocol's rules, and gives what helps against a side effect.
    func reactToSideEffects(_ decision: inout Decision, _ state: inout State, day: Double) {
        func isPassed(_ observable: String, _ limit: Double) -> Bool {
            simulation.model.columns[observable].map { decision.observables[$0] >= limit } ?? false
        }
        for rule in plan.toxicityRules where !state.isOffTreatment && isPassed(rule.observable, rule.limit) {
            let isConcerned = { (dose: DosePlanner.PlannedDose) in rule.agents.isEmpty || rule.agents.contains(dose.given.agent) }
            switch rule.action {
            case .hold:
                let due = { (dose: DosePlanner.PlannedDose) in isConcerned(dose) && dose.given.day >= day - 1e-9 && dose.given.day < day + 0.5 }
                state.heldDoses += cancel(&decision, &state, where: due)
            case .discontinue:
                if cancel(&decision, &state, where: { isConcerned($0) && $0.given.day >= day - 1e-9 }) > 0,
                    !state.schedule.doses.contains(where: { $0.given.day > day })
                {
                    state.isOffTreatment = true
                    state.ended = (day, .toxicity)
                }
            }
        }
        for (index, rule) in plan.rescues.enumerated() where isPassed(rule.observable, rule.limit) {
            let past = state.rescued[index] ?? (0, -.infinity)
            guard past.times < rule.times, day - past.day >= rule.spacing - 1e-9 else { continue }
            state.rescued[index] = (past.times + 1, day)
            let rescue = simulation.rescuePlanners[index].schedule(from: 0, on: day, until: end, zero: zero, patient: diagnosed.patient)
            add(rescue.doses, &decision, &state)
        }
    }

    /// Decisions on the days of doses, if rules on side effects need them.
    func watches(_ doses: [DosePlanner.PlannedDose]) -> [Stop] {
        guard !plan.toxicityRules.isEmpty else { return [] }
        return Set(doses.map(\.given.day)).sorted().map { Stop(time: zero + $0, .decision) }
    }

    private func add(_ doses: [DosePlanner.PlannedDose], _ decision: inout Decision, _ state: inout State) {
        let now = decision.time
        decision.newStops += doses.flatMap(\.stops) + watches(doses).filter { $0.time > now }
        state.schedule.doses += doses
    }

    /// Takes planned doses back.
    /// - Returns: How many.
    @discardableResult
    private func cancel(_ decision: inout Decision, _ state: inout State, where isMeant: (DosePlanner.PlannedDose) -> Bool) -> Int {
        let gone = Set(state.schedule.doses.filter(isMeant).flatMap(\.stops))
        guard !gone.isEmpty else { return 0 }
        let count = state.schedule.doses.count
        state.schedule.doses.removeAll(where: isMeant)
        let before = decision.cancels
        decision.cancels = { gone.contains($0) || before?($0) == true }
        decision.newStops.removeAll { gone.contains($0) }
        return count - state.schedule.doses.count
    }

    /// Stops what is being given, an infusion that has begun runs to its end; `A until progression then B` goes on with B, a
    /// crossover with its own regimen.
    func progress(_ decision: inout Decision, _ state: inout State, day: Double) {
        let phase = state.schedule.starts.last { $0.day <= day }?.phase ?? 0
        cancel(&decision, &state) { $0.given.day > day }
        state.schedule.starts.removeAll { $0.day > day }
        if plan.followsAfterProgression, phase + 1 < plan.regimen.phases.count, plan.regimen.phases[phase].untilProgression {
            let next = simulation.planner.schedule(from: phase + 1, on: day, until: end, zero: zero, patient: diagnosed.patient)
            add(next.doses, &decision, &state)
            state.schedule.starts += next.starts
            return
        }
        state.isOffTreatment = true
        state.ended = (day, .progression)
        if plan.followsAfterProgression, crossesOver, let planner = simulation.crossoverPlanner {
            state.crossoverDay = day
            add(planner.schedule(from: 0, on: day, until: end, zero: zero, patient: diagnosed.patient).doses, &decision, &state)
        }
    }
}
