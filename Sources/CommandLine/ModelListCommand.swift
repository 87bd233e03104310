import ArgumentParser
import Foundation
import ModelIR
import ModelRuns

/// `perforin model list DIR`
struct ModelListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the models of a folder with their sizes.",
        discussion: """
            EXAMPLES:
              perforin model list models/
              perforin model list models/ --json
            """)

    @Argument(help: ArgumentHelp("Folder of SBML and Antimony files.", valueName: "folder"))
    var folder: String

    @Flag(help: "Print the list as JSON.")
    var json = false

    private struct Row: Encodable {
        var file: String
        var title: String?
        var states: Int?
        var reactions: Int?
        var parameters: Int?
        var error: String?
    }

    func run() throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandOutcome(.badInput, "error: no folder '\(folder)'")
        }
        let rows = try Atlas.files(in: folder).map { file in
            do throws(InvalidModel) {
                let facts = ModelFacts(try loadModel(at: "\(folder)/\(file)"))
                return Row(
                    file: file, title: facts.title, states: facts.states, reactions: facts.reactions,
                    parameters: facts.parameters)
            } catch {
                return Row(file: file, error: error.diagnostics.first?.message ?? "unreadable")
            }
        }
        if json { return try printJSON(rows) }
        for row in rows {
            let size = row.states.map {
                "\($0) states, \(row.reactions ?? 0) reactions, \(row.parameters ?? 0) parameters"
            }
            print("\(row.file)\t\(row.error.map { "can't be read: \($0)" } ?? size ?? "")\t\(row.title ?? "")")
        }
    }
}
