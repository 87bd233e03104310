import ArgumentParser
import Foundation
import ImmuneModels
import ModelIR
import ModelRuns

/// `perforin model list [DIR]`
struct ModelListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the built-in models, or those of a folder, with their sizes.",
        discussion: """
            EXAMPLES:
              perforin model list
              perforin model list models/ --json
            """)

    @Argument(
        help: ArgumentHelp(
            "Folder of SBML and Antimony files; without it the built-in models.", valueName: "folder"))
    var folder: String?

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
        let rows = try folder.map(Self.rows) ?? builtInRows()
        if json { return try printJSON(rows) }
        for row in rows {
            let size = row.states.map {
                "\($0) states, \(row.reactions ?? 0) reactions, \(row.parameters ?? 0) parameters"
            }
            print("\(row.file)\t\(row.error.map { "can't be read: \($0)" } ?? size ?? "")\t\(row.title ?? "")")
        }
    }

    /// Built-in models under the names of their cancers.
    private func builtInRows() throws -> [Row] {
        let library = try ModelLibrary.builtIn()
        return try builtInNames().map { name in
            var row = Self.row(name) { try namedModel($0) }
            row.title = library.cancer(named: name)?.name ?? "a person without cancer"
            return row
        }
    }

    private static func rows(of folder: String) throws -> [Row] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandOutcome(.badInput, "error: no folder '\(folder)'")
        }
        return try Atlas.files(in: folder).map { file in row(file) { try loadModel(at: "\(folder)/\($0)") } }
    }

    private static func row(_ name: String, load: (String) throws -> Model) -> Row {
        do {
            let facts = ModelFacts(try load(name))
            return Row(
                file: name, title: facts.title, states: facts.states, reactions: facts.reactions,
                parameters: facts.parameters)
        } catch {
            let first = (error as? InvalidModel)?.diagnostics.first?.message
            return Row(file: name, error: first ?? "\(error)")
        }
    }
}
