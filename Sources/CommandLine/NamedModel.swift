import Foundation
import ImmuneModels
import ModelIR
import ModelRuns
import VirtualTrials

/// A model by path, or by the name of one that Perforin assembles: `healthy`, or a cancer of its catalogue, with agents
/// after `+` (`nsclc+pembrolizumab+docetaxel`).
///
/// A file of that name comes first.
///
/// - Parameter agents: File or folder with agents of one's own, which the name may mention.
func namedModel(_ name: String, agents: String? = nil) throws -> Model {
    if isFile(name) { return try loadModel(at: name) }
    if let plan = try builtInPlan(name) { return try AgentFiles.library(with: agents).assemble(plan).model }
    do throws(InvalidModel) { return try loadModel(at: name) } catch {
        throw InvalidModel(error.diagnostics + [try noBuiltIn(name)])
    }
}

private func isFile(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: name) || name.contains("/") || name.contains(".")
}

private func noBuiltIn(_ name: String) throws -> Diagnostic {
    let names = try builtInNames()
    let near = suggestion(for: name, among: names).map { $0 + " " } ?? ""
    return Diagnostic(.error, .invalid, "no built-in model '\(name)'", remedy: "\(near)there are: \(names.joined(separator: ", "))")
}

/// What a built-in name is assembled from; nil for any other name.
private func builtInPlan(_ name: String) throws -> ModelPlan? {
    if name == "healthy" { return ModelPlan() }
    if let cancer = try ModelLibrary.builtIn().cancer(named: name) { return ModelPlan(cancer: cancer.id) }
    let parts = name.split(separator: "+").map { $0.trimmingCharacters(in: .whitespaces) }
    return parts.count > 1 ? ModelPlan(cancer: parts[0] == "healthy" ? nil : parts[0], agents: Array(parts.dropFirst())) : nil
}

/// Names of the models that Perforin assembles.
func builtInNames() throws -> [String] { ["healthy"] + (try ModelLibrary.builtIn()).cancers.map(\.id) }

/// Parameters of a built-in model with their sources.
func builtInParameters(_ name: String, agents: String? = nil) throws -> [ParameterRow] {
    guard let plan = try builtInPlan(name) else { throw InvalidModel([try noBuiltIn(name)]) }
    return try AgentFiles.library(with: agents).assemble(plan).parameters
}

/// A built-in model with the agents of a therapy.
struct TreatedModel {
    let assembled: AssembledModel
    let regimen: Regimen

    /// - Parameter agents: File or folder with agents of one's own.
    /// - Throws: `InvalidModel` for a file, an unknown name, a therapy that can't be read or makes no sense here.
    init(_ name: String, therapy: String, agents: String? = nil) throws {
        guard var plan = try isFile(name) ? nil : builtInPlan(name) else {
            if isFile(name) {
                throw InvalidModel([Diagnostic(.error, .invalid, "--therapy needs a built-in model, '\(name)' is a file", remedy: "there are: \(try builtInNames().joined(separator: ", "))")])
            }
            throw InvalidModel([try noBuiltIn(name)])
        }
        let library = try AgentFiles.library(with: agents)
        regimen = try Regimen(parsing: therapy, library: library, source: "--therapy")
        plan.agents = regimen.agents
        assembled = try library.assemble(plan)
    }

    /// The model with its doses as events.
    ///
    /// - Parameters:
    ///   - start: Day of the first dose; nil: the day on which the typical patient's tumour is found.
    ///   - days: Length of treatment.
    func withDoses(from start: Double?, for days: Double) throws -> Model {
        try assembled.treated(by: regimen, from: try start ?? dayOfDiagnosis(), for: days)
    }

    private func dayOfDiagnosis() throws -> Double {
        guard let diagnosis = assembled.diagnosis else { return 0 }
        var options = RunOptions()
        options.duration = diagnosis.maximumTime.rounded()
        options.steps = Int(options.duration)
        options.observed = [diagnosis.observable, diagnosis.threshold]
        let course = try PreparedModel(assembled.model, options: options).run()
        guard let row = course.times.indices.first(where: { course.values[2 * $0] >= course.values[2 * $0 + 1] }) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "the typical tumour is not found within \(Int(options.duration)) days", remedy: "say when treatment begins: --from 1500d")])
        }
        return course.times[row]
    }
}
