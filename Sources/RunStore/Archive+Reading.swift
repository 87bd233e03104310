public import Foundation
import GRDB
public import Studies

/// A study of the archive in one line.
public struct StudyEntry: Sendable, Codable, Hashable {
    public var hash: String
    public var title: String
    public var cancer: String
    public var seed: UInt64
    public var version: String
    /// When it was saved, ISO 8601.
    public var created: String
    public var arms: [ArmEntry]

    /// The first eight characters of the hash, as people type it.
    public var shortHash: String { String(hash.prefix(8)) }
}

/// An arm of the archive in one line.
public struct ArmEntry: Sendable, Codable, Hashable {
    public var key: String
    public var name: String
    public var therapy: String
    public var patients: Int
    public var failures: Int
    public var endpoints: [EndpointRow]
}

extension Archive {
    /// Every study, the newest first.
    public func studies() throws -> [StudyEntry] {
        try guarded {
            try pool.read { database in
                try Row.fetchAll(database, sql: "SELECT * FROM study ORDER BY id DESC").map { try Self.entry($0, in: database) }
            }
        }
    }

    /// The study whose hash begins with `prefix`, or whose title is it.
    ///
    /// - Throws: `ArchiveProblem` when there is none, or more than one.
    public func study(named name: String) throws -> StudyEntry {
        let all = try studies()
        let found = all.filter { $0.hash.hasPrefix(name.lowercased()) && name.count >= 4 }
        let matching = found.isEmpty ? all.filter { $0.title == name } : found
        guard let first = matching.first else { throw ArchiveProblem.unknown(name, path) }
        guard matching.count == 1 else { throw ArchiveProblem.ambiguous(name, matching.map(\.shortHash)) }
        return first
    }

    private static func entry(_ row: Row, in database: Database) throws -> StudyEntry {
        let arms = try Row.fetchAll(
            database,
            sql: "SELECT arm.id, key, name, therapy, patients, failures FROM study_arm JOIN arm ON arm.id = arm WHERE study = ? ORDER BY position",
            arguments: [row["id"] as Int64]
        ).map { arm in
            ArmEntry(
                key: arm["key"], name: arm["name"], therapy: arm["therapy"], patients: arm["patients"], failures: arm["failures"],
                endpoints: try Row.fetchAll(
                    database, sql: "SELECT code, unit, value, lower, upper FROM endpoint WHERE arm = ?", arguments: [arm["id"] as Int64]
                ).map { EndpointRow(code: $0["code"], unit: $0["unit"], value: $0["value"], lower: $0["lower"], upper: $0["upper"]) })
        }
        return StudyEntry(
            hash: row["hash"], title: row["title"], cancer: row["cancer"], seed: UInt64(row["seed"] as String) ?? 0,
            version: row["version"], created: row["created"], arms: arms)
    }

    /// The whole result, as it was saved.
    public func result(of study: StudyEntry) throws -> CohortResult {
        try guarded {
            try pool.read { database in
                guard let row = try Row.fetchOne(database, sql: "SELECT id, frame FROM study WHERE hash = ?", arguments: [study.hash])
                else { throw ArchiveProblem.unknown(study.hash, path) }
                var result = try ArchiveCoding.decode(row["frame"], as: CohortResult.self)
                result.arms = try Int64.fetchAll(
                    database, sql: "SELECT arm FROM study_arm WHERE study = ? ORDER BY position", arguments: [row["id"] as Int64]
                ).map { try Self.arm($0, in: database) }
                return result
            }
        }
    }

    public func manifest(of study: StudyEntry) throws -> Data {
        try guarded {
            try pool.read { database in
                guard let data = try Data.fetchOne(database, sql: "SELECT manifest FROM study WHERE hash = ?", arguments: [study.hash])
                else { throw ArchiveProblem.unknown(study.hash, path) }
                return data
            }
        }
    }

    public func arm(forKey key: String) throws -> ArmResult? {
        try guarded {
            try pool.read { database in
                try Int64.fetchOne(database, sql: "SELECT id FROM arm WHERE key = ?", arguments: [key]).map { try Self.arm($0, in: database) }
            }
        }
    }

    private static func arm(_ id: Int64, in database: Database) throws -> ArmResult {
        guard let frame = try Data.fetchOne(database, sql: "SELECT frame FROM arm WHERE id = ?", arguments: [id]) else {
            throw ArchiveProblem("the archive lost arm \(id)")
        }
        var arm = try ArchiveCoding.decode(frame, as: ArmResult.self)
        let rows = try Data.fetchCursor(database, sql: "SELECT record FROM patient WHERE arm = ? ORDER BY number", arguments: [id])
        while let record = try rows.next() { arm.patients.append(try ArchiveCoding.decode(record)) }
        return arm
    }
}
