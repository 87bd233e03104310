import ModelIR

/// Refuses NaN and infinity as starting values of what changes continuously: no integration could follow.
/// Elsewhere (constants, what rules or initial assignments set) SBML allows them, and formulas may test for them.
struct FiniteValueCheck {
    let model: Model
    let findings: Findings

    func run() {
        var moving = Set(model.rules.compactMap { rule in if case .rate(let id) = rule.kind { id } else { nil } })
        for reaction in model.reactions where reaction.kineticLaw != nil {
            moving.formUnion((reaction.reactants + reaction.products).map(\.species))
        }
        moving.subtract(model.initialAssignments.map(\.symbol))
        for compartment in model.compartments where moving.contains(compartment.id) {
            check(compartment.size, "compartment '\(compartment.id)'", compartment.location)
        }
        for species in model.species where moving.contains(species.id) && !species.isConstant {
            switch species.initialValue {
            case .amount(let value), .concentration(let value): check(value, "species '\(species.id)'", species.location)
            case nil: break
            }
        }
        for parameter in model.parameters where moving.contains(parameter.id) {
            check(parameter.value, "parameter '\(parameter.id)'", parameter.location)
        }
    }

    private func check(_ value: Double?, _ what: String, _ location: SourceLocation?) {
        guard let value, !value.isFinite else { return }
        findings.add(
            Diagnostic(
                .error, .invalid, "\(what) changes continuously and starts at \(value.isNaN ? "NaN" : "infinity")", at: location,
                remedy: "give it a finite value"))
    }
}
