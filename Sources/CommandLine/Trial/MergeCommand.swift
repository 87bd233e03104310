import ArgumentParser
import Foundation
import ImmuneModels
import Studies

/// `perforin merge`: the result of a trial from its shards.
struct MergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Make a trial's tables, statistics and report from its shards.",
        discussion: """
            Refuses missing, foreign and damaged shards by name. Shards that were computed in other folders (on other machines)
            are taken in with --from. The result is, bit for bit, the one that a single machine gives.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin merge results/
              perforin merge results/ --from node1/results --from node2/results
            """)

    @Argument(help: "Folder of the trial (its --out).") var folder: String
    @Option(help: ArgumentHelp("Another folder with shards of the same trial; may be repeated.", valueName: "folder")) var from: [String] = []
    @Option(help: "Figures of the report: html (interactive) or svg (no script at all).") var format: DemoCommand.Format = .html
    @Flag(help: "Print results as JSON, in full precision.") var json = false
    @Flag(name: .shortAndLong, help: "No remarks on standard error.") var quiet = false

    func run() async throws {
        let place = URL(fileURLWithPath: folder)
        let trial = try TrialStudy.stored(in: place, library: try ModelLibrary.builtIn())
        for other in from { try trial.adopt(from: URL(fileURLWithPath: other), into: place) }
        let result = try trial.merge(in: place)
        try TrialOutput.write(result, to: place, format: format, quiet: quiet)
        print(json ? try TrialCommand.json(result.summary) : TrialCommand.table(result))
    }
}
