import AntimonyFormat
import ArgumentParser
import Foundation
import ModelIR
import ModelRuns
import SBMLFormat

/// `perforin model export FILE`
struct ModelExportCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case antimony, sbml }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a model in another language: flat Antimony or SBML Level 3 Version 2.",
        discussion: """
            EXAMPLES:
              perforin model export model.xml --out model.ant
              perforin model export model.ant --format sbml > model.xml
            """)

    @Argument(help: ArgumentHelp("SBML or Antimony file.", valueName: "model"))
    var model: String

    @Option(help: "Language of the output; without it by the name of --out, else Antimony.")
    var format: Format?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("File for the model; standard output without it.", valueName: "file"))
    var out: String?

    func run() throws {
        let model = try namedModel(model)
        let byName: Format = ["xml", "sbml"].contains((out ?? "").split(separator: ".").last?.lowercased()) ? .sbml : .antimony
        let text =
            switch format ?? byName {
            case .antimony: writeAntimony(model)
            case .sbml: try writeSBML(model)
            }
        if let out { try Data(text.utf8).write(to: URL(fileURLWithPath: out)) } else { FileHandle.standardOutput.write(Data(text.utf8)) }
    }
}
