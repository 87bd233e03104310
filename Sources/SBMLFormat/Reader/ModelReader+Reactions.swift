import ModelIR

extension ModelReader {
    func readReaction(_ element: Element) {
        guard let id = identifier(element) else { return }
        var reaction = Reaction(
            id: id, name: name(of: element),
            reactants: element.items(of: "listOfReactants").compactMap(speciesReference),
            products: element.items(of: "listOfProducts").compactMap(speciesReference),
            modifiers: element.items(of: "listOfModifiers").compactMap { item in item["species"].map { reference($0, at: item) } },
            isReversible: dialect.level == 3 ? flag(element, "reversible", default: true) : attributes.boolean(element, "reversible") ?? true,
            isFast: !dialect.isAtLeast(3, 2) && attributes.boolean(element, "fast") == true,
            compartment: element["compartment"].map { reference($0, at: element) }, location: element.location)
        reaction.metadata = metadata(of: element)
        if let law = element.child("kineticLaw") { reaction.kineticLaw = kineticLaw(law, of: id) }
        model.reactions.append(reaction)
    }

    private func kineticLaw(_ element: Element, of reaction: String) -> KineticLaw? {
        let list = dialect.level == 3 ? "listOfLocalParameters" : "listOfParameters"
        let locals = element.items(of: list).compactMap { parameter($0, isLocal: true) }
        for name in ["timeUnits", "substanceUnits"] {
            if let unit = element[name], unit != "time", unit != "substance", unit != model.units.time, unit != model.units.substance {
                findings.warning(
                    "the rate of reaction '\(reaction)' has \(name)=\"\(unit)\"; the number is used as it is", at: element,
                    remedy: "write the rate in the model's units")
            }
        }
        guard let math = math(of: element, locals: Set(locals.map(\.id))) else {
            reportMissingMath("the rate of reaction '\(reaction)'", at: element)
            return nil
        }
        var law = KineticLaw(math: math, localParameters: locals)
        law.metadata = metadata(of: element)
        law.location = element.location
        return law
    }

    private func speciesReference(_ element: Element) -> SpeciesReference? {
        guard let species = element["species"] ?? element["specie"] else {
            findings.error("<\(element.name)> names no species", at: element)
            return nil
        }
        var stoichiometry = attributes.double(element, "stoichiometry")
        if dialect.level == 1, let denominator = attributes.integer(element, "denominator") {
            if denominator == 0 { findings.error("the stoichiometry of '\(species)' has denominator 0", at: element) }
            stoichiometry = (stoichiometry ?? 1) / Double(denominator)
        }
        var result = SpeciesReference(
            species: reference(species, at: element), id: element["id"].map(NameTable.validID),
            stoichiometry: dialect.level == 3 ? stoichiometry : stoichiometry ?? 1,
            isConstant: dialect.level == 3 ? flag(element, "constant", default: true) : true)
        if let child = element.child("stoichiometryMath") {
            result.stoichiometryMath = math(of: child)
            result.isConstant = false
        }
        result.metadata = metadata(of: element)
        result.location = element.location
        return result
    }
}
