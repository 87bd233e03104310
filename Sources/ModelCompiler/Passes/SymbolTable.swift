import ModelIR

/// What every id of a model names, and what determines its value as time goes on.
struct SymbolTable {
    enum Entity: Hashable {
        case compartment(Int), species(Int), parameter(Int), reaction(Int)
        /// A species reference with an id: the stoichiometry of reactant or product `index` of a reaction.
        case stoichiometry(reaction: Int, isProduct: Bool, index: Int)
    }

    let model: Model
    private(set) var entities: [String: Entity] = [:]
    private(set) var functions: [String: Int] = [:]
    /// Index of the assignment rule or rate rule of an id.
    private(set) var assignmentRules: [String: Int] = [:]
    private(set) var rateRules: [String: Int] = [:]
    private(set) var initialAssignments: [String: Int] = [:]
    /// Ids that events assign.
    private(set) var eventTargets: Set<String> = []
    /// For each species, the reactions that move it: (reaction, is product, index of the reference).
    private(set) var participations: [[(reaction: Int, isProduct: Bool, index: Int)]]

    init(_ model: Model, overrides: Set<String>) {
        self.model = model
        participations = Array(repeating: [], count: model.species.count)
        for (i, item) in model.functions.enumerated() { functions[item.id] = i }
        for (i, item) in model.compartments.enumerated() { entities[item.id] = .compartment(i) }
        for (i, item) in model.species.enumerated() { entities[item.id] = .species(i) }
        for (i, item) in model.parameters.enumerated() { entities[item.id] = .parameter(i) }
        for (i, reaction) in model.reactions.enumerated() {
            entities[reaction.id] = .reaction(i)
            for (isProduct, list) in [(false, reaction.reactants), (true, reaction.products)] {
                for (k, reference) in list.enumerated() {
                    if let id = reference.id { entities[id] = .stoichiometry(reaction: i, isProduct: isProduct, index: k) }
                    if case .species(let s)? = entities[reference.species] { participations[s].append((i, isProduct, k)) }
                }
            }
        }
        for (i, rule) in model.rules.enumerated() {
            switch rule.kind {
            case .assignment(let id): assignmentRules[id] = i
            case .rate(let id): rateRules[id] = i
            case .algebraic: break
            }
        }
        for (i, item) in model.initialAssignments.enumerated() where !overrides.contains(item.symbol) {
            initialAssignments[item.symbol] = i
        }
        for event in model.events { eventTargets.formUnion(event.assignments.map(\.variable)) }
    }

    func reference(_ reaction: Int, isProduct: Bool, _ index: Int) -> SpeciesReference {
        isProduct ? model.reactions[reaction].products[index] : model.reactions[reaction].reactants[index]
    }

    /// True when reactions change the amount of the species.
    func isMovedByReactions(_ species: Int) -> Bool {
        let item = model.species[species]
        return !item.isBoundaryCondition && !item.isConstant
            && participations[species].contains { model.reactions[$0.reaction].kineticLaw != nil }
    }

    /// True when a compartment's size may change after the start.
    func varies(compartment: Int) -> Bool {
        let id = model.compartments[compartment].id
        return assignmentRules[id] != nil || rateRules[id] != nil || eventTargets.contains(id)
            || (!model.compartments[compartment].isConstant && model.rules.contains { $0.kind == .algebraic })
    }

    func compartment(of species: Int) -> Int? {
        if case .compartment(let c)? = entities[model.species[species].compartment] { c } else { nil }
    }
}
