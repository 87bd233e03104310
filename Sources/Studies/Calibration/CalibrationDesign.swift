import Ensembles
import Foundation
import Mathematics
import ModelIR
import Synchronization
import VirtualTrials

/// Stored runs: parameter vectors × the arms of each study × the same twins. Fits and leave-out fits read them; nothing is
/// simulated twice.
struct CalibrationDesign: Sendable {
    struct Point: Sendable, Codable, Hashable {
        var study: String
        var vector: Int
        /// Names what the point was made from: model, study, vector, twins.
        var key: String
        /// By arm of the observed table, then column; transformed scale.
        var values: [String: [String: Double]]
    }

    let parameters: [FreeParameter]
    /// Standard normal scores, shape `[vectors, parameters]`; the first vector is all zero.
    let scores: [[Double]]

    /// Latin hypercube over the normal scores, cut at two standard deviations.
    init(_ parameters: [FreeParameter], vectors: Int, seed: UInt64 = 5) {
        self.parameters = parameters
        var columns: [[Double]] = []
        for parameter in parameters {
            var stream = RandomStream(seed: seed, patient: 0, purpose: "design \(parameter.name)")
            let order = stream.permutation(of: max(1, vectors - 1))
            columns.append(order.map { Normal.quantile(0.025 + 0.95 * (Double($0) + stream.uniform()) / Double(order.count)) })
        }
        scores = [[Double](repeating: 0, count: parameters.count)] + (0..<max(0, vectors - 1)).map { v in columns.map { $0[v] } }
    }

    /// Factors by id of one vector in one cancer.
    func factors(_ scores: [Double], cancer: String) -> [String: Double] {
        var factors: [String: Double] = [:]
        for (parameter, score) in zip(parameters, scores) where parameter.cancer == nil || parameter.cancer == cancer {
            factors[parameter.id, default: 1] *= exp(parameter.spread * score)
        }
        return factors
    }

    /// Runs what `file` lacks and appends it there, a line a point.
    func run(
        _ trials: [TrialStudy], patients: Int, file: URL, threads: Int, progress: (@Sendable (StudyProgress) -> Void)? = nil
    ) throws -> [Point] {
        var read: [String: Point] = [:]
        for line in ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(whereSeparator: \.isNewline) {
            // a last line that was cut short is made again
            if let point = try? JSONDecoder().decode(Point.self, from: Data(line.utf8)) { read[point.key] = point }
        }
        let stored = read
        if !FileManager.default.fileExists(atPath: file.path) { try AtomicFile.write(Data(), to: file) }
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        try handle.seekToEnd()
        // vector by vector, so that a design cut short holds whole vectors of every trial
        let tasks = scores.indices.flatMap { vector in trials.indices.map { (vector: vector, trial: $0) } }
        let points = Mutex<[Point?]>(Array(repeating: nil, count: tasks.count))
        let failure = Mutex<(any Error)?>(nil)
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
            while failure.withLock({ $0 == nil }) {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < tasks.count else { return }
                let trial = trials[tasks[index].trial]
                let factors = factors(scores[tasks[index].vector], cancer: trial.cancer.id)
                let key = Self.key(trial, factors, patients: patients)
                var point = stored[key]
                // a point under which nobody gets ill has no values
                let isNew = point == nil
                if isNew {
                    let values = (try? trial.varied(by: factors, patients: patients).transformedEndpoints(threads: 1)) ?? [:]
                    point = Point(study: trial.study.id, vector: tasks[index].vector, key: key, values: values)
                }
                point?.vector = tasks[index].vector
                let done = points.withLock { points in
                    points[index] = point
                    if isNew, var line = try? JSONEncoder().encode(point) {
                        line.append(UInt8(ascii: "\n"))
                        do { try handle.write(contentsOf: line) } catch { failure.withLock { $0 = $0 ?? error } }
                    }
                    return points.count { $0 != nil }
                }
                progress?(StudyProgress(stage: "design", done: done, total: tasks.count))
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return points.withLock { $0.compactMap(\.self) }
    }

    /// Names what a point is made from: model, study, factors that act in the trial, twins.
    private static func key(_ trial: TrialStudy, _ factors: [String: Double], patients: Int) -> String {
        let known = Set(trial.models.union.parameters.map(\.id))
        var hash = ContentHash()
        hash.combine(trial.manifest.plan)
        for (id, factor) in factors.sorted(by: { $0.key < $1.key }) where known.contains(id) {
            hash.combine(id)
            hash.combine(factor)
        }
        hash.combine(UInt64(patients))
        return hash.description
    }
}

extension TrialStudy {
    /// Figures by arm of the observed table and column.
    func observedEndpoints(threads: Int) throws -> [String: [ObservedTrials.Endpoint: Double]] {
        let cohort = try run(threads: threads).cohort
        var result: [String: [ObservedTrials.Endpoint: Double]] = [:]
        for (arm, outcome) in zip(study.arms, cohort.arms) {
            guard let name = arm.observed else { continue }
            for (column, interval) in outcome.endpoints(comparisons: cohort.comparisons) {
                guard let endpoint = ObservedTrials.Endpoint(rawValue: column), let value = interval.value else { continue }
                result[name, default: [:]][endpoint] = value
            }
            // what nobody in the arm had, or nothing given can bring, is a rate of 0
            for endpoint in [ObservedTrials.Endpoint.crs_any_pct, .crs_ge3_pct, .icans_any_pct, .icans_ge3_pct] where result[name]?[endpoint] == nil {
                result[name, default: [:]][endpoint] = 0
            }
            for curve in outcome.survival {
                guard let endpoint = ObservedTrials.Endpoint(rawValue: "\(curve.code.lowercased())_median_months"), result[name]?[endpoint] == nil else { continue }
                result[name, default: [:]][endpoint] = curve.medianBeyondFollowUp
            }
        }
        return result
    }

    /// The same on the transformed scale, by column.
    func transformedEndpoints(threads: Int) throws -> [String: [String: Double]] {
        try observedEndpoints(threads: threads).mapValues { values in
            Dictionary(uniqueKeysWithValues: values.map { ($0.rawValue, $0.transformed($1)) })
        }
    }
}

extension SurvivalSummary {
    /// A median that the follow-up doesn't reach, by the mean hazard until its end; at most 20 years, nil without events.
    ///
    /// ```
    /// median = t_end ln 2 / -ln S(t_end)
    /// ```
    var medianBeyondFollowUp: Double? {
        guard median.value == nil, events > 0, let end = months.last, let left = survival.last, left > 0, left < 1, end > 0 else { return nil }
        return min(240, end * log(2) / -log(left))
    }
}
