import ModelIR

/// The unit definitions that a document needs, in the form that SBML wants: every factor is of a base kind.
struct UnitTable {
    static let baseKinds: Set<String> = [
        "ampere", "avogadro", "becquerel", "candela", "coulomb", "dimensionless", "farad", "gram", "gray", "henry", "hertz", "item",
        "joule", "katal", "kelvin", "kilogram", "litre", "lumen", "lux", "metre", "mole", "newton", "ohm", "pascal", "radian",
        "second", "siemens", "sievert", "steradian", "tesla", "volt", "watt", "weber",
    ]

    /// Units that models name without defining them: kind and multiplier.
    private static let common: [String: (kind: String, multiplier: Double)] = [
        "cell": ("item", 1), "cells": ("item", 1), "molecule": ("item", 1), "molecules": ("item", 1), "minute": ("second", 60),
        "hour": ("second", 3600), "day": ("second", 86400), "week": ("second", 604_800), "year": ("second", 31_557_600),
        // The built-in units of Level 2, which some Level 3 files still use.
        "substance": ("mole", 1), "volume": ("litre", 1), "length": ("metre", 1), "time": ("second", 1),
        "liter": ("litre", 1), "meter": ("metre", 1), "percent": ("dimensionless", 0.01),
    ]

    private(set) var definitions: [UnitDefinition] = []
    private(set) var unknown: Set<String> = []
    private var names: [String: String] = [:]
    private let model: Model

    init(_ model: Model) {
        self.model = model
        let byID = Dictionary(model.unitDefinitions.map { ($0.id, $0) }) { first, _ in first }
        for definition in model.unitDefinitions {
            var written = definition
            // A base kind's name cannot be given to a definition.
            if UnitTable.baseKinds.contains(definition.id) || definition.id == "celsius" { written.id = definition.id + "_" }
            written.factors = expanded(definition.factors, byID, depth: 0)
            names[definition.id] = written.id
            definitions.append(written)
        }
    }

    /// The id to write for a unit of the model, which is defined on the way when SBML lacks it.
    mutating func id(_ unit: String?) -> String? {
        guard let unit else { return nil }
        if let known = names[unit] { return known }
        if UnitTable.baseKinds.contains(unit) { return unit }
        if unit == "area" {
            definitions.append(UnitDefinition(id: unit, factors: [UnitDefinition.Factor(kind: "metre", exponent: 2)]))
        } else if let (kind, multiplier) = UnitTable.common[unit] {
            definitions.append(UnitDefinition(id: unit, factors: [UnitDefinition.Factor(kind: kind, multiplier: multiplier)]))
        } else {
            unknown.insert(unit)
            return nil
        }
        names[unit] = unit
        return unit
    }

    private mutating func expanded(_ factors: [UnitDefinition.Factor], _ all: [String: UnitDefinition], depth: Int) -> [UnitDefinition.Factor] {
        factors.flatMap { factor -> [UnitDefinition.Factor] in
            if let definition = all[factor.kind], depth < 20 {
                var inner = expanded(definition.factors, all, depth: depth + 1)
                for index in inner.indices { inner[index].exponent *= factor.exponent }
                if factor.multiplier != 1 || factor.scale != 0 {
                    inner.append(UnitDefinition.Factor(kind: "dimensionless", exponent: factor.exponent, scale: factor.scale, multiplier: factor.multiplier))
                }
                return inner
            }
            if UnitTable.baseKinds.contains(factor.kind) { return [factor] }
            if let (kind, multiplier) = UnitTable.common[factor.kind] {
                return [UnitDefinition.Factor(kind: kind, exponent: factor.exponent, scale: factor.scale, multiplier: factor.multiplier * multiplier)]
            }
            unknown.insert(factor.kind)
            return []
        }
    }
}
