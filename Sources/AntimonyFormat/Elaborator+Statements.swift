import ModelIR

extension Elaborator {
    mutating func apply(_ statement: Statement, in scope: Int, chain: [String]) throws(Finding) {
        let location = statement.location
        switch statement.content {
        case .declaration(let declaration): try apply(declaration, in: scope)
        case .value(let path, let value): try set(value, of: try symbol(path, in: scope), in: scope, at: path.location)
        case .compartment(let path, let compartment):
            try place(try symbol(path, in: scope), in: compartment, scope: scope)
        case .unit(let path, let unit):
            let index = try rootSymbol(path, in: scope)
            symbols[index].unit = UnitReference(formula: unit, scope: scope, location: location)
        case .identity(let path, let other): try identify(path, with: other, in: scope, at: location)
        case .displayName(let path, let name): try setDisplayName(name, of: path, in: scope)
        case .reaction(let reaction): try apply(reaction, in: scope, at: location)
        case .event(let event): try apply(event, in: scope, at: location)
        case .instance(let instance): try instantiate(instance, at: location, in: scope, chain: chain)
        case .unitDefinition(let path, let formula): try defineUnit(path, formula, in: scope)
        case .deletion(let paths): for path in paths { try delete(path, in: scope) }
        case .annotation(let path, let qualifier, let texts):
            if let path {
                if scopes[scope].children[path.description] != nil || isUnit(path, in: scope) { return }
                let index = try rootSymbol(path, in: scope)
                symbols[index].annotations.append((qualifier, texts))
            } else if scope == 0 {
                modelAnnotations.append((qualifier, texts))
            }
        case .sboTerm(let path, let term):
            if let path {
                let index = try rootSymbol(path, in: scope)
                symbols[index].sboTerm = term
            } else if scope == 0 {
                modelSBOTerm = term
            }
        case .constraint(let name, let formula):
            constraints.append((name?.description, try resolve(formula, in: scope)))
        case .algebraicRule(let formula): algebraicRules.append(try resolve(formula, in: scope))
        }
    }

    private func isUnit(_ path: Path, in scope: Int) -> Bool {
        path.parts.count == 1 && scopes[scope].symbols[path.parts[0]] == nil
            && scopes[scope].units[UnitNames.normal(path.parts[0])] != nil
    }

    private mutating func setDisplayName(_ name: String, of path: Path, in scope: Int) throws(Finding) {
        if path.parts.count == 1, scopes[scope].children[path.parts[0]] != nil { return }
        if isUnit(path, in: scope) {
            scopes[scope].units[UnitNames.normal(path.parts[0])]!.name = name
        } else {
            let index = try rootSymbol(path, in: scope)
            symbols[index].displayName = name
        }
    }

    private mutating func identify(
        _ path: Path, with other: Path, in scope: Int, at location: SourceLocation
    ) throws(Finding) {
        for name in [path, other] where name.parts.count == 1 && scopes[scope].children[name.parts[0]] != nil {
            throw Finding(
                "instances can't be made the same", at: name.location, remedy: "identify their elements one by one")
        }
        try identify(try symbol(path, in: scope), with: try symbol(other, in: scope), at: location)
    }

    // MARK: Declarations and values

    private mutating func apply(_ declaration: Declaration, in scope: Int) throws(Finding) {
        for item in declaration.items {
            let index = try symbol(item.path, in: scope)
            if let compartment = item.compartment { try place(index, in: compartment, scope: scope) }
            if let isConstant = declaration.isConstant { symbols[root(index)].isConstant = isConstant }
            switch declaration.kind {
            case .species:
                try setKind(index, .species, at: item.path.location)
                if declaration.isSubstanceOnly { symbols[root(index)].isSubstanceOnly = true }
            case .compartment: try setKind(index, .compartment, at: item.path.location)
            case .formula: try setKind(index, .parameter, at: item.path.location)
            case .reaction: try setKind(index, .reaction, at: item.path.location)
            case .none: break
            }
            if let value = item.value { try set(value, of: index, in: scope, at: item.path.location) }
            if declaration.kind == .species, symbols[root(index)].rule != nil, declaration.isConstant != true {
                symbols[root(index)].isConstant = true
            }
            if let unit = item.unit {
                symbols[root(index)].unit = UnitReference(formula: unit, scope: scope, location: item.path.location)
            }
        }
    }

    private mutating func place(_ index: Int, in compartment: Path, scope: Int) throws(Finding) {
        let container = try symbol(compartment, in: scope)
        try setKind(container, .compartment, at: compartment.location)
        symbols[root(index)].compartment = container
    }

    private mutating func set(
        _ value: Value, of index: Int, in scope: Int, at location: SourceLocation
    ) throws(Finding) {
        let index = root(index)
        try setKind(index, .parameter, at: location)
        let name = symbols[index].name
        if symbols[index].kind == .event || symbols[index].kind == .constraint {
            throw Finding("'\(name)' is a \(symbols[index].kind.rawValue) and has no value", at: location)
        }
        switch value {
        case .initial(let formula), .assignment(let formula):
            let placed = try formula.map { formula throws(Finding) in try resolve(formula, in: scope) }
            if symbols[index].kind == .reaction {
                symbols[index].reaction?.rate = placed
                return
            }
            if case .initial = value {
                if placed != nil, symbols[index].rule != nil, !symbols[index].ruleIsRate {
                    throw Finding(
                        "'\(name)' gets an initial value, but its assignment rule already holds at all times",
                        at: location)
                }
                warnOfSecondValue(index, in: scope, at: location)
                setInitial(placed, of: index, scope: scope)
            } else {
                if symbols[index].ruleIsRate, symbols[index].rule != nil {
                    throw Finding("'\(name)' has a rate rule and can't have an assignment rule as well", at: location)
                }
                symbols[index].rule = placed
                symbols[index].ruleIsRate = false
                if placed != nil { symbols[index].initial = nil }
            }
        case .rate(let formula):
            if symbols[index].kind == .reaction {
                throw Finding("'\(name)' is a reaction and has no rate of change", at: location)
            }
            if symbols[index].rule != nil, !symbols[index].ruleIsRate {
                throw Finding("'\(name)' has an assignment rule and can't have a rate rule as well", at: location)
            }
            symbols[index].rule = try formula.map { formula throws(Finding) in try resolve(formula, in: scope) }
            symbols[index].ruleIsRate = true
        }
    }

    /// A second value in the same module is more often a slip than meant; the last one counts.
    private mutating func warnOfSecondValue(_ index: Int, in scope: Int, at location: SourceLocation) {
        guard let first = symbols[index].initial, symbols[index].scope == scope, first.location.file == location.file
        else { return }
        diagnostics.warning(
            "'\(symbols[index].name)' gets a second initial value; the one of line \(first.location.line) is not used",
            at: location, remedy: "remove one of them")
    }

    /// A number with a unit gives the symbol its unit.
    private mutating func setInitial(_ placed: PlacedExpression?, of index: Int, scope: Int) {
        guard let placed, case .number(let value, let unit?) = placed.expression else {
            symbols[index].initial = placed
            return
        }
        symbols[index].initial = PlacedExpression(expression: .number(value), location: placed.location)
        let name = String(unit.split(separator: ":")[1])
        let location = unitPlaces[unit] ?? placed.location
        symbols[index].unit = UnitReference(formula: .name(name, location), scope: scope, location: location)
    }

    // MARK: Reactions and events

    private mutating func apply(
        _ syntax: ReactionSyntax, in scope: Int, at location: SourceLocation
    ) throws(Finding) {
        switch syntax.arrow {
        case .activation, .inhibition, .influence: try applyInteraction(syntax, in: scope, at: location)
        case .reversible, .irreversible: try applyReaction(syntax, in: scope, at: location)
        }
    }

    private mutating func applyReaction(
        _ syntax: ReactionSyntax, in scope: Int, at location: SourceLocation
    ) throws(Finding) {
        let index = try named(syntax.name, "_J", \.unnamedReactions, in: scope, at: location)
        try setKind(index, .reaction, at: location)
        let left = try syntax.left.map { part throws(Finding) in try participant(part, in: scope) }
        let right = try syntax.right.map { part throws(Finding) in try participant(part, in: scope) }
        let rate = try syntax.rate.map { formula throws(Finding) in try resolve(formula, in: scope) }
        symbols[root(index)].reaction = ReactionContent(arrow: syntax.arrow, left: left, right: right, rate: rate)
        if let compartment = syntax.compartment { try place(index, in: compartment, scope: scope) }
        if let compartment = symbols[root(index)].compartment {
            for part in left + right where symbols[root(part.species)].reactionCompartment == nil {
                symbols[root(part.species)].reactionCompartment = compartment
            }
        }
    }

    private mutating func participant(
        _ part: ReactionSyntax.Participant, in scope: Int
    ) throws(Finding) -> ReactionContent.Participant {
        var result: ReactionContent.Participant
        switch part.stoichiometry {
        case .number(let value): result = .init(species: 0, stoichiometry: value)
        case .name(let path):
            let name = try symbol(path, in: scope)
            try setKind(name, .stoichiometry, at: path.location)
            result = .init(species: 0, stoichiometryName: name)
        }
        result.species = try symbol(part.species, in: scope)
        try setKind(result.species, .species, at: part.species.location)
        return result
    }

    private mutating func applyInteraction(
        _ syntax: ReactionSyntax, in scope: Int, at location: SourceLocation
    ) throws(Finding) {
        guard syntax.right.count == 1, case .number(1) = syntax.right[0].stoichiometry else {
            throw Finding("an interaction points at one reaction", at: location, remedy: "write 'A -o J1;'")
        }
        let reaction = try symbol(syntax.right[0].species, in: scope)
        try setKind(reaction, .reaction, at: syntax.right[0].species.location)
        for part in syntax.left {
            let modifier = try participant(part, in: scope).species
            interactions.append((syntax.arrow, modifier, reaction, location))
        }
    }

    private mutating func apply(_ syntax: EventSyntax, in scope: Int, at location: SourceLocation) throws(Finding) {
        let index = try named(syntax.name, "_E", \.unnamedEvents, in: scope, at: location)
        try setKind(index, .event, at: location)
        let optional: (Formula?, inout Elaborator) throws(Finding) -> Expression? = {
            formula, elaborator throws(Finding) in
            guard let formula else { return nil }
            return try elaborator.resolve(formula, in: scope).expression
        }
        var event = EventContent(
            trigger: try resolve(syntax.trigger, in: scope).expression, delay: try optional(syntax.delay, &self),
            priority: try optional(syntax.priority, &self), initialValue: syntax.initialValue,
            isPersistent: syntax.isPersistent, usesValuesFromTriggerTime: syntax.usesValuesFromTriggerTime,
            assignments: [])
        for (target, formula) in syntax.assignments {
            let variable = try symbol(target, in: scope)
            try setKind(variable, .parameter, at: target.location)
            event.assignments.append((variable, try resolve(formula, in: scope).expression, target.location))
        }
        symbols[root(index)].event = event
    }

    private mutating func named(
        _ path: Path?, _ prefix: String, _ counter: WritableKeyPath<Scope, Int>, in scope: Int,
        at location: SourceLocation
    ) throws(Finding) -> Int {
        if let path { return try symbol(path, in: scope) }
        var name: String
        repeat {
            name = "\(prefix)\(scopes[scope][keyPath: counter])"
            scopes[scope][keyPath: counter] += 1
        } while scopes[scope].symbols[name] != nil
        return try newSymbol(name, in: scope, at: location)
    }

    // MARK: Units and deletion

    private mutating func defineUnit(_ path: Path, _ formula: UnitFormula?, in scope: Int) throws(Finding) {
        guard path.parts.count == 1 else {
            throw Finding("a unit is defined in its own model only", at: path.location)
        }
        let name = UnitNames.normal(path.parts[0])
        if UnitNames.base.contains(name), formula != nil {
            if case .name(let other, _)? = formula, UnitNames.normal(other) == name { return }
            throw Finding(
                "unit '\(name)' is a base unit and can't be defined again", at: path.location,
                remedy: "choose another name")
        }
        if scopes[scope].units[name] == nil { scopes[scope].unitOrder.append(name) }
        scopes[scope].units[name] = UnitDefinitionContent(formula: formula, location: path.location)
    }

    private mutating func delete(_ path: Path, in scope: Int) throws(Finding) {
        let index = try rootSymbol(path, in: scope)
        symbols[index].isDeleted = true
    }
}
