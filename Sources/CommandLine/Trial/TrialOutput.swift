import Foundation
import Reports
import RunStore
import Studies

/// What `trial` and `merge` leave behind.
enum TrialOutput {
    /// Tables, result, report and manifest; without plotting tools the report is left out and said so.
    static func write(_ result: TrialResult, to folder: URL, format: DemoCommand.Format, quiet: Bool) throws {
        var others: [String: Data] = [:]
        let report = TrialReport(result).report
        do {
            others["report.html"] = Data(HTMLPage(report, figures: try StudyRun.figures(of: report, format: format)).text.utf8)
        } catch let outcome as CommandOutcome {
            // the tables are worth having without pictures
            if !quiet { FileHandle.standardError.write(Data("no report: \(outcome.message)\n".utf8)) }
        }
        try result.write(to: folder, others: others)
    }

    /// The archive that was asked for, opened before any work is done.
    static func archive(_ path: String?) throws -> Archive? {
        let path = path ?? ProcessInfo.processInfo.environment["PERFORIN_ARCHIVE"].flatMap { $0.isEmpty ? nil : $0 }
        return try path.map { try Archive(path: $0) }
    }

    static func keep(_ result: TrialResult, of trial: TrialStudy, in folder: URL, archive: Archive) throws {
        let manifest = try Data(contentsOf: folder.appendingPathComponent("manifest.json"))
        try archive.save(StoredStudy(hash: result.manifest.plan, result: result.cohort, armKeys: trial.armKeys, manifest: manifest))
    }
}
