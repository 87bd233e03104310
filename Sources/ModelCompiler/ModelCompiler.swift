import Dynamics
public import ModelIR

/// Compiles a model to a dynamical system: equations, their derivatives, and the sparse factorisation, as kernels.
///
/// The passes, in order: look up symbols → find the states → inline functions and rules into one expression graph →
/// resolve initial values → differentiate → turn conditions into trigger functions → hoist per-patient constants →
/// order and factor symbolically → write kernels.
///
/// - Throws: `InvalidModel` with everything found, each with its place: what contradicts itself (`.invalid`) and what
///   Perforin declines (`.unsupported`).
public func compile(_ model: Model, options: CompileOptions = CompileOptions()) throws(InvalidModel) -> CompiledModel {
    let findings = model.validate()
    if findings.contains(where: { $0.severity == .error }) { throw InvalidModel(findings) }

    let translation = Translation(SymbolTable(model, overrides: options.overrides), options)
    translation.chooseUnknowns()
    translation.declareStates()
    translation.solveConstraints()
    for symbol in translation.symbolsInOrder() { _ = translation.value(of: symbol) }
    for slot in translation.states.indices { _ = translation.derivative(ofState: slot) }
    let events = translation.translateEvents()
    let columns = options.observables ?? model.species.map { Observable($0.id) }
    let observables = columns.map(translation.node(of:))
    let initial = translation.resolveInitialValues()
    if translation.diagnostics.contains(where: { $0.severity == .error }) {
        throw InvalidModel(findings + translation.diagnostics)
    }

    var assembly = SystemAssembly(translation, initial)
    let system = assembly.assemble(observables: observables, names: columns.map(\.id), events: events)
    return CompiledModel(
        system: system, inputs: translation.inputs, observables: columns,
        warnings: model.warnings + findings + translation.diagnostics,
        inputSlots: Dictionary(translation.inputs.enumerated().map { ($1.id, $0) }) { first, _ in first },
        stateSlots: translation.stateSlots.filter { id, _ in
            if case .species(let s)? = translation.table.entities[id] { !translation.holdsConcentration(s) && !translation.isPartOfTotal(id) } else { true }
        })
}
