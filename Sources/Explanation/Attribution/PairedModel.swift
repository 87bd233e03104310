import Dynamics
import ImmuneModels
import Integrators
import ModelCompiler
import ModelIR
import VirtualTrials

/// Two copies of one patient in one system: the treated one, and the same patient under the reference therapy.
///
/// Where a mechanism's symbol `P` is read, the treated copy reads
/// ```
/// P_read = own·P + (1 − own)·P_reference
/// ```
/// with one constant `own` (1 or 0) a mechanism and lane. So a clamped mechanism follows its trajectory in the
/// reference arm exactly, at every step of the integration, and one compiled system serves every combination.
struct PairedModel: Sendable {
    static let prefix = "reference_"
    /// Ten times those of the arms: both copies take the same steps, so that a difference between them is far closer than
    /// either. Shares under lung cancer's antibody and chemotherapy are the same to a hundredth at a tenth of it.
    static let tolerances = Tolerances(relative: 1e-3, absolute: .scaled(1e-7))
    let model: TrialModel
    /// Mechanisms that this model has, in the table's order.
    let mechanisms: [Mechanism]
    private let dynamic: Set<String>

    /// - Parameters:
    ///   - changes: Parameters that differ in the treated copy, with the factor: a planted cause.
    /// - Throws: `InvalidModel` when the doubled model can't be compiled.
    init(_ assembled: AssembledModel, mechanisms all: [Mechanism], agents: [Agent], changes: [String: Double] = [:]) throws {
        let source = Self.pruned(assembled)
        guard source.events.isEmpty, source.reactions.isEmpty else {
            throw InvalidModel([Diagnostic(.error, .unsupported, "a model with events or reactions can't be paired with a reference")])
        }
        let ruled = Set(source.rules.compactMap(\.variable))
        var dynamic = Set(source.species.map(\.id)).union(ruled)
        dynamic.formUnion(assembled.doseTargets.values.compactMap(\.infusionRate))
        var paired = source
        let renaming = Dictionary(uniqueKeysWithValues: dynamic.map { ($0, Expression.symbol(Self.prefix + $0)) })
        for var species in source.species {
            species.id = Self.prefix + species.id
            paired.species.append(species)
        }
        for var parameter in source.parameters where dynamic.contains(parameter.id) {
            parameter.id = Self.prefix + parameter.id
            paired.parameters.append(parameter)
        }
        for var assignment in source.initialAssignments where dynamic.contains(assignment.symbol) {
            assignment.symbol = Self.prefix + assignment.symbol
            assignment.math = assignment.math.substituting(renaming)
            paired.initialAssignments.append(assignment)
        }
        for var rule in source.rules {
            rule.math = rule.math.substituting(renaming)
            switch rule.kind {
            case .assignment(let variable): rule.kind = .assignment(variable: Self.prefix + variable)
            case .rate(let variable): rule.kind = .rate(variable: Self.prefix + variable)
            case .algebraic: break
            }
            paired.rules.append(rule)
        }
        let units = Dictionary(
            source.parameters.map { ($0.id, $0.unit) } + source.species.map { ($0.id, $0.unit) }) { first, _ in first }
        // planted causes: the treated copy's value of a constant
        let one = Expression.number(1, unit: "dimensionless")
        for (id, factor) in changes.sorted(by: { $0.key < $1.key }) {
            guard units[id] != nil, !dynamic.contains(id) else {
                throw InvalidModel([Diagnostic(.error, .invalid, "'\(id)' is no constant of the model")])
            }
            paired.parameters.append(Parameter(id: "changed_\(id)", value: nil, unit: units[id] ?? nil, isConstant: false))
            paired.rules.append(
                Rule(.assignment(variable: "changed_\(id)"), .number(factor, unit: "dimensionless") * .symbol(id)))
        }
        var claimed: Set<Mechanism.Edge> = []
        var used: [Mechanism] = []
        for mechanism in all {
            let own = "own_" + mechanism.id.replacing("-", with: "_")
            var reads: Set<String> = []
            for edge in mechanism.edges {
                let patterns = Mechanism.expanded(edge.symbol, agents: agents)
                for index in source.rules.indices {
                    guard let variable = source.rules[index].variable, Mechanism.matches(variable, edge.rule) else { continue }
                    var replacements: [String: Expression] = [:]
                    for symbol in source.rules[index].math.symbols.sorted() where dynamic.contains(symbol) || changes[symbol] != nil {
                        guard patterns.contains(where: { Mechanism.matches(symbol, $0) }),
                            claimed.insert(Mechanism.Edge(symbol: symbol, rule: variable)).inserted
                        else { continue }
                        let read = "\(own)_\(symbol)"
                        replacements[symbol] = .symbol(read)
                        guard reads.insert(symbol).inserted else { continue }
                        let (mine, theirs): (Expression, Expression) =
                            dynamic.contains(symbol) ? (.symbol(symbol), .symbol(Self.prefix + symbol)) : (.symbol("changed_\(symbol)"), .symbol(symbol))
                        paired.parameters.append(Parameter(id: read, value: nil, unit: units[symbol] ?? nil, isConstant: false))
                        paired.rules.append(
                            Rule(.assignment(variable: read), .symbol(own) * mine + (one - .symbol(own)) * theirs))
                    }
                    if !replacements.isEmpty { paired.rules[index].math = paired.rules[index].math.substituting(replacements) }
                }
            }
            guard !reads.isEmpty else { continue }
            paired.parameters.append(Parameter(id: own, value: 1, unit: "dimensionless"))
            used.append(mechanism)
        }
        // what is left of a planted constant acts without a clamp
        let rest = Dictionary(uniqueKeysWithValues: changes.keys.map { ($0, Expression.symbol("changed_\($0)")) })
        if !rest.isEmpty {
            for index in source.rules.indices { paired.rules[index].math = paired.rules[index].math.substituting(rest) }
        }
        self.dynamic = dynamic
        self.mechanisms = used
        var doubled = assembled
        doubled.model = paired
        doubled.diagnosis = nil
        doubled.populations += assembled.populations.map { $0.renamed { dynamic.contains($0) ? Self.prefix + $0 : $0 } }
        let kept = Self.keptObservables(of: assembled)
        doubled.observables = assembled.observables.filter { kept.contains($0.id) }
        model = try TrialModel(doubled, tolerances: Self.tolerances)
    }

    /// The model without what neither response nor survival depends on, such as side effects and blood counts: about a
    /// fifth of the states, twice. Doses keep the states and rates on which they act.
    static func pruned(_ assembled: AssembledModel) -> Model {
        var model = assembled.model
        let math = Dictionary(
            model.rules.compactMap { rule in rule.variable.map { ($0, rule.math.symbols) } }
                + model.initialAssignments.map { ($0.symbol, $0.math.symbols) }) { $0.union($1) }
        var needed = keptObservables(of: assembled)
        for target in assembled.doseTargets.values {
            needed.insert(target.species)
            if let rate = target.infusionRate { needed.insert(rate) }
            // a product made from the patient's cells depends on them
            if target.manufacture != nil { needed.formUnion(["N4", "N8", "Q4", "Q8"]) }
        }
        // clones and pools may die out or arise by chance: all that says when
        for population in assembled.populations {
            needed.formUnion(population.species + [population.division, population.death, population.inflow].compactMap(\.self))
        }
        var open = needed.sorted()
        while let id = open.popLast() {
            for symbol in (math[id] ?? []).sorted() where needed.insert(symbol).inserted { open.append(symbol) }
        }
        let ruled = Set(model.rules.compactMap(\.variable)).union(model.species.map(\.id))
        let dropped = ruled.union(model.initialAssignments.map(\.symbol)).subtracting(needed)
        model.rules.removeAll { $0.variable.map(dropped.contains) ?? false }
        model.species.removeAll { dropped.contains($0.id) }
        model.parameters.removeAll { dropped.contains($0.id) }
        model.initialAssignments.removeAll { dropped.contains($0.symbol) }
        return model
    }

    /// Ids of what response and survival are read from.
    private static func keptObservables(of assembled: AssembledModel) -> Set<String> {
        let known = Set(assembled.observables.map(\.id))
        let read = Set(["hazard_death_sum", "hazard_lesion_sum"]).union(assembled.response.map { Set($0.observables.values) } ?? [])
        return known.filter { read.contains($0) || $0 == "diameter_tumour" || $0.hasSuffix("_diameter_tumour") }
    }

    /// Triggers of both copies as they were in the twin; what the twin's model doesn't have is as at the start.
    private func triggerValues(_ snapshot: Snapshot, _ origin: TrialModel) -> [Bool] {
        let known = Dictionary(zip(origin.compiled.system.events.map(\.id), snapshot.triggerValues)) { first, _ in first }
        return model.compiled.system.events.map { event in
            known[event.id.hasPrefix(Self.prefix) ? String(event.id.dropFirst(Self.prefix.count)) : event.id] ?? false
        }
    }

    static func parameter(of mechanism: Mechanism) -> String { "own_" + mechanism.id.replacing("-", with: "_") }

    /// A twin at diagnosis in both copies, with the reference therapy's doses in the reference copy.
    ///
    /// - Parameters:
    ///   - origin: The model that the twin grew in.
    ///   - own: Mechanisms that follow the treated copy; the others follow the reference.
    func start(
        _ twin: DiagnosedPatient, origin: TrialModel, referenceDoses: [Stop], own: Set<Int>
    ) -> DiagnosedPatient {
        var state = [Double](repeating: 0, count: model.compiled.system.stateCount)
        for (slot, id) in origin.compiled.system.states.enumerated() {
            let value = twin.snapshot.state[slot]
            if let place = model.compiled.state(id) { state[place] = value }
            if let place = model.compiled.state(Self.prefix + id) { state[place] = value }
        }
        // inputs and controls; the rest of the parameters follow from them
        var parameters = [Double](repeating: 0, count: model.compiled.system.delayOffset)
        for (slot, value) in model.inputs(of: twin.patient).enumerated() { parameters[slot] = value }
        for (id, value) in origin.chance(in: twin.snapshot) {
            for name in [id, Self.prefix + id] { if let slot = model.compiled.parameter(name) { parameters[slot] = value } }
        }
        for (index, mechanism) in mechanisms.enumerated() {
            if let slot = model.compiled.input(Self.parameter(of: mechanism)) { parameters[slot] = own.contains(index) ? 1 : 0 }
        }
        var result = twin
        result.snapshot = Snapshot(
            time: twin.snapshot.time, state: state, parameters: parameters,
            triggerValues: triggerValues(twin.snapshot, origin), drawCounts: model.drawCounts(after: twin.snapshot, of: origin))
        let system = origin.compiled.system
        func id(_ slot: Int) -> String { slot < system.controlOffset ? system.inputs[slot] : system.controls[slot - system.controlOffset] }
        result.background = referenceDoses.compactMap { stop in
            switch stop.action {
            case .addToState(let slot, let value):
                return model.compiled.state(Self.prefix + origin.compiled.system.states[slot]).map { Stop(time: stop.time, .addToState($0, value)) }
            case .addToParameter(let slot, let value):
                return model.compiled.parameter(Self.prefix + id(slot)).map { Stop(time: stop.time, .addToParameter($0, value)) }
            case .setParameter(let slot, let value):
                // the quality of a product, which both copies share: one twin gives the same cells to either
                return model.compiled.parameter(id(slot)).map { Stop(time: stop.time, .setParameter($0, value)) }
            case .setState, .decision: return nil
            }
        }
        return result
    }
}
