import ModelIR

extension AntimonyWriter {
    mutating func writeReactions() {
        section("Reactions", isEmpty: model.reactions.isEmpty)
        for reaction in model.reactions {
            var definitions: [String] = []
            let left = reaction.reactants.map { participant($0, of: reaction, &definitions) }.joined(separator: " + ")
            let right = reaction.products.map { participant($0, of: reaction, &definitions) }.joined(separator: " + ")
            let arrow = reaction.isReversible ? "->" : "=>"
            var rate = ""
            if let law = reaction.kineticLaw {
                let saved = renamed
                for local in law.localParameters { renamed[local.id] = name("\(reaction.id).\(local.id)") }
                rate = text(law.math)
                renamed = saved
            }
            let place = reaction.compartment.map { " in \(name($0))" } ?? ""
            line(
                "\(name(reaction.id)): \(left) \(arrow) \(right); \(rate)\(place)"
                    + (reaction.isFast ? ";  // fast" : ""))
            let used = reaction.kineticLaw?.math.symbols ?? []
            for modifier in reaction.modifiers where !used.contains(modifier) {
                line("\(name(modifier)) -( \(name(reaction.id));")
            }
            for definition in definitions { line(definition) }
        }
    }

    /// `2 A`, or `n A` where the stoichiometry has an id, a formula, or the species a conversion factor.
    private mutating func participant(
        _ reference: SpeciesReference, of reaction: Reaction, _ definitions: inout [String]
    ) -> String {
        let species = name(reference.species)
        let item = self.species[reference.species]
        let isMoved = item.map { !$0.isBoundaryCondition && !$0.isConstant } ?? true
        let factor = isMoved ? item?.conversionFactor ?? model.conversionFactor : nil
        if factor == nil, reference.stoichiometryMath == nil, reference.id == nil {
            let value = reference.stoichiometry ?? 1
            if value == 1 { return species }
            if value >= 0, value.isFinite { return "\(Self.number(value)) \(species)" }
        }
        if factor == nil, let id = reference.id {
            if let value = reference.stoichiometry, !ruled.contains(id), initial(of: id) == nil {
                definitions.append("\(name(id)) = \(Self.number(value))")
            }
            if !reference.isConstant, !ruled.contains(id) { definitions.append("var \(name(id))") }
            return "\(name(id)) \(species)"
        }
        let variable = fresh("\(name(reaction.id))_\(species)_stoichiometry")
        let own: Expression =
            reference.stoichiometryMath ?? reference.id.map(Expression.symbol) ?? .number(reference.stoichiometry ?? 1)
        let product = factor.map { own * .symbol($0) } ?? own
        // The formula may follow variables, so it is a rule unless it is a plain number.
        if case .number(let value, _) = product {
            definitions.append("\(variable) = \(Self.number(value))")
        } else {
            definitions.append("\(variable) := \(text(product))")
        }
        if let id = reference.id, let value = reference.stoichiometry, !ruled.contains(id), initial(of: id) == nil {
            definitions.append("\(reference.isConstant ? "const" : "var") \(name(id)) = \(Self.number(value))")
        }
        return "\(variable) \(species)"
    }
}
