import ModelIR

extension ModelReader {
    /// Unit definitions and the model's default units.
    ///
    /// Levels 1 and 2 have built-in units (`substance` = mole, `volume` = litre, `area` = m², `length` = m,
    /// `time` = s) that a definition of that name replaces; Level 3 names its defaults on the model.
    func readUnits() {
        for item in element.items(of: "listOfUnitDefinitions") { readUnitDefinition(item) }
        if dialect.level == 3 {
            model.units.substance = unit(element["substanceUnits"], at: element)
            model.units.time = unit(element["timeUnits"], at: element)
            model.units.volume = unit(element["volumeUnits"], at: element)
            model.units.area = unit(element["areaUnits"], at: element)
            model.units.length = unit(element["lengthUnits"], at: element)
            model.units.extent = unit(element["extentUnits"], at: element)
        } else {
            model.units.substance = unit("substance", at: element)
            model.units.time = unit("time", at: element)
            model.units.volume = unit("volume", at: element)
            model.units.extent = model.units.substance
            if dialect.level == 2 {
                model.units.length = unit("length", at: element)
                let hasAreas = element.items(of: "listOfCompartments").contains { $0["spatialDimensions"] == "2" }
                if hasAreas { model.units.area = unit("area", at: element) }
            }
        }
    }

    private func readUnitDefinition(_ element: Element) {
        guard let id = identifier(element) else { return }
        let factors = element.items(of: "listOfUnits").compactMap { item -> UnitDefinition.Factor? in
            guard let kind = item["kind"] else {
                findings.error("a unit of '\(id)' has no kind", at: item)
                return nil
            }
            if let offset = attributes.double(item, "offset"), offset != 0 {
                findings.warning("the offset of a unit in '\(id)' is left out of the unit check; numbers are unchanged", at: item)
            }
            return UnitDefinition.Factor(
                kind: spelled(kind), exponent: attributes.double(item, "exponent") ?? 1,
                scale: attributes.integer(item, "scale") ?? 0, multiplier: attributes.double(item, "multiplier") ?? 1)
        }
        var definition = UnitDefinition(id: id, name: name(of: element), factors: factors, location: element.location)
        definition.metadata = metadata(of: element)
        model.unitDefinitions.append(definition)
    }

    /// A unit id as the model refers to it, with the built-in units of Levels 1 and 2 made explicit.
    func unit(_ written: String?, at element: Element) -> String? {
        guard let written, !written.isEmpty else { return nil }
        let id = NameTable.validID(written)
        if model.unitDefinitions.contains(where: { $0.id == id }) { return id }
        guard dialect.level < 3 else { return id }
        switch id {
        case "substance": return "mole"
        case "volume": return "litre"
        case "length": return "metre"
        case "time": return "second"
        case "area":
            model.unitDefinitions.append(UnitDefinition(id: "area", factors: [UnitDefinition.Factor(kind: "metre", exponent: 2)]))
            return id
        default: return spelled(id)
        }
    }

    /// Level 1 spells two base units the American way.
    private func spelled(_ kind: String) -> String {
        switch kind {
        case "liter": "litre"
        case "meter": "metre"
        default: kind
        }
    }
}
