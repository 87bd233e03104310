import ModelCompiler
import ModelIR
import Quantities

/// The names by which a model's parts may be observed and set.
struct ModelSymbols {
    let species: [String]
    let speciesSet: Set<String>
    /// Everything that has a value at each time.
    let all: Set<String>
    /// Everything that isn't computed: constants and initial values.
    let settable: Set<String>
    private let resolver: UnitResolver
    private let units: [String: Unit]
    private let model: Model

    init(_ model: Model) {
        self.model = model
        species = model.species.map(\.id)
        speciesSet = Set(species)
        let references = model.reactions.flatMap { $0.reactants + $0.products }.compactMap(\.id)
        let locals = model.reactions.flatMap { reaction in
            (reaction.kineticLaw?.localParameters ?? []).map { "\(reaction.id).\($0.id)" }
        }
        let values = species + model.parameters.map(\.id) + model.compartments.map(\.id) + references
        all = Set(values + model.reactions.map(\.id))
        let computed = model.rules.compactMap { rule -> String? in
            if case .assignment(let variable) = rule.kind { variable } else { nil }
        }
        settable = Set(values + locals).subtracting(computed)
        resolver = UnitResolver(model)
        units = resolver.symbolUnits()
    }

    /// The unit of a column; empty when the model doesn't say.
    func unit(of observable: Observable) -> String {
        let item = model.species.first { $0.id == observable.id }
        let unit: Unit?
        switch (observable.quantity, item) {
        case (.amount, let item?): unit = resolver.amountUnit(of: item)
        case (.concentration, let item?):
            let compartment = model.compartments.first { $0.id == item.compartment }
            let size = compartment.flatMap { resolver.unit(of: $0) }
            unit = resolver.amountUnit(of: item).flatMap { amount in size.map { amount / $0 } }
        default: unit = units[observable.id]
        }
        return unit.map(\.description) ?? ""
    }

    var timeUnit: String { resolver.time.map(\.description) ?? "" }
}
