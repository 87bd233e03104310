import ModelIR

extension Model {
    /// Gives every species that is dosed into a vein an inflow `infusion_<species>`, 0 unless something runs in.
    ///
    /// ```
    /// d species/dt = ... + infusion_species        [unit of the species per day]
    /// ```
    /// A dose of amount A over a duration T is the rate A/T from its start to its end.
    ///
    /// - Returns: The targets, with the parameter that each infusion sets.
    mutating func addInfusions(to targets: [String: DoseTarget]) -> [String: DoseTarget] {
        var result = targets
        for (agent, target) in targets.sorted(by: { $0.key < $1.key }) where target.route == .intravenous {
            let id = "infusion_\(target.species)"
            guard let rule = rules.firstIndex(where: { $0.kind == .rate(variable: target.species) }),
                let species = species.first(where: { $0.id == target.species })
            else { continue }
            if !parameters.contains(where: { $0.id == id }) {
                let perDay = species.unit.map { "\($0)_per_day" }
                parameters.append(
                    Parameter(
                        id: id, name: "\(agent) running in", value: 0,
                        unit: perDay.flatMap { unit in unitDefinitions.contains { $0.id == unit } ? unit : nil }))
                rules[rule].math = rules[rule].math + .symbol(id)
            }
            result[agent]?.infusionRate = id
        }
        return result
    }
}
