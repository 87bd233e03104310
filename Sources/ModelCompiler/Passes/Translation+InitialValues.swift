import ModelIR

extension Translation {
    /// Values at the start, in terms of inputs only.
    struct InitialValues {
        /// One per state.
        var states: [Node]
        /// What each frozen constant stands for while the patient runs.
        var frozen: [Node]
    }

    /// Works out every initial value, whatever the order in which initial assignments refer to each other.
    ///
    /// Initial formulas are first translated like any other (in terms of current states), then states and frozen
    /// constants are replaced by their own initial values, in order of dependence. A frozen constant that depends
    /// on an input that events change must not follow the change: it becomes a state that stands still.
    func resolveInitialValues() -> InitialValues {
        translateInitialFormulas()
        translateDelays()
        translateInitialFormulas()  // delays may have met further constants

        let stateCount = states.count
        var formulas = states.map { $0.initial! } + frozen.map { $0.math! }
        let names = states.map(\.id) + frozen.map(\.id)
        var resolved = [Node?](repeating: nil, count: formulas.count)
        var isOpen = [Bool](repeating: false, count: formulas.count)
        var memo: [Node: Node] = [:]

        for first in formulas.indices where resolved[first] == nil {
            var stack = [first]
            while let item = stack.last {
                if resolved[item] != nil {
                    stack.removeLast()
                    continue
                }
                isOpen[item] = true
                formulas[item] = expandDelays(in: formulas[item])
                let needed = dependencies(of: formulas[item], stateCount).filter { resolved[$0] == nil }
                if needed.isEmpty {
                    resolved[item] = graph.substitute([formulas[item]], memo: &memo) { graph, node in
                        let record = graph[node]
                        switch record.kind {
                        case .state: return resolved[Int(record.a)]
                        case .frozen: return resolved[stateCount + Int(record.a)]
                        default: return nil
                        }
                    }[0]
                    stack.removeLast()
                } else if let repeated = needed.first(where: { isOpen[$0] }) {
                    let start = stack.firstIndex(of: repeated)!
                    let cycle = (stack[start...].map { names[$0] } + [names[repeated]]).joined(separator: " -> ")
                    report(.invalid, "initial values depend on each other in a circle: \(cycle)", remedy: "give one of them a number")
                    resolved[item] = graph.nan
                    stack.removeLast()
                } else {
                    stack.append(contentsOf: needed)
                }
            }
        }
        // States keep the time of their initial assignments, for the past before the start; constants do not.
        var fixed: [Node: Node] = [:]
        let atStart = graph.substitute(resolved.map { $0! }, memo: &fixed) { graph, node in
            graph[node].kind == .time ? graph.constant(options.startTime) : nil
        }
        return standStill(resolved[..<stateCount].map { $0! } + atStart[stateCount...], stateCount)
    }

    private func dependencies(of node: Node, _ stateCount: Int) -> [Int] {
        graph.cone(of: [node]).compactMap {
            switch graph[$0].kind {
            case .state: Int(graph[$0].a)
            case .frozen: stateCount + Int(graph[$0].a)
            default: nil
            }
        }
    }

    /// Before the start nothing has changed: a delayed value at the start is the value at the start.
    private func expandDelays(in node: Node) -> Node {
        var node = node
        var rounds = 0
        while graph.dependence(of: node).contains(.history) {
            rounds += 1
            if rounds > delays.count {
                report(.invalid, "a delayed value depends on its own value at the start", remedy: "give it an initial value")
                return graph.nan
            }
            var memo: [Node: Node] = [:]
            let delays = delays
            node = graph.substitute([node], memo: &memo) { graph, leaf in
                guard graph[leaf].kind == .delayed else { return nil }
                let item = delays[Int(graph[leaf].a)]
                let then = graph.subtract(graph.leaf(.time), item.nodes!.lag)
                var inner: [Node: Node] = [:]
                return graph.substitute([item.before!], memo: &inner) { graph, node in graph[node].kind == .time ? then : nil }[0]
            }[0]
        }
        return node
    }

    private func translateInitialFormulas() {
        for slot in states.indices where states[slot].initial == nil {
            var formula = initialFormula(of: states[slot].id)
            // An algebraic state without a value of its own needs some number for Newton's iteration to start from.
            if states[slot].constraint != nil, isUngiven(formula) { formula = graph.one }
            if case .species(let s)? = table.entities[states[slot].id], let parts = equilibria.totals[s] {
                for part in parts {
                    formula = graph.add(formula, graph.multiply(graph.constant(part.coefficient), initialAmount(of: part.pivot)))
                }
            }
            states[slot].initial = formula
        }
        var next = 0
        while next < frozen.count {
            if frozen[next].math == nil { frozen[next].math = frozenFormula(of: frozen[next].id) }
            next += 1
        }
    }

    private func isUngiven(_ node: Node) -> Bool {
        graph.cone(of: [node]).contains { inner in
            let record = graph[inner]
            return record.kind == .input ? inputs[Int(record.a)].defaultValue.isNaN : graph.constantValue(inner)?.isNaN == true
        }
    }

    private func initialAssignment(of id: String) -> Node? {
        guard let index = table.initialAssignments[id] else { return nil }
        let item = model.initialAssignments[index]
        return translate(item.math, as: Origin(what: "initial assignment of '\(id)'", location: item.location))
    }

    func initialFormula(of id: String) -> Node {
        switch table.entities[id] {
        case .species(let s): return holdsConcentration(s) && !isBeforeStart ? graph.divide(initialAmount(of: s), size(of: s)) : initialAmount(of: s)
        case .compartment(let c):
            let item = model.compartments[c]
            return initialAssignment(of: id) ?? input(id, item.size ?? .nan, .compartmentSize, item.unit)
        case .parameter(let p):
            let item = model.parameters[p]
            return initialAssignment(of: id) ?? input(id, item.value ?? .nan, .parameter, item.unit)
        case .stoichiometry(let reaction, let isProduct, let index):
            let value = table.reference(reaction, isProduct: isProduct, index).stoichiometry ?? .nan
            return initialAssignment(of: id) ?? input(id, value, .stoichiometry, nil)
        case .reaction, nil: return graph.nan
        }
    }

    func initialAmount(of s: Int) -> Node {
        let species = model.species[s]
        if let assigned = initialAssignment(of: species.id) {
            return species.hasOnlySubstanceUnits ? assigned : graph.multiply(assigned, size(of: s))
        }
        let (start, meaning) = declaredInitialValue(s)
        return meaning == .initialAmount ? start : graph.multiply(start, size(of: s))
    }

    private func frozenFormula(of id: String) -> Node {
        guard case .species(let s)? = table.entities[id] else { return initialAssignment(of: id) ?? graph.nan }
        if frozenIsAmount(s) { return initialAmount(of: s) }
        return initialAssignment(of: id) ?? graph.nan
    }

    private func standStill(_ resolved: [Node], _ stateCount: Int) -> InitialValues {
        var initial = InitialValues(states: Array(resolved[..<stateCount]), frozen: [])
        for (item, node) in zip(frozen, resolved[stateCount...]) {
            let followsEvents = graph.cone(of: [node]).contains {
                graph[$0].kind == .input && mutableInputs.contains(Int(graph[$0].a))
            }
            if followsEvents {
                initial.frozen.append(graph.leaf(.state, states.count))
                initial.states.append(node)
                derivatives[states.count] = graph.zero
                states.append(StateVariable(id: item.id))
            } else {
                initial.frozen.append(node)
            }
        }
        return initial
    }
}
