import ArgumentParser
import Foundation
import ImmuneModels
import ModelIR

/// `perforin dose AGENT --schedule ...`
struct DoseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dose",
        abstract: "Exposure, target engagement, effect and toxicity of an agent against its dose, in the typical patient.",
        discussion: """
            Every parameter has its table's value; what patients differ in is `perforin simulate`.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin dose pembrolizumab --cancer nsclc
              perforin dose tarlatamab --cancer sclc --schedule "10 mg q2w" --until 28
              perforin dose my_antibody --agents mine.txt --cancer nsclc
            """)

    @Argument(help: "Name of the agent.") var agent: String
    @Option(help: "Schedule in the words of a protocol; without it the label's.") var schedule: String?
    @Option(help: "Cancer by id; without it a healthy person.") var cancer: String?
    @Option(help: ArgumentHelp("Length of treatment: 84d, 12w, 6mo; a bare number counts days.", valueName: "time")) var until: String = "84d"
    @Option(help: "Multiples of the doses, separated by commas.") var factors: String = "0.01,0.1,0.3,1,3,10"
    @Option(help: ArgumentHelp("File or folder with agents of your own.", valueName: "path")) var agents: String?
    @Flag(help: "Print as JSON, in full precision.") var json = false
    @Flag(name: .shortAndLong, help: "The table alone, without the line that says what was simulated.") var quiet = false

    func validate() throws {
        guard (1...3650).contains(try days()) else { throw ValidationError("--until must be between 1 and 3650 days, got '\(until)'.") }
        _ = try multiples()
    }

    private func days() throws -> Double { try Double(until) ?? TimeSpan(until, option: "--until").days }

    private func multiples() throws -> [Double] {
        try factors.split(separator: ",").map { text in
            guard let value = Double(text.trimmingCharacters(in: .whitespaces)), value >= 0, value <= 1e6 else {
                throw ValidationError("--factors must be numbers from 0 to 1e6 separated by commas, got '\(text)'.")
            }
            return value
        }
    }

    private struct Result: Encodable {
        var agent: String
        var therapy: String
        var cancer: String?
        var days: Double
        var readouts: [DoseResponse.Readout]
        var rows: [DoseResponse.Row]
    }

    func run() throws {
        let library = try AgentFiles.library(with: agents)
        guard let agent = library.agent(named: agent) else {
            let near = suggestion(for: self.agent, among: library.agents.flatMap { [$0.id] + $0.aliases }).map { "; \($0)" } ?? ""
            let own = agents == nil ? [] : Set(library.agents.map(\.id)).subtracting(try ModelLibrary.builtIn().agents.map(\.id)).sorted()
            let held = own.isEmpty ? "" : "; '\(agents!)' holds \(own.joined(separator: ", "))"
            throw CommandOutcome(.badInput, "error: there is no agent '\(self.agent)'\(held.isEmpty ? near : held)")
        }
        let therapy = schedule.map { "\(agent.id) \($0)" } ?? agent.id
        let response = try DoseResponse(
            agent: agent, therapy: therapy, cancer: cancer, days: try days(), factors: try multiples(), library: library)
        if json {
            return try printJSON(
                Result(agent: agent.id, therapy: therapy, cancer: cancer, days: try days(), readouts: response.readouts, rows: response.rows))
        }
        if !quiet {
            print("\(agent.id) in \(cancer ?? "a healthy person"), \(try days().formatted()) days: \(schedule ?? agent.schedule)")
        }
        print(response.table)
    }
}
