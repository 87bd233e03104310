import ModelIR

/// One use of a module in a model.
///
/// A module without `name` keeps its ids. An instance of a template gets its name as prefix of everything that the
/// template defines (`memory` becomes `tisacel_memory`); `SELF` inside an id stands for the name
/// (`killRate_C1__SELF`); `mapping` replaces other tokens and whole ports (`GROUP` by `hpv`).
public struct ModuleInstance: Sendable, Hashable {
    public var module: String
    public var name: String?
    public var mapping: [String: String]
    /// Prefix of what the template defines, when it is more than the name (`pembrolizumab_PD1`).
    public var prefix: String?
    /// Second and later lesions have a name (`L2`); the first keeps the ids of the files.
    var lesion: String?

    public init(_ module: String, name: String? = nil, mapping: [String: String] = [:], prefix: String? = nil) {
        self.module = module
        self.name = name
        self.mapping = mapping
        self.prefix = prefix
    }

    /// The id that `id` of the module has in the assembled model.
    func assembledID(of id: String, isOwn: Bool) -> String {
        if let mapped = mapping[id] { return mapped }
        var text = id
        for (token, replacement) in mapping { text = Self.replacing(token, by: replacement, in: text) }
        guard let name else { return text }
        let isNamed = text.contains("SELF")
        if isNamed { text = Self.replacing("SELF", by: name, in: text) }
        return isOwn && !isNamed && !text.contains("__") ? "\(prefix ?? name)_\(text)" : text
    }

    /// The module's populations with the ids that they have in the assembled model (of the first lesion).
    func populations(of module: ModelLibrary.Module) -> [CellPopulation] {
        if module.populations.isEmpty { return [] }
        let own = module.model.ownSymbols
        return module.populations.map { population in
            var renamed = population.renamed { assembledID(of: $0, isOwn: own.contains($0)) }
            renamed.luck = renamed.id
            return renamed
        }
    }

    /// Replaces `token` where it stands between underscores or at an end.
    private static func replacing(_ token: String, by replacement: String, in text: String) -> String {
        text.split(separator: "_", omittingEmptySubsequences: false)
            .map { $0 == token ? replacement : String($0) }
            .joined(separator: "_")
    }
}

extension Model {
    /// Ids that this module determines: states, rules, and parameters whose value comes from a table.
    /// A parameter with a literal value that nothing else sets is a port (or a constant): another module may define it.
    var ownSymbols: Set<String> {
        var own = Set(species.map(\.id))
        own.formUnion(rules.compactMap(\.variable))
        own.formUnion(initialAssignments.map(\.symbol))
        for parameter in parameters where parameter.value == nil { own.insert(parameter.id) }
        return own
    }

    /// Ids whose value a table gives: parameters that nothing in the module sets.
    var tabledSymbols: Set<String> {
        Set(parameters.lazy.filter { $0.value == nil }.map(\.id))
            .subtracting(rules.compactMap(\.variable)).subtracting(initialAssignments.map(\.symbol))
    }

    /// The module with every id as the instance has it in the assembled model.
    func renamed(for instance: ModuleInstance) -> Model {
        let own = ownSymbols
        var ids: [String: String] = [:]
        func renamed(_ id: String) -> String {
            if let known = ids[id] { return known }
            let new = instance.assembledID(of: id, isOwn: own.contains(id))
            ids[id] = new
            return new
        }
        for id in parameters.map(\.id) + species.map(\.id) { _ = renamed(id) }
        return replacing(ids)
    }

    /// The model with other names for its parameters and species.
    func replacing(_ ids: [String: String]) -> Model {
        func renamed(_ id: String) -> String { ids[id] ?? id }
        let replacements = ids.mapValues(Expression.symbol)
        var result = self
        for index in species.indices { result.species[index].id = renamed(species[index].id) }
        for index in parameters.indices { result.parameters[index].id = renamed(parameters[index].id) }
        for index in rules.indices {
            result.rules[index].math = rules[index].math.substituting(replacements)
            switch rules[index].kind {
            case .assignment(let variable): result.rules[index].kind = .assignment(variable: renamed(variable))
            case .rate(let variable): result.rules[index].kind = .rate(variable: renamed(variable))
            case .algebraic: break
            }
        }
        for index in initialAssignments.indices {
            result.initialAssignments[index].symbol = renamed(initialAssignments[index].symbol)
            result.initialAssignments[index].math = initialAssignments[index].math.substituting(replacements)
        }
        return result
    }
}
