import GRDB

/// The tables of the archive, as a history of migrations: a file of an older version is brought up to date when it is
/// opened, one of a newer version is refused.
///
/// ```
/// study ─< study_arm >─ arm ─< patient            a study's arms in order; an arm may serve several studies
///                        └─< endpoint             summaries: value and confidence limits by endpoint
/// part                                             records of a shard's arm by content key, for reuse
/// ```
/// `arm.key` is the content hash of everything that its result depends on (model, parameters, plan, seed, version,
/// instruction form); `study.hash` that of its manifest. Times are days, rates percent, sizes mm, as in `CohortResult`.
enum ArchiveSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: studies, arms, patients") { database in
            try database.create(table: "study") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("hash", .text).notNull().unique()
                table.column("title", .text).notNull()
                table.column("cancer", .text).notNull()
                table.column("seed", .text).notNull()
                table.column("version", .text).notNull()
                table.column("created", .text).notNull()
                table.column("manifest", .blob).notNull()
                /// `CohortResult` without its arms.
                table.column("frame", .blob).notNull()
            }
            try database.create(table: "arm") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("key", .text).notNull().unique()
                table.column("name", .text).notNull()
                table.column("therapy", .text).notNull()
                table.column("patients", .integer).notNull()
                table.column("failures", .integer).notNull()
                /// `ArmResult` without its patients.
                table.column("frame", .blob).notNull()
            }
            try database.create(table: "study_arm") { table in
                table.column("study", .integer).notNull().references("study", onDelete: .cascade)
                table.column("position", .integer).notNull()
                table.column("arm", .integer).notNull().references("arm").indexed()
                table.primaryKey(["study", "position"])
            }
            try database.create(table: "patient", options: .withoutRowID) { table in
                table.column("arm", .integer).notNull().references("arm", onDelete: .cascade)
                table.column("number", .integer).notNull()
                table.column("subject", .text).notNull()
                table.column("response", .text).notNull()
                table.column("change", .double)
                table.column("progression_days", .double).notNull()
                table.column("progressed", .boolean).notNull()
                table.column("survival_days", .double).notNull()
                table.column("died", .boolean).notNull()
                /// `PatientResult`, whole.
                table.column("record", .blob).notNull()
                table.primaryKey(["arm", "number"])
            }
        }
        migrator.registerMigration("2: summaries by endpoint") { database in
            try database.create(table: "endpoint", options: .withoutRowID) { table in
                table.column("arm", .integer).notNull().references("arm", onDelete: .cascade)
                table.column("code", .text).notNull()
                table.column("unit", .text).notNull()
                table.column("value", .double)
                table.column("lower", .double)
                table.column("upper", .double)
                table.primaryKey(["arm", "code"])
            }
            for row in try Row.fetchAll(database, sql: "SELECT id, frame FROM arm") {
                try EndpointRow.insert(of: try ArchiveCoding.decode(row["frame"]), arm: row["id"], into: database)
            }
        }
        migrator.registerMigration("3: parts by content") { database in
            try database.create(table: "part", options: .withoutRowID) { table in
                table.column("key", .text).notNull().primaryKey()
                table.column("data", .blob).notNull()
            }
        }
        return migrator
    }
}
