import Ensembles
import Foundation
import ModelIR

/// What a folder of results was made from, so that the run can be repeated and nothing foreign is mixed in.
public struct TrialManifest: Sendable, Codable, Hashable {
    public var schema = 1
    public var kind = "trial"
    public var version: String
    /// The study file as it was read, kept beside as `study.yaml`.
    public var study: String
    public var studyHash: String
    public var modelHash: String
    public var patients: Int
    public var seed: UInt64
    public var relativeTolerance: Double
    public var absoluteTolerance: Double
    public var instructionForm: String
    public var command: String
    /// Hash of all of the above that results depend on.
    public var plan: String
    public var shards: [Shard]
    /// Hash of each output by file name; empty while the trial is not complete.
    public var outputs: [String: String] = [:]

    /// The inputs that decide results, in words, to say what differs.
    var inputs: [(name: String, value: String)] {
        [
            ("version", version), ("study", studyHash), ("model", modelHash), ("patients", "\(patients)"), ("seed", "\(seed)"),
            ("tolerances", "\(relativeTolerance), \(absoluteTolerance)"), ("instruction form", instructionForm),
        ]
    }

    static func planHash(_ inputs: [(name: String, value: String)]) -> String {
        var hash = ContentHash()
        for input in inputs {
            hash.combine(input.name)
            hash.combine(input.value)
        }
        return hash.description
    }

    static let fileName = "manifest.json"

    /// Makes this process use the instruction form of the manifest, unless the user chose one: to be called before the
    /// first kernel is loaded, since the form is chosen once.
    func adoptInstructionForm() { setenv("PERFORIN_BACKEND", instructionForm, 0) }

    static func read(from folder: URL) throws -> TrialManifest? {
        let url = folder.appendingPathComponent(fileName)
        guard let data = FileManager.default.contents(atPath: url.path) else { return nil }
        guard let manifest = try? JSONDecoder().decode(TrialManifest.self, from: data), manifest.schema == 1 else {
            throw InvalidModel([
                Diagnostic(.error, .invalid, "'\(url.path)' is not a manifest that this version reads", remedy: "choose another folder")
            ])
        }
        return manifest
    }

    func write(to folder: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(try encoder.encode(self), to: folder.appendingPathComponent(Self.fileName))
    }

    /// Refuses a folder that holds another plan's results.
    func check(against old: TrialManifest, in folder: URL) throws {
        guard old.plan != plan else { return }
        let differences = zip(old.inputs, inputs).filter { $0.value != $1.value }
        let words = differences.map { old, new in
            ["study", "model"].contains(new.name) ? "the \(new.name)" : "\(new.name) \(old.value) there, \(new.value) here"
        }
        throw InvalidModel([
            Diagnostic(
                .error, .invalid, "'\(folder.path)' holds another trial: \(words.isEmpty ? "the plans" : words.joined(separator: "; ")) \(words.contains { $0.hasPrefix("the ") } || words.isEmpty ? "differ" : "")".trimmingCharacters(in: .whitespaces),
                remedy: "choose another folder for --out, or delete that one")
        ])
    }
}
