import Foundation
import ImmuneModels
import ModelIR
import Testing

@testable import Studies

/// A study file says what it means, or is refused with the place of what is wrong.
@Suite struct StudyFileTests {
    static let sound = """
        schema: 1
        id: TEST
        title: A test
        cancer: nsclc
        patients: 40
        population:
          covariates:
            ECOG: [35 %, 65 %, 0]
          eligibility:
            age: {min: 18}
        arms:
          - name: new
            therapy: pembrolizumab 200 mg IV q3w x 35
          - name: old
            therapy: docetaxel 75 mg/m2 q3w
            crossover: {to: pembrolizumab 200 mg q3w, share: 50 %}
        randomisation:
          strata: [ECOG]
        visits:
          every: 6 weeks
        follow_up:
          duration: 1 year
        endpoints:
          primary: PFS
          subgroups: [ECOG, age >= 65]
        """

    /// What a study with one line changed is refused for; the whole check, short of running.
    static func complaint(_ old: String, _ new: String) throws -> String {
        #expect(sound.contains(old), "the test changes nothing")
        do {
            let study = try Study(yaml: sound.replacingOccurrences(of: old, with: new), file: "study.yaml")
            _ = try TrialStudy(study, library: try ModelLibrary.builtIn())
            return ""
        } catch { return "\(error)" }
    }

    @Test func `a sound study is read in full`() throws {
        let study = try Study(yaml: Self.sound, file: "study.yaml")
        #expect(study.arms.map(\.name) == ["new", "old"])
        #expect(study.referenceArm == 1)
        #expect(study.visits.every == 42)
        #expect(study.followUp == 365.25)
        #expect(study.arms[1].crossover?.share == 0.5)
        #expect(study.design == .randomised)
        #expect(study.subgroups.map { $0.level(["ECOG": 1, "age": 70]) } == [1, 1])
    }

    @Test("a study that can't be meant is refused with its line and a remedy", arguments: [
        ("patients: 40", "pateints: 40", "study.yaml:5:1", "did you mean 'patients'"),
        ("schema: 1", "schema: 9", "study.yaml:1:9", "schema 1"),
        ("cancer: nsclc", "cancer: nslcc", "study.yaml:4:9", "did you mean 'NSCLC'"),
        ("age: {min: 18}", "age: {min: 70, max: 60}", "study.yaml:10:10", "swap"),
        ("age: {min: 18}", "age: {min: 200}", "study.yaml:10:5", "10,000 draws"),
        ("age: {min: 18}", "agee: {min: 18}", "study.yaml:10:5", "did you mean 'age'"),
        ("pembrolizumab 200 mg IV q3w x 35", "pembrolizumab -200 mg IV q3w", "study.yaml:13:28", "positive"),
        ("pembrolizumab 200 mg IV q3w x 35", "pembrolizumap 200 mg IV q3w", "study.yaml:13:14", "pembrolizumab"),
        ("name: old", "name: new", "study.yaml:14:11", "two arms 'new'"),
        ("every: 6 weeks", "every: 0 weeks", "study.yaml:20:10", "positive time"),
        ("every: 6 weeks", "every: 60 weeks", "study.yaml:20:10", "no visit"),
        ("every: 6 weeks", "every: 6", "study.yaml:20:10", "with its unit"),
        ("share: 50 %", "share: 150 %", "study.yaml:16:54", "between 0 and 100 %"),
        ("primary: PFS", "primary: PSF", "study.yaml:24:12", "did you mean 'PFS'"),
        ("title: A test", "title: A test\nassessment: {criteria: Lugano 2014}", "study.yaml:4:13", "can't judge"),
        // the year may be left out; a beginning of several names is none
        ("title: A test", "title: A test\nassessment: {criteria: lugano}", "study.yaml:4:13", "Lugano 2014 can't judge"),
        ("title: A test", "title: A test\nassessment: {criteria: lug}", "study.yaml:4:24", "'criteria' is 'lug'"),
        ("title: A test", "title: A test\ntreatment: {toxicity: [{when: neutropenia_grad >= 4, action: hold}]}", "study.yaml:4", "no 'neutropenia_grad'"),
        ("title: A test", "id: AGAIN", "study.yaml", "twice"),
    ])
    func refused(old: String, new: String, place: String, words: String) throws {
        let complaint = try Self.complaint(old, new)
        #expect(complaint.contains(place), "\(complaint)")
        #expect(complaint.contains(words), "\(complaint)")
    }
}

@Suite struct TrialStudyTests {
    static func study(_ design: String = "randomised", patients: Int = 230) throws -> Study {
        var text = StudyFileTests.sound.replacingOccurrences(of: "patients: 40", with: "patients: \(patients)\ndesign: \(design)")
        if design == "twins" { text = text.replacingOccurrences(of: "randomisation:\n  strata: [ECOG]\n", with: "") }
        return try Study(yaml: text, file: "study.yaml")
    }

    static func folder() -> URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("perforin-trial-\(UUID().uuidString)")
    }

    @Test func `threads, shards made one by one, and a resumed run give the same result to the last bit`() throws {
        let trial = try TrialStudy(try Self.study(), library: try ModelLibrary.builtIn())
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let whole = try trial.run(threads: 2).summary
        // half of the shards first, as a machine that stopped; one of them damaged since
        try trial.prepare(folder)
        _ = try trial.run(Shard.part(1, of: 2, patients: 230), in: folder, threads: 1)
        let damaged = folder.appendingPathComponent("shards/shard-00002.json")
        var bytes = try Data(contentsOf: damaged)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: damaged)
        #expect(try trial.run(in: folder, threads: 1).summary == whole)
    }

    @Test func `another plan in the folder is refused by name`() throws {
        let library = try ModelLibrary.builtIn()
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try TrialStudy(try Self.study(patients: 20), library: library).prepare(folder)
        var other = try Self.study(patients: 20)
        other.seed = 9
        let error = #expect(throws: (any Error).self) { try TrialStudy(other, library: library).prepare(folder) }
        #expect("\(try #require(error))".contains("seed 1 there, 9 here"))
    }

    @Test func `everyone is accounted for, and lots are balanced within strata`() throws {
        let result = try TrialStudy(try Self.study(), library: try ModelLibrary.builtIn()).run(threads: 2)
        let flow = result.flow
        #expect(flow.enrolled == 230)
        #expect(flow.screened == flow.enrolled + flow.excluded.map(\.count).reduce(0, +))
        #expect(flow.arms.map(\.allocated).reduce(0, +) == 230)
        for arm in flow.arms { #expect(arm.endOfTreatment.map(\.count).reduce(0, +) == arm.allocated) }
        // blocks of four within two strata and three centres: at most two apart in each
        for level in [0.0, 1] {
            let counts = result.records.map { arm in arm.count { $0.patient.covariates["ECOG"] == level } }
            #expect(abs(counts[0] - counts[1]) <= 2 * 3, "\(counts)")
        }
        // a patient is in one arm only
        let subjects = result.records.map { Set($0.map(\.patient.subject)) }
        #expect(subjects[0].isDisjoint(with: subjects[1]))
    }

    @Test func `twins are the same people in every arm`() throws {
        let result = try TrialStudy(try Self.study("twins", patients: 30), library: try ModelLibrary.builtIn()).run(threads: 2)
        #expect(result.records[0].map(\.patient) == result.records[1].map(\.patient))
        #expect(result.records[0].map(\.baselineDiameters) == result.records[1].map(\.baselineDiameters))
    }

    @Test func `tables hold each subject, times agree with the records, and the description names every variable`() throws {
        let result = try TrialStudy(try Self.study(patients: 60), library: try ModelLibrary.builtIn()).run(threads: 2)
        let tables = Dictionary(uniqueKeysWithValues: TrialTables(result).all.map { ($0.name, $0) })
        let subjects = try #require(tables["ADSL"])
        #expect(Set(subjects.rows.map { $0[1] }).count == 60)
        let times = try #require(tables["ADTTE"])
        let code = try #require(times.variables.firstIndex { $0.name == "PARAMCD" })
        let censor = try #require(times.variables.firstIndex { $0.name == "CNSR" })
        let deaths = times.rows.count { $0[code] == "OS" && $0[censor] == "0" }
        #expect(deaths == result.records.flatMap { $0 }.count { $0.deathDay != nil })
        let define = DefineFile(study: result.study, tables: Array(tables.values)).text
        for table in tables.values {
            for variable in table.variables { #expect(define.contains("ItemDef OID=\"IT.\(table.name).\(variable.name)\"")) }
        }
        // crossover begins at progression, and only in the arm that has it
        #expect(result.records[0].allSatisfy { $0.crossoverDay == nil })
        for record in result.records[1] {
            if let day = record.crossoverDay { #expect(record.points.contains { $0.overall == .progression && $0.day == day }) }
        }
    }
}
