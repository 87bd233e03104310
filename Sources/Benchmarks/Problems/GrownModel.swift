import Dynamics
import ImmuneModels
import Integrators
import ModelCompiler
import ModelIR

/// An assembled model whose starting values are its own patient's at diagnosis, without events.
struct GrownModel {
    let model: Model
    let varied: [BenchmarkProblem.Variation]
    let diagnosisDay: Double

    init(_ assembled: AssembledModel) throws {
        var model = assembled.model
        model.events = []
        model.constraints = []
        let diagnosis = assembled.diagnosis!
        let threshold = assembled.parameters.first { $0.id == diagnosis.threshold }!.value
        let compiled = try compile(model, options: CompileOptions(observables: [ModelCompiler.Observable(diagnosis.observable)]))
        let integrator = try Integrator(compiled.system, tolerances: Tolerances(relative: 1e-8))
        let days = Array(stride(from: 0, through: diagnosis.maximumTime, by: 7))
        let growth = integrator.run(
            PatientInput(inputs: compiled.system.inputDefaults, endTime: diagnosis.maximumTime, outputTimes: days))
        guard let row = growth.outputs.firstIndex(where: { $0 >= threshold }) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "the model's own patient is never diagnosed")])
        }
        diagnosisDay = days[row]
        let start = integrator.run(PatientInput(inputs: compiled.system.inputDefaults, endTime: diagnosisDay)).finalState
        let values = Dictionary(uniqueKeysWithValues: zip(compiled.system.states, start))
        for index in model.species.indices {
            if let amount = values[model.species[index].id] { model.species[index].initialValue = .amount(amount) }
        }
        for index in model.parameters.indices {
            if let value = values[model.parameters[index].id] { model.parameters[index].value = value }
        }
        model.initialAssignments.removeAll { values[$0.symbol] != nil }
        self.model = model
        // What starts the growth is over, and covariates of the person have no spread of their own here.
        let constants = Set(model.parameters.filter { $0.isConstant && ($0.value ?? 0) > 0 }.map(\.id))
        varied = assembled.parameters.filter { $0.distribution.kind == .lognormal && constants.contains($0.id) && $0.id != diagnosis.threshold }
            .map {
                BenchmarkProblem.Variation(
                    id: $0.id, variation: min(max($0.distribution.spread, 0.3), 0.45), low: $0.distribution.low, high: $0.distribution.high)
            }
    }
}
