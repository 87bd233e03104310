import Dynamics
import ModelIR

extension Translation {
    /// An event in terms of nodes.
    struct EventNodes {
        var id: String
        var event: Event
        var condition: Node
        var delay: Node
        var priority: Node
        var targets: [SystemEvent.Target]
        var values: [Node]
    }

    func translateEvents() -> [EventNodes] {
        model.events.enumerated().map { index, event in
            let id = event.id ?? "event\(index + 1)"
            let what = "event '\(id)'"
            func origin(_ part: String) -> Origin { Origin(what: "\(part) of \(what)", location: event.location) }
            let condition = translate(event.trigger, as: origin("trigger"))
            let delay = event.delay.map { translate($0, as: origin("delay")) } ?? graph.zero
            let priority = event.priority.map { translate($0, as: origin("priority")) } ?? graph.zero
            var targets: [SystemEvent.Target] = []
            var values: [Node] = []
            let assigned = Dictionary(
                event.assignments.map { ($0.variable, translate($0.math, as: origin("assignment to '\($0.variable)'"))) }
            ) { $1 }
            refuseLateConcentrations(event, as: origin("assignments"))
            let totals = totalsChanged(by: assigned)
            targets += totals.map { .state($0.slot) }
            values += totals.map(\.value)
            for assignment in event.assignments where !isPartOfTotal(assignment.variable) {
                guard let (target, value) = self.target(assignment.variable, assigned) else {
                    self.origin = origin("assignment to '\(assignment.variable)'")
                    report(.invalid, "'\(assignment.variable)' can't be assigned", remedy: "declare it and leave it to no rule")
                    continue
                }
                targets.append(target)
                values.append(value)
            }
            return EventNodes(
                id: id, event: event, condition: condition, delay: delay, priority: priority, targets: targets,
                values: values)
        }
    }

    /// A concentration that an event computes now and assigns later becomes an amount with the volume of then, which
    /// a single evaluation cannot give when the volume changes meanwhile.
    private func refuseLateConcentrations(_ event: Event, as place: Origin) {
        guard event.delay != nil, event.usesValuesFromTriggerTime else { return }
        for assignment in event.assignments {
            guard case .species(let s)? = table.entities[assignment.variable], !model.species[s].hasOnlySubstanceUnits,
                !holdsConcentration(s), let c = table.compartment(of: s), table.varies(compartment: c)
            else { continue }
            origin = place
            report(
                .unsupported, "the concentration of '\(assignment.variable)' is computed when the event is triggered and assigned later, in a volume that changes",
                remedy: "set useValuesFromTriggerTime=\"false\", or assign an amount")
        }
    }

    /// True for a species whose amount follows from conserved totals of fast reactions.
    func isPartOfTotal(_ id: String) -> Bool {
        guard case .species(let s)? = table.entities[id] else { return false }
        return equilibria.totals[s] != nil || equilibria.isPivot(s)
    }

    /// The new totals when an event sets amounts of species that fast reactions move.
    private func totalsChanged(by assigned: [String: Node]) -> [(slot: Int, value: Node)] {
        func amountAfter(_ s: Int) -> Node {
            let species = model.species[s]
            guard let new = assigned[species.id] else { return amount(of: s) }
            return species.hasOnlySubstanceUnits ? new : graph.multiply(new, size(of: s))
        }
        return equilibria.totals.sorted { $0.key < $1.key }.compactMap { s, parts in
            let members = [s] + parts.map(\.pivot)
            guard members.contains(where: { assigned[model.species[$0].id] != nil }) else { return nil }
            let total = parts.reduce(amountAfter(s)) { total, part in
                graph.add(total, graph.multiply(graph.constant(part.coefficient), amountAfter(part.pivot)))
            }
            return (stateSlots[model.species[s].id]!, total)
        }
    }

    /// Where an assigned value goes, and in which form. The state of a species is its amount; when an event sets
    /// its concentration and the size of its compartment at once, the amount follows from the size before the event.
    private func target(_ id: String, _ assigned: [String: Node]) -> (SystemEvent.Target, Node)? {
        guard var value = assigned[id], let entity = table.entities[id] else { return nil }
        if let slot = stateSlots[id] {
            if case .species(let s) = entity, !model.species[s].hasOnlySubstanceUnits, !holdsConcentration(s) {
                value = graph.multiply(value, size(of: s))
            }
            return (.state(slot), value)
        }
        let node = self.value(of: id)
        switch graph[node].kind {
        case .input: return (.parameter(Int(graph[node].a)), value)
        case .control: return (.parameter(inputs.count + Int(graph[node].a)), value)
        default: return nil
        }
    }
}
