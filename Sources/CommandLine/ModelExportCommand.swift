import AntimonyFormat
import ArgumentParser
import Foundation
import ModelIR
import ModelRuns

/// `perforin model export FILE`
struct ModelExportCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case antimony }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a model in another language: flat Antimony.",
        discussion: """
            EXAMPLES:
              perforin model export model.xml --out model.ant
              perforin model export model.ant --format antimony > flat.ant
            """)

    @Argument(help: ArgumentHelp("SBML or Antimony file.", valueName: "model"))
    var model: String

    @Option(help: "Language of the output; without it by the name of --out, else Antimony.")
    var format: Format?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("File for the model; standard output without it.", valueName: "file"))
    var out: String?

    func run() throws {
        let data = Data(writeAntimony(try loadModel(at: model)).utf8)
        if let out { try data.write(to: URL(fileURLWithPath: out)) } else { FileHandle.standardOutput.write(data) }
    }
}
