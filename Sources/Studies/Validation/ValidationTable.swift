import Foundation
import Mathematics
import VirtualTrials

/// From predictions to rows, intervals and figures of merit.
struct ValidationTable {
    let validation: Validation
    let predictions: [String: Validation.Prediction]

    /// Standard deviation between trials of the same treatment in the same setting, on the transformed scale; assumed, from
    /// control arms that were repeated (docetaxel in previously treated lung cancer: responses of 9 to 14 %, medians of 2.8 to
    /// 4.2 and 8.1 to 9.6 months).
    static func betweenTrials(_ scale: ObservedTrials.Endpoint.Scale) -> Double {
        switch scale {
        case .percent: 0.3
        case .months: 0.15
        case .ratio: 0.1
        }
    }

    /// Sampling error at the trial's own size, on the transformed scale.
    ///
    /// Rates: 1/√(n p (1 − p)). Medians: 1.44/√n, the order-statistic error of an exponential time. Hazard ratios: 2/√d with
    /// events d in seven tenths of both arms.
    static func sampling(_ endpoint: ObservedTrials.Endpoint, _ value: Double, patients: Int) -> Double {
        let n = Double(max(1, patients))
        switch endpoint.scale {
        case .percent:
            let p = min(0.995, max(0.005, value / 100))
            return 1 / (n * p * (1 - p)).squareRoot()
        case .months: return 1.44 / n.squareRoot()
        case .ratio: return 2 / (0.7 * 2 * n).squareRoot()
        }
    }

    /// Where a prediction keeps a sampling error that its own kind of trial knows better.
    static func samplingKey(_ endpoint: ObservedTrials.Endpoint) -> String { "sampling \(endpoint.rawValue)" }

    func result(seconds: Double) throws -> ValidationResult {
        let calibration = try ObservedTrials.shipped().rows
        let baselines = Baselines(calibration: calibration)
        var rows: [ValidationResult.Row] = []
        var limits: [Int: ClosedRange<Double>] = [:]
        for row in validation.observed.rows {
            for (endpoint, observed) in row.cells {
                var result = ValidationResult.Row(
                    trial: row.trial, arm: row.arm, endpoint: endpoint.rawValue, observed: observed, baseline: baselines.naive(row, endpoint),
                    regression: baselines.regression(row, endpoint))
                fill(&result, endpoint, patients: row.patients)
                if let range = row.limits[endpoint] { limits[rows.count] = range }
                rows.append(result)
            }
        }
        return ValidationResult(
            results: rows, summary: summary(rows, limits: limits, seconds: seconds),
            rankings: TherapyRanking.all(rows, observed: validation.observed))
    }

    private func fill(_ row: inout ValidationResult.Row, _ endpoint: ObservedTrials.Endpoint, patients: Int) {
        guard let prediction = predictions[row.trial] else {
            row.reason = validation.notSimulated[row.trial] ?? "no study file names this trial"
            return
        }
        guard let arm = prediction.central[row.arm] else {
            row.reason = prediction.reason ?? "no arm of the study repeats this one"
            return
        }
        guard let value = arm[endpoint.rawValue] else {
            row.reason = endpoint == .grade3plus_trae_pct
                ? "only some side effects are modelled, so that their sum can't be compared"
                : endpoint.scale == .months ? "the median is not reached within the simulated follow-up" : "the model of this trial has no such outcome"
            return
        }
        let center = endpoint.transformed(value)
        let parts = [
            modelError(endpoint, apartFrom: row.trial),
            prediction.spread[row.arm]?[endpoint.rawValue] ?? 0.3, Self.betweenTrials(endpoint.scale),
            arm[Self.samplingKey(endpoint)] ?? Self.sampling(endpoint, value, patients: patients),
        ]
        let spread = 1.959_963_984_540_054 * parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
        row.predicted = value
        row.lower = endpoint.restored(center - spread)
        row.upper = endpoint.restored(center + spread)
    }

    /// Root mean square of the misses at the other trials on the transformed scale, less what chance and differences between
    /// trials explain: how wrong the model is where it wasn't asked yet. The trial itself is left out.
    private func modelError(_ endpoint: ObservedTrials.Endpoint, apartFrom trial: String) -> Double {
        let between = Self.betweenTrials(endpoint.scale)
        let excess = validation.observed.rows.compactMap { row -> Double? in
            guard row.trial != trial, case .some(.some(let observed)) = row.values[endpoint],
                let value = predictions[row.trial]?.central[row.arm]?[endpoint.rawValue]
            else { return nil }
            let miss = endpoint.transformed(value) - endpoint.transformed(observed)
            let chance = Self.sampling(endpoint, observed, patients: row.patients)
            return miss * miss - between * between - chance * chance
        }
        return excess.count < 4 ? 0.5 : max(0, Statistics.mean(excess)).squareRoot()
    }

    // MARK: Figures of merit

    private func summary(_ rows: [ValidationResult.Row], limits: [Int: ClosedRange<Double>], seconds: Double) -> ValidationResult.Summary {
        let endpoints = ObservedTrials.Endpoint.allCases.compactMap { endpoint -> ValidationResult.EndpointSummary? in
            let members = rows.filter { $0.endpoint == endpoint.rawValue }
            return members.isEmpty ? nil : summary(endpoint, members)
        }
        let signs = limits.filter { !$0.value.contains(1) }.keys.map { rows[$0] }.filter { $0.predicted != nil && $0.endpoint.hasPrefix("hr_") }
        let right = signs.count { ($0.predicted! < 1) == ($0.observed! < 1) }
        func miss(_ row: ValidationResult.Row) -> Double {
            guard let endpoint = ObservedTrials.Endpoint(rawValue: row.endpoint), let predicted = row.predicted, let observed = row.observed else { return 0 }
            return abs(endpoint.transformed(predicted) - endpoint.transformed(observed)) / (endpoint.scale == .percent ? 1 : 0.6)
        }
        let trials = Set(rows.map(\.trial))
        let simulated = Set(rows.filter { $0.predicted != nil }.map(\.trial))
        return ValidationResult.Summary(
            endpoints: endpoints, mechanisms: CentralMechanism.all.compactMap { mechanism($0.name) }, trialsObserved: trials.count, trialsSimulated: simulated.count,
            cellsObserved: rows.count, cellsPredicted: rows.count { $0.predicted != nil },
            responseErrorWithMissing: endpoints.first { $0.endpoint == "orr_pct" }?.errorWithMissing, signRight: signs.isEmpty ? nil : 100 * Double(right) / Double(signs.count),
            signs: signs.count, parameterVectors: validation.vectors, patientsPerArm: validation.patients, seconds: seconds,
            notSimulated: trials.subtracting(simulated).sorted().map { trial in
                ValidationResult.NotSimulated(trial: trial, reason: rows.first { $0.trial == trial }?.reason ?? "")
            }, missing: missing(rows), worst: rows.filter { $0.predicted != nil }.sorted { (miss($1), $0.trial) < (miss($0), $1.trial) }.prefix(10).map(withCause))
    }

    /// Figures without a prediction, counted by endpoint and reason, the most frequent first.
    private func missing(_ rows: [ValidationResult.Row]) -> [ValidationResult.Missing] {
        var counts: [ValidationResult.Missing: Int] = [:]
        for row in rows where row.predicted == nil {
            counts[ValidationResult.Missing(endpoint: row.endpoint, reason: row.reason ?? "", figures: 0), default: 0] += 1
        }
        return counts.map { ValidationResult.Missing(endpoint: $0.key.endpoint, reason: $0.key.reason, figures: $0.value) }
            .sorted { ($1.figures, $0.endpoint, $0.reason) < ($0.figures, $1.endpoint, $1.reason) }
    }

    /// The row with what is suspected behind its miss in place of the reason that it doesn't have.
    private func withCause(_ row: ValidationResult.Row) -> ValidationResult.Row {
        var row = row
        let own = validation.suspected.filter { $0.trial == row.trial }
        row.reason = (own.first { $0.endpoint == row.endpoint } ?? own.first { $0.endpoint == "*" }).map { "suspected: \($0.cause)" }
        return row
    }

    /// Errors over the arms that get a class of therapy, with and without its central mechanism, on the same figures.
    private func mechanism(_ name: String) -> ValidationResult.MechanismSummary? {
        var responses: [(with: Double, without: Double)] = []
        var progressions: [(with: Double, without: Double)] = []
        var arms = 0
        for row in validation.observed.rows {
            guard let prediction = predictions[row.trial], let central = prediction.central[row.arm], let off = prediction.without[name]?[row.arm] else { continue }
            arms += 1
            if case .some(.some(let observed)) = row.values[.orr_pct], let with = central["orr_pct"], let without = off["orr_pct"] {
                responses.append((abs(with - observed), abs(without - observed)))
            }
            if case .some(.some(let observed)) = row.values[.pfs_median_months], let with = central["pfs_median_months"], let without = off["pfs_median_months"] {
                progressions.append((abs(log(with / observed)), abs(log(without / observed))))
            }
        }
        guard arms > 0 else { return nil }
        func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : Statistics.mean(values) }
        return ValidationResult.MechanismSummary(
            mechanism: name, arms: arms, responseError: mean(responses.map(\.with)), responseErrorWithout: mean(responses.map(\.without)),
            progressionFactor: mean(progressions.map(\.with)).map { exp($0) }, progressionFactorWithout: mean(progressions.map(\.without)).map { exp($0) })
    }

    private func summary(_ endpoint: ObservedTrials.Endpoint, _ rows: [ValidationResult.Row]) -> ValidationResult.EndpointSummary {
        let both = rows.filter { $0.predicted != nil && $0.observed != nil }
        func error(_ value: (ValidationResult.Row) -> Double?) -> Double? {
            let errors = both.compactMap { row -> Double? in
                guard let x = value(row) else { return nil }
                return endpoint.scale == .percent ? abs(x - row.observed!) : abs(endpoint.transformed(x) - endpoint.transformed(row.observed!))
            }
            guard !errors.isEmpty else { return nil }
            return endpoint.scale == .percent ? Statistics.mean(errors) : exp(Statistics.mean(errors))
        }
        let inside = both.count { $0.lower!...$0.upper! ~= $0.observed! }
        let near = both.count { abs(log($0.predicted! / $0.observed!)) <= log(1.3) }
        func score(_ low: Double, _ high: Double, _ x: Double) -> Double { high - low + 40 * max(0, low - x) + 40 * max(0, x - high) }
        /// A baseline's interval score: its interval has the spread of its own errors over these cells.
        func baselineScore(_ value: (ValidationResult.Row) -> Double?) -> Double? {
            let pairs = both.compactMap { row in value(row).map { (center: endpoint.transformed($0), observed: row.observed!) } }
            guard pairs.count > 2 else { return nil }
            let spread = 1.96 * Statistics.standardDeviation(pairs.map { $0.center - endpoint.transformed($0.observed) })
            return Statistics.mean(pairs.map { score(endpoint.restored($0.center - spread), endpoint.restored($0.center + spread), $0.observed) })
        }
        // a figure without a prediction counts as the better baseline's error and 10 points
        let withMissing = endpoint.scale != .percent ? nil : rows.filter { $0.observed != nil }.compactMap { row -> Double? in
            if let predicted = row.predicted { return abs(predicted - row.observed!) }
            return [row.baseline, row.regression].compactMap { $0.map { abs($0 - row.observed!) } }.min().map { $0 + 10 }
        }
        return ValidationResult.EndpointSummary(
            endpoint: endpoint.rawValue, observed: rows.count, predicted: both.count, error: error(\.predicted),
            baselineError: error(\.baseline), regressionError: error(\.regression),
            withinFactor: endpoint.scale == .months && !both.isEmpty ? 100 * Double(near) / Double(both.count) : nil,
            coverage: both.isEmpty ? nil : 100 * Double(inside) / Double(both.count),
            intervalScore: both.isEmpty ? nil : Statistics.mean(both.map { score($0.lower!, $0.upper!, $0.observed!) }),
            baselineIntervalScore: baselineScore(\.baseline), regressionIntervalScore: baselineScore(\.regression),
            errorWithMissing: withMissing.flatMap { $0.isEmpty ? nil : Statistics.mean($0) })
    }
}
