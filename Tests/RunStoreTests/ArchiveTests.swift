import Foundation
import GRDB
@testable import RunStore
import Studies
import Testing

@Suite struct ArchiveTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("perforin-archive-\(UUID().uuidString)")
    private var path: String { folder.appendingPathComponent("archive.sqlite").path }

    static func patient(_ number: Int) -> PatientResult {
        let x = Double(number)
        return PatientResult(
            id: "\(number + 1)", covariates: ["age": 60 + x], days: [0, 42], sumOfDiameters: [37.1, 30 + 0.1 * x],
            percentChange: [0, -10], timePointResponses: ["SD"], bestResponse: "SD", bestChange: -10,
            progressionFreeDays: 100.1 + x, hasProgressedOrDied: true, progressionCause: "target", survivalDays: 300,
            hasDied: number % 2 == 0)
    }

    static func arm(_ name: String, patients: Int, response: Double = 20) -> ArmResult {
        let interval = Interval(response, response - 3, response + 3)
        return ArmResult(
            name: name, therapy: "\(name) 200 mg q3w", regimen: [],
            patients: (0..<patients).map(patient), failures: [], baseline: [],
            response: ResponseTable(
                patients: patients, counts: [Count("SD", patients)], objectiveResponse: interval, completeResponse: interval,
                diseaseControl: interval, confirmed: false, criteria: "RECIST 1.1"),
            survival: [], bands: [])
    }

    static func study(_ hash: String, arms: [(String, ArmResult)]) -> StoredStudy {
        let result = CohortResult(
            title: "study \(hash)", cancer: "nsclc", cancerName: "lung cancer",
            screening: Screening(drawn: 12, accepted: 10, rejections: []), arms: arms.map(\.1),
            provenance: Provenance(
                version: "0.1.0", modelHash: "m", seed: .max, method: "Rodas4P2", relativeTolerance: 1e-4, instructionForm: "avx2",
                modules: [], states: 3, varyingParameters: 2, command: "perforin trial", seconds: [:]), limits: [])
        return StoredStudy(hash: hash, result: result, armKeys: arms.map(\.0), manifest: Data("{\"seed\":7}".utf8))
    }

    @Test func `a study comes back as it was saved, whole`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let archive = try Archive(path: path)
        let study = Self.study("aaaa1111", arms: [("k1", Self.arm("pembrolizumab", patients: 30)), ("k2", Self.arm("docetaxel", patients: 30))])
        try archive.save(study)
        try archive.save(study)
        let entry = try archive.study(named: "aaaa")
        #expect(try archive.studies().count == 1)
        #expect(try archive.result(of: entry) == study.result)
        #expect(try archive.manifest(of: entry) == study.manifest)
        #expect(entry.seed == .max)
        #expect(entry.arms[0].endpoints.first { $0.code == "ORR" }?.value == 20)
    }

    @Test func `an arm is found by what it depends on and kept once; deleting one study keeps what another uses`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let archive = try Archive(path: path)
        let shared = Self.arm("docetaxel", patients: 20)
        let first = Self.study("aaaa1111", arms: [("k1", Self.arm("A", patients: 20)), ("k2", shared)])
        let second = Self.study("bbbb2222", arms: [("k3", Self.arm("B", patients: 20)), ("k2", shared)])
        try archive.save(first)
        #expect(try archive.arm(forKey: "k2") == shared)
        #expect(try archive.arm(forKey: "k3") == nil)
        try archive.save(second)
        #expect(try archive.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM arm") } == 3)
        try archive.delete(try archive.study(named: "aaaa1111"))
        #expect(try archive.result(of: try archive.study(named: "bbbb2222")) == second.result)
        #expect(try archive.arm(forKey: "k1") == nil)
        #expect(try archive.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM patient") } == 40)
    }

    @Test func `an archive of the first version is brought up to date with its summaries`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let arm = Self.arm("A", patients: 5, response: 33)
        do {
            let queue = try DatabaseQueue(path: path)
            try ArchiveSchema.migrator.migrate(queue, upTo: "1: studies, arms, patients")
            try queue.write { database in
                try database.execute(
                    sql: "INSERT INTO arm (key, name, therapy, patients, failures, frame) VALUES ('k', 'A', 'a', 0, 0, ?)",
                    arguments: [try ArchiveCoding.encode(Self.arm("A", patients: 0, response: 33))])
                try database.execute(
                    sql: "INSERT INTO study (hash, title, cancer, seed, version, created, manifest, frame) VALUES ('cccc', 't', 'nsclc', '1', '0.0.9', '', x'7b7d', ?)",
                    arguments: [try ArchiveCoding.encode(Self.study("cccc", arms: []).result)])
                try database.execute(sql: "INSERT INTO study_arm VALUES (1, 0, 1)")
            }
        }
        let entry = try Archive(path: path).study(named: "cccc")
        #expect(entry.arms.first?.endpoints == EndpointRow.all(of: arm).sorted { $0.code < $1.code })
    }

    @Test func `a newer archive, a text file and a damaged file are refused by name`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try Archive(path: path).save(Self.study("aaaa1111", arms: [("k", Self.arm("A", patients: 200))]))
        let newer = path + "-newer"
        try FileManager.default.copyItem(atPath: path, toPath: newer)
        try DatabaseQueue(path: newer).write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: of the future')") }
        #expect { try Archive(path: newer) } throws: { "\($0)".contains("newer version") }
        let text = path + "-text"
        try String(repeating: "not a database ", count: 100).write(toFile: text, atomically: true, encoding: .utf8)
        #expect { try Archive(path: text) } throws: { "\($0)".contains("is not an archive") }
    }

    @Test func `many writers on one archive lose nothing`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let archive = try Archive(path: path)
                    for number in 0..<5 {
                        try archive.save(Self.study("w\(writer)-\(number)", arms: [("k\(writer)-\(number)", Self.arm("A", patients: 10)), ("shared", Self.arm("B", patients: 10))]))
                    }
                }
            }
            try await group.waitForAll()
        }
        let archive = try Archive(path: path)
        let count = try await archive.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM arm") }
        #expect(try archive.studies().count == 40)
        #expect(count == 41)
    }

    @Test func `a new archive may be opened by many at once`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for round in 0..<25 {
            let path = folder.appendingPathComponent("\(round).sqlite").path
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = try Archive(path: path) } }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a study is asked for by an unambiguous name`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let archive = try Archive(path: path)
        try archive.save(Self.study("abcd1", arms: []))
        try archive.save(Self.study("abcd2", arms: []))
        #expect { try archive.study(named: "abcd") } throws: { "\($0)".contains("more than one") }
        #expect { try archive.study(named: "zzzz") } throws: { "\($0)".contains("no study 'zzzz'") }
        #expect(try archive.study(named: "study abcd2").hash == "abcd2")
    }
}
