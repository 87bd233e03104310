public import Foundation
public import Ensembles
public import ImmuneModels
import ModelIR

/// What a folder holds of a trial, shard by shard.
public struct ShardInventory: Sendable {
    public struct Defective: Sendable {
        public var shard: Shard
        public var reason: String
    }
    public var whole: [Shard] = []
    public var missing: [Shard] = []
    public var defective: [Defective] = []
    /// Files among the shards that are none of this trial's.
    public var strangers: [String] = []

    public var isComplete: Bool { missing.isEmpty && defective.isEmpty && strangers.isEmpty }

    /// Everything that is wrong, by name, a line each; lists of missing shards are cut at ten.
    public var complaints: [String] {
        var lines = defective.map { "\($0.shard.name) \($0.reason)" } + strangers.map { "\($0) is no shard of this trial" }
        if !missing.isEmpty {
            let names = missing.prefix(10).map(\.name).joined(separator: ", ")
            lines.append("missing: \(names)\(missing.count > 10 ? " and \(missing.count - 10) more" : "")")
        }
        return lines
    }
}

extension TrialStudy {
    /// Reads the trial of a folder of results from its `manifest.json` and `study.yaml`.
    ///
    /// - Throws: `InvalidModel` when there is none, or when this program would make another trial of it: another
    ///   version, model or instruction form; the differences are named.
    public static func stored(in folder: URL, library: ModelLibrary) throws -> TrialStudy {
        guard let manifest = try TrialManifest.read(from: folder) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "'\(folder.path)' holds no trial (no \(TrialManifest.fileName))", remedy: "give the --out folder of a trial")])
        }
        manifest.adoptInstructionForm()
        let trial = try TrialStudy(manifest.restored(in: folder), library: library, command: manifest.command)
        try trial.manifest.check(against: manifest, in: folder)
        return trial
    }

    /// What of the trial is on disk, whole or not. Reads every shard.
    public func inventory(of folder: URL) -> ShardInventory {
        let store = ShardFolder(folder, plan: manifest.plan)
        var inventory = ShardInventory()
        for shard in manifest.shards {
            do {
                if try store.check(shard) { inventory.whole.append(shard) } else { inventory.missing.append(shard) }
            } catch {
                inventory.defective.append(.init(shard: shard, reason: "\(error)"))
            }
        }
        let known = Set(manifest.shards.map(\.name))
        let files = (try? FileManager.default.contentsOfDirectory(atPath: store.folder.path)) ?? []
        // hidden files are what a process that was killed left half written
        inventory.strangers = files.filter { !known.contains($0) && !$0.hasPrefix(".") }.sorted()
        return inventory
    }

    /// Computes what is missing of one part of the trial; nothing is kept in memory.
    ///
    /// - Throws: `CancellationError` when cancelled (whole shards stay); `InvalidModel`.
    public func compute(
        _ part: ShardIndex, in folder: URL, threads: Int = 1, cancellation: Cancellation = Cancellation(),
        progress: (@Sendable (StudyProgress) -> Void)? = nil
    ) throws {
        try prepare(folder)
        let shards = Shard.part(part.number, of: part.count, patients: study.patients)
        _ = try run(shards, in: folder, threads: threads, keepsResults: false, cancellation: cancellation, progress: progress)
    }

    /// The whole trial from the shards of a folder.
    ///
    /// - Throws: `InvalidModel` naming every missing, foreign or damaged shard.
    public func merge(in folder: URL) throws -> TrialResult {
        let inventory = inventory(of: folder)
        guard inventory.isComplete else {
            throw InvalidModel(
                inventory.complaints.map { Diagnostic(.error, .invalid, "'\(folder.path)': \($0)") } + [
                    Diagnostic(.note, .invalid, "the trial's command into the same folder computes again what is missing or damaged")
                ])
        }
        if isLarge { return try summariseLarge(in: folder, seconds: 0) }
        let store = ShardFolder(folder, plan: manifest.plan)
        let shards = try manifest.shards.compactMap { try store.read($0) }
        return try summarise(shards, seconds: 0)
    }
}

extension TrialStudy {
    /// Copies whole shards of this trial from another folder; what is there already stays.
    ///
    /// - Throws: `InvalidModel` naming shards of another plan and damaged ones.
    public func adopt(from other: URL, into folder: URL) throws {
        let source = ShardFolder(other, plan: manifest.plan)
        let target = ShardFolder(folder, plan: manifest.plan)
        var problems: [Diagnostic] = []
        for shard in manifest.shards where (try? target.check(shard)) != true {
            do {
                guard try source.check(shard), let data = FileManager.default.contents(atPath: source.place(of: shard).path) else { continue }
                try FileManager.default.createDirectory(at: target.folder, withIntermediateDirectories: true)
                try AtomicFile.write(data, to: target.place(of: shard))
            } catch let defect as ShardFolder.Defect {
                problems.append(Diagnostic(.error, .invalid, "'\(other.path)': \(shard.name) \(defect)"))
            }
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
    }
}

extension TrialStudy {
    /// Numbers of the parts `1...count` of which a shard is not on disk. A look at names only: shards are renamed when
    /// whole, and the merge checks their sums.
    public func missingParts(of count: Int, in folder: URL) -> [Int] {
        let store = ShardFolder(folder, plan: manifest.plan)
        return (1...count).filter { part in
            !Shard.part(part, of: count, patients: study.patients).allSatisfy(store.isThere)
        }
    }

    /// Whether the folder holds this trial's result.
    public func isMerged(in folder: URL) throws -> Bool {
        try TrialManifest.read(from: folder).map { $0.plan == manifest.plan && !$0.outputs.isEmpty } ?? false
    }
}
