public import Foundation
import GRDB
public import Studies

/// The archive of finished studies: one SQLite file, shared safely by several processes.
///
/// Writers take turns (immediate transactions, waiting up to a minute), readers never wait: the file is in write-ahead mode.
/// A study is written in one transaction, so that a process that dies leaves the archive as it was.
public final class Archive: StudyStore {
    public let path: String
    let pool: DatabasePool

    /// Opens the archive, makes it if there is none, and brings an older one up to date.
    ///
    /// - Throws: `ArchiveProblem` when the file is no archive, is damaged, is of a newer version, or can't be written.
    public init(path: String) throws {
        self.path = path
        var configuration = Configuration()
        configuration.busyMode = .timeout(60)
        configuration.foreignKeysEnabled = true
        do {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            pool = try Self.alone(in: folder) {
                let pool = try DatabasePool(path: path, configuration: configuration)
                let migrator = ArchiveSchema.migrator
                guard try !pool.read(migrator.hasBeenSuperseded) else { throw ArchiveProblem.newer(path) }
                try migrator.migrate(pool)
                return pool
            }
        } catch {
            throw ArchiveProblem(error, path: path)
        }
    }

    /// Opens and migrates one at a time: SQLite refuses at once, rather than waits, when two processes make a file
    /// write-ahead together, and two that find the same migration due would both run it.
    private static func alone<Result>(in folder: URL, _ body: () throws -> Result) rethrows -> Result {
        let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        // A file system without locks leaves the two races above, each of which ends with an error that loses nothing.
        if descriptor >= 0 { while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {} }
        return try body()
    }

    /// `--archive`, else `PERFORIN_ARCHIVE`, else a file in the user's data folder.
    public static func standardPath(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if let path = environment["PERFORIN_ARCHIVE"], !path.isEmpty { return path }
        let data = environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? (environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path) + "/.local/share"
        return data + "/perforin/archive.sqlite"
    }

    // MARK: Writing

    public func save(_ study: StoredStudy) throws {
        try guarded {
            try pool.write { database in
                if try Bool.fetchOne(database, sql: "SELECT 1 FROM study WHERE hash = ?", arguments: [study.hash]) == true { return }
                var frame = study.result
                frame.arms = []
                try database.execute(
                    sql: """
                        INSERT INTO study (hash, title, cancer, seed, version, created, manifest, frame)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        study.hash, study.result.title, study.result.cancer, String(study.result.provenance.seed),
                        study.result.provenance.version, Date.now.ISO8601Format(), study.manifest,
                        try ArchiveCoding.encode(frame),
                    ])
                let id = database.lastInsertedRowID
                for (position, (arm, key)) in zip(study.result.arms, study.armKeys).enumerated() {
                    let row = try Self.insert(arm, key: key, into: database)
                    try database.execute(
                        sql: "INSERT INTO study_arm (study, position, arm) VALUES (?, ?, ?)", arguments: [id, position, row])
                }
            }
        }
    }

    /// - Returns: The row of the arm; one with this key that is there already is kept as it is.
    private static func insert(_ arm: ArmResult, key: String, into database: Database) throws -> Int64 {
        if let known = try Int64.fetchOne(database, sql: "SELECT id FROM arm WHERE key = ?", arguments: [key]) { return known }
        var frame = arm
        frame.patients = []
        try database.execute(
            sql: "INSERT INTO arm (key, name, therapy, patients, failures, frame) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [key, arm.name, arm.therapy, arm.patients.count, arm.failures.count, try ArchiveCoding.encode(frame)])
        let id = database.lastInsertedRowID
        try EndpointRow.insert(of: arm, arm: id, into: database)
        let statement = try database.makeStatement(
            sql: """
                INSERT INTO patient
                (arm, number, subject, response, change, progression_days, progressed, survival_days, died, record)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for (number, patient) in arm.patients.enumerated() {
            try statement.execute(arguments: [
                id, number, patient.id, patient.bestResponse, patient.bestChange, patient.progressionFreeDays,
                patient.hasProgressedOrDied, patient.survivalDays, patient.hasDied, try ArchiveCoding.encode(patient),
            ])
        }
        return id
    }

    public func save(part: Data, forKey key: String) throws {
        try guarded {
            try pool.write { try $0.execute(sql: "INSERT OR IGNORE INTO part (key, data) VALUES (?, ?)", arguments: [key, part]) }
        }
    }

    public func part(forKey key: String) throws -> Data? {
        try guarded { try pool.read { try Data.fetchOne($0, sql: "SELECT data FROM part WHERE key = ?", arguments: [key]) } }
    }

    /// Deletes the parts kept for reuse; studies stay.
    public func deleteParts() throws {
        try guarded {
            try pool.write { try $0.execute(sql: "DELETE FROM part") }
            try pool.vacuum()
        }
    }

    /// Deletes a study, and those of its arms that no other study uses.
    public func delete(_ study: StudyEntry) throws {
        try guarded {
            try pool.write { database in
                try database.execute(sql: "DELETE FROM study WHERE hash = ?", arguments: [study.hash])
                try database.execute(sql: "DELETE FROM arm WHERE id NOT IN (SELECT arm FROM study_arm)")
            }
        }
    }

    func guarded<Value>(_ work: () throws -> Value) throws -> Value {
        do { return try work() } catch { throw ArchiveProblem(error, path: path) }
    }
}
