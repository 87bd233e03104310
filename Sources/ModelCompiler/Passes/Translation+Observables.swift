import ModelIR

extension Translation {
    /// The node of one column of the results.
    func node(of observable: Observable) -> Node {
        origin = Origin(what: "observable '\(observable.id)'", location: nil)
        switch observable.quantity {
        case .expression(let math): return translate(math, as: origin)
        case .value: return value(of: observable.id)
        case .amount, .concentration:
            guard case .species(let s)? = table.entities[observable.id] else { return value(of: observable.id) }
            if observable.quantity == .amount { return amount(of: s) }
            return model.species[s].hasOnlySubstanceUnits
                ? graph.divide(amount(of: s), size(of: s)) : value(of: observable.id)
        }
    }

    /// Every symbol, defined before used where possible, so that long chains of rules do not nest.
    func symbolsInOrder() -> [String] {
        var order: [String] = []
        var seen: Set<String> = []
        let all = model.compartments.map(\.id) + model.species.map(\.id) + model.parameters.map(\.id) + model.reactions.map(\.id)
        for first in all {
            var stack = [(first, false)]
            while let (id, isDone) = stack.popLast() {
                if isDone {
                    order.append(id)
                    continue
                }
                if !seen.insert(id).inserted || table.entities[id] == nil { continue }
                stack.append((id, true))
                guard let rule = table.assignmentRules[id] else { continue }
                for next in model.rules[rule].math.symbols.sorted() where !seen.contains(next) { stack.append((next, false)) }
            }
        }
        return order
    }
}
