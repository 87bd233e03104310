import Dynamics
import Ensembles
import Foundation
import Integrators
import Mathematics
import ModelCompiler
public import ModelIR

/// Fits chosen parameters of a model to data by maximum likelihood, all individuals alike but for doses and covariates.
///
/// ```
/// y = f + ε,   ε ~ N(0, a² + b² f²)         additive a, proportional b, or both
/// -2 log L = Σ [ (y - f)² / v + ln v + ln 2π ]
/// ```
/// Differential evolution (Storn & Price, J. Glob. Optim. 11 (1997) 341) finds the basin, the simplex of Nelder & Mead
/// (Comput. J. 7 (1965) 308) the optimum; both on logarithms, since parameters are positive. Between individuals nothing varies
/// at random (naive pooling): with few data each, estimates of a population model differ.
public struct DataFit: Sendable {
    public struct Parameter: Sendable, Hashable {
        public var id: String
        public var lower: Double
        public var upper: Double
        public init(id: String, lower: Double, upper: Double) {
            self.id = id
            self.lower = lower
            self.upper = upper
        }
    }

    public enum ErrorModel: String, Sendable, Codable, Hashable, CaseIterable { case additive, proportional, combined }

    public let parameters: [Parameter]
    public let errorModel: ErrorModel
    public let data: FitData
    public let outputs: [String]
    public var threads = 1
    public var seed: UInt64 = 1
    let initial: [Double]
    let units: [String]
    private let compiled: CompiledModel
    private let integrator: Integrator
    private let slots: [Int]
    private let doseStates: [Int]
    private let doseRates: [Int]
    private let span: ClosedRange<Double>
    /// By individual: times of its readings, and the row of each observation among them.
    private let readings: [(times: [Double], rows: [Int])]
    let largest: Double

    /// - Parameters:
    ///   - parameters: What is fitted, with limits; nil limits are a hundredth and a hundred times the model's value.
    ///   - targets, outputs: Species that doses go into, and what is observed.
    /// - Throws: `InvalidModel` for names that the model lacks or computes, values that are not positive, unreadable data.
    public init(
        _ model: Model, fitting names: [String], limits: [String: ClosedRange<Double>] = [:], table: String, file: String,
        targets: [String], outputs: [String], errorModel: ErrorModel = .combined
    ) throws {
        let symbols = ModelSymbols(model)
        var problems: [Diagnostic] = []
        func unknown(_ id: String, _ what: String, among known: Set<String>) {
            guard !known.contains(id) else { return }
            problems.append(
                Diagnostic(.error, .invalid, "the model has no '\(id)' to \(what)", remedy: suggestion(for: id, among: known) ?? "`perforin model show` lists its symbols"))
        }
        for name in names { unknown(name, "fit", among: symbols.settable) }
        for target in targets { unknown(target, "dose into", among: symbols.speciesSet) }
        for output in outputs { unknown(output, "observe", among: symbols.all) }
        if names.isEmpty { problems.append(Diagnostic(.error, .invalid, "nothing is fitted", remedy: "name parameters with --fit")) }
        if outputs.isEmpty { problems.append(Diagnostic(.error, .invalid, "nothing is observed", remedy: "name what DV is with --observe")) }
        if Set(names).count != names.count { problems.append(Diagnostic(.error, .invalid, "a parameter is named twice")) }
        for name in limits.keys.sorted() where !names.contains(name) {
            problems.append(Diagnostic(.error, .invalid, "limits of '\(name)', which is not fitted", remedy: suggestion(for: name, among: names)))
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
        data = try FitData(parsing: table, file: file, targets: targets, outputs: outputs, parameters: symbols.settable.subtracting(names))
        var dosed = model
        let rates = dosed.addInflows(into: targets)
        var options = CompileOptions(observables: outputs.map { ModelCompiler.Observable($0) })
        let covariates = Set(data.individuals.flatMap(\.covariates.keys)).sorted()
        options.inputs = .only(Set(names + covariates))
        options.overrides = Set(names + covariates).intersection(model.initialAssignments.map(\.symbol))
        options.controls = rates
        compiled = try compile(dosed, options: options)
        integrator = try Integrator(compiled.system, tolerances: Tolerances(relative: 1e-6))
        self.outputs = outputs
        self.errorModel = errorModel
        let compiled = self.compiled
        var slots: [Int] = []
        var initial: [Double] = []
        var bounds: [Parameter] = []
        for name in names {
            guard let slot = compiled.input(name) else {
                throw InvalidModel([Diagnostic(.error, .invalid, "'\(name)' can't be fitted: the model computes it")])
            }
            let value = compiled.system.inputDefaults[slot]
            let range = limits[name] ?? (value > 0 ? value / 100...value * 100 : 0...0)
            guard range.lowerBound > 0 else {
                throw InvalidModel([
                    Diagnostic(.error, .invalid, "'\(name)' is \(value) in the model; logarithms need positive limits", remedy: "give them: --limits \(name)=0.1:10")
                ])
            }
            slots.append(slot)
            initial.append(min(range.upperBound, max(range.lowerBound, value > 0 ? value : (range.lowerBound * range.upperBound).squareRoot())))
            bounds.append(Parameter(id: name, lower: range.lowerBound, upper: range.upperBound))
        }
        self.slots = slots
        self.initial = initial
        parameters = bounds
        units = names.map { symbols.unit(of: ModelCompiler.Observable($0)) }
        doseStates = try targets.map { target in
            guard let state = compiled.state(target) else {
                throw InvalidModel([Diagnostic(.error, .invalid, "'\(target)' is no state, so nothing can be dosed into it")])
            }
            return state
        }
        doseRates = rates.compactMap { compiled.parameter($0) }
        let times = data.individuals.flatMap { $0.observations.map(\.time) + $0.doses.map(\.time) }
        span = min(0, times.min()!)...max(times.max()!, 1e-9)
        readings = data.individuals.map { person in
            let times = Array(Set(person.observations.map(\.time))).sorted()
            return (times, person.observations.map { times.firstIndex(of: $0.time)! })
        }
        largest = max(1e-300, data.individuals.flatMap { $0.observations.map { abs($0.value) } }.max()!)
    }

    /// Predictions of all observations in the order of the data for each vector of values; NaN where the integration fails.
    func predictions(_ vectors: [[Double]]) throws -> [[Double]] {
        let people = data.individuals
        let ensemble = Ensemble(integrator, threads: threads)
        let width = outputs.count
        let parts = try ensemble.map(0..<(vectors.count * people.count)) { index in
            input(index % people.count, vectors[index / people.count])
        } _: { index, result -> [Double] in
            let person = people[index % people.count]
            return zip(person.observations, readings[index % people.count].rows).map { observation, row in
                row < result.outputCount && result.failure == nil ? result.outputs[row * width + observation.output] : .nan
            }
        }
        return vectors.indices.map { vector in people.indices.flatMap { parts[vector * people.count + $0] } }
    }

    private func input(_ index: Int, _ values: [Double]) -> PatientInput {
        let person = data.individuals[index]
        var inputs = compiled.system.inputDefaults
        for (name, value) in person.covariates { compiled.input(name).map { inputs[$0] = value } }
        for (slot, value) in zip(slots, values) { inputs[slot] = value }
        let stops = person.doses.flatMap { dose -> [Stop] in
            guard dose.rate > 0 else { return [Stop(time: dose.time, .addToState(doseStates[dose.target], dose.amount))] }
            let slot = doseRates[dose.target]
            return [
                Stop(time: dose.time, .addToParameter(slot, dose.rate)),
                Stop(time: dose.time + dose.amount / dose.rate, .addToParameter(slot, -dose.rate)),
            ]
        }
        let times = readings[index].times
        return PatientInput(inputs: inputs, startTime: span.lowerBound, endTime: max(times.last!, span.lowerBound + 1e-9), stops: stops, outputTimes: times)
    }

    /// Values of all observations in the order of the predictions.
    var observed: [Double] { data.individuals.flatMap { $0.observations.map(\.value) } }

    /// Variance of an observation around its prediction.
    func variance(_ prediction: Double, _ error: (additive: Double, proportional: Double)) -> Double {
        max(1e-300, error.additive * error.additive + error.proportional * error.proportional * prediction * prediction)
    }

    /// -2 log L at its minimum over the error model's own parameters, and these; infinite where a prediction fails.
    ///
    /// One of them alone has a closed form; both are found by a search over their ratio, given which the scale has one.
    func deviance(_ predictions: [Double]) -> (value: Double, additive: Double, proportional: Double) {
        let y = observed
        guard predictions.allSatisfy(\.isFinite) else { return (.infinity, .nan, .nan) }
        let n = Double(y.count)
        // below this a perfect fit would have infinite likelihood
        let floor = 1e-9 * largest
        func profile(_ ratio: Double) -> (value: Double, scale: Double) {
            // v = s² (r² + (1 - r)² f² / m²), m a typical size, so that both parts have one unit
            let weights = predictions.map { f -> Double in
                let relative = f / typical
                return max(1e-18, ratio * ratio + (1 - ratio) * (1 - ratio) * relative * relative)
            }
            let scale = max(floor, (zip(zip(y, predictions), weights).reduce(0) { $0 + ($1.0.0 - $1.0.1) * ($1.0.0 - $1.0.1) / $1.1 } / n).squareRoot())
            let value = zip(zip(y, predictions), weights).reduce(0) { sum, item in
                let v = scale * scale * item.1
                let residual = item.0.0 - item.0.1
                return sum + residual * residual / v + log(v) + log(2 * Double.pi)
            }
            return (value, scale)
        }
        func result(_ ratio: Double) -> (value: Double, additive: Double, proportional: Double) {
            let (value, scale) = profile(ratio)
            return (value, scale * ratio, scale * (1 - ratio) / typical)
        }
        switch errorModel {
        case .additive: return result(1)
        case .proportional: return result(0)
        case .combined:
            // golden section; the ends are the two pure models
            var (low, high) = (0.0, 1.0)
            let golden = (5.0.squareRoot() - 1) / 2
            for _ in 0..<40 {
                let (a, b) = (high - golden * (high - low), low + golden * (high - low))
                if profile(a).value < profile(b).value { high = b } else { low = a }
            }
            return [0, (low + high) / 2, 1].map(result).min { $0.value < $1.value }!
        }
    }

    /// Typical size of an observation.
    var typical: Double {
        let y = observed.map(abs).filter { $0 > 0 }.sorted()
        return y.isEmpty ? 1 : y[y.count / 2]
    }
}

extension Model {
    /// Gives species an inflow that infusions set, 0 at the start.
    /// - Returns: Ids of the inflows.
    mutating func addInflows(into targets: [String]) -> [String] {
        targets.map { target in
            let id = "inflow_of_data_\(target)"
            parameters.append(Parameter(id: id, value: 0))
            if let rule = rules.firstIndex(where: { $0.kind == .rate(variable: target) }) {
                rules[rule].math = rules[rule].math + .symbol(id)
            } else {
                reactions.append(Reaction(id: "\(id)_reaction", products: [SpeciesReference(species: target)], kineticLaw: KineticLaw(math: .symbol(id))))
            }
            return id
        }
    }
}
