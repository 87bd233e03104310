import ModelIR

extension ModelLibrary {
    /// What a cancer and agents add to the modules of every person.
    struct Parts {
        /// Modules that are used once.
        var modules: Set<String> = []
        /// Templates, in order.
        var instances: [ModuleInstance] = []
        /// Rows of the cancer and the agents; they come before those of the module tables.
        var rows: [ParameterRow] = []
        var doseTargets: [String: DoseTarget] = [:]
        var diagnosis: DiagnosisTrigger?
        var cancer: Cancer?

        mutating func add(_ instance: ModuleInstance) {
            if !instances.contains(instance) { instances.append(instance) }
        }
    }

    /// - Throws: `InvalidModel` for an unknown cancer or agent (with a near match), an agent that makes no sense in
    ///   the cancer, or more lesions than can be assembled.
    func parts(of plan: ModelPlan) throws(InvalidModel) -> Parts {
        var parts = Parts()
        var problems: [Diagnostic] = []
        if !(1...5).contains(plan.lesions) {
            problems.append(Diagnostic(.error, .unsupported, "\(plan.lesions) lesions are not 1 to 5", remedy: "RECIST follows at most five"))
        }
        var cancer: Cancer?
        if let name = plan.cancer {
            cancer = self.cancer(named: name)
            if cancer == nil { problems.append(unknown("cancer", name, among: cancers.map(\.id))) }
        }
        if let cancer { add(cancer, to: &parts) }
        if let cancer, cancer.geometry == .blood, plan.lesions > 1 {
            problems.append(
                Diagnostic(.error, .unsupported, "\(cancer.name) is in blood, marrow and nodes and has no lesions of their own", remedy: "use one lesion"))
        }
        for name in plan.agents {
            guard let agent = agent(named: name) else {
                problems.append(unknown("agent", name, among: agents.map(\.id)))
                continue
            }
            if let reason = reasonAgainst(agent, in: cancer) {
                problems.append(
                    Diagnostic(.error, .unsupported, "\(agent.id) makes no sense in \(cancer?.name ?? "a person without cancer"): \(reason)"))
                continue
            }
            problems += add(agent, geometry: cancer?.geometry, groups: cancer?.antigenGroups ?? [], to: &parts)
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
        return parts
    }

    /// Why an agent makes no sense in a cancer (nil: in a person without one); nil when it does.
    public func reasonAgainst(_ agent: Agent, in cancer: Cancer?) -> String? {
        let lacking = agent.needs.filter { need in
            !need.split(separator: " | ").contains { cancer?.antigens.contains(String($0)) ?? false }
        }
        if !lacking.isEmpty { return "it needs \(lacking.joined(separator: ", ").replacing("|", with: "or")) on the cancer's cells" }
        if let group = agent.mapping["GROUP"], !agent.antigenGroups.contains(group), !(cancer?.antigenGroups.contains(group) ?? false) {
            return "no T cells of the group '\(group)', which it addresses, meet its antigens there"
        }
        return nil
    }

    private func add(_ cancer: Cancer, to parts: inout Parts) {
        let use: Module.Use = cancer.geometry == .solid ? .solid : .blood
        for module in modules where module.use == use && module.scope != .groupLesion { parts.modules.insert(module.id) }
        parts.modules.formUnion(cancer.modules)
        for group in cancer.antigenGroups {
            parts.add(ModuleInstance("09-tcell", name: group))
            for module in modules where module.use == use && module.scope == .groupLesion {
                parts.add(ModuleInstance(module.id, name: group))
            }
        }
        parts.rows += cancer.parameters
        parts.diagnosis = cancer.diagnosis
        parts.cancer = cancer
    }

    /// Adds the agent's template with the modules that accompany it and those it requires, as their scopes say.
    ///
    /// - Returns: What is wrong with the agent itself.
    private func add(_ agent: Agent, geometry: Cancer.Geometry?, groups: [String], to parts: inout Parts) -> [Diagnostic] {
        var mapping = agent.mapping
        if mapping["TARGET"] == nil { mapping["TARGET"] = agent.targets.first }
        for id in moduleIDs(of: agent) {
            guard let module = module(id) else { return [Diagnostic(.error, .invalid, "\(agent.id) needs a module '\(id)', which doesn't exist")] }
            switch (module.scope, geometry) {
            case (.system, _), (.lesion, .solid), (.blood, .blood): parts.modules.insert(id)
            case (.agent, _), (.agentLesion, .solid), (.agentBlood, .blood):
                parts.add(ModuleInstance(id, name: agent.id, mapping: mapping))
            case (.agentTarget, _), (.agentTargetLesion, .solid), (.agentTargetBlood, .blood):
                for target in agent.targets {
                    parts.add(ModuleInstance(id, name: agent.id, mapping: ["TARGET": target], prefix: "\(agent.id)_\(target)"))
                }
            default: break
            }
        }
        for group in agent.antigenGroups where !groups.contains(group) {
            for module in ["09-tcell", "24-humoral"] { parts.add(ModuleInstance(module, name: group)) }
        }
        parts.rows += agent.parameters
        parts.doseTargets[agent.id] = doseTarget(of: agent)
        return []
    }

    /// Ids of the agent's template, of the modules that accompany it and of those it requires.
    package func moduleIDs(of agent: Agent) -> [String] {
        [agent.template] + modules.filter { $0.accompanies == agent.template }.map(\.id) + agent.requires
    }

    /// Where doses of the agent go: amounts follow from the molar mass and the unit of the dosed species.
    package func doseTarget(of agent: Agent) -> DoseTarget {
        let template = module(agent.template)
        func assembled(_ id: String) -> String { template?.scope == .system ? id : "\(agent.id)_\(id)" }
        var amounts = agent.amountPerUnit
        let unit =
            template?.model.species.first { $0.id == agent.doseSpecies }?.unit
            ?? template?.model.parameters.first { $0.id == agent.doseSpecies }?.unit ?? ""
        var perMilligram: Double? = ["mg": 1, "ug": 1000][unit]
        if let mass = agent.molarMass { perMilligram = ["nmol": 1e6 / mass, "umol": 1e3 / mass][unit] }
        if let perMilligram {
            amounts["mg"] = amounts["mg"] ?? perMilligram
            amounts["ug"] = amounts["ug"] ?? perMilligram / 1000
            amounts["g"] = amounts["g"] ?? perMilligram * 1000
        } else if amounts.isEmpty {
            amounts[unit] = 1
        }
        return DoseTarget(
            agent: agent.id, route: agent.route, species: assembled(agent.doseSpecies), amountPerUnit: amounts,
            bioavailability: agent.bioavailability, infusionDuration: agent.infusionDuration,
            manufacture: agent.isManufactured
                ? .init(
                    rows: parameters.filter { $0.module == "20-manufacture" }, memoryFraction: assembled("memoryFraction"),
                    preparation: preparingAgents(of: agent)) : nil)
    }

    /// Ids of the agents that the preparation's text names.
    private func preparingAgents(of agent: Agent) -> [String] {
        let words = agent.preparation.split(whereSeparator: \.isWhitespace).map(String.init)
        return words.compactMap { self.agent(named: $0)?.id }
    }

    private func unknown(_ kind: String, _ name: String, among known: [String]) -> Diagnostic {
        let hint = suggestion(for: name, among: known).map { $0 + " " } ?? ""
        return Diagnostic(
            .error, .invalid, "there is no \(kind) '\(name)'", remedy: hint + "known: \(known.sorted().joined(separator: ", "))")
    }
}
