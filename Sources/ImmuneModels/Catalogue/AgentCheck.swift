import ModelIR

extension ModelLibrary {
    /// What is wrong with an agent's file beyond its syntax, each with its place: a template or module that doesn't
    /// exist, a value that nothing reads, a wrong unit, a parameter without any value, a dose that goes nowhere.
    ///
    /// The schedule is read elsewhere, by the regimen's grammar.
    public func problems(of agent: Agent) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        func report(_ message: String, key: String? = nil, row: String? = nil, remedy: String? = nil) {
            let line = row.flatMap { agent.origin.rows[$0] } ?? key.flatMap { agent.origin.keys[$0] } ?? 1
            problems.append(
                Diagnostic(.error, .invalid, message, at: SourceLocation(file: agent.origin.file, line: line, column: 1), remedy: remedy))
        }
        let templates = modules.filter { $0.use == .optional && $0.accompanies == nil && ($0.scope == .agent || $0.scope == .system) }
        guard let template = module(agent.template), template.scope == .agent || template.scope == .system else {
            report(
                "there is no template '\(agent.template)'", key: "template",
                remedy: (suggestion(for: agent.template, among: templates.map(\.id)).map { $0 + " " } ?? "")
                    + "templates: \(templates.filter { $0.scope == .agent }.map(\.id).joined(separator: ", "))")
            return problems
        }
        for id in agent.requires where module(id) == nil {
            report(
                "there is no module '\(id)'", key: "requires",
                remedy: suggestion(for: id, among: modules.map(\.id)) ?? "modules.csv lists them all")
        }
        let wanted = parameters(of: agent)
        let prefix = agent.id + "_"
        for row in agent.parameters {
            let id = String(row.id.dropFirst(prefix.count))
            guard let unit = wanted[id] else {
                report(
                    "nothing in \(agent.template) reads '\(id)'", row: id,
                    remedy: suggestion(for: id, among: wanted.keys.sorted()) ?? "it reads \(wanted.keys.sorted().joined(separator: ", "))")
                continue
            }
            if let unit, unit != row.unit { report("'\(id)' is in \(row.unit), the template wants \(unit)", row: id) }
        }
        let given = Set(agent.parameters.map { String($0.id.dropFirst(prefix.count)) })
        for id in moduleIDs(of: agent) {
            guard let module = module(id), ![.system, .lesion, .blood].contains(module.scope) else { continue }
            for symbol in module.model.tabledSymbols.sorted() where !parameters.contains(where: { $0.module == id && $0.id == symbol }) {
                for name in names(of: symbol, in: module, for: agent) where !given.contains(name) && !parameters.contains(where: { $0.id == prefix + name }) {
                    report("'\(name)' has no value and the template has none", key: "template", remedy: "add a row '\(name)' below ---")
                }
            }
        }
        let isState = template.model.species.contains { $0.id == agent.doseSpecies } || template.model.rules.contains { $0.kind == .rate(variable: agent.doseSpecies) }
        if !isState && !(template.scope == .system && modules.contains { $0.model.species.contains { $0.id == agent.doseSpecies } }) {
            report(
                "'\(agent.doseSpecies)' is not a state of \(agent.template)", key: "dose species",
                remedy: suggestion(for: agent.doseSpecies, among: template.model.species.map(\.id))
                    ?? "its states are \(template.model.species.map(\.id).joined(separator: ", "))")
        } else if doseTarget(of: agent).amountPerUnit.keys.contains("") || doseTarget(of: agent).amountPerUnit["nmol"] != nil {
            report("a dose has no amount", key: "dose species", remedy: "give 'molar mass' in g/mol, or 'amount per unit: mg=...'")
        }
        return problems
    }

    /// Ids in the agent's file that its modules read, each with its unit.
    private func parameters(of agent: Agent) -> [String: String?] {
        var result: [String: String?] = [:]
        for id in moduleIDs(of: agent) {
            guard let module = module(id), ![.system, .lesion, .blood].contains(module.scope) else { continue }
            let tabled = module.model.tabledSymbols
            for parameter in module.model.parameters where tabled.contains(parameter.id) {
                for name in names(of: parameter.id, in: module, for: agent) { result[name] = parameter.unit }
            }
        }
        return result
    }

    /// What a parameter of a module is called in the agent's file.
    private func names(of symbol: String, in module: Module, for agent: Agent) -> [String] {
        switch module.scope {
        case .agentTarget, .agentTargetLesion, .agentTargetBlood: agent.targets.map { "\($0)_\(symbol)" }
        default: [symbol]
        }
    }
}
