import ModelIR

/// Parameters, compartments, species, reactions and events, one symbol at a time.
extension ModelAssembler {
    mutating func add(_ index: Int) throws(Finding) {
        switch symbols[index].kind {
        case .parameter, .undefined: try addParameter(index)
        case .species: try addSpecies(index)
        case .compartment: try addCompartment(index)
        case .reaction: try addReaction(index)
        case .event: try addEvent(index)
        case .stoichiometry: try addMathematics(of: index)
        case .constraint: break
        }
    }

    /// A plain number is a value; anything else is an initial assignment. Then the rule, if there is one.
    @discardableResult
    private mutating func addMathematics(of index: Int) throws(Finding) -> Double? {
        let symbol = symbols[index]
        if let rule = symbol.rule {
            let math = try map(rule.expression, at: rule.location)
            let kind: Rule.Kind = symbol.ruleIsRate ? .rate(variable: ids[index]) : .assignment(variable: ids[index])
            model.rules.append(Rule(kind, math, location: rule.location))
        }
        guard let initial = symbol.initial else { return nil }
        if case .number(let value, nil) = initial.expression { return value }
        let math = try map(initial.expression, at: initial.location)
        model.initialAssignments.append(InitialAssignment(symbol: ids[index], math: math, location: initial.location))
        return nil
    }

    private mutating func addParameter(_ index: Int) throws(Finding) {
        let symbol = symbols[index]
        var parameter = Parameter(
            id: ids[index], name: symbol.displayName, isConstant: isConstant(index), location: symbol.location)
        parameter.unit = try symbol.unit.map { reference throws(Finding) in try units.id(of: reference) }
        parameter.value = try addMathematics(of: index)
        parameter.metadata = metadata(of: index)
        model.parameters.append(parameter)
    }

    private mutating func addCompartment(_ index: Int) throws(Finding) {
        let symbol = symbols[index]
        var compartment = Compartment(
            id: ids[index], name: symbol.displayName, isConstant: isConstant(index), location: symbol.location)
        compartment.unit = try symbol.unit.map { reference throws(Finding) in try units.id(of: reference) }
        compartment.size = try addMathematics(of: index)
        compartment.metadata = metadata(of: index)
        model.compartments.append(compartment)
    }

    /// The compartment of a species: its own, that of a reaction, that of its instance, or `default_compartment`.
    private func compartment(of index: Int) -> Int? {
        if let own = symbols[index].compartment ?? symbols[index].reactionCompartment { return elaborator.root(own) }
        var scope: Int? = symbols[index].scope
        while let current = scope {
            if let compartment = elaborator.scopes[current].compartment { return elaborator.root(compartment) }
            scope = elaborator.scopes[current].parent
        }
        return nil
    }

    private static let defaultCompartment = "default_compartment"

    private mutating func addSpecies(_ index: Int) throws(Finding) {
        let symbol = symbols[index]
        let container = compartment(of: index)
        if container == nil, !model.compartments.contains(where: { $0.id == Self.defaultCompartment }) {
            var compartment = Compartment(id: Self.defaultCompartment, size: 1)
            compartment.metadata.sboTerm = "SBO:0000410"
            model.compartments.append(compartment)
        }
        let isBoundary = symbol.isConstant == true
        if symbol.rule != nil, isInReaction.contains(index), !isBoundary {
            throw Finding(
                "species '\(ids[index])' is changed by reactions and has a rule as well", at: symbol.rule!.location,
                remedy: "write '$\(ids[index])' if reactions must not change it")
        }
        var species = Species(
            id: ids[index], name: symbol.displayName, compartment: container.map { ids[$0] } ?? Self.defaultCompartment,
            hasOnlySubstanceUnits: symbol.isSubstanceOnly, isBoundaryCondition: isBoundary, location: symbol.location)
        if let unit = symbol.unit {
            species.unit = try substanceUnit(unit, isAmount: symbol.isSubstanceOnly, in: container)
        }
        species.metadata = metadata(of: index)
        if case .apply(.divide, let parts)? = symbol.initial?.expression, case .number(let amount, nil) = parts[0],
            case .symbol(let key) = parts[1], elaborator.root(Int(key)!) == container,
            symbol.rule == nil || symbol.ruleIsRate
        {
            species.initialValue = .amount(amount)
            used.insert(container!)
            try addRule(of: index)
        } else if let value = try addMathematics(of: index) {
            species.initialValue = symbol.isSubstanceOnly ? .amount(value) : .concentration(value)
        }
        model.species.append(species)
    }

    private mutating func addRule(of index: Int) throws(Finding) {
        guard let rule = symbols[index].rule else { return }
        let math = try map(rule.expression, at: rule.location)
        model.rules.append(Rule(.rate(variable: ids[index]), math, location: rule.location))
    }

    /// `has` gives the unit of the symbol: of a concentration unless the species is `substanceOnly`. SBML wants the
    /// unit of the amount, so the concentration's is multiplied by that of the compartment.
    private mutating func substanceUnit(
        _ reference: UnitReference, isAmount: Bool, in compartment: Int?
    ) throws(Finding) -> String {
        if isAmount { return try units.id(of: reference) }
        let location = reference.location
        let volume =
            compartment.flatMap { symbols[$0].unit }
            ?? UnitReference(formula: .name("volume", location), scope: reference.scope, location: location)
        let concentration = try units.factors(of: reference.formula, in: reference.scope)
        let factors = UnitTable.reduced(concentration + (try units.factors(of: volume.formula, in: volume.scope)))
        let name = try "\(units.id(of: reference))_\(units.id(of: volume))"
        return units.id(of: factors, suggesting: name)
    }

    private mutating func addReaction(_ index: Int) throws(Finding) {
        let symbol = symbols[index]
        guard let content = symbol.reaction else {
            throw Finding(
                "reaction '\(ids[index])' is never defined", at: symbol.location,
                remedy: "write '\(symbol.name): A -> B; rate'")
        }
        if symbol.rule != nil {
            throw Finding("'\(ids[index])' is a reaction and can't have a rule", at: symbol.rule!.location)
        }
        var reaction = Reaction(
            id: ids[index], name: symbol.displayName, isReversible: content.arrow == .reversible,
            location: symbol.location)
        reaction.reactants = try content.left.map { part throws(Finding) in
            try reference(part, in: ids[index], at: symbol.location)
        }
        reaction.products = try content.right.map { part throws(Finding) in
            try reference(part, in: ids[index], at: symbol.location)
        }
        reaction.compartment = symbol.compartment.map { ids[elaborator.root($0)] }
        reaction.metadata = metadata(of: index)
        if let rate = content.rate {
            reaction.kineticLaw = KineticLaw(math: try map(rate.expression, at: rate.location))
            let participants = Set((content.left + content.right).map { elaborator.root($0.species) })
            var seen = Set<Int>()
            rate.expression.forEachNode { node in
                guard case .symbol(let key) = node else { return }
                let index = elaborator.root(Int(key)!)
                if symbols[index].kind == .species, !participants.contains(index), seen.insert(index).inserted {
                    reaction.modifiers.append(ids[index])
                }
            }
        }
        model.reactions.append(reaction)
    }

    private mutating func reference(
        _ part: ReactionContent.Participant, in reaction: String, at location: SourceLocation
    ) throws(Finding) -> SpeciesReference {
        let species = elaborator.root(part.species)
        if symbols[species].isDeleted {
            throw Finding("species '\(ids[species])' is deleted, but takes part in a reaction", at: location)
        }
        guard let name = part.stoichiometryName.map(elaborator.root) else {
            return SpeciesReference(species: ids[species], stoichiometry: part.stoichiometry)
        }
        // In SBML a stoichiometry belongs to one participant; a further one follows it by a rule.
        guard stoichiometries.insert(name).inserted else {
            let id = newId("\(reaction)_\(ids[species])_stoich")
            model.rules.append(Rule(.assignment(variable: id), .symbol(ids[name]), location: location))
            return SpeciesReference(species: ids[species], id: id, stoichiometry: nil, isConstant: false)
        }
        var value: Double?
        if case .number(let number, nil)? = symbols[name].initial?.expression { value = number }
        return SpeciesReference(
            species: ids[species], id: ids[name], stoichiometry: value, isConstant: isConstant(name))
    }

    mutating func addInteractions() throws(Finding) {
        for interaction in elaborator.interactions {
            let reaction = ids[elaborator.root(interaction.reaction)]
            let modifier = ids[elaborator.root(interaction.modifier)]
            guard let index = model.reactions.firstIndex(where: { $0.id == reaction }) else {
                throw Finding("'\(reaction)' is not a reaction", at: interaction.location)
            }
            if !model.reactions[index].modifiers.contains(modifier) {
                if model.reactions[index].kineticLaw.map({ !$0.math.symbols.contains(modifier) }) ?? false {
                    diagnostics.warning(
                        "'\(modifier)' is said to modify '\(reaction)', but its rate doesn't contain it",
                        at: interaction.location)
                }
                model.reactions[index].modifiers.append(modifier)
            }
        }
    }

    private mutating func addEvent(_ index: Int) throws(Finding) {
        let symbol = symbols[index]
        guard let content = symbol.event else {
            throw Finding("event '\(ids[index])' is never defined", at: symbol.location)
        }
        let location = symbol.location
        var event = Event(
            id: ids[index], name: symbol.displayName, trigger: try map(content.trigger, at: location),
            triggerInitialValue: content.initialValue, isPersistent: content.isPersistent,
            usesValuesFromTriggerTime: content.usesValuesFromTriggerTime, assignments: [], location: location)
        event.delay = try content.delay.map { delay throws(Finding) in try map(delay, at: location) }
        event.priority = try content.priority.map { priority throws(Finding) in try map(priority, at: location) }
        var targets = Set<Int>()
        for assignment in content.assignments {
            let target = elaborator.root(assignment.target)
            if !targets.insert(target).inserted {
                throw Finding("event assigns '\(ids[target])' twice", at: assignment.location)
            }
            if let rule = symbols[target].rule, !symbols[target].ruleIsRate {
                throw Finding(
                    "event assigns '\(ids[target])', which has an assignment rule (line \(rule.location.line))",
                    at: assignment.location)
            }
            if symbols[target].kind == .reaction || symbols[target].kind == .event {
                throw Finding(
                    "event assigns '\(ids[target])', which is a \(symbols[target].kind.rawValue)",
                    at: assignment.location)
            }
            event.assignments.append(
                .init(variable: ids[target], math: try map(assignment.math, at: assignment.location)))
        }
        model.events.append(event)
    }
}
