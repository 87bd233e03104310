import ModelIR

/// A model being turned into one expression graph: what every symbol means as a function of time, states and
/// per-patient inputs.
///
/// States are amounts of species (so that a compartment may grow or shrink and concentrations stay right),
/// and the values of compartments, parameters and stoichiometries that rules change continuously. The passes
/// live in extensions, one file each, in the order in which `compile` calls them.
final class Translation {
    typealias Node = ExpressionGraph.Node

    /// A quantity that the integrator carries.
    struct StateVariable {
        var id: String
        /// Index of the algebraic rule or equilibrium that determines it; nil for a differential state.
        var constraint: Node?
        /// Value at the start in terms of other symbols' current nodes, resolved by `resolveInitialValues`.
        var initial: Node?
    }

    /// A constant whose value at the start an initial assignment computes.
    struct FrozenConstant {
        var id: String
        var math: Node?
    }

    /// One `delay(value, by: lag)`; both are translated last, since a value may refer to its own past.
    struct DelayedValue {
        var value: Expression
        var lag: Expression
        var bindings: [String: Node]
        var origin: Origin
        var nodes: (lag: Node, value: Node)?
        /// The value at a time before the start, where only initial values count.
        var before: Node?
    }

    /// What is being translated, for diagnostics.
    struct Origin {
        var what: String
        var location: SourceLocation?
    }

    let table: SymbolTable
    let options: CompileOptions
    var model: Model { table.model }
    var graph = ExpressionGraph()
    var diagnostics: [Diagnostic] = []

    var inputs: [CompiledModel.Input] = []
    private var inputNodes: [String: Node] = [:]
    /// Slots of inputs that events change.
    private(set) var mutableInputs: Set<Int> = []

    var states: [StateVariable] = []
    var stateSlots: [String: Int] = [:]
    var frozen: [FrozenConstant] = []
    var delays: [DelayedValue] = []
    var delayIndex: [Expression: Int] = [:]
    /// Definitions found by solving algebraic rules.
    var solvedSymbols: [String: Node] = [:]
    /// Amounts of species found from the equilibria of fast reactions.
    var solvedAmounts: [Int: Node] = [:]
    /// Variables that algebraic rules determine, and the rule's index.
    var constrainedSymbols: [(id: String, rule: Int)] = []
    var equilibria = Equilibria()
    /// Fast reactions whose rate is zero at all times.
    var idleReactions: Set<Int> = []

    /// Values of symbols, amounts of species, and derivatives of states found so far.
    var values: [String: Node] = [:]
    private var amounts: [Int: Node] = [:]
    var derivatives: [Int: Node] = [:]
    /// Ids whose value is being worked out, outermost first: a repeated id is a cycle.
    var inProgress: [String] = []
    /// True while values before the start are translated: everything has its initial value, and nothing moves.
    var isBeforeStart = false
    var callMemo: [CallKey: Node] = [:]
    var origin = Origin(what: "model", location: nil)
    /// How deep the translator is inside one formula.
    var depth = 0

    init(_ table: SymbolTable, _ options: CompileOptions) {
        self.table = table
        self.options = options
    }

    // MARK: Values of symbols

    /// The current value of a symbol as formulas see it.
    func value(of id: String) -> Node {
        if let known = values[id] { return known }
        guard let entity = table.entities[id] else {
            report(.invalid, "'\(id)' is not defined", remedy: nil)
            return graph.nan
        }
        if let start = inProgress.firstIndex(of: id) {
            let cycle = (inProgress[start...] + [id]).joined(separator: " -> ")
            report(.invalid, "the value of '\(id)' depends on itself: \(cycle)", remedy: "break the cycle, or state it as an algebraic rule")
            values[id] = graph.nan
            return graph.nan
        }
        inProgress.append(id)
        defer { inProgress.removeLast() }
        let node = computeValue(of: id, entity)
        values[id] = node
        return node
    }

    private func computeValue(of id: String, _ entity: SymbolTable.Entity) -> Node {
        if let rule = table.assignmentRules[id] {
            let item = model.rules[rule]
            return translate(item.math, as: Origin(what: "assignment rule of '\(id)'", location: item.location))
        }
        if let solved = solvedSymbols[id] { return solved }
        switch entity {
        case .species(let s): return speciesValue(s)
        case .reaction(let r): return rate(of: r)
        case .compartment(let c):
            let item = model.compartments[c]
            let size = item.size ?? (item.spatialDimensions == 0 ? 1 : .nan)
            return quantity(id, size, .compartmentSize, item.unit)
        case .parameter(let p):
            let item = model.parameters[p]
            return quantity(id, item.value ?? .nan, .parameter, item.unit)
        case .stoichiometry(let reaction, let isProduct, let index):
            let reference = table.reference(reaction, isProduct: isProduct, index)
            if let math = reference.stoichiometryMath {
                return translate(math, as: Origin(what: "stoichiometry '\(id)'", location: model.reactions[reaction].location))
            }
            return quantity(id, reference.stoichiometry ?? .nan, .stoichiometry, nil)
        }
    }

    /// A compartment, parameter or stoichiometry that no assignment rule determines.
    private func quantity(_ id: String, _ value: Double, _ meaning: CompiledModel.Input.Meaning, _ unit: String?) -> Node {
        if isBeforeStart, stateSlots[id] != nil || table.initialAssignments[id] != nil { return initialFormula(of: id) }
        if let slot = stateSlots[id] { return graph.leaf(.state, slot) }
        if table.initialAssignments[id] != nil { return frozenConstant(id) }
        if let control = options.controls.firstIndex(of: id) { return graph.leaf(.control, control) }
        return input(id, value, meaning, unit)
    }

    /// The amount of a species.
    func amount(of s: Int) -> Node {
        if let known = amounts[s] { return known }
        let species = model.species[s]
        let node: Node
        if isBeforeStart, !isDetermined(species.id) {
            node = initialAmount(of: s)
        } else if let solved = solvedAmounts[s] {
            node = solved
        } else if let slot = stateSlots[species.id] {
            // With fast reactions the state is a conserved total.
            let carried = graph.leaf(.state, slot)
            let own = holdsConcentration(s) ? graph.multiply(carried, size(of: s)) : carried
            node = (equilibria.totals[s] ?? []).reduce(own) { rest, item in
                graph.subtract(rest, graph.multiply(graph.constant(item.coefficient), amount(of: item.pivot)))
            }
        } else if isDetermined(species.id) {
            node = species.hasOnlySubstanceUnits ? value(of: species.id) : graph.multiply(value(of: species.id), size(of: s))
        } else if table.initialAssignments[species.id] != nil || needsFrozenAmount(s) {
            let constant = frozenConstant(species.id)
            node = frozenIsAmount(s) ? constant : graph.multiply(constant, size(of: s))
        } else {
            let (start, meaning) = declaredInitialValue(s)
            node = meaning == .initialAmount ? start : graph.multiply(start, size(of: s))
        }
        amounts[s] = node
        return node
    }

    private func speciesValue(_ s: Int) -> Node {
        let species = model.species[s]
        if let slot = stateSlots[species.id], holdsConcentration(s), !isBeforeStart { return graph.leaf(.state, slot) }
        if !isBeforeStart, !species.hasOnlySubstanceUnits, stateSlots[species.id] == nil, solvedAmounts[s] == nil {
            // A constant concentration in a constant volume needs no detour through the amount.
            if table.initialAssignments[species.id] != nil {
                if !frozenIsAmount(s) { return frozenConstant(species.id) }
            } else if !needsFrozenAmount(s) {
                let (start, meaning) = declaredInitialValue(s)
                if meaning == .initialConcentration { return start }
            }
        }
        return species.hasOnlySubstanceUnits ? amount(of: s) : graph.divide(amount(of: s), size(of: s))
    }

    /// True when an assignment rule or a solved algebraic rule gives the symbol at all times.
    func isDetermined(_ id: String) -> Bool { table.assignmentRules[id] != nil || solvedSymbols[id] != nil }

    /// A constant species given as concentration in a compartment of varying size keeps its amount.
    private func needsFrozenAmount(_ s: Int) -> Bool {
        guard let c = table.compartment(of: s), table.varies(compartment: c) else { return false }
        return declaredMeaning(s) == .initialConcentration
    }

    /// Whether the frozen constant of a constant species is its amount (else the symbol's value).
    func frozenIsAmount(_ s: Int) -> Bool {
        let species = model.species[s]
        if species.hasOnlySubstanceUnits { return true }
        return table.compartment(of: s).map(table.varies(compartment:)) ?? false
    }

    /// Drops everything derived from symbols, because what some of them mean has changed.
    func setValuesAside() -> ([String: Node], [Int: Node], [Int: Node], [CallKey: Node]) {
        defer { forgetValues() }
        return (values, amounts, derivatives, callMemo)
    }

    func restoreValues(_ saved: ([String: Node], [Int: Node], [Int: Node], [CallKey: Node])) {
        (values, amounts, derivatives, callMemo) = saved
    }

    func forgetValues() {
        values = [:]
        amounts = [:]
        derivatives = [:]
        callMemo = [:]
    }

    /// True when the state of a species is its concentration: a rate rule gives that, an event computes it at its
    /// trigger and assigns it later, and no event sets the volume, which would have to keep the amount.
    func holdsConcentration(_ s: Int) -> Bool {
        let species = model.species[s]
        return table.rateRules[species.id] != nil && !species.hasOnlySubstanceUnits
            && !table.eventTargets.contains(species.compartment)
            && model.events.contains { $0.delay != nil && $0.usesValuesFromTriggerTime && $0.assignments.contains { $0.variable == species.id } }
            && table.compartment(of: s).map(table.varies(compartment:)) == true
    }

    /// Size of the compartment of a species.
    func size(of s: Int) -> Node { value(of: model.species[s].compartment) }

    private func declaredMeaning(_ s: Int) -> CompiledModel.Input.Meaning {
        switch model.species[s].initialValue {
        case .amount: .initialAmount
        case .concentration: .initialConcentration
        case nil: model.species[s].hasOnlySubstanceUnits ? .initialAmount : .initialConcentration
        }
    }

    /// The declared initial amount or concentration of a species, as an input.
    func declaredInitialValue(_ s: Int) -> (Node, CompiledModel.Input.Meaning) {
        let species = model.species[s]
        let number: Double = switch species.initialValue {
        case .amount(let value), .concentration(let value): value
        case nil: .nan
        }
        let meaning = declaredMeaning(s)
        return (input(species.id, number, meaning, species.unit), meaning)
    }

    // MARK: Leaves

    /// The input of an id, or its number when the caller will not vary it.
    func input(_ id: String, _ value: Double, _ meaning: CompiledModel.Input.Meaning, _ unit: String?) -> Node {
        if let known = inputNodes[id] { return known }
        let changesAtEvents = table.eventTargets.contains(id) && stateSlots[id] == nil
        let node: Node
        if options.isInput(id) || changesAtEvents {
            if changesAtEvents { mutableInputs.insert(inputs.count) }
            node = graph.leaf(.input, inputs.count)
            inputs.append(CompiledModel.Input(id: id, meaning: meaning, unit: unit, defaultValue: value))
        } else {
            node = graph.constant(value)
        }
        inputNodes[id] = node
        return node
    }

    private func frozenConstant(_ id: String) -> Node {
        if let slot = frozen.firstIndex(where: { $0.id == id }) { return graph.leaf(.frozen, slot) }
        frozen.append(FrozenConstant(id: id))
        return graph.leaf(.frozen, frozen.count - 1)
    }

    // MARK: Findings

    func report(_ kind: Diagnostic.Kind, _ message: String, remedy: String?) {
        let finding = Diagnostic(.error, kind, "\(origin.what): \(message)", at: origin.location, remedy: remedy)
        if !diagnostics.contains(finding) { diagnostics.append(finding) }
    }
}
