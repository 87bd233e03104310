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
    }

    /// - Throws: `InvalidModel` for an unknown cancer or agent (with a near match), an agent that needs an antigen
    ///   which the cancer lacks, or more lesions than can be assembled.
    func parts(of plan: ModelPlan) throws(InvalidModel) -> Parts {
        var parts = Parts()
        var problems: [Diagnostic] = []
        if plan.lesions != 1 {
            problems.append(
                Diagnostic(.error, .unsupported, "\(plan.lesions) lesions can't be assembled yet", remedy: "use one lesion"))
        }
        var cancer: Cancer?
        if let name = plan.cancer {
            cancer = self.cancer(named: name)
            if cancer == nil { problems.append(unknown("cancer", name, among: cancers.map(\.id))) }
        }
        if let cancer { add(cancer, to: &parts) }
        for name in plan.agents {
            guard let agent = agent(named: name) else {
                problems.append(unknown("agent", name, among: agents.map(\.id)))
                continue
            }
            let lacking = agent.needs.filter { need in !(cancer?.antigens.contains(need) ?? false) }
            if !lacking.isEmpty {
                problems.append(
                    Diagnostic(
                        .error, .unsupported,
                        "\(agent.id) makes no sense in \(cancer?.name ?? "a person without cancer"): it needs \(lacking.joined(separator: ", ")) on the cancer's cells"))
                continue
            }
            add(agent, isSolid: cancer?.geometry == .solid, to: &parts)
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
        return parts
    }

    private func add(_ cancer: Cancer, to parts: inout Parts) {
        let use: Module.Use = cancer.geometry == .solid ? .solid : .blood
        for module in modules where module.use == use && module.scope != .groupLesion { parts.modules.insert(module.id) }
        parts.modules.formUnion(cancer.modules)
        for group in cancer.antigenGroups {
            parts.instances.append(ModuleInstance("09-tcell", name: group))
            for module in modules where module.use == use && module.scope == .groupLesion {
                parts.instances.append(ModuleInstance(module.id, name: group))
            }
        }
        parts.rows += cancer.parameters
        parts.diagnosis = cancer.diagnosis
        parts.cancer = cancer
    }

    private func add(_ agent: Agent, isSolid: Bool, to parts: inout Parts) {
        parts.instances.append(ModuleInstance(agent.template, name: agent.id, mapping: agent.mapping))
        parts.modules.formUnion(agent.requires)
        if agent.template == "17-antibody" {
            if isSolid { parts.instances.append(ModuleInstance("17-antibody-tumour", name: agent.id)) }
            for target in agent.targets {
                let prefix = "\(agent.id)_\(target)"
                parts.instances.append(ModuleInstance("17-binding", name: agent.id, mapping: ["TARGET": target], prefix: prefix))
                if isSolid {
                    parts.instances.append(
                        ModuleInstance("17-binding-tumour", name: agent.id, mapping: ["TARGET": target], prefix: prefix))
                }
            }
            if isSolid && agent.format.contains("Fc-active") {
                parts.instances.append(ModuleInstance("17-fc-treg", name: agent.id))
            }
        }
        parts.rows += agent.parameters
        var amounts = agent.amountPerUnit
        if let mass = agent.molarMass {
            // nmol for antibodies, umol for small molecules: the unit of the template's central amount
            let perMilligram = (agent.template == "17-antibody" ? 1e6 : 1e3) / mass
            amounts["mg"] = perMilligram
            amounts["ug"] = perMilligram / 1000
            amounts["g"] = perMilligram * 1000
        }
        parts.doseTargets[agent.id] = DoseTarget(
            agent: agent.id, route: agent.route, species: "\(agent.id)_\(agent.doseSpecies)", amountPerUnit: amounts,
            bioavailability: agent.bioavailability, infusionDuration: agent.infusionDuration)
    }

    private func unknown(_ kind: String, _ name: String, among known: [String]) -> Diagnostic {
        let hint = suggestion(for: name, among: known).map { $0 + " " } ?? ""
        return Diagnostic(
            .error, .invalid, "there is no \(kind) '\(name)'", remedy: hint + "known: \(known.sorted().joined(separator: ", "))")
    }
}
