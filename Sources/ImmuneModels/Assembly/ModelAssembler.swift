import ModelIR

/// Merges module instances into one model: ports meet their definitions, contributions are summed, tables give values.
///
/// - A *port* that another instance defines loses its default; otherwise the default stays, so a module that is off is
///   the same as a module that is absent.
/// - Contributions `x__who` are summed to `x`, in the order of their names, so the result does not depend on the order
///   of instances.
/// - A port that no instance defines takes the row of the cancer or the agent with its id, if there is one.
/// - A parameter without value takes the row with its assembled id, else the row of its module with its own id.
struct ModelAssembler {
    private var model = Model(id: "patient")
    private var diagnostics: [Diagnostic] = []
    private var ports: [Parameter] = []
    private var defined: Set<String> = []
    /// Ids whose value comes from a table, and the first module that needs them; others may share them.
    private var tabled: [String: String] = [:]
    private var contributions: [String: [String]] = [:]
    /// Those that come from outside the lesions, which every lesion's sum takes.
    private var outsideContributions: [String: [String]] = [:]
    private var lesions: [String] = []
    private let lesionNames: LesionNames?
    private var units: [String: String] = [:]
    /// Where a parameter without value is looked up: the module and its id there.
    private var origins: [String: (module: String, id: String)] = [:]
    private var portOrigins: [String: (module: String, id: String)] = [:]
    private var meanings: [String: String] = [:]
    private(set) var observables: [Observable] = []

    /// Words for the sums that figures show.
    private static let meanings = [
        "effectorCD8_tumour": "effector CD8 T cells in the lesion", "exhaustedCD8_tumour": "exhausted CD8 T cells in the lesion",
        "progenitorCD8_tumour": "progenitor CD8 T cells in the lesion", "Th_tumour": "helper T cells in the lesion",
        "killRate_C1": "killing of wild-type cancer cells", "sumDiameters": "sum of the lesions' diameters",
        "volume_tumour": "volume of immune cells in the lesion",
    ]

    private let replacements: [String: ParameterRow]
    private let rows: [String: ParameterRow]
    private let moduleRows: [String: [String: ParameterRow]]

    /// - Parameter replacements: Rows of a cancer or an agent, by assembled id; they come first.
    /// - Parameter lesionNames: How ids of the second and later lesions are made; nil with one lesion.
    init(rows all: [ParameterRow], replacements: [ParameterRow] = [], lesionNames: LesionNames? = nil) {
        self.lesionNames = lesionNames
        self.replacements = Dictionary(replacements.map { ($0.id, $0) }) { first, _ in first }
        rows = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }
        moduleRows = Dictionary(grouping: all, by: \.module).mapValues { Dictionary($0.map { ($0.id, $0) }) { first, _ in first } }
    }

    mutating func add(_ instance: ModuleInstance, _ module: Model, isLesion: Bool = false) {
        let own = module.ownSymbols
        var renamed = module.renamed(for: instance)
        if let lesion = instance.lesion, let lesionNames {
            renamed = lesionNames.renamed(renamed, for: lesion)
            if !lesions.contains(lesion) { lesions.append(lesion) }
        }
        for (before, after) in zip(module.parameters, renamed.parameters) where own.contains(before.id) {
            origins[after.id] = (instance.module, before.id)
        }
        let ownAfter = renamed.ownSymbols
        for compartment in renamed.compartments where !model.compartments.contains(where: { $0.id == compartment.id }) {
            model.compartments.append(compartment)
        }
        for function in renamed.functions {
            if let other = model.functions.first(where: { $0.id == function.id }) {
                if other.arguments != function.arguments || other.body != function.body {
                    diagnostics.append(Diagnostic(.error, .invalid, "function '\(function.id)' of \(instance.module) differs from that of another module"))
                }
            } else {
                model.functions.append(function)
            }
        }
        for unit in renamed.unitDefinitions where !model.unitDefinitions.contains(where: { $0.id == unit.id }) {
            model.unitDefinitions.append(unit)
        }
        if model.units.time == nil { model.units = renamed.units }
        let tabledHere = renamed.tabledSymbols
        let shared = tabledHere.filter { tabled[$0].map { $0 != instance.module || instance.lesion != nil } ?? false }
        for id in tabledHere where tabled[id] == nil { tabled[id] = instance.module }
        for id in ownAfter.intersection(defined).subtracting(shared).sorted() {
            diagnostics.append(Diagnostic(.error, .invalid, "'\(id)' is defined twice, the second time by \(instance.module)"))
        }
        defined.formUnion(ownAfter)
        for parameter in renamed.parameters {
            note(unit: parameter.unit, of: parameter.id, in: instance.module)
            if shared.contains(parameter.id) { continue }
            if ownAfter.contains(parameter.id) {
                model.parameters.append(parameter)
            } else {
                ports.append(parameter)
                portOrigins[parameter.id] = (instance.module, parameter.id)
            }
        }
        for species in renamed.species { note(unit: species.unit, of: species.id, in: instance.module) }
        model.species += renamed.species
        model.rules += renamed.rules
        model.initialAssignments += renamed.initialAssignments
        for rule in renamed.rules {
            guard case .assignment(let id) = rule.kind, let range = id.firstRange(of: "__") else { continue }
            contributions[String(id[..<range.lowerBound]), default: []].append(id)
            if !isLesion { outsideContributions[String(id[..<range.lowerBound]), default: []].append(id) }
        }
        observe(renamed, ownAfter, instance.module)
    }

    /// Adds a constant that only a cancer's file knows (the threshold of its diagnosis); nothing when a module has it.
    mutating func add(constant row: ParameterRow) {
        guard defined.insert(row.id).inserted else { return }
        model.parameters.append(Parameter(id: row.id, name: row.meaning, value: nil, unit: row.unit))
        origins[row.id] = (row.module, row.id)
        meanings[row.id] = row.meaning
    }

    private mutating func note(unit: String?, of id: String, in module: String) {
        guard let unit else { return }
        if let other = units[id], other != unit {
            diagnostics.append(Diagnostic(.error, .units, "'\(id)' is in \(unit) in \(module), in \(other) elsewhere"))
        }
        units[id] = unit
    }

    private mutating func observe(_ module: Model, _ own: Set<String>, _ name: String) {
        let ruled = Dictionary(module.rules.compactMap { rule in rule.variable.map { ($0, rule.kind) } }) { first, _ in first }
        for species in module.species {
            observables.append(Observable(id: species.id, unit: species.unit ?? "", meaning: species.name ?? "", module: name, kind: .state))
        }
        for parameter in module.parameters where own.contains(parameter.id) {
            meanings[parameter.id] = parameter.name
            switch ruled[parameter.id] {
            case .rate:
                observables.append(Observable(id: parameter.id, unit: parameter.unit ?? "", meaning: parameter.name ?? "", module: name, kind: .state))
            case .assignment where !parameter.id.contains("__"):
                observables.append(Observable(id: parameter.id, unit: parameter.unit ?? "", meaning: parameter.name ?? "", module: name, kind: .derived))
            default: break
            }
        }
    }

    /// A row of the cancer or agent, else the instance's own row, else its module's, else one that modules share.
    private func row(for id: String, _ origin: (module: String, id: String)) -> ParameterRow? {
        replacements[id] ?? (id == origin.id ? nil : rows[id]) ?? moduleRows[origin.module]?[origin.id] ?? rows[id]
    }

    /// The finished model and the rows that gave its constants.
    ///
    /// - Parameter values: Values that replace those of tables and defaults, by assembled id.
    mutating func finish(values: [String: Double]) throws(InvalidModel) -> (Model, [ParameterRow]) {
        for sum in lesionNames?.sums ?? [] {
            for lesion in lesions { contributions["\(lesion)_\(sum)", default: []] += outsideContributions[sum] ?? [] }
        }
        for (sum, parts) in contributions.sorted(by: { $0.key < $1.key }) {
            if defined.contains(sum) {
                diagnostics.append(Diagnostic(.error, .invalid, "'\(sum)' is a sum of contributions and defined by a module too"))
                continue
            }
            if parts.isEmpty { continue }
            let unit = parts.compactMap { units[$0] }.first
            model.parameters.append(Parameter(id: sum, value: nil, unit: unit, isConstant: false))
            model.rules.append(Rule(.assignment(variable: sum), .apply(.plus, parts.sorted().map(Expression.symbol))))
            defined.insert(sum)
            let words = meanings[sum] ?? (parts.count == 1 ? meanings[parts[0]] : Self.meanings[sum])
            observables.append(
                Observable(id: sum, unit: unit ?? "", meaning: words ?? "\(sum), summed over its contributions", module: "sum", kind: .derived))
        }
        var placed: [String: Double] = [:]
        for port in ports where !defined.contains(port.id) {
            if let value = placed[port.id] {
                if value != port.value { diagnostics.append(Diagnostic(.error, .invalid, "port '\(port.id)' has two defaults, \(value) and \(port.value!)")) }
                continue
            }
            placed[port.id] = port.value!
            model.parameters.append(port)
            if let (module, id) = portOrigins[port.id], replacements[port.id] != nil {
                // the cancer or the agent gives what no module defines
                origins[port.id] = (module, id)
                model.parameters[model.parameters.count - 1].value = nil
            }
        }
        let determined = Set(model.rules.compactMap(\.variable)).union(model.initialAssignments.map(\.symbol))
        var used: [ParameterRow] = []
        for index in model.parameters.indices {
            let id = model.parameters[index].id
            if let value = values[id], !model.rules.contains(where: { $0.variable == id }) {
                model.parameters[index].value = value
                model.initialAssignments.removeAll { $0.symbol == id }
            }
            guard !determined.contains(id), let origin = origins[id] else { continue }
            guard var row = row(for: id, origin) else {
                if model.parameters[index].value == nil {
                    diagnostics.append(Diagnostic(.error, .invalid, "'\(id)' of \(origin.module) has no value", remedy: "add a row to parameters/\(origin.module).csv"))
                }
                continue
            }
            if row.unit != model.parameters[index].unit {
                diagnostics.append(Diagnostic(.error, .units, "'\(id)' is in \(model.parameters[index].unit ?? "no unit"), its row in \(row.unit)"))
            }
            if model.parameters[index].value == nil { model.parameters[index].value = row.value }
            row.id = id
            used.append(row)
        }
        if diagnostics.contains(where: { $0.severity == .error }) { throw InvalidModel(diagnostics) }
        return (model, used)
    }
}
