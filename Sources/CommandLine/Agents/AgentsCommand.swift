import ArgumentParser
import Foundation
import ImmuneModels
import ModelIR
import VirtualTrials

/// `perforin agents list|show|check`
struct AgentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents",
        abstract: "The catalogue of drugs, antibodies and cell products; check one of your own.",
        discussion: """
            EXAMPLES:
              perforin agents list
              perforin agents show trastuzumab
              perforin agents check mine.txt
            """,
        subcommands: [AgentsListCommand.self, AgentsShowCommand.self, AgentsCheckCommand.self],
        defaultSubcommand: AgentsListCommand.self)
}

struct AgentsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "One line an agent: class, mode of action, target, the label's schedule.")

    @Option(help: ArgumentHelp("File or folder with agents of your own.", valueName: "path")) var agents: String?
    @Flag(help: "Print the list as JSON.") var json = false

    struct Row: Encodable {
        var id: String
        var aliases: [String]
        var agentClass: String
        var mode: String
        var targets: [String]
        var schedule: String
        var benefits: [String]
        var risks: [String]

        init(_ agent: Agent) {
            id = agent.id
            aliases = agent.aliases
            agentClass = agent.agentClass
            mode = agent.mode.rawValue
            targets = agent.targets
            schedule = agent.schedule
            benefits = agent.benefits
            risks = agent.risks
        }
    }

    func run() throws {
        let rows = try AgentFiles.library(with: agents).agents.sorted { ($0.agentClass, $0.id) < ($1.agentClass, $1.id) }.map(Row.init)
        if json { return try printJSON(rows) }
        let width = rows.map(\.id.count).max() ?? 0
        var last = ""
        for row in rows {
            if row.agentClass != last { print((last.isEmpty ? "" : "\n") + row.agentClass) }
            last = row.agentClass
            let schedule = row.schedule.count > 60 ? row.schedule.prefix(57) + "..." : row.schedule[...]
            print("  \(row.id.padding(toLength: width, withPad: " ", startingAt: 0))  \(row.mode.padding(toLength: 11, withPad: " ", startingAt: 0))  \(schedule)")
        }
        print("\n\(rows.count) agents. `perforin agents show NAME` tells more.")
    }
}

struct AgentsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Everything about one agent: what it does, where it makes sense, its values and their sources.")

    @Argument(help: "Name or brand.") var name: String
    @Option(help: ArgumentHelp("File or folder with agents of your own.", valueName: "path")) var agents: String?
    @Flag(help: "Print as JSON.") var json = false

    private struct Value: Encodable {
        var id: String
        var value: Double
        var unit: String
        var meaning: String
        var source: String
        var confidence: String
        var note: String
    }
    private struct Sheet: Encodable {
        var summary: AgentsListCommand.Row
        var modules: [String]
        var cancers: [String]
        var refused: [String: String]
        var values: [Value]
        var sources: [String]
    }

    func run() throws {
        let library = try AgentFiles.library(with: agents)
        guard let agent = library.agent(named: name) else {
            let known = library.agents.flatMap { [$0.id] + $0.aliases }
            let near = suggestion(for: name, among: known).map { "; \($0)" } ?? ""
            throw CommandOutcome(.badInput, "error: there is no agent '\(name)'\(near)")
        }
        var refused: [String: String] = [:]
        for cancer in library.cancers { refused[cancer.id] = library.reasonAgainst(agent, in: cancer) }
        let sheet = Sheet(
            summary: .init(agent), modules: library.moduleIDs(of: agent), cancers: library.cancers.map(\.id).filter { refused[$0] == nil },
            refused: refused,
            values: agent.parameters.map {
                Value(
                    id: $0.id, value: $0.value, unit: $0.unit, meaning: $0.meaning, source: $0.source, confidence: $0.confidence.rawValue,
                    note: $0.note)
            }, sources: agent.sources)
        if json { return try printJSON(sheet) }
        print("\(agent.id)  (\(([agent.agentClass] + agent.aliases).joined(separator: "; ")))")
        print("  format     \(agent.format)")
        if !agent.targets.isEmpty { print("  target     \(agent.targets.joined(separator: ", "))") }
        print("  acts       \(agent.mode.words)")
        if !agent.preparation.isEmpty { print("  prepared   \(agent.preparation)") }
        print("  schedule   \(agent.schedule)")
        print("  benefits   \(agent.benefits.joined(separator: "; "))")
        print("  risks      \(agent.risks.joined(separator: "; "))")
        print("  modules    \(sheet.modules.joined(separator: ", "))")
        print("  cancers    \(sheet.cancers.isEmpty ? "none of the catalogue" : sheet.cancers.joined(separator: ", "))")
        for (reason, ids) in Dictionary(grouping: refused, by: \.value).sorted(by: { $0.key < $1.key }) {
            print("  refused    \(ids.map(\.key).sorted().joined(separator: ", ")): \(reason)")
        }
        for value in sheet.values {
            let origin = [value.confidence, value.source, value.note].filter { !$0.isEmpty }.joined(separator: "; ")
            print("    \(value.id) = \(value.value.formatted()) \(value.unit): \(value.meaning) [\(origin)]")
        }
        print("  sources    \(agent.sources.joined(separator: "; "))")
    }
}

struct AgentsCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check an agent file of your own: text, values, units, schedule, assembly in every cancer.",
        discussion: "How to write one: Documentation/Agents.md.")

    @Argument(help: ArgumentHelp("Agent file, or a folder of them.", valueName: "file")) var path: String

    func run() throws {
        var library = try ModelLibrary.builtIn()
        for file in try AgentFiles.files(at: path) {
            let agent = try AgentFiles.add(file, to: &library)
            var fits: [String] = []
            for cancer in library.cancers where library.reasonAgainst(agent, in: cancer) == nil {
                let assembled = try library.assemble(ModelPlan(cancer: cancer.id, agents: [agent.id]))
                let report = assembled.model.checkDimensions(bareNumbersAreDimensionless: true)
                if let first = report.diagnostics.first { throw InvalidModel([first]) }
                fits.append(cancer.id)
            }
            print("\(file): \(agent.id) is right.")
            print(fits.isEmpty ? "  It makes sense in no cancer of the catalogue." : "  It assembles, with clean dimensions, in \(fits.joined(separator: ", ")).")
            let assumed = agent.parameters.filter { $0.confidence == .assumed }.count
            let known = Set(try ModelLibrary.builtIn().agents.flatMap(\.targets))
            for target in agent.targets where !known.contains(target) {
                print("  Note: no agent of the catalogue binds '\(target)', so no module may read it and binding it may change nothing; known: \(known.sorted().joined(separator: ", ")).")
            }
            print("  \(agent.parameters.count) values, \(assumed) of them assumed; the rest of its template's are class values.")
        }
    }
}

extension Agent.Mode {
    var words: String {
        switch self {
        case .educates: "educates the immune system"
        case .supplies: "supplies antibodies or cells"
        case .strengthens: "strengthens the patient's own response"
        case .direct: "acts on the cancer or the patient without the immune system"
        }
    }
}
