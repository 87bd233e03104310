import AntimonyFormat
import Foundation
import ModelIR

/// The module files, parameter tables, cancers and agents that models are assembled from.
public struct ModelLibrary: Sendable {
    public var modules: [Module] = []
    public var parameters: [ParameterRow] = []
    public var agents: [Agent] = []
    public var cancers: [Cancer] = []

    /// One module file with what the catalogue `modules/modules.csv` says about it.
    public struct Module: Sendable {
        public enum Scope: String, Sendable {
            /// Once per patient.
            case system
            /// Once per lesion: what it defines takes the lesion's prefix from the second lesion on.
            case lesion
            /// Once in a patient with a cancer of blood.
            case blood
            /// Once per antigen group; once per antigen group and lesion.
            case group, groupLesion = "group-lesion"
            /// Once per agent; with a solid tumour once per agent and lesion; once per agent with a cancer of blood.
            case agent, agentLesion = "agent-lesion", agentBlood = "agent-blood"
            /// The same for every target of the agent.
            case agentTarget = "agent-target", agentTargetLesion = "agent-target-lesion", agentTargetBlood = "agent-target-blood"
        }
        public enum Use: String, Sendable {
            /// In every patient, in every patient with a solid tumour, with a blood cancer.
            case always, solid, blood
            /// Only when a plan, a cancer or an agent names it.
            case optional
        }
        public var id: String
        public var scope: Scope
        public var use: Use
        /// The template that this module accompanies: `with 17-antibody` in the catalogue.
        public var accompanies: String?
        public var meaning: String
        public var model: Model
        /// Cells of the module that may die out, with its own ids.
        public var populations: [CellPopulation] = []

        /// Whether each lesion has it for itself.
        var isOfLesion: Bool { scope.rawValue.hasSuffix("lesion") }
    }

    /// The library that comes with Perforin.
    ///
    /// - Throws: `InvalidModel` with everything that is wrong in the files: text, tables, a module without a file.
    public static func builtIn() throws -> ModelLibrary { try shared.get() }

    /// Read once a process.
    private static let shared = Result<ModelLibrary, any Error> {
        guard let folder = Bundle.module.url(forResource: "Resources", withExtension: nil) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "the module library is not where the program looks for it")])
        }
        return try ModelLibrary(folder: folder)
    }

    /// Reads `modules/modules.csv` with the files that it lists, and every table of `parameters`.
    init(folder: URL) throws {
        var problems: [Diagnostic] = []
        let catalogue = try String(contentsOf: folder.appendingPathComponent("modules/modules.csv"), encoding: .utf8)
        for (index, line) in catalogue.split(separator: "\n").enumerated().dropFirst() {
            let fields = line.split(separator: ",", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            let place = SourceLocation(file: "modules.csv", line: index + 1, column: 1)
            let accompanies = fields.count == 4 && fields[2].hasPrefix("with ") ? String(fields[2].dropFirst(5)) : nil
            guard fields.count == 4, let scope = Module.Scope(rawValue: fields[1]),
                let use = accompanies == nil ? Module.Use(rawValue: fields[2]) : .optional
            else {
                problems.append(Diagnostic(.error, .invalid, "'\(line)' is not id, scope, use, meaning", at: place))
                continue
            }
            let file = "modules/\(fields[0]).ant"
            do {
                let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
                modules.append(
                    Module(
                        id: fields[0], scope: scope, use: use, accompanies: accompanies, meaning: fields[3],
                        model: try readAntimony(text, file: file)))
            } catch let invalid as InvalidModel {
                problems += invalid.diagnostics
            } catch {
                problems.append(Diagnostic(.error, .invalid, "'\(file)' cannot be read", at: place))
            }
        }
        do {
            let table = try String(contentsOf: folder.appendingPathComponent("modules/populations.csv"), encoding: .utf8)
            let populations = try CellPopulation.table(table, modules: modules)
            for index in modules.indices { modules[index].populations = populations[modules[index].id] ?? [] }
        } catch let invalid as InvalidModel {
            problems += invalid.diagnostics
        }
        let tables = folder.appendingPathComponent("parameters")
        for name in try FileManager.default.contentsOfDirectory(atPath: tables.path).sorted() where name.hasSuffix(".csv") {
            do {
                parameters += try ParameterTable(csv: String(contentsOf: tables.appendingPathComponent(name), encoding: .utf8), file: name).rows
            } catch let invalid as InvalidModel {
                problems += invalid.diagnostics
            }
        }
        for (kind, read) in [("agents", Self.readAgent), ("cancers", Self.readCancer)] {
            let catalogue = folder.appendingPathComponent(kind)
            for name in try FileManager.default.contentsOfDirectory(atPath: catalogue.path).sorted() where name.hasSuffix(".txt") {
                do {
                    let text = try String(contentsOf: catalogue.appendingPathComponent(name), encoding: .utf8)
                    try read(&self, try CatalogueFile(text, file: "\(kind)/\(name)"))
                } catch let invalid as InvalidModel {
                    problems += invalid.diagnostics
                }
            }
        }
        if problems.contains(where: { $0.severity == .error }) { throw InvalidModel(problems) }
    }

    private static func readAgent(_ library: inout ModelLibrary, _ file: CatalogueFile) throws(InvalidModel) {
        library.agents.append(try Agent(file))
    }

    private static func readCancer(_ library: inout ModelLibrary, _ file: CatalogueFile) throws(InvalidModel) {
        library.cancers.append(try Cancer(file))
    }

    /// - Throws: `InvalidModel` when a module of the whole patient reads what each lesion has for itself.
    private func lesionNames(of instances: [ModuleInstance], _ byID: [String: Module]) throws(InvalidModel) -> LesionNames {
        let names = LesionNames(
            instances.map { instance in
                let module = byID[instance.module]!
                return (instance, module.model.renamed(for: instance), module.isOfLesion)
            })
        if let first = names.readOutside.first {
            throw InvalidModel([
                Diagnostic(
                    .error, .unsupported, "\(first.module) reads '\(first.id)' of a single lesion, so it can't be assembled with several",
                    remedy: "use one lesion")
            ])
        }
        return names
    }

    /// Refuses a cancer whose file names observables that its modules don't have.
    private func check(_ cancer: Cancer?, against observables: Set<String>) throws(InvalidModel) {
        guard let cancer else { return }
        let named = [cancer.diagnosis.observable] + cancer.response.observables.values + cancer.plausible.map(\.observable)
        let missing = named.filter { !observables.contains($0) }.sorted()
        if !missing.isEmpty {
            throw InvalidModel(
                missing.map { Diagnostic(.error, .invalid, "cancers/\(cancer.id).txt names '\($0)', which no module of it defines") })
        }
    }

    /// Adds an agent of the user's from the text of its file.
    ///
    /// - Throws: `InvalidModel` with the places of everything that is wrong: text, table, an id or alias that is taken, and what
    ///   `problems(of:)` finds.
    @discardableResult
    public mutating func addAgent(_ text: String, file: String) throws(InvalidModel) -> Agent {
        let agent = try Agent(try CatalogueFile(text, file: file))
        var problems = problems(of: agent)
        for name in [agent.id] + agent.aliases {
            if let other = self.agent(named: name) {
                problems.append(
                    Diagnostic(
                        .error, .invalid, "'\(name)' is already \(other.id)", at: SourceLocation(file: file, line: 1, column: 1),
                        remedy: "choose another id or leave the alias out"))
            }
        }
        if problems.contains(where: { $0.severity == .error }) { throw InvalidModel(problems) }
        agents.append(agent)
        return agent
    }

    /// Adds a cancer from the text of its file.
    ///
    /// - Throws: `InvalidModel` with the line of what is missing or malformed, or when its id is taken.
    public mutating func addCancer(_ text: String, file: String) throws(InvalidModel) {
        let cancer = try Cancer(try CatalogueFile(text, file: file))
        guard self.cancer(named: cancer.id) == nil else {
            throw InvalidModel([
                Diagnostic(.error, .invalid, "there is a cancer '\(cancer.id)' already", at: SourceLocation(file: file, line: 1, column: 1))
            ])
        }
        cancers.append(cancer)
    }

    public func module(_ id: String) -> Module? { modules.first { $0.id == id } }

    public func agent(named name: String) -> Agent? {
        let key = name.lowercased()
        return agents.first { $0.id == key || $0.aliases.contains { $0.lowercased() == key } }
    }

    public func cancer(named name: String) -> Cancer? {
        let key = name.lowercased()
        return cancers.first { $0.id == key || $0.aliases.contains { $0.lowercased() == key } }
    }

    /// Merges the modules that `plan` needs into one model and fills in the values.
    ///
    /// - Throws: `InvalidModel` with everything found: an unknown cancer, agent or module, a symbol that two
    ///   modules define, a value without a table row, disagreeing units, an agent that makes no sense here.
    public func assemble(_ plan: ModelPlan) throws -> AssembledModel {
        let byID = Dictionary(modules.map { ($0.id, $0) }) { first, _ in first }
        let parts = try parts(of: plan)
        let named = plan.modulesOn.union(plan.modulesOff).union(plan.instances.map(\.module)).union(parts.instances.map(\.module))
        let unknown = named.filter { byID[$0] == nil }.sorted()
        if !unknown.isEmpty {
            throw InvalidModel(unknown.map { Diagnostic(.error, .invalid, "there is no module '\($0)'") })
        }
        let extra = plan.modulesOn.union(parts.modules)
        let systemWide = modules.filter { ($0.use == .always && $0.scope == .system) || extra.contains($0.id) }
        var instances = systemWide.map { ModuleInstance($0.id) } + parts.instances + plan.instances
        instances.removeAll { plan.modulesOff.contains($0.module) }
        var names: LesionNames?
        if plan.lesions > 1 { names = try lesionNames(of: instances, byID) }
        var assembler = ModelAssembler(rows: parameters, replacements: parts.rows, lesionNames: names)
        var populations: [CellPopulation] = []
        for instance in instances {
            let module = byID[instance.module]!
            assembler.add(instance, module.model, isLesion: module.isOfLesion)
            populations += instance.populations(of: module)
        }
        for number in stride(from: 2, through: plan.lesions, by: 1) {
            for var instance in instances where byID[instance.module]!.isOfLesion {
                let module = byID[instance.module]!
                instance.lesion = "L\(number)"
                assembler.add(instance, module.model, isLesion: true)
                populations += instance.populations(of: module).map { population in
                    var own = population.renamed { names?.name($0, in: instance.lesion!) ?? $0 }
                    own.luck = own.id
                    return own
                }
            }
        }
        if let cancer = parts.cancer, let threshold = cancer.parameters.first(where: { $0.id == cancer.diagnosis.threshold }) {
            assembler.add(constant: threshold)
        }
        var (model, rows) = try assembler.finish(values: plan.values)
        try check(parts.cancer, against: Set(assembler.observables.map(\.id)))
        let targets = model.addInfusions(to: parts.doseTargets)
        return AssembledModel(
            model: model, parameters: rows, observables: assembler.observables, doseTargets: targets,
            diagnosis: parts.diagnosis, response: parts.cancer?.response, plausible: parts.cancer?.plausible ?? [],
            doublingDays: parts.cancer?.doublingDays, sites: parts.cancer?.sites ?? [], populations: populations,
            modules: instances.map { instance in instance.name.map { "\(instance.module) as \($0)" } ?? instance.module })
    }
}
