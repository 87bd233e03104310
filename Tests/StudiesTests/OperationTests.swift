import Foundation
import ImmuneModels
import Testing

@testable import Studies

/// Operations before and during a study, and tables of doses in an arm.
@Suite struct OperationTests {
    static func study(treatment: String = "", assessment: String = "", arms: String, endpoints: String) throws -> Study {
        try Study(
            yaml: """
                schema: 1
                id: TEST
                title: A test
                cancer: melanoma
                patients: 60
                population:
                  covariates:
                    diagnosisDiameter: {median: 30, log_sd: 0.3, min: 15, max: 80}
                arms:
                \(arms)
                visits:
                  every: 12 weeks
                \(assessment)
                \(treatment)
                follow_up:
                  duration: 3 years
                endpoints: {\(endpoints)}
                """, file: "study.yaml")
    }

    static let observation = "  - {name: observation, therapy: observation}"

    @Test func `after an operation nothing is measured, and what ends the time free of recurrence came back or is new`() throws {
        let study = try Self.study(
            treatment: "treatment: {before: {therapy: surgery, duration: 8 weeks}}", arms: Self.observation, endpoints: "primary: RFS, secondary: [OS]")
        let result = try TrialStudy(study, library: try ModelLibrary.builtIn()).run(threads: 2)
        let records = result.records[0]
        #expect(records.count > 50)
        #expect(records.allSatisfy { $0.baselineDiameters.allSatisfy { $0 < 10 } })
        #expect(records.allSatisfy { !$0.endpoints.best.isObjective })
        let causes = Set(records.filter(\.endpoints.progressionFreeSurvival.isEvent).map(\.endpoints.progressionFreeSurvival.reason))
        #expect(causes.isSubset(of: ["recurrence", "new lesion", "death"]) && causes.contains("recurrence"), "\(causes)")
        #expect(result.cohort.arms[0].survival.map(\.code).prefix(2) == ["RFS", "OS"])
        #expect(TrialTables(result).times.rows.contains { $0.contains("RFS") })
        // the residue is what recurs: without the operation every one of them has a lesion to measure
        let plain = try TrialStudy(Self.study(arms: Self.observation, endpoints: "primary: PFS"), library: try ModelLibrary.builtIn()).run(threads: 2)
        #expect(plain.records[0].allSatisfy { $0.baselineDiameters.reduce(0, +) >= 10 })
    }

    @Test("the specimen decides: no cell is below nothing, all are below everything", arguments: [(0.0, 0.0), (1e12, 100)])
    func pathology(cells: Double, percent: Double) throws {
        let study = try Self.study(
            assessment: "assessment: {residual_cells: \(cells)}",
            arms: "  - {name: neoadjuvant, therapy: pembrolizumab 200 mg IV q3w x 2 then surgery then pembrolizumab 200 mg IV q3w x 2}",
            endpoints: "primary: pCR, secondary: [EFS, OS]")
        let result = try TrialStudy(study, library: try ModelLibrary.builtIn()).run(threads: 2)
        let operated = result.records[0].filter { $0.operationDay != nil }
        #expect(operated.count > 40)
        #expect(operated.allSatisfy { $0.operationDay == 42 && $0.specimenCells! > 0 })
        let rate = try #require(result.cohort.arms[0].response.pathologicalResponse?.value)
        #expect(abs(rate - percent * Double(operated.count) / Double(result.records[0].count)) < 1e-9)
        #expect(result.cohort.arms[0].survival.map(\.code).prefix(2) == ["EFS", "OS"])
    }

    @Test func `what comes before must fit into its duration`() throws {
        let study = try Self.study(
            treatment: "treatment:\n  before: {therapy: cisplatin 75 mg/m2 q3w x 4, duration: 6 weeks}", arms: Self.observation, endpoints: "primary: PFS")
        let error = try #require(#expect(throws: (any Error).self) { try TrialStudy(study, library: try ModelLibrary.builtIn()) })
        #expect("\(error)".contains("lasts longer than its duration") && "\(error)".contains("study.yaml:15"), "\(error)")
    }

    // MARK: Agents of the study's own

    @Test func `a comparator that the study declares acts like the one it copies, and a bad one is refused with its line`() throws {
        let home = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: home.appendingPathComponent("Sources/ImmuneModels/Resources/agents/dacarbazine.txt"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("aliases:") }
            .map { $0.hasPrefix("id:") ? "id: my_comparator" : String($0) }
        func study(_ lines: [String]) throws -> TrialStudy {
            let block = lines.map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
            let yaml = "schema: 1\nid: TEST\ntitle: A test\ncancer: melanoma\npatients: 20\ndesign: twins\nagents:\n  - |\n\(block)\narms:\n  - {name: own, therapy: my_comparator 1000 mg/m2 IV q3w x 4}\n  - {name: shipped, therapy: dacarbazine 1000 mg/m2 IV q3w x 4}\nvisits: {every: 6 weeks}\nfollow_up: {duration: 6 months}\n"
            return try TrialStudy(Study(yaml: yaml, file: "study.yaml"), library: try ModelLibrary.builtIn())
        }
        let result = try study(lines).run(threads: 2)
        // draws are keyed by the agent's name, so patients differ in what their clearance is; doses don't
        for (own, shipped) in zip(result.records[0], result.records[1]) {
            #expect(own.administrations.prefix(1).map(\.amount) == shipped.administrations.prefix(1).map(\.amount))
        }
        let error = try #require(#expect(throws: (any Error).self) { try study(lines.map { $0.hasPrefix("template:") ? "template: 99-none" : $0 }) })
        #expect("\(error)".contains("99-none") && "\(error)".contains("agent of line"), "\(error)")
    }

    // MARK: Tables of doses

    static func withDoses(_ table: String) throws -> TrialStudy {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("perforin-doses-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try table.write(to: folder.appendingPathComponent("arm.csv"), atomically: true, encoding: .utf8)
        let text = """
            schema: 1
            id: TEST
            title: A test
            cancer: melanoma
            patients: 20
            design: twins
            arms:
              - {name: table, doses: {file: arm.csv, compartments: [pembrolizumab]}}
              - {name: words, therapy: pembrolizumab 200 mg IV q3w x 3}
            visits:
              every: 6 weeks
            follow_up:
              duration: 6 months
            """
        let file = folder.appendingPathComponent("study.yaml")
        try text.write(to: file, atomically: true, encoding: .utf8)
        return try TrialStudy(Study(contentsOf: file.path), library: try ModelLibrary.builtIn())
    }

    @Test func `a table of doses gives what the same doses in words give`() throws {
        // half an hour of infusion, as on the label
        let result = try Self.withDoses("ID,TIME,AMT,RATE,EVID,CMT,II,ADDL\n1,0,200,9600,1,1,21,2\n1,7,.,.,0,1,.,.\n").run(threads: 2)
        for (table, words) in zip(result.records[0], result.records[1]) {
            #expect(table.administrations == words.administrations)
            #expect(zip(table.readings.joined(), words.readings.joined()).allSatisfy { abs($0 - $1) <= 1 })
        }
    }

    @Test("a table that no arm can give is refused with its place", arguments: [
        ("ID,TIME,AMT,EVID\n1,0,200,1\n2,0,200,1\n", "doses of 2 patients"),
        ("ID,TIME,AMT,EVID\n1,0,-200,1\n", "arm.csv:2"),
        ("ID,TIME,AMT,EVID,CMT\n1,0,200,1,3\n", "CMT 3"),
        ("ID,TIME,AMT,EVID\n1,0,200,4\n", "EVID 4"),
        ("ID,TIME,AMT,EVID,SS\n1,0,200,1,1\n", "steady state"),
        ("ID,TIME,AMT,EVID\n1,0,.,0\n", "holds no dose"),
    ])
    func refused(table: String, words: String) throws {
        let error = try #require(#expect(throws: (any Error).self) { try Self.withDoses(table) })
        #expect("\(error)".contains(words), "\(error)")
    }
}
