import Dynamics
import ImmuneModels
import ModelIR

/// Turns a regimen's doses into stops of the integrator.
struct DosePlanner: Sendable {
    let model: TrialModel
    let regimen: Regimen

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

    /// Doses of one phase that begins on `start` (days since the start of treatment) up to `horizon`.
    ///
    /// - Parameter zero: Time of the integrator at the start of treatment.
    /// - Returns: Stops and what they mean, in the same order.
    func doses(
        phase: Int, from start: Double, until horizon: Double, zero: Double, patient: VirtualPatient
    ) -> [(stop: Stop, given: Administration)] {
        guard phase < regimen.phases.count else { return [] }
        return regimen.planned(phase: phase, before: horizon - start).map { planned in
            let target = model.assembled.doseTargets[planned.agent]!
            let (amount, unit) = planned.dose.scaled(
                weight: patient.weight, bodySurface: patient.bodySurface, glomerularFiltration: patient.glomerularFiltration)
            let available = target.bioavailability.map { id in
                patient.values[id] ?? model.assembled.parameters.first { $0.id == id }?.value ?? 1
            } ?? 1
            let day = start + planned.day
            let stop = Stop(
                time: zero + day,
                .addToState(model.compiled.state(target.species)!, amount * target.amountPerUnit[unit]! * available))
            return (stop, Administration(day: day, agent: planned.agent, amount: amount, unit: unit))
        }
    }
}
