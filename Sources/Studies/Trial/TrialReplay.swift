public import Foundation
public import ImmuneModels
import ModelIR

/// A finished trial, to be run again and compared with what it gave.
public struct TrialReplay: Sendable {
    public struct Verdict: Sendable, Codable, Hashable {
        public struct File: Sendable, Codable, Hashable {
            public var name: String
            public var recorded: String
            public var found: String
            public var isSame: Bool
        }
        public var files: [File]
        /// Outputs that were not made again, with the reason.
        public var skipped: [String]
        /// Inputs that differ from the manifest's.
        public var differences: [String]
    }

    public let trial: TrialStudy
    /// Hash of each output by name, as the manifest has it.
    public let recorded: [String: String]
    /// What this program does differently, in words: `version 0.1.0 there, 0.2.0 here`.
    public let differences: [String]

    /// - Throws: `InvalidModel` when the manifest or the study beside it can't be read.
    public init(manifest url: URL, library: ModelLibrary) throws {
        let folder = url.deletingLastPathComponent()
        guard url.lastPathComponent == TrialManifest.fileName, let manifest = try TrialManifest.read(from: folder) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "'\(url.path)' is not a trial's manifest", remedy: "give the manifest.json of a trial's --out folder")])
        }
        manifest.adoptInstructionForm()
        trial = try TrialStudy(manifest.restored(in: folder), library: library, command: manifest.command)
        recorded = manifest.outputs
        differences = zip(manifest.inputs, trial.manifest.inputs).filter { $0.value != $1.value }.map { old, new in
            "\(new.name): \(old.value) there, \(new.value) here"
        }
    }

    /// Hashes what was written to `folder` and lays it beside what the manifest recorded. Reports depend on tools outside
    /// (the plotting bundle) and are not compared.
    public func compare(with folder: URL) throws -> Verdict {
        var verdict = Verdict(files: [], skipped: [], differences: differences)
        for (name, hash) in recorded.sorted(by: { $0.key < $1.key }) {
            if name.hasSuffix(".html") {
                verdict.skipped.append("\(name): a page for people; its numbers are in result.json")
                continue
            }
            let data = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path)
            let found = data.map(ShardFolder.checksum) ?? "missing"
            verdict.files.append(.init(name: name, recorded: hash, found: found, isSame: found == hash))
        }
        return verdict
    }
}

extension TrialManifest {
    /// The study as it ran: the file kept beside the manifest, with the patients and the seed of the run.
    func restored(in folder: URL) throws -> Study {
        var study = try Study(contentsOf: folder.appendingPathComponent("study.yaml").path)
        study.patients = patients
        study.seed = seed
        return study
    }
}
