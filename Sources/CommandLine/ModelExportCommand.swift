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
              perforin model export nsclc --therapy "pembrolizumab 200 mg q3w" --until 2y --out treated.xml
            """)

    @Argument(help: ArgumentHelp("SBML or Antimony file.", valueName: "model"))
    var model: String

    @Option(help: "Language of the output; without it by the name of --out, else Antimony.")
    var format: Format?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("File for the model; standard output without it.", valueName: "file"))
    var out: String?

    @Option(help: "Therapy of a built-in model, in the words of a protocol; its doses become events.")
    var therapy: String?

    @Option(help: "Length of treatment with its unit: 365d, 18mo, 2y.")
    var until: String = "1y"

    @Option(help: "Day of the first dose with its unit: 1500d. Without it the day on which the typical tumour is found.")
    var from: String?

    @Option(help: ArgumentHelp("File or folder with agents of your own; Documentation/Agents.md.", valueName: "path"))
    var agents: String?

    @Flag(help: "Turn deep algebra into fast states, for simulators that write rules out in full (libRoadRunner).")
    var shallow = false

    func validate() throws {
        _ = try TimeSpan(until, option: "--until")
        if let from { _ = try TimeSpan(from, option: "--from", allowsZero: true) }
        if let format, let out, let named = Self.format(of: out), named != format {
            throw ValidationError("--format \(format.rawValue) contradicts --out \(out), whose name says \(named.rawValue).")
        }
        if therapy == nil, from != nil { throw ValidationError("--from says when doses begin: it needs --therapy.") }
    }

    /// What a file's name promises; nil: nothing.
    private static func format(of file: String) -> Format? {
        switch URL(fileURLWithPath: file).pathExtension.lowercased() {
        case "xml", "sbml": .sbml
        case "ant", "antimony", "txt": .antimony
        default: nil
        }
    }

    func run() throws {
        var model =
            if let therapy {
                try TreatedModel(model, therapy: therapy, agents: agents).withDoses(
                    from: try from.map { try TimeSpan($0, option: "--from", allowsZero: true).days }, for: try TimeSpan(until, option: "--until").days)
            } else { try namedModel(model, agents: agents) }
        if shallow { model = try model.withShallowAlgebra() }
        let byName = out.flatMap(Self.format) ?? .antimony
        let text =
            switch format ?? byName {
            case .antimony: writeAntimony(model)
            case .sbml: try writeSBML(model)
            }
        if let out { try Data(text.utf8).write(to: URL(fileURLWithPath: out)) } else { FileHandle.standardOutput.write(Data(text.utf8)) }
    }
}
