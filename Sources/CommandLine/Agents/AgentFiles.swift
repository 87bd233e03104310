import Foundation
import ImmuneModels
import ModelIR
import VirtualTrials

/// Agents of the user's own, from a file or from every `.txt` file of a folder.
enum AgentFiles {
    /// The built-in library with the agents at `path` added; without a path the built-in library.
    ///
    /// - Throws: `InvalidModel` with the places of everything that is wrong in the files; `CommandOutcome` when there are none.
    static func library(with path: String?) throws -> ModelLibrary {
        var library = try ModelLibrary.builtIn()
        guard let path else { return library }
        for file in try files(at: path) { try add(file, to: &library) }
        return library
    }

    /// Reads one file into the library and its schedule by the regimen's grammar.
    @discardableResult
    static func add(_ file: String, to library: inout ModelLibrary) throws -> Agent {
        let agent = try library.addAgent(String(contentsOfFile: file, encoding: .utf8), file: file)
        let course = try Regimen(parsing: agent.id, library: library, source: file, line: agent.line(of: "schedule"))
        let units = library.doseTarget(of: agent).amountPerUnit
        for step in course.phases.first?.courses.last?.steps ?? [] {
            let unit = step.dose.scaled(weight: 70, bodySurface: 1.8, glomerularFiltration: 90).unit
            if units[unit] == nil {
                throw InvalidModel([
                    Diagnostic(
                        .error, .invalid, "a dose in \(step.dose.unit.rawValue) has no amount",
                        at: SourceLocation(file: file, line: agent.line(of: "schedule"), column: 1),
                        remedy: "give 'molar mass', or 'amount per unit: \(unit)=...'; known units: \(units.keys.sorted().joined(separator: ", "))")
                ])
            }
        }
        return agent
    }

    static func files(at path: String) throws -> [String] {
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandOutcome(.badInput, "error: there is no file or folder '\(path)'")
        }
        guard isFolder.boolValue else { return [path] }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".txt") }.sorted()
        if names.isEmpty { throw CommandOutcome(.badInput, "error: '\(path)' holds no agent files (.txt)") }
        return names.map { "\(path)/\($0)" }
    }
}
