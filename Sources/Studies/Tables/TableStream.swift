import Foundation

/// Writes a trial's tables piece by piece, so that memory holds one shard's rows at a time.
///
/// Rows come out in the order of the small trials: arm by arm, in each by subject. Rows of the second arm and the
/// following wait in files beside until the end; nothing stands under its final name before it is whole.
final class TableStream {
    private let folder: URL
    private let arms: Int
    /// Open files by table and arm.
    private var handles: [String: [FileHandle]] = [:]
    private var tables: [AnalysisTable] = []
    private let stamp = UUID().uuidString

    init(folder: URL, arms: Int) {
        self.folder = folder
        self.arms = arms
    }

    private func place(_ table: AnalysisTable, _ arm: Int) -> URL { folder.appendingPathComponent(".\(table.fileName).\(arm).\(stamp)") }

    func append(_ tables: [AnalysisTable], arm: Int) throws {
        if self.tables.isEmpty {
            self.tables = tables.map { table in
                var empty = table
                empty.rows = []
                return empty
            }
            for table in tables {
                handles[table.name] = try (0..<arms).map { arm in
                    guard FileManager.default.createFile(atPath: place(table, arm).path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
                    return try FileHandle(forWritingTo: place(table, arm))
                }
                try handles[table.name]![0].write(contentsOf: Data(table.header.utf8))
            }
        }
        for (place, table) in tables.enumerated() {
            try handles[table.name]![arm].write(contentsOf: Data(table.body.utf8))
            // the description gives the longest cell of each variable: one row of those is kept
            let rows = self.tables[place].rows + table.rows
            guard !rows.isEmpty else { continue }
            self.tables[place].rows = [table.variables.indices.map { column in rows.map { $0[column] }.max { $0.utf8.count < $1.utf8.count } ?? "" }]
        }
    }

    /// Puts every table in its place with its description; returns their names.
    func finish(study: Study) throws -> [String] {
        for table in tables {
            let first = handles[table.name]![0]
            for arm in 1..<max(1, arms) {
                let rest = try FileHandle(forReadingFrom: place(table, arm))
                while let piece = try rest.read(upToCount: 1 << 20), !piece.isEmpty { try first.write(contentsOf: piece) }
                try rest.close()
            }
            try first.synchronize()
            guard rename(place(table, 0).path, folder.appendingPathComponent(table.fileName).path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        }
        try AtomicFile.write(Data(DefineFile(study: study, tables: tables).text.utf8), to: folder.appendingPathComponent("define.xml"))
        return tables.map(\.fileName) + ["define.xml"]
    }

    deinit {
        for table in tables {
            for arm in 0..<arms {
                try? handles[table.name]?[arm].close()
                try? FileManager.default.removeItem(at: place(table, arm))
            }
        }
    }
}
