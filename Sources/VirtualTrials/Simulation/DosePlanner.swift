import Dynamics
import ImmuneModels
import ModelIR

/// Turns a regimen's doses into stops of the integrator.
struct DosePlanner: Sendable {
    let model: TrialModel
    let regimen: Regimen

    /// One administration: what the record says and what the integrator does.
    struct PlannedDose: Sendable {
        var given: Administration
        /// A bolus is one stop; an infusion of rate amount/duration has a start and an end.
        var stops: [Stop]
        /// Day on which the last of it is in.
        var endDay: Double
    }

    /// Doses of one or several phases, and the day on which each of these begins.
    struct Schedule: Sendable {
        var doses: [PlannedDose] = []
        var starts: [(phase: Int, day: Double)] = []
    }

    /// - Throws: `InvalidModel` when an agent of the regimen isn't in the model, or has no amount per unit for its dose.
    init(model: TrialModel, regimen: Regimen) throws(InvalidModel) {
        self.model = model
        self.regimen = regimen
        for phase in regimen.phases.indices {
            for course in regimen.phases[phase].courses {
                guard let target = model.assembled.doseTargets[course.agent] else {
                    throw Self.failure("the model has no place for doses of \(course.agent)")
                }
                guard model.compiled.state(target.species) != nil else {
                    throw Self.failure("'\(target.species)', where \(course.agent) is dosed, is not a state")
                }
                for step in course.steps {
                    let unit = step.dose.scaled(weight: 70, bodySurface: 1.8, glomerularFiltration: 90).unit
                    if target.amountPerUnit[unit] == nil {
                        throw Self.failure(
                            "\(course.agent) can't be dosed in \(step.dose.unit.rawValue)",
                            remedy: "its units are \(target.amountPerUnit.keys.sorted().joined(separator: ", "))")
                    }
                }
            }
        }
    }

    static func failure(_ message: String, remedy: String? = nil) -> InvalidModel {
        InvalidModel([Diagnostic(.error, .invalid, message, remedy: remedy)])
    }

    /// Doses from the phase that begins on `start` (days since the start of treatment) up to `horizon`, on through the
    /// phases whose first day is known: a phase of a known length is followed on the day after its last cycle, one
    /// that goes on until progression or until something stops it is the last.
    ///
    /// - Parameter zero: Time of the integrator at the start of treatment.
    func schedule(from first: Int, on start: Double, until horizon: Double, zero: Double, patient: VirtualPatient) -> Schedule {
        var schedule = Schedule()
        var day = start
        for index in regimen.phases.indices.dropFirst(first) where day < horizon {
            let phase = regimen.phases[index]
            let next = phase.untilProgression ? nil : phase.length.map { day + $0 }
            schedule.starts.append((index, day))
            schedule.doses += doses(phase: index, from: day, until: horizon, zero: zero, patient: patient)
            guard let next else { break }
            day = next
        }
        return schedule
    }

    private func doses(phase: Int, from start: Double, until horizon: Double, zero: Double, patient: VirtualPatient) -> [PlannedDose] {
        regimen.planned(phase: phase, before: horizon - start).map { planned in
            let target = model.assembled.doseTargets[planned.agent]!
            let (amount, unit) = planned.dose.scaled(
                weight: patient.weight, bodySurface: patient.bodySurface, glomerularFiltration: patient.glomerularFiltration)
            let available = target.bioavailability.map { id in
                patient.values[id] ?? model.assembled.parameters.first { $0.id == id }?.value ?? 1
            } ?? 1
            let day = start + planned.day
            let given = Administration(day: day, agent: planned.agent, amount: amount, unit: unit)
            let enters = amount * target.amountPerUnit[unit]! * available
            let duration = planned.infusion ?? target.infusionDuration
            guard duration > 0, let rate = target.infusionRate.flatMap(model.compiled.parameter) else {
                let bolus = Stop(time: zero + day, .addToState(model.compiled.state(target.species)!, enters))
                return PlannedDose(given: given, stops: [bolus], endDay: day)
            }
            let stops = [
                Stop(time: zero + day, .addToParameter(rate, enters / duration)),
                Stop(time: zero + day + duration, .addToParameter(rate, -enters / duration)),
            ]
            return PlannedDose(given: given, stops: stops, endDay: day + duration)
        }
    }
}
