import ModelIR

extension AntimonyWriter {
    /// The name under which the reader knows a unit: singular, `time_unit` for `time`.
    static func unitName(_ id: String) -> String { UnitNames.normal(id) }

    func unitName(_ id: String) -> String { unitNames[id] ?? Self.unitName(id) }

    mutating func writeUnits() {
        var texts: [String] = []
        var defined: Set<String> = []
        for kind in Set(model.unitDefinitions.flatMap(\.factors).map(\.kind)).sorted()
        where ["cell", "molecule"].contains(kind) && !model.unitDefinitions.contains(where: { $0.id == kind }) {
            texts.append("unit \(kind) = 1 item")
        }
        // The model's own units first, which the reader numbers last: so that what is written is read and written alike.
        let wholes = model.unitDefinitions.filter { UnitNames.defaults[unitName($0.id)] != nil }
        let others = model.unitDefinitions.filter { UnitNames.defaults[unitName($0.id)] == nil }
        for definition in wholes + others where !definition.factors.isEmpty {
            let id = unitName(definition.id)
            if UnitNames.base.contains(id) || !defined.insert(id).inserted { continue }
            texts.append("unit \(id) = \(Self.text(definition.factors))")
            if let name = definition.name { texts.append("\(id) is \(Self.quoted(name))") }
        }
        let whole = [
            ("substance", model.units.substance), ("time_unit", model.units.time), ("volume", model.units.volume),
            ("area", model.units.area), ("length", model.units.length), ("extent", model.units.extent),
        ]
        for (name, unit) in whole {
            guard let unit, unitName(unit) != name, !defined.contains(name) else { continue }
            texts.append("unit \(name) = \(unitName(unit))")
        }
        section("Units", isEmpty: texts.isEmpty)
        for text in texts { line(text) }
    }

    /// `1e-3 mole / (litre * 60 second^2)`; a number belongs to its unit before the power.
    static func text(_ factors: [UnitDefinition.Factor]) -> String {
        func one(_ factor: UnitDefinition.Factor, _ exponent: Double) -> String {
            let value = Double("1e\(factor.scale)").map { $0 * factor.multiplier } ?? factor.multiplier
            let exact = factor.multiplier == 1 && factor.scale != 0 ? "1e\(factor.scale)" : number(value)
            let power = exponent == 1 ? "" : "^\(number(exponent))"
            return (value == 1 ? "" : exact + " ") + UnitNames.normal(factor.kind) + power
        }
        let above = factors.filter { $0.exponent > 0 }.map { one($0, $0.exponent) }
        let below = factors.filter { $0.exponent < 0 }.map { one($0, -$0.exponent) }
        let numerator = above.isEmpty ? (below.isEmpty ? "dimensionless" : "1") : above.joined(separator: " * ")
        if below.isEmpty { return numerator }
        return numerator + " / (" + below.joined(separator: " * ") + ")"
    }

    /// The unit of the symbol: that of the amount for `substanceOnly`, else amount over size.
    func symbolUnit(of item: Species) -> String? {
        guard let unit = item.unit else { return nil }
        if item.hasOnlySubstanceUnits { return unitName(unit) }
        let compartment = compartments[item.compartment]
        let size = compartment?.unit.map(unitName) ?? model.units.volume.map(unitName) ?? "litre"
        return "\(unitName(unit)) / \(size)"
    }
}
