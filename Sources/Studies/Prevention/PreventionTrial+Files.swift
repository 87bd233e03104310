public import Foundation
import Ensembles
import ModelIR
import VirtualTrials

extension PreventionTrial {
    /// Writes the result, the tables of subjects and times, the study and the manifest.
    ///
    /// - Parameter others: Further outputs by file name, such as the report.
    /// - Throws: `InvalidModel` when the folder holds another plan or can't be written.
    public func write(_ result: PreventionResult, to folder: URL, command: String, others: [String: Data] = [:]) throws {
        var manifest = manifest(command: command)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if let old = try TrialManifest.read(from: folder) { try manifest.check(against: old, in: folder) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var files = others
        files["result.json"] = try encoder.encode(result)
        let tables = self.tables
        for table in tables { files[table.fileName] = Data(table.csv.utf8) }
        files["define.xml"] = Data(DefineFile(study: study, tables: tables).text.utf8)
        for (name, data) in files { try AtomicFile.write(data, to: folder.appendingPathComponent(name)) }
        try AtomicFile.write(Data(study.text.utf8), to: folder.appendingPathComponent("study.yaml"))
        manifest.outputs = files.mapValues(ShardFolder.checksum)
        try manifest.write(to: folder)
    }

    private func manifest(command: String) -> TrialManifest {
        var hash = ContentHash()
        for row in rows { hash.combine("\(row.id) \(row.value)") }
        var manifest = TrialManifest(
            version: PerforinVersion.current, study: study.id, studyHash: ShardFolder.checksum(Data(study.text.utf8)), modelHash: hash.description,
            patients: study.patients, seed: study.seed, relativeTolerance: 0, absoluteTolerance: 0, instructionForm: "any", command: command,
            plan: "", shards: [])
        manifest.plan = TrialManifest.planHash(manifest.inputs)
        return manifest
    }

    /// ADSL with a row a person, ADTTE with a row a person and definition of a case.
    var tables: [AnalysisTable] {
        let lead: [AnalysisTable.Variable] = [
            .init("STUDYID", "Study identifier"), .init("USUBJID", "Unique subject identifier"), .init("SIMFL", "Simulated subject flag"),
            .init("ARM", "Planned arm"),
        ]
        var subjects = AnalysisTable(
            "ADSL", "Subject-level analysis data", structure: "SUBJECT LEVEL ANALYSIS DATASET", keys: ["STUDYID", "USUBJID"],
            variables: lead + [.init("PPROTFL", "Per-protocol population flag"), .init("LSTDY", "Last day of follow-up", .integer), .init("ABPEAK", "Peak of antibody over that of infection", .float)])
        var times = AnalysisTable(
            "ADTTE", "Times to the first case", structure: "BASIC DATA STRUCTURE", keys: ["STUDYID", "USUBJID", "PARAM"],
            variables: lead + [.init("PARAM", "Definition of a case"), .init("AVAL", "Day of the visit that showed it, else of the last visit", .float), .init("CNSR", "Censor (0: case)", .integer), .init("PPROTFL", "Per-protocol population flag")])
        for (arm, members) in zip(study.arms, study.arms.indices.map { people($0, members(of: $0)) }) {
            for person in members {
                let number = String(format: "%06d", person.number + 1)
                let suffix = study.design == .twins ? "-\((study.arms.firstIndex { $0.name == arm.name } ?? 0) + 1)" : ""
                let head = [study.id, "\(study.id)-\(number)\(suffix)", "Y", arm.name]
                let flag = person.isPerProtocol ? "Y" : "N"
                subjects.append(head + [flag, Cell.day(person.lastDay), Cell.number(person.peak, digits: 2)])
                for kind in Case.allCases {
                    let day = person.cases[kind]
                    times.append(head + [kind.rawValue, Cell.number(day ?? person.visits.last ?? 0), day == nil ? "1" : "0", flag])
                }
            }
        }
        return [subjects, times]
    }
}
