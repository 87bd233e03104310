import Mathematics

/// The proportional hazards model λ(t | x) = λ₀(t) e^(βᵀx), fitted by partial likelihood.
///
/// Strata have baselines of their own. Newton's method with step halving; same numbers as R's `coxph`.
/// Sources: Cox, J. R. Stat. Soc. B 34 (1972) 187; Efron, JASA 72 (1977) 557; Breslow, Biometrics 30 (1974) 89.
package struct CoxRegression: Sendable {
    /// How events at the same time share the risk set.
    package enum Ties: String, Sendable { case efron, breslow }

    package struct Row: Sendable {
        package var time: Double
        package var isEvent: Bool
        package var covariates: [Double]
        package var stratum: Int
        package init(time: Double, isEvent: Bool, covariates: [Double], stratum: Int = 0) {
            self.time = time
            self.isEvent = isEvent
            self.covariates = covariates
            self.stratum = stratum
        }
    }

    package struct FitFailure: Error, Sendable, CustomStringConvertible {
        package var description: String
    }

    package let coefficients: [Double]
    /// Inverse of the information at the estimate.
    package let covariance: SymmetricMatrix
    package let logLikelihood: Double
    /// Log partial likelihood at β = 0.
    package let nullLogLikelihood: Double
    /// Rao's score statistic at β = 0; with one binary covariate and no ties it is the log-rank test.
    package let scoreStatistic: Double
    package let iterations: Int
    let rows: [Row]
    let ties: Ties
    let means: [Double]

    /// - Throws: `FitFailure` when there is no event, a covariate is constant or combines others, or separates events
    ///   perfectly, so that the likelihood has no maximum.
    package init(_ data: [Row], ties: Ties = .efron) throws(FitFailure) {
        guard let p = data.first?.covariates.count, p > 0 else { throw FitFailure(description: "no covariates") }
        guard data.contains(where: \.isEvent) else { throw FitFailure(description: "no events") }
        let center = (0..<p).map { j in Statistics.mean(data.map { $0.covariates[j] }) }
        means = center
        // latest first within a stratum, so that risk sets grow
        rows = data.map { row in
            var copy = row
            for j in 0..<p { copy.covariates[j] -= center[j] }
            return copy
        }.sorted { ($0.stratum, $1.time) < ($1.stratum, $0.time) }
        self.ties = ties
        var beta = Array(repeating: 0.0, count: p)
        var here = Self.derivatives(rows, beta, ties)
        nullLogLikelihood = here.logLikelihood
        guard let start = here.information.inverse() else {
            throw FitFailure(description: "a covariate is constant or a combination of others")
        }
        scoreStatistic = start.quadraticForm(here.score)
        var inverse = start
        var step = 0
        while true {
            step += 1
            var direction = inverse.times(here.score)
            var next = zip(beta, direction).map(+)
            var there = Self.derivatives(rows, next, ties)
            var halvings = 0
            while !(there.logLikelihood >= here.logLikelihood - 1e-12 * abs(here.logLikelihood)) && halvings < 30 {
                direction = direction.map { $0 / 2 }
                next = zip(beta, direction).map(+)
                there = Self.derivatives(rows, next, ties)
                halvings += 1
            }
            let gain = abs(there.logLikelihood - here.logLikelihood)
            beta = next
            here = there
            guard let updated = here.information.inverse(), step < 50, beta.allSatisfy({ abs($0) < 30 }) else {
                throw FitFailure(description: "the likelihood has no maximum: a covariate separates the events")
            }
            inverse = updated
            if gain <= 1e-13 * abs(here.logLikelihood) || direction.allSatisfy({ abs($0) < 1e-11 }) { break }
        }
        coefficients = beta
        covariance = inverse
        logLikelihood = here.logLikelihood
        iterations = step
    }

    package func standardError(_ j: Int) -> Double { covariance[j, j].squareRoot() }

    /// e^β with Wald limits.
    package func hazardRatio(_ j: Int = 0, confidence: Double = 0.95) -> Estimate {
        let z = Normal.quantile(0.5 + confidence / 2)
        let (b, error) = (coefficients[j], standardError(j))
        return Estimate(Elementary.exp(b), Elementary.exp(b - z * error), Elementary.exp(b + z * error))
    }

    /// Two-sided Wald p-value.
    package func pValue(_ j: Int = 0) -> Double { 2 * Normal.cumulative(-abs(coefficients[j] / standardError(j))) }

    package var likelihoodRatioStatistic: Double { 2 * (logLikelihood - nullLogLikelihood) }

    struct Derivatives {
        var logLikelihood = 0.0
        var score: [Double]
        var information: SymmetricMatrix
    }

    static func derivatives(_ rows: [Row], _ beta: [Double], _ ties: Ties) -> Derivatives {
        var result = Derivatives(score: beta.map { _ in 0 }, information: SymmetricMatrix(size: beta.count))
        forEachEventTime(rows, beta, ties) { time in
            result.logLikelihood += time.logLikelihood
            for i in beta.indices {
                result.score[i] += time.residual[i]
                for j in beta.indices { result.information[i, j] += time.variance[i, j] }
            }
        }
        return result
    }

    /// One distinct event time of one stratum.
    struct EventTime {
        var time: Double
        var stratum: Int
        var deaths: Int
        var logLikelihood: Double
        /// Σ over the deaths of (x − expected x): the Schoenfeld residual.
        var residual: [Double]
        /// Σ over the deaths of the weighted variance of x in the risk set.
        var variance: SymmetricMatrix
    }

    /// Walks through the distinct event times, latest first within each stratum.
    static func forEachEventTime(_ rows: [Row], _ beta: [Double], _ ties: Ties, _ visit: (EventTime) -> Void) {
        let p = beta.count
        var s0 = 0.0
        var s1 = Array(repeating: 0.0, count: p)
        var s2 = SymmetricMatrix(size: p)
        var start = 0
        while start < rows.count {
            if start > 0 && rows[start].stratum != rows[start - 1].stratum {
                s0 = 0
                s1 = s1.map { _ in 0 }
                s2 = SymmetricMatrix(size: p)
            }
            var end = start
            var deaths = 0
            var (d0, d1, d2) = (0.0, Array(repeating: 0.0, count: p), SymmetricMatrix(size: p))
            var residual = d1
            var linear = 0.0
            while end < rows.count && rows[end].time == rows[start].time && rows[end].stratum == rows[start].stratum {
                let x = rows[end].covariates
                var eta = 0.0
                for j in 0..<p { eta += beta[j] * x[j] }
                let risk = Elementary.exp(eta)
                s0 += risk
                for i in 0..<p {
                    s1[i] += risk * x[i]
                    for j in 0..<p { s2[i, j] += risk * x[i] * x[j] }
                }
                if rows[end].isEvent {
                    deaths += 1
                    linear += eta
                    d0 += risk
                    for i in 0..<p {
                        residual[i] += x[i]
                        d1[i] += risk * x[i]
                        for j in 0..<p { d2[i, j] += risk * x[i] * x[j] }
                    }
                }
                end += 1
            }
            if deaths > 0 {
                var variance = SymmetricMatrix(size: p)
                for k in 0..<deaths {
                    let share = ties == .efron ? Double(k) / Double(deaths) : 0
                    let denominator = s0 - share * d0
                    linear -= Elementary.log(denominator)
                    let mean = (0..<p).map { (s1[$0] - share * d1[$0]) / denominator }
                    for i in 0..<p {
                        residual[i] -= mean[i]
                        for j in 0..<p {
                            variance[i, j] += (s2[i, j] - share * d2[i, j]) / denominator - mean[i] * mean[j]
                        }
                    }
                }
                visit(
                    EventTime(
                        time: rows[start].time, stratum: rows[start].stratum, deaths: deaths, logLikelihood: linear,
                        residual: residual, variance: variance))
            }
            start = end
        }
    }
}
