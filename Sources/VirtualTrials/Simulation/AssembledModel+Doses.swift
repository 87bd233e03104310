public import ImmuneModels
public import ModelIR

extension AssembledModel {
    /// The model with the doses of a therapy written into it as events, for export and for other simulators.
    ///
    /// A bolus adds to its species at `time ≥ t`, an infusion adds its rate at the start and takes it off at the end.
    /// Doses by weight, surface or kidney function are those of the model's own weight, height and GFR. A phase that
    /// waits for progression is left out: no event of the model knows a radiologist's verdict.
    ///
    /// - Parameters:
    ///   - start: Time of the first dose, days.
    ///   - days: Length of treatment, days.
    /// - Throws: `InvalidModel` when an agent of the regimen isn't in the model, or can't be dosed in the unit given.
    public func treated(by regimen: Regimen, from start: Double, for days: Double) throws -> Model {
        let trial = try TrialModel(self)
        let planner = try DosePlanner(model: trial, regimen: regimen)
        func covariate(_ id: String, _ fallback: Double) -> Double { model.parameters.first { $0.id == id }?.value ?? fallback }
        let patient = VirtualPatient(
            number: 0, covariates: ["weight": covariate("weight", 70), "height": covariate("height", 170), "GFR": covariate("GFR", 90)],
            values: [:])
        let schedule = planner.schedule(from: 0, on: 0, until: days, zero: start, patient: patient)
        var changes: [Double: [(id: String, value: Double)]] = [:]
        let rates = Set(doseTargets.values.compactMap(\.infusionRate))
        let species = Set(doseTargets.values.map(\.species))
        let ids = Dictionary(
            rates.compactMap { id in trial.compiled.parameter(id).map { ($0, id) } }, uniquingKeysWith: { first, _ in first })
        let states = Dictionary(species.compactMap { id in trial.compiled.state(id).map { ($0, id) } }, uniquingKeysWith: { first, _ in first })
        for stop in schedule.doses.flatMap(\.stops) {
            switch stop.action {
            case .addToState(let slot, let value): changes[stop.time, default: []].append((states[slot]!, value))
            case .addToParameter(let slot, let value): changes[stop.time, default: []].append((ids[slot]!, value))
            default: break
            }
        }
        var result = model
        for index in result.parameters.indices where rates.contains(result.parameters[index].id) {
            result.parameters[index].isConstant = false
        }
        for (time, parts) in changes.sorted(by: { $0.key < $1.key }) {
            var sums: [String: Double] = [:]
            for part in parts { sums[part.id, default: 0] += part.value }
            result.events.append(
                Event(
                    id: "dosing_\(result.events.count + 1)", trigger: .apply(.geq, [.time, .number(time, unit: model.units.time)]),
                    triggerInitialValue: false,
                    assignments: sums.sorted { $0.key < $1.key }.map { id, value in
                        Event.Assignment(variable: id, math: .symbol(id) + .number(value))
                    }))
        }
        return result
    }
}
