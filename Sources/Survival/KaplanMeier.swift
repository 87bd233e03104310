import Mathematics

/// The product-limit estimate of a survival function.
///
/// ```
/// S(t) = Π_{tᵢ ≤ t} (1 − dᵢ/nᵢ),   Var S = S² Σ dᵢ/(nᵢ (nᵢ − dᵢ))   (Greenwood)
/// ```
/// Sources: Kaplan & Meier, JASA 53 (1958) 457; Greenwood 1926. Same numbers as R's `survfit`.
package struct KaplanMeier: Sendable {
    /// The scale on which the interval is symmetric.
    package enum Interval: String, Sendable, CaseIterable {
        case plain, log
        /// log(−log S), the default of SAS and of trial reports
        case logLog = "log-log"
    }

    /// What happened at one distinct time.
    package struct Step: Sendable, Hashable {
        package var time: Double
        /// Under observation just before.
        package var atRisk: Int
        package var events: Int
        package var censored: Int
        /// S just after.
        package var survival: Double
        /// Standard error of ln S.
        package var logStandardError: Double
        /// NaN where the transformation has no value (S = 0).
        package var lower: Double
        package var upper: Double
    }

    package let steps: [Step]
    package let count: Int
    package let interval: Interval
    package let confidence: Double

    package init(_ data: SurvivalTimes, interval: Interval = .logLog, confidence: Double = 0.95) {
        self.interval = interval
        self.confidence = confidence
        count = data.count
        let z = Normal.quantile(0.5 + confidence / 2)
        let order = data.times.indices.sorted { data.times[$0] < data.times[$1] }
        var steps: [Step] = []
        var survival = 1.0
        var variance = 0.0
        var start = 0
        while start < order.count {
            let time = data.times[order[start]]
            var end = start
            var events = 0
            while end < order.count && data.times[order[end]] == time {
                if data.isEvent[order[end]] { events += 1 }
                end += 1
            }
            let n = order.count - start
            survival *= 1 - Double(events) / Double(n)
            if events > 0 { variance += events == n ? .infinity : Double(events) / (Double(n) * Double(n - events)) }
            let error = variance.squareRoot()
            let (lower, upper) = Self.limits(survival, error: error, z: z, interval)
            steps.append(
                Step(
                    time: time, atRisk: n, events: events, censored: end - start - events, survival: survival,
                    logStandardError: error, lower: lower, upper: upper))
            start = end
        }
        self.steps = steps
    }

    static func limits(_ s: Double, error: Double, z: Double, _ interval: Interval) -> (Double, Double) {
        if s <= 0 { return interval == .plain ? (0, 0) : (.nan, .nan) }
        if s >= 1 { return (1, 1) }
        switch interval {
        case .plain: return (max(0, s - z * error * s), min(1, s + z * error * s))
        case .log: return (s * Elementary.exp(-z * error), min(1, s * Elementary.exp(z * error)))
        case .logLog:
            let logS = Elementary.log(s)
            let spread = Elementary.exp(z * error / logS)
            return (Elementary.exp(logS / spread), Elementary.exp(logS * spread))
        }
    }

    /// The last step at or before `time`; nil before the first.
    private func step(at time: Double) -> Step? {
        var low = 0
        var high = steps.count
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : steps[low - 1]
    }

    /// S(t) with its interval; nil beyond the last time if that was censored, since nothing is known there.
    package func survival(at time: Double) -> Estimate {
        guard let step = step(at: time) else { return Estimate(steps.isEmpty ? nil : 1, 1, 1) }
        if time > steps.last!.time && step.survival > 0 { return Estimate(nil, nil, nil) }
        return Estimate(step.survival, step.lower.isNaN ? nil : step.lower, step.upper.isNaN ? nil : step.upper)
    }

    package func atRisk(at time: Double) -> Int { steps.first { $0.time >= time }?.atRisk ?? 0 }

    package var censoredTimes: [Double] { steps.filter { $0.censored > 0 }.map(\.time) }

    /// How a quantile is read where the curve runs exactly at the level.
    package enum FlatRule: Sendable {
        /// The smallest t with S(t) ≤ 1 − p, the definition in most protocols.
        case smallest
        /// The middle of the flat stretch, as R's `survfit` prints it.
        case middle
    }

    /// The p-quantile of the event time, with the Brookmeyer-Crowley interval: where the limits of S cross 1 − p.
    ///
    /// Source: Brookmeyer & Crowley, Biometrics 38 (1982) 29.
    package func quantile(_ p: Double, rule: FlatRule = .smallest) -> Estimate {
        Estimate(
            crossing(1 - p, of: \.survival, rule: rule), crossing(1 - p, of: \.lower, rule: rule),
            crossing(1 - p, of: \.upper, rule: rule))
    }

    package var median: Estimate { quantile(0.5) }

    private func crossing(_ level: Double, of curve: (Step) -> Double, rule: FlatRule) -> Double? {
        // products of fractions miss an exact level by a few roundings
        let tolerance = 1.5e-8
        guard let first = steps.firstIndex(where: { curve($0) <= level + tolerance }) else { return nil }
        if rule == .middle, abs(curve(steps[first]) - level) < tolerance,
            let next = steps[first...].first(where: { curve($0) < level - tolerance })
        {
            return (steps[first].time + next.time) / 2
        }
        return steps[first].time
    }

    /// The area under S up to `horizon`, and its standard error.
    ///
    /// ```
    /// RMST = ∫₀^τ S dt,   Var = Σ_{tᵢ ≤ τ} (∫_{tᵢ}^τ S dt)² dᵢ/(nᵢ (nᵢ − dᵢ))
    /// ```
    /// Source: Uno et al., J. Clin. Oncol. 32 (2014) 2380; Royston & Parmar, BMC Med. Res. Methodol. 13 (2013) 152.
    /// - Returns: nil when follow-up ends before `horizon` with survivors left.
    package func restrictedMean(to horizon: Double) -> (mean: Double, standardError: Double)? {
        guard let last = steps.last, last.time >= horizon || last.survival == 0 else { return nil }
        let inside = steps.filter { $0.time < horizon }
        var area = 0.0
        var variance = 0.0
        var right = horizon
        for step in inside.reversed() {
            area += step.survival * (right - step.time)
            if step.events > 0 && step.events < step.atRisk {
                variance += area * area * Double(step.events) / (Double(step.atRisk) * Double(step.atRisk - step.events))
            }
            right = step.time
        }
        return (area + right, variance.squareRoot())
    }
}
