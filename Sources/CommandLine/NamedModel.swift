import Foundation
import ImmuneModels
import ModelIR
import ModelRuns

/// A model by path, or by the name of one that Perforin assembles: `healthy`, or a cancer of its catalogue, with agents
/// after `+` (`nsclc+pembrolizumab+docetaxel`).
///
/// A file of that name comes first.
func namedModel(_ name: String) throws -> Model {
    if FileManager.default.fileExists(atPath: name) || name.contains("/") || name.contains(".") {
        return try loadModel(at: name)
    }
    let library = try ModelLibrary.builtIn()
    if name == "healthy" { return try library.assemble(ModelPlan()).model }
    if let cancer = library.cancer(named: name) { return try library.assemble(ModelPlan(cancer: cancer.id)).model }
    let parts = name.split(separator: "+").map { $0.trimmingCharacters(in: .whitespaces) }
    if parts.count > 1 {
        return try library.assemble(ModelPlan(cancer: parts[0] == "healthy" ? nil : parts[0], agents: Array(parts.dropFirst()))).model
    }
    do throws(InvalidModel) { return try loadModel(at: name) } catch {
        let names = try builtInNames().joined(separator: ", ")
        throw InvalidModel(
            error.diagnostics + [
                Diagnostic(.error, .invalid, "no built-in model '\(name)'", remedy: "there are: \(names)")
            ])
    }
}

/// Names of the models that Perforin assembles.
func builtInNames() throws -> [String] { ["healthy"] + (try ModelLibrary.builtIn()).cancers.map(\.id) }
