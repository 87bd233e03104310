import Dynamics
import Integrators
import Kernels
import Mathematics
import ModelCompiler
import ModelIR

/// A problem compiled, its population drawn, its tolerances scaled.
package struct PreparedProblem: Sendable {
    package let problem: BenchmarkProblem
    let compiled: CompiledModel
    /// What a state is worth: its largest magnitude in the model's own patient, for absolute tolerances.
    let magnitudes: [Double]
    let seed: UInt64
    /// Slots of the inputs that vary, with median and spread of the logarithm.
    private let variations: [(id: String, slot: Int, median: Double, spread: Double, range: ClosedRange<Double>)]
    private let stops: [Stop]

    package var system: DynamicalSystem { compiled.system }
    package var stateCount: Int { compiled.system.stateCount }

    /// - Throws: `InvalidModel` when the model can't be compiled, or has algebraic states, delays or events, which the
    ///   peers' programs here don't have.
    package init(_ problem: BenchmarkProblem, seed: UInt64, variationFactor: Double = 1, observedStates: Int = .max) throws {
        self.problem = problem
        self.seed = seed
        var options = CompileOptions()
        options.inputs = .only(Set(problem.varied.map(\.id)))
        let states = try compile(problem.model, options: options).system.states
        options.observables = states.map { Observable($0) }
        let whole = try compile(problem.model, options: options)
        if observedStates < states.count { options.observables = states.prefix(observedStates).map { Observable($0) } }
        compiled = observedStates < states.count ? try compile(problem.model, options: options) : whole
        guard !compiled.system.mass.contains(0), compiled.system.delayCount == 0, compiled.system.events.isEmpty else {
            throw InvalidModel([Diagnostic(.error, .unsupported, "the benchmark takes plain differential equations only")])
        }
        let compiled = compiled
        stops = problem.doses.map { Stop(time: $0.time, .addToState(compiled.state($0.species)!, $0.amount)) }
        variations = problem.varied.compactMap { variation in
            guard let slot = compiled.input(variation.id) else { return nil }
            let cv = variation.variation * variationFactor
            return (
                variation.id, slot, compiled.system.inputDefaults[slot], Elementary.log(1 + cv * cv).squareRoot(),
                (variation.low ?? 0)...(variation.high ?? .infinity))
        }
        // The model's own patient, tightly; its extremes scale the tolerances of every code.
        var sizes = [Double](repeating: 0, count: compiled.system.stateCount)
        let nominal = try Integrator(whole.system, method: .rodas5P, tolerances: Tolerances(relative: 1e-7)).run(
            PatientInput(
                inputs: compiled.system.inputDefaults, endTime: problem.duration, stops: stops, outputTimes: problem.outputTimes))
        for (index, value) in nominal.outputs.enumerated() {
            sizes[index % sizes.count] = max(sizes[index % sizes.count], value.magnitude)
        }
        magnitudes = sizes.map { $0 > 0 ? $0 : 1 }
    }

    /// Ids and values of what varies in one patient, in a fixed order.
    func values(of patient: Int) -> [Double] {
        variations.map { variation in
            var stream = RandomStream(seed: seed, patient: UInt64(patient), purpose: "bench \(variation.id)")
            for _ in 0..<1000 {
                let value = variation.median * Elementary.exp(variation.spread * stream.normal())
                if variation.range.contains(value) { return value }
            }
            return variation.median
        }
    }

    var variedIDs: [String] { variations.map(\.id) }

    /// All inputs of one patient, in slot order.
    func inputs(of patient: Int) -> [Double] {
        var inputs = compiled.system.inputDefaults
        for (variation, value) in zip(variations, values(of: patient)) { inputs[variation.slot] = value }
        return inputs
    }

    func input(of patient: Int) -> PatientInput {
        PatientInput(
            inputs: inputs(of: patient), endTime: problem.duration, stops: stops, outputTimes: problem.outputTimes)
    }

    /// rtol times a thousandth of the state's size: the same vector for every code.
    package func absoluteTolerances(relative: Double) -> [Double] { magnitudes.map { 1e-3 * relative * $0 } }

    func integrator(relative: Double, method: IntegrationMethod = .automatic, backend: Backend = .best) throws -> Integrator {
        try Integrator(
            compiled.system, method: method,
            tolerances: Tolerances(relative: relative, absolute: .each(absoluteTolerances(relative: relative))), backend: backend)
    }

    /// Doses as (time, state, amount), ascending in time.
    var doses: [(time: Double, state: Int, amount: Double)] {
        problem.doses.sorted { $0.time < $1.time }.map { ($0.time, compiled.state($0.species)!, $0.amount) }
    }
}
