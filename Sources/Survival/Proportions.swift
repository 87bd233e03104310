import Mathematics

/// A proportion k/n with its intervals, and comparisons of two.
package struct Proportion: Sendable, Hashable, Codable {
    package var count: Int
    package var total: Int
    package init(_ count: Int, of total: Int) {
        precondition(0 <= count && count <= total && total > 0, "\(count) of \(total)")
        self.count = count
        self.total = total
    }

    package var value: Double { Double(count) / Double(total) }

    /// Exact interval from the binomial tails (Clopper & Pearson, Biometrika 26 (1934) 404).
    package func clopperPearson(confidence: Double = 0.95) -> Estimate {
        let tail = (1 - confidence) / 2
        let (k, n) = (Double(count), Double(total))
        return Estimate(
            value, count == 0 ? 0 : BetaDistribution(k, n - k + 1).quantile(tail),
            count == total ? 1 : BetaDistribution(k + 1, n - k).quantile(1 - tail))
    }

    /// Score interval (Wilson, JASA 22 (1927) 209).
    package func wilson(confidence: Double = 0.95) -> Estimate {
        let z = Normal.quantile(0.5 + confidence / 2)
        let n = Double(total)
        let center = value + z * z / (2 * n)
        let half = z * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return Estimate(value, max(0, (center - half) / scale), min(1, (center + half) / scale))
    }

    /// Odds ratio of this proportion over `other` with Woolf's interval; nil when a cell of the table is empty.
    package func oddsRatio(over other: Proportion, confidence: Double = 0.95) -> Estimate {
        let cells = [count, total - count, other.count, other.total - other.count].map(Double.init)
        guard cells.allSatisfy({ $0 > 0 }) else { return Estimate(nil, nil, nil) }
        let logRatio = Elementary.log(cells[0] * cells[3] / (cells[1] * cells[2]))
        let error = cells.reduce(0) { $0 + 1 / $1 }.squareRoot() * Normal.quantile(0.5 + confidence / 2)
        return Estimate(Elementary.exp(logRatio), Elementary.exp(logRatio - error), Elementary.exp(logRatio + error))
    }

    /// Difference this − other with the score interval of Miettinen & Nurminen (Stat. Med. 4 (1985) 213): the
    /// differences δ that the test with variances restricted to δ, times N/(N − 1), doesn't reject.
    package func difference(from other: Proportion, confidence: Double = 0.95) -> Estimate {
        Self.stratifiedDifference([(self, other)], confidence: confidence)
    }

    /// The same over strata, with Cochran-Mantel-Haenszel weights n₁n₂/(n₁ + n₂).
    package static func stratifiedDifference(
        _ strata: [(treated: Proportion, control: Proportion)], confidence: Double = 0.95
    ) -> Estimate {
        let weights = strata.map {
            Double($0.treated.total) * Double($0.control.total) / Double($0.treated.total + $0.control.total)
        }
        let sum = weights.reduce(0, +)
        let estimate = zip(strata, weights).reduce(0) { $0 + $1.1 * ($1.0.treated.value - $1.0.control.value) } / sum
        let critical = Normal.quantile(0.5 + confidence / 2)
        func statistic(_ delta: Double) -> Double {
            let variance = zip(strata, weights).reduce(0) {
                $0 + $1.1 * $1.1 * Self.restrictedVariance($1.0.treated, $1.0.control, difference: delta)
            } / (sum * sum)
            return (estimate - delta) / max(variance, 1e-300).squareRoot()
        }
        // at an end of the range where nothing is rejected the end itself is the limit
        let edge = 1 - 1e-12
        let lower = statistic(-edge) <= critical ? -1 : root(between: -edge, and: estimate) { statistic($0) - critical }
        let upper = statistic(edge) >= -critical ? 1 : root(between: estimate, and: edge) { statistic($0) + critical }
        return Estimate(estimate, lower, upper)
    }

    /// Variance of p₁ − p₂ at the maximum of the likelihood given p₁ − p₂ = δ, found on the increasing score.
    private static func restrictedVariance(_ a: Proportion, _ b: Proportion, difference delta: Double) -> Double {
        let (x1, n1, x2, n2) = (Double(a.count), Double(a.total), Double(b.count), Double(b.total))
        let low = max(0, -delta)
        let high = min(1, 1 - delta)
        func score(_ p2: Double) -> Double {
            let p1 = p2 + delta
            return (x1 == 0 ? 0 : x1 / p1) - (n1 == x1 ? 0 : (n1 - x1) / (1 - p1)) + (x2 == 0 ? 0 : x2 / p2)
                - (n2 == x2 ? 0 : (n2 - x2) / (1 - p2))
        }
        let margin = 1e-14 * (1 + high - low)
        let p2: Double
        if high - low < 4 * margin || score(low + margin) <= 0 {
            p2 = low
        } else if score(high - margin) >= 0 {
            p2 = high
        } else {
            p2 = root(between: low + margin, and: high - margin, of: score)
        }
        let p1 = p2 + delta
        return (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
    }
}

/// Efficacy of a vaccine, 1 − ratio of incidence rates, exact given the total number of cases.
///
/// Of n cases, those among the vaccinated are binomial with p = θ t₁/(θ t₁ + t₂); the Clopper-Pearson limits of p give
/// those of the rate ratio θ.
package func vaccineEfficacy(
    vaccineCases: Int, vaccinePersonYears: Double, controlCases: Int, controlPersonYears: Double,
    confidence: Double = 0.95
) -> Estimate {
    let total = vaccineCases + controlCases
    guard total > 0 else { return Estimate(nil, nil, 1) }
    let share = Proportion(vaccineCases, of: total).clopperPearson(confidence: confidence)
    func efficacy(_ p: Double) -> Double? {
        p >= 1 ? nil : 1 - p / (1 - p) * controlPersonYears / vaccinePersonYears
    }
    return Estimate(efficacy(share.value!), efficacy(share.upper!), efficacy(share.lower!))
}
