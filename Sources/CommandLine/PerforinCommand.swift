public import ArgumentParser
import Foundation
import ModelIR

/// The root of the command line: `perforin VERB ...`.
public struct PerforinCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "perforin",
        abstract: "Simulate how the immune system and immunotherapies act on cancer.",
        discussion: """
            In one patient, in a population, in a clinical trial; and explain why one therapy does better than another.
            \(notMedicalAdvice)

            EXAMPLES:
              perforin demo
              perforin run model.xml --duration 400 --steps 400 --out x.csv
            """,
        version: version,
        subcommands: commands)

    /// Every verb; a new command is added here and nowhere else.
    static let commands: [any ParsableCommand.Type] = [
        DemoCommand.self, SimulateCommand.self, CompareCommand.self, TrialCommand.self, MergeCommand.self, RerunCommand.self,
        ClusterCommand.self, ValidateCommand.self, CalibrateCommand.self, AgentsCommand.self,
        DoseCommand.self, ServeCommand.self, RunCommand.self, ModelCommand.self, AtlasCommand.self, GalleryCommand.self,
        ResultsCommand.self, BenchCommand.self, LicensesCommand.self,
    ]

    public static let version = "0.1.0"

    /// Said on every surface.
    public static let notMedicalAdvice = "Research and education only: not medical advice."

    public init() {}

    /// What must come before any thread starts, so before the first `await`.
    public static func prepare() { MemoryLimit.check() }

    /// Parses and runs the arguments, and ends the process with the exit status of the outcome.
    public static func run(arguments: [String]) async {
        do {
            try checkVerb(arguments.first)
            var command = try parseAsRoot(joiningNegativeValues(arguments))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    /// `--age -5` as `--age=-5`: the parser takes what begins with a hyphen for an option, and would say that the value is
    /// missing instead of what is wrong with it.
    static func joiningNegativeValues(_ arguments: [String]) -> [String] {
        var result: [String] = []
        for argument in arguments {
            let isNegative = argument.first == "-" && argument.dropFirst().first.map { $0.isNumber || $0 == "." } == true
            if isNegative, let option = result.last, option.hasPrefix("--"), option.count > 2, !option.contains("=") {
                result[result.count - 1] = "\(option)=\(argument)"
            } else {
                result.append(argument)
            }
        }
        return result
    }

    /// A verb that there isn't is answered with a near one.
    private static func checkVerb(_ verb: String?) throws {
        let verbs = commands.compactMap { $0.configuration.commandName }
        guard let verb, !verb.hasPrefix("-"), verb != "help", !verbs.contains(verb) else { return }
        let near = suggestion(for: verb, among: verbs).map { $0 + " " } ?? ""
        throw CommandOutcome(.usage, "error: there is no command '\(verb)'\n  note: \(near)there are: \(verbs.joined(separator: ", "))")
    }

    private static func end(with error: any Error) -> Never {
        if let outcome = CommandOutcome(error) {
            outcome.printToStandardError()
            Foundation.exit(outcome.status.rawValue)
        }
        exit(withError: error)  // help, version, usage errors (64)
    }
}
