import Foundation
import ImmuneModels
import Synchronization
import Testing

@testable import Studies

/// A small trial, its shards, and what becomes of them.
@Suite(.serialized) struct ShardTests {
    private static func study(_ change: (String) -> String = { $0 }) throws -> TrialStudy {
        let text = change(
            """
            schema: 1
            id: SMALL
            title: A small trial
            cancer: nsclc
            patients: 230
            seed: 3
            design: twins
            arms:
              - name: pembrolizumab
                therapy: pembrolizumab 200 mg IV q3w x 35
              - name: docetaxel
                therapy: docetaxel 75 mg/m2 IV q3w
                reference: true
            visits:
              every: 6 weeks
            follow_up:
              duration: 12 weeks
            endpoints:
              primary: PFS
              subgroups: [ECOG, male]
            """)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("perforin-study-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try text.write(to: file, atomically: true, encoding: .utf8)
        return try TrialStudy(Study(contentsOf: file.path), library: ModelLibrary.builtIn())
    }

    private func withFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("perforin-trial-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    private func outputs(_ result: TrialResult, in folder: URL) throws -> [String: String] {
        try result.write(to: folder)
        return try #require(try TrialManifest.read(from: folder)).outputs
    }

    @Test func `parts that were computed in any order merge to what one process gives, bit for bit`() throws {
        let trial = try Self.study()
        let whole = try withFolder { try outputs(trial.run(in: $0, threads: 2), in: $0) }
        let merged = try withFolder { folder in
            for part in [2, 1] { try trial.compute(ShardIndex(part, of: 2), in: folder, threads: 1) }
            return try outputs(trial.merge(in: folder), in: folder)
        }
        #expect(whole.count >= 8)
        #expect(merged == whole)
    }

    @Test func `the way of large trials gives the same tables and figures`() throws {
        let trial = try Self.study()
        try withFolder { folder in
            let whole = try trial.run(in: folder, threads: 2)
            let tables = try outputs(whole, in: folder).filter { $0.key.hasSuffix(".csv") || $0.key == "define.xml" || $0.key == "summary.json" }
            let large = try trial.summariseLarge(in: folder, seconds: 0)
            let streamed = try outputs(large, in: folder)
            #expect(tables.count >= 7)
            for (name, hash) in tables { #expect(streamed[name] == hash, "\(name) differs") }
            #expect(large.cohort.arms.map(\.patients.count) == [0, 0])
            for (arm, other) in zip(whole.cohort.arms, large.cohort.arms) {
                #expect(arm.bands.map(\.id) == other.bands.map(\.id))
                for (band, sketch) in zip(arm.bands, other.bands) where band.counts.first ?? 0 > 100 {
                    let (exact, near) = (band.quantiles[2][0], sketch.quantiles[2][0])
                    // a sketch takes the value of a rank, type 7 interpolates: neighbours of the median differ by little
                    #expect(abs(near - exact) <= 0.1 * abs(exact) + 1e-9, "\(band.id): \(near) for \(exact)")
                }
            }
        }
    }

    @Test func `missing, damaged and foreign shards are refused by name and computed again`() throws {
        let trial = try Self.study()
        try withFolder { folder in
            let whole = try outputs(trial.run(in: folder, threads: 2), in: folder)
            let shards = folder.appendingPathComponent("shards")
            let first = shards.appendingPathComponent("shard-00000.json")
            let second = shards.appendingPathComponent("shard-00001.json")
            var bytes = try Data(contentsOf: first)
            bytes[bytes.count / 2] ^= 4
            try bytes.write(to: first)
            try FileManager.default.removeItem(at: second)
            try Data("x".utf8).write(to: shards.appendingPathComponent("notes.txt"))
            let inventory = trial.inventory(of: folder)
            #expect(inventory.defective.map(\.shard.name) == ["shard-00000.json"])
            #expect(inventory.missing.map(\.name) == ["shard-00001.json"])
            #expect(inventory.strangers == ["notes.txt"])
            #expect(inventory.whole.map(\.name) == ["shard-00002.json"])
            #expect { try trial.merge(in: folder) } throws: { error in
                ["shard-00000.json", "shard-00001.json", "notes.txt"].allSatisfy { "\(error)".contains($0) }
            }
            try FileManager.default.removeItem(at: shards.appendingPathComponent("notes.txt"))
            #expect(try outputs(trial.run(in: folder, threads: 1), in: folder) == whole)

            let other = try Self.study { $0.replacing("seed: 3", with: "seed: 4") }
            #expect { try other.merge(in: folder) } throws: { "\($0)".contains("belongs to another plan") }
        }
    }

    @Test func `a rerun says which outputs differ`() throws {
        let trial = try Self.study()
        try withFolder { folder in
            _ = try outputs(trial.run(in: folder, threads: 2), in: folder)
            let replay = try TrialReplay(manifest: folder.appendingPathComponent("manifest.json"), library: ModelLibrary.builtIn())
            #expect(replay.differences.isEmpty)
            #expect(try replay.compare(with: folder).files.allSatisfy(\.isSame))
            try Data("changed".utf8).write(to: folder.appendingPathComponent("adsl.csv"))
            #expect(try replay.compare(with: folder).files.filter { !$0.isSame }.map(\.name) == ["adsl.csv"])
        }
    }

    /// Parts in memory that counts what it was asked.
    private final class Parts: PartStore {
        private let state = Mutex((parts: [String: Data](), hits: 0, misses: 0))
        var hits: Int { state.withLock { $0.hits } }
        var misses: Int { state.withLock { $0.misses } }
        var count: Int { state.withLock { $0.parts.count } }
        func part(forKey key: String) throws -> Data? {
            state.withLock { state in
                if state.parts[key] == nil { state.misses += 1 } else { state.hits += 1 }
                return state.parts[key]
            }
        }
        func save(part: Data, forKey key: String) throws { state.withLock { $0.parts[key] = $0.parts[key] ?? part } }
    }

    @Test func `what was computed is not computed again; with one arm changed that arm alone is`() throws {
        let parts = Parts()
        let trial = try Self.study()
        let first = try trial.run(threads: 2, parts: parts).summary
        // three shards: two arms and the screening each
        #expect(parts.count == 9 && parts.hits == 0)
        let again = try Self.study { $0.replacing("A small trial", with: "Another title") }
        let second = try again.run(threads: 2, parts: parts).summary
        #expect(parts.hits == 9)
        #expect(second.arms == first.arms)
        let changed = try Self.study { $0.replacing("docetaxel 75 mg/m2", with: "docetaxel 60 mg/m2") }
        let third = try changed.run(threads: 2, parts: parts).summary
        #expect(parts.count == 12, "only the three shards of the changed arm are new")
        #expect(third.arms[0].endpoints["orr_pct"] == first.arms[0].endpoints["orr_pct"])
        #expect(third.arms[1] != first.arms[1])
        let newDrug = try Self.study { $0.replacing("docetaxel 75 mg/m2", with: "nivolumab 240 mg") }
        let fourth = try newDrug.run(threads: 2, parts: parts).summary
        #expect(parts.count == 15, "a drug that is new to the study changes its own arm alone")
        #expect(fourth.arms[0].endpoints["orr_pct"] == first.arms[0].endpoints["orr_pct"])
    }
}
