import Dynamics
import ImmuneModels
import ModelIR

/// Turns a regimen's doses into stops of the integrator.
struct DosePlanner: Sendable {
    let model: TrialModel
    let regimen: Regimen
    /// Seed of what plants of cell products differ in.
    var seed: UInt64 = 0

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
        /// Products that could not be made of this patient's cells; they and their preparation are not given.
        var notMade: [String] = []
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
    /// A product made from the patient's own cells, with its preparation, waits until it is made; what is given beside it
    /// bridges. The phase begins with apheresis.
    ///
    /// - Parameters:
    ///   - zero: Time of the integrator at the start of treatment.
    ///   - snapshot: State at apheresis; without it products are there at once.
    func schedule(
        from first: Int, on start: Double, until horizon: Double, zero: Double, patient: VirtualPatient, snapshot: Snapshot? = nil
    ) -> Schedule {
        var schedule = Schedule()
        var day = start
        for index in regimen.phases.indices.dropFirst(first) where day < horizon {
            let phase = regimen.phases[index]
            let next = phase.untilProgression ? nil : phase.length.map { day + $0 }
            schedule.starts.append((index, day))
            var given = doses(phase: index, from: day, until: horizon, zero: zero, patient: patient)
            var wait = 0.0
            for course in phase.courses {
                guard let snapshot, let manufacture = model.assembled.doseTargets[course.agent]?.manufacture,
                    let donor = CellProduction.donor(in: snapshot, of: model, patient: patient),
                    let order = given.first(where: { $0.given.agent == course.agent })
                else { continue }
                let waiting = Set(manufacture.preparation + [course.agent])
                guard let product = CellProduction(
                    ordered: order.given.amount, preparation: order.given.day - day, manufacture: manufacture.rows, donor: donor, seed: seed,
                    patient: patient.number)
                else {
                    given.removeAll { waiting.contains($0.given.agent) }
                    schedule.notMade.append(course.agent)
                    continue
                }
                wait = max(wait, product.delay)
                given = given.map { waiting.contains($0.given.agent) ? $0.moved(by: product.delay) : $0 }.filter { $0.given.day < horizon }
                for index in given.indices where given[index].given.agent == course.agent {
                    given[index].scale(by: product.dose / order.given.amount)
                    if let slot = model.compiled.parameter(manufacture.memoryFraction) {
                        given[index].stops.append(Stop(time: zero + given[index].given.day, .setParameter(slot, product.memoryFraction)))
                    }
                }
            }
            schedule.doses += given.sorted { $0.given.day < $1.given.day }
            guard let next else { break }
            day = next + wait
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

extension DosePlanner.PlannedDose {
    /// The same dose, days later.
    func moved(by days: Double) -> Self {
        var later = self
        later.given.day += days
        later.endDay += days
        for index in later.stops.indices { later.stops[index].time += days }
        return later
    }

    /// Makes the dose `factor` times as large.
    mutating func scale(by factor: Double) {
        given.amount *= factor
        for index in stops.indices {
            switch stops[index].action {
            case .addToState(let slot, let amount): stops[index].action = .addToState(slot, amount * factor)
            case .addToParameter(let slot, let rate): stops[index].action = .addToParameter(slot, rate * factor)
            default: break
            }
        }
    }
}
