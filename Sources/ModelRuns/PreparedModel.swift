import Dynamics
import Integrators
import ModelCompiler
public import ModelIR

/// A model compiled for given options: what to observe is known, and the ids that will vary are inputs.
public struct PreparedModel: Sendable {
    public let model: Model
    public let options: RunOptions
    /// Ids of the columns, in order.
    public let columns: [String]
    /// Unit of each column as text; empty when the model doesn't say.
    public let units: [String]
    public let warnings: [Diagnostic]
    let compiled: CompiledModel
    let integrator: Integrator
    private let base: PatientInput

    /// - Parameter varied: Ids that differ between patients.
    /// - Throws: `InvalidModel` for ids that the model lacks or computes itself, and for what the compiler refuses.
    public init(_ model: Model, options: RunOptions, varied: [String] = []) throws {
        self.model = model
        self.options = options
        let symbols = ModelSymbols(model)
        let observables = try Self.observables(options, symbols)
        var compileOptions = CompileOptions(observables: observables)
        let changed = Set(varied).union(options.settings.keys)
        try Self.check(changed, symbols)
        compileOptions.inputs = .only(changed)
        compileOptions.overrides = changed.intersection(model.initialAssignments.map(\.symbol))
        compileOptions.startTime = options.start
        compiled = try compile(model, options: compileOptions)
        columns = observables.map(\.id)
        units = observables.map { symbols.unit(of: $0) }
        warnings = model.warnings + compiled.warnings
        let tolerances = Tolerances(
            relative: options.relativeTolerance, absolute: options.absoluteTolerance.map { .uniform($0) })
        integrator = try Integrator(compiled.system, tolerances: tolerances)
        var input = PatientInput(
            inputs: compiled.system.inputDefaults, startTime: options.start, endTime: options.start + options.duration,
            outputTimes: options.times)
        for (id, value) in options.settings { input.inputs[try Self.slot(id, compiled)] = value }
        base = input
    }

    /// A patient's input; `values` belong to `slots`.
    func input(slots: [Int], values: [Double]) -> PatientInput {
        var input = base
        for (slot, value) in zip(slots, values) { input.inputs[slot] = value }
        return input
    }

    func slots(of ids: [String]) throws -> [Int] { try ids.map { try Self.slot($0, compiled) } }

    private static func slot(_ id: String, _ compiled: CompiledModel) throws(InvalidModel) -> Int {
        guard let slot = compiled.input(id) else {
            throw InvalidModel("'\(id)' can't be set: the model computes it", remedy: "set what it is computed from")
        }
        return slot
    }

    // MARK: Names

    private static func observables(_ options: RunOptions, _ symbols: ModelSymbols) throws(InvalidModel) -> [Observable]
    {
        let listed = options.observed ?? symbols.species
        var seen: Set<String> = []
        let ids = (listed + options.amounts + options.concentrations).filter { seen.insert($0).inserted }
        let amounts = Set(options.amounts)
        let concentrations = Set(options.concentrations)
        var findings: [Diagnostic] = []
        for id in ids where !symbols.all.contains(id) {
            findings.append(
                Diagnostic(
                    .error, .invalid, "the model has no '\(id)' to observe",
                    remedy: suggestion(for: id, among: symbols.all) ?? "`perforin model show` lists its symbols"))
        }
        if !findings.isEmpty { throw InvalidModel(findings) }
        return ids.map { id in
            // What is no species has one value, whichever list names it (the SBML Test Suite lists compartments so).
            guard symbols.speciesSet.contains(id) else { return Observable(id, .value) }
            if concentrations.contains(id) { return Observable(id, .concentration) }
            return Observable(id, amounts.contains(id) ? .amount : .value)
        }
    }

    private static func check(_ changed: Set<String>, _ symbols: ModelSymbols) throws(InvalidModel) {
        var findings: [Diagnostic] = []
        for id in changed.sorted() {
            if !symbols.settable.contains(id) {
                let known = symbols.all.contains(id)
                findings.append(
                    Diagnostic(
                        .error, .invalid,
                        known ? "'\(id)' can't be set: the model computes it" : "the model has no '\(id)' to set",
                        remedy: known
                            ? "set what it is computed from"
                            : suggestion(for: id, among: symbols.settable)
                                ?? "`perforin model show` lists its symbols"))
            }
        }
        if !findings.isEmpty { throw InvalidModel(findings) }
    }
}
