import AntimonyFormat
import ArgumentParser
import Foundation
import ImmuneModels
import ModelIR
import ModelRuns

/// `perforin model show FILE`
struct ModelShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a model as plain text: sizes, species, parameters with units, equations.",
        discussion: """
            EXAMPLES:
              perforin model show model.xml
              perforin model show nsclc --therapy "pembrolizumab + docetaxel" --parameters
            """)

    @Argument(help: ArgumentHelp("SBML or Antimony file.", valueName: "model"))
    var model: String

    @Flag(help: "Print as JSON.")
    var json = false

    @Flag(help: "Print the parameters of a built-in model with value, unit, distribution, confidence and source.")
    var parameters = false

    @Option(help: "Therapy of a built-in model, in the words of a protocol: shows the model with its agents.")
    var therapy: String?

    @Option(help: ArgumentHelp("File or folder with agents of your own; Documentation/Agents.md.", valueName: "path"))
    var agents: String?

    private struct Quantity: Encodable {
        var id: String
        var name: String?
        var value: Double?
        var unit: String?
        var formula: String?
    }

    private struct Contents: Encodable {
        var version = 1
        var id: String
        var title: String
        var timeUnit: String
        var states: Int
        var compartments: [Quantity]
        var species: [Quantity]
        var parameters: [Quantity]
        var reactions: [Quantity]
        var rules: [Quantity]
        var events: [Quantity]
    }

    func run() throws {
        let treated = try therapy.map { try TreatedModel(model, therapy: $0, agents: agents) }
        if parameters { return print(try Self.table(of: treated?.assembled.parameters ?? builtInParameters(model, agents: agents))) }
        let loaded = try treated?.assembled.model ?? namedModel(model, agents: agents)
        if json { return try printJSON(Self.contents(of: loaded)) }
        let facts = ModelFacts(loaded)
        print("\(facts.title)")
        print(
            "\(facts.states) states, \(facts.species) species, \(facts.reactions) reactions, \(facts.parameters) parameters, \(facts.rules) rules, \(facts.events) events"
        )
        print(
            "time in \(facts.timeUnit.isEmpty ? "an unstated unit" : facts.timeUnit); \(facts.symbolsWithUnit) of \(facts.symbols) symbols have a unit\n"
        )
        for sentence in treated?.regimen.sentences ?? [] { print("// \(sentence)") }
        print(writeAntimony(loaded), terminator: "")
    }

    /// Tab-separated, one parameter a line, then how many rest on which confidence.
    private static func table(of rows: [ParameterRow]) -> String {
        let lines = rows.map { row in
            let spread = row.distribution.kind == .point ? "" : "\(row.distribution.kind.rawValue) \(row.distribution.spread)"
            return [row.id, "\(row.value)", row.unit, spread, row.confidence.rawValue, row.source, row.note, row.meaning].joined(separator: "\t")
        }
        let counts = Confidence.allCases.map { confidence in "\(rows.count { $0.confidence == confidence }) \(confidence.rawValue)" }
        return (["id\tvalue\tunit\tvaries\tconfidence\tsource\tnote\tmeaning"] + lines + ["# \(counts.joined(separator: ", "))"])
            .joined(separator: "\n")
    }

    private static func contents(of model: Model) -> Contents {
        let facts = ModelFacts(model)
        func rule(_ rule: Rule) -> Quantity {
            switch rule.kind {
            case .assignment(let id): Quantity(id: id, formula: "\(id) := \(rule.math)")
            case .rate(let id): Quantity(id: id, formula: "\(id)' = \(rule.math)")
            case .algebraic: Quantity(id: "", formula: "0 = \(rule.math)")
            }
        }
        return Contents(
            id: model.id, title: facts.title, timeUnit: facts.timeUnit, states: facts.states,
            compartments: model.compartments.map { Quantity(id: $0.id, name: $0.name, value: $0.size, unit: $0.unit) },
            species: model.species.map { species in
                let value: Double? =
                    switch species.initialValue {
                    case .amount(let amount)?: amount
                    case .concentration(let concentration)?: concentration
                    case nil: nil
                    }
                return Quantity(id: species.id, name: species.name, value: value, unit: species.unit)
            },
            parameters: model.parameters.map { Quantity(id: $0.id, name: $0.name, value: $0.value, unit: $0.unit) },
            reactions: model.reactions.map {
                Quantity(id: $0.id, name: $0.name, formula: $0.kineticLaw.map { "\($0.math)" })
            },
            rules: model.rules.map(rule),
            events: model.events.map { Quantity(id: $0.id ?? "", name: $0.name, formula: "\($0.trigger)") })
    }
}
