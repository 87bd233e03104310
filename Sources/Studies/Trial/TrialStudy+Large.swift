import Foundation
import ModelIR
import VirtualTrials

/// Trials too large to hold: shards are read one by one, their rows go to the tables at once, their time courses into
/// quantile sketches, and of each record only what the statistics need stays in memory (about 1 kB a patient and arm).
///
/// Counts, times, tests and intervals are those of a small trial, exactly; the quantiles of time courses are within
/// 0.5 %. `result.json` then lists no patients and thins its curves; the tables hold everyone.
extension TrialStudy {
    /// Patients up to which a result is held whole.
    public static let mostHeldWhole = 20_000
    /// Steps that a survival curve of a large trial is thinned to.
    private static let mostSteps = 2000

    var isLarge: Bool { study.patients > Self.mostHeldWhole }

    /// Covariates that summaries and subgroups read.
    private var neededCovariates: Set<String> {
        Set(["age", "weight", "diagnosisDiameter", "TMB", "albumin", "male", "ECOG", "PDL1_fraction"])
            .union((study.strata + study.subgroups).map(\.covariate))
    }

    func summariseLarge(in folder: URL, seconds: Double) throws -> TrialResult {
        let store = ShardFolder(folder, plan: manifest.plan)
        let stream = TableStream(folder: folder, arms: study.arms.count)
        let needed = neededCovariates
        var words = WordTable()
        var sketches = protocols.map { BandSketches(width: $0.kept?.count ?? 0) }
        var patterns = study.arms.map { _ in LesionPatterns.Counts() }
        var slim: [ShardResult] = []
        slim.reserveCapacity(manifest.shards.count)
        for shard in manifest.shards {
            guard var result = try store.read(shard) else { throw ShardFolder.Defect.unreadable }
            for arm in study.arms.indices {
                var members: [[SubjectRecord]] = study.arms.map { _ in [] }
                members[arm] = result.arms[arm].filter { !$0.wasExcluded }
                try stream.append(TrialTables(study: study, records: members, criteria: criteriaName, measure: measure).all, arm: arm)
                for record in members[arm] {
                    sketches[arm].add(days: record.outputDays, outputs: record.outputs)
                    patterns[arm].add(record)
                }
                result.arms[arm] = result.arms[arm].map { Self.slim($0, needed, &words) }
            }
            slim.append(result)
        }
        let tables = try stream.finish(study: study)
        var result = try summarise(slim, sketches: sketches, patterns: patterns, seconds: seconds)
        slim = []
        result.records = study.arms.map { _ in [] }
        result.tablesOnDisk = tables
        for arm in result.cohort.arms.indices {
            result.cohort.arms[arm].patients = []
            result.cohort.arms[arm].survival = result.cohort.arms[arm].survival.map { $0.thinned(to: Self.mostSteps) }
        }
        result.cohort.limits.append(
            "Above \(Self.mostHeldWhole) patients the result lists no patients one by one (the tables do), curves are thinned to \(Self.mostSteps) steps, and quantiles of time courses are within 0.5 %.")
        return result
    }

    /// What the statistics need of a record.
    private static func slim(_ record: SubjectRecord, _ needed: Set<String>, _ words: inout WordTable) -> SubjectRecord {
        var record = record
        record.patient.values = [:]
        record.patient.covariates = record.patient.covariates.filter { needed.contains($0.key) }
        // a marker's response and progression go with the days of its readings
        if record.markers.isEmpty { record.points = [] }
        record.readings = []
        record.administrations = []
        record.outputDays = []
        record.outputs = []
        record.endpoints.progressionFreeSurvival.reason = words[record.endpoints.progressionFreeSurvival.reason]
        if let reason = record.endpoints.durationOfResponse?.reason { record.endpoints.durationOfResponse?.reason = words[reason] }
        record.deathCause = record.deathCause.map { words[$0] }
        for index in record.adverseEvents.indices { record.adverseEvents[index].term = words[record.adverseEvents[index].term] }
        return record
    }
}

/// Equal words share their storage.
private struct WordTable {
    private var words: [String: String] = [:]
    subscript(word: String) -> String {
        mutating get {
            if let known = words[word] { return known }
            words[word] = word
            return word
        }
    }
}

extension SurvivalSummary {
    /// At most `count` steps and censoring marks, evenly over those there are, the first and the last kept; what is kept is
    /// exact.
    func thinned(to count: Int) -> SurvivalSummary {
        func indices(_ total: Int) -> [Int] {
            total <= count ? Array(0..<total) : (0..<count).map { $0 * (total - 1) / (count - 1) }
        }
        var thin = self
        let steps = indices(months.count)
        thin.months = steps.map { months[$0] }
        thin.survival = steps.map { survival[$0] }
        thin.lower = steps.map { lower[$0] }
        thin.upper = steps.map { upper[$0] }
        thin.censoredMonths = indices(censoredMonths.count).map { censoredMonths[$0] }
        return thin
    }
}
