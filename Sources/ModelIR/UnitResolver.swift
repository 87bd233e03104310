public import Quantities

/// The meaning of a model's unit ids, and the units of its symbols as declared.
public struct UnitResolver: Sendable {
    private let model: Model
    private var definitions: [String: Unit] = [:]
    /// Unit definitions and declared units that make no sense.
    public private(set) var findings: [Diagnostic] = []

    public init(_ model: Model) {
        self.model = model
        let byID = Dictionary(model.unitDefinitions.map { ($0.id, $0) }) { first, _ in first }
        var open: Set<String> = []
        for definition in model.unitDefinitions { _ = define(definition.id, byID, &open) }
    }

    private mutating func define(_ id: String, _ all: [String: UnitDefinition], _ open: inout Set<String>) -> Unit? {
        if let known = definitions[id] { return known }
        guard let definition = all[id] else { return nil }
        guard open.insert(id).inserted else {
            findings.append(Diagnostic(.error, .units, "unit '\(id)' is defined by itself", at: definition.location))
            return nil
        }
        var product = Unit.dimensionless
        for factor in definition.factors {
            guard let kind = define(factor.kind, all, &open) ?? (try? Unit(factor.kind)) else {
                findings.append(Diagnostic(.error, .units, "unit '\(id)' is built on '\(factor.kind)', which is no unit", at: definition.location))
                return nil
            }
            guard let exponent = Rational(factor.exponent) else {
                findings.append(Diagnostic(.error, .units, "unit '\(id)' has the power \(factor.exponent), which is no fraction", at: definition.location))
                return nil
            }
            product = product * kind.scaled(by: factor.multiplier, tenTo: factor.scale).raised(to: exponent)
        }
        let unit = product.dimension.isDimensionless && product == .dimensionless ? .dimensionless : product.named(definition.name ?? id)
        definitions[id] = unit
        return unit
    }

    /// The unit of an id: a definition of the model, a base unit of SBML, or text such as "nmol/L"; nil when it is none.
    public func unit(_ id: String?) -> Unit? {
        guard let id else { return nil }
        return definitions[id] ?? (try? Unit(id))
    }

    // MARK: Units of symbols

    public var time: Unit? { unit(model.units.time) }
    public var substance: Unit? { unit(model.units.substance) }
    public var extent: Unit? { unit(model.units.extent) ?? substance }

    public func unit(of compartment: Compartment) -> Unit? {
        if let own = unit(compartment.unit) { return own }
        switch compartment.spatialDimensions {
        case 3: return unit(model.units.volume)
        case 2: return unit(model.units.area)
        case 1: return unit(model.units.length)
        case 0: return .dimensionless
        default: return nil
        }
    }

    /// The unit of a species' amount.
    public func amountUnit(of species: Species) -> Unit? { unit(species.unit) ?? substance }

    /// The unit of a species' symbol: its amount's, or that of its concentration.
    public func unit(of species: Species, in compartment: Compartment?) -> Unit? {
        guard let amount = amountUnit(of: species) else { return nil }
        if species.hasOnlySubstanceUnits || compartment?.spatialDimensions == 0 { return amount }
        guard let size = compartment.flatMap(unit(of:)) else { return nil }
        return amount / size
    }

    /// Units of all symbols that have one.
    public func symbolUnits() -> [String: Unit] {
        var units: [String: Unit] = [:]
        let compartments = Dictionary(model.compartments.map { ($0.id, $0) }) { first, _ in first }
        for item in model.compartments { units[item.id] = unit(of: item) }
        for item in model.species { units[item.id] = unit(of: item, in: compartments[item.compartment]) }
        for item in model.parameters { units[item.id] = unit(item.unit) }
        for reaction in model.reactions {
            if let extent, let time { units[reaction.id] = extent / time }
            for reference in reaction.reactants + reaction.products {
                if let id = reference.id { units[id] = .dimensionless }
            }
        }
        return units
    }
}
