import ModelIR

extension Translation {
    /// Decides which quantities the integrator carries, in the model's order: species, then compartments,
    /// parameters and stoichiometries.
    func declareStates() {
        for (s, species) in model.species.enumerated() where table.assignmentRules[species.id] == nil && !isConstrained(species.id) {
            if table.isMovedByReactions(s) || table.rateRules[species.id] != nil || table.eventTargets.contains(species.id) {
                declareState(species.id)
            }
        }
        let others =
            model.compartments.map(\.id) + model.parameters.map(\.id)
            + model.reactions.flatMap { ($0.reactants + $0.products).compactMap(\.id) }
        for id in others where table.assignmentRules[id] == nil && !isConstrained(id) {
            let startsComputed = table.eventTargets.contains(id) && table.initialAssignments[id] != nil
            if table.rateRules[id] != nil || startsComputed { declareState(id) }
        }
    }

    func declareState(_ id: String) {
        guard stateSlots[id] == nil else { return }
        stateSlots[id] = states.count
        states.append(StateVariable(id: id))
    }

    /// dy/dt of a state in terms of current values: Σ stoichiometry · rate, or its rate rule, or 0.
    func derivative(ofState slot: Int) -> Node {
        if let known = derivatives[slot] { return known }
        let id = states[slot].id
        let key = "d(\(id))/dt"
        if let start = inProgress.firstIndex(of: key) {
            report(.invalid, "the rate of '\(id)' depends on itself: \((inProgress[start...] + [key]).joined(separator: " -> "))", remedy: nil)
            return graph.nan
        }
        inProgress.append(key)
        defer { inProgress.removeLast() }
        let node = computeDerivative(of: id)
        derivatives[slot] = node
        return node
    }

    private func computeDerivative(of id: String) -> Node {
        guard let entity = table.entities[id] else { return graph.zero }
        if let rule = table.rateRules[id] {
            let item = model.rules[rule]
            let rate = translate(item.math, as: Origin(what: "rate rule of '\(id)'", location: item.location))
            guard case .species(let s) = entity, !model.species[s].hasOnlySubstanceUnits, !holdsConcentration(s) else { return rate }
            // The rule speaks of the concentration c; the state is the amount c·V.
            let concentration = value(of: id)
            let growth = rateOfChange(of: model.species[s].compartment)
            return graph.add(graph.multiply(rate, size(of: s)), graph.multiply(concentration, growth))
        }
        if case .species(let s) = entity, table.isMovedByReactions(s) {
            return (equilibria.totals[s] ?? []).reduce(netProduction(of: s)) { total, item in
                graph.add(total, graph.multiply(graph.constant(item.coefficient), netProduction(of: item.pivot)))
            }
        }
        return graph.zero
    }

    /// Σ ± stoichiometry · rate over the slow reactions of a species, times its conversion factor.
    func netProduction(of s: Int) -> Node {
        let species = model.species[s]
        var total = graph.zero
        for (reaction, isProduct, index) in table.participations[s] {
            let item = model.reactions[reaction]
            guard item.kineticLaw != nil, !isAtEquilibrium(reaction) else { continue }
            let flow = graph.multiply(stoichiometry(reaction, isProduct, index), value(of: item.id))
            total = isProduct ? graph.add(total, flow) : graph.subtract(total, flow)
        }
        if let factor = species.conversionFactor ?? model.conversionFactor {
            total = graph.multiply(value(of: factor), total)
        }
        return total
    }

    func stoichiometry(_ reaction: Int, _ isProduct: Bool, _ index: Int) -> Node {
        let reference = table.reference(reaction, isProduct: isProduct, index)
        if let id = reference.id { return value(of: id) }
        if let math = reference.stoichiometryMath {
            let item = model.reactions[reaction]
            return translate(math, as: Origin(what: "stoichiometry of '\(reference.species)' in '\(item.id)'", location: item.location))
        }
        return graph.constant(reference.stoichiometry ?? .nan)
    }

    /// The rate of a reaction in extent per time; undefined without a kinetic law.
    func rate(of r: Int) -> Node {
        let reaction = model.reactions[r]
        guard let law = reaction.kineticLaw else { return graph.nan }
        var locals: [String: Node] = [:]
        for parameter in law.localParameters {
            let id = "\(reaction.id).\(parameter.id)"
            locals[parameter.id] = input(id, parameter.value ?? .nan, .localParameter, parameter.unit)
        }
        return translate(law.math, locals, as: Origin(what: "rate of reaction '\(reaction.id)'", location: reaction.location))
    }

    // MARK: rateOf

    /// The instantaneous time derivative of a symbol.
    func rateOfChange(of id: String) -> Node {
        guard table.entities[id] != nil else {
            report(.invalid, "'\(id)' is not defined", remedy: nil)
            return graph.nan
        }
        if isBeforeStart { return graph.zero }
        if let rule = table.rateRules[id] {
            let item = model.rules[rule]
            return translate(item.math, as: Origin(what: "rate rule of '\(id)'", location: item.location))
        }
        return totalDerivative(of: value(of: id), id)
    }

    /// The derivative of a function's argument or of a local parameter.
    func rateOfChange(of local: Node, called name: String) -> Node {
        isBeforeStart ? graph.zero : totalDerivative(of: local, name)
    }

    /// d/dt of a node along the solution: ∂/∂t + Σ ∂/∂yᵢ · dyᵢ/dt.
    private func totalDerivative(of node: Node, _ id: String) -> Node {
        let dependence = graph.dependence(of: node)
        if !dependence.isDisjoint(with: [.history, .unknown]) {
            report(
                .unsupported, "the rate of change of '\(id)' is not available, since it depends on a delay or an algebraic rule",
                remedy: "give '\(id)' a rate rule")
            return graph.nan
        }
        if dependence.isDisjoint(with: [.state, .time]) { return graph.zero }
        let time = graph.leaf(.time)
        let slots = graph.cone(of: [node]).compactMap { graph[$0].kind == .state ? Int(graph[$0].a) : nil }
        var differentiator = Differentiator(variables: [time] + slots.map { graph.leaf(.state, $0) })
        var total = graph.zero
        for partial in differentiator.gradient(of: node, in: &graph) {
            let rate: Node
            if partial.variable == 0 {
                rate = graph.one
            } else {
                let slot = slots[Int(partial.variable) - 1]
                if states[slot].constraint != nil {
                    report(.unsupported, "the rate of change of '\(id)' is not available, since an algebraic rule determines '\(states[slot].id)'", remedy: "give '\(id)' a rate rule")
                    return graph.nan
                }
                rate = derivative(ofState: slot)
            }
            total = graph.add(total, graph.multiply(partial.derivative, rate))
        }
        return total
    }
}
