import Survival
import VirtualTrials

/// What lesions of one patient do that the sum of their diameters hides.
public struct LesionPatterns: Sendable, Codable, Hashable {
    /// Patients with two lesions or more at the baseline scan.
    public var patients: Int
    /// Percent of them with a mixed response: at one scan a lesion a fifth and 5 mm above its baseline, another 30 % below its own.
    public var mixed: Interval
    /// Percent of all patients with pseudo-progression: progression by size, then a sum 30 % below baseline without other therapy.
    public var pseudo: Interval

    public init(patients: Int, mixed: Interval, pseudo: Interval) {
        self.patients = patients
        self.mixed = mixed
        self.pseudo = pseudo
    }

    /// What is counted patient by patient, so that a large trial needn't hold its scans.
    struct Counts {
        var patients = 0
        var withLesions = 0
        var several = 0
        var mixed = 0
        var pseudo = 0

        init() {}

        init(_ records: [SubjectRecord]) {
            for record in records { add(record) }
        }

        mutating func add(_ record: SubjectRecord) {
            patients += 1
            if !record.baselineDiameters.isEmpty { withLesions += 1 }
            if record.baselineDiameters.count(where: { $0 >= 10 }) >= 2 {
                several += 1
                if LesionPatterns.isMixed(record) { mixed += 1 }
            }
            if LesionPatterns.isPseudo(record) { pseudo += 1 }
        }
    }

    /// For an arm that is judged by size; nil where no patient has a lesion.
    init?(_ counts: Counts) {
        guard counts.withLesions > 0 else { return nil }
        func percent(_ count: Int, of total: Int) -> Interval {
            total == 0 ? Interval(nil, nil, nil) : Interval(percent: Proportion(count, of: total).clopperPearson())
        }
        self.init(
            patients: counts.several, mixed: percent(counts.mixed, of: counts.several), pseudo: percent(counts.pseudo, of: counts.patients))
    }

    static func isMixed(_ record: SubjectRecord) -> Bool {
        scans(of: record).contains { reading in
            let pairs = zip(reading, record.baselineDiameters).filter { $0.1 >= 10 }
            return pairs.contains { $0 >= 1.2 * $1 && $0 - $1 >= 5 } && pairs.contains { $0 <= 0.7 * $1 }
        }
    }

    static func isPseudo(_ record: SubjectRecord) -> Bool {
        guard let first = record.points.firstIndex(where: { $0.overall == .progression }), record.points[first].progressionCause == "target" else { return false }
        let baseline = record.baselineDiameters.reduce(0, +)
        return record.points[(first + 1)...].contains { point in
            point.day < record.crossoverDay ?? .infinity && (point.sumOfDiameters.map { $0 <= 0.7 * baseline } ?? false)
        }
    }

    /// Readings of the scans after the baseline, before other therapy.
    private static func scans(of record: SubjectRecord) -> [[Double]] {
        zip(record.points, record.readings.dropFirst()).filter { $0.0.day < record.crossoverDay ?? .infinity }.map(\.1)
    }
}
