import Mathematics

/// One patient of a comparison: when, whether it was the event, in which group and stratum.
package struct GroupedTime: Sendable, Hashable {
    package var time: Double
    package var isEvent: Bool
    package var group: Int
    package var stratum: Int
    package init(time: Double, isEvent: Bool, group: Int, stratum: Int = 0) {
        self.time = time
        self.isEvent = isEvent
        self.group = group
        self.stratum = stratum
    }
}

/// Weight of the event time t in a test, from pooled survival just before it: S(t−)^ρ (1 − S(t−))^γ.
///
/// (0, 0) is the log-rank test; (0, 1) looks for late differences, as immunotherapy often makes.
/// Source: Fleming & Harrington, *Counting Processes and Survival Analysis* (1991).
package struct FlemingHarrington: Sendable, Hashable {
    package var rho: Double
    package var gamma: Double
    package init(_ rho: Double, _ gamma: Double) {
        self.rho = rho
        self.gamma = gamma
    }
    func weight(_ survival: Double) -> Double {
        Elementary.pow(survival, rho) * Elementary.pow(1 - survival, gamma)
    }
}

/// Observed less expected events with hypergeometric variances, for any number of groups, strata and weights.
package struct LogRank: Sendable {
    package let groups: Int
    /// By weight, then group.
    package let observed: [[Double]]
    package let expected: [[Double]]
    /// Covariance of (observed − expected) of the groups, between weights a and b: `covariance[a][b]`.
    let covariance: [[SymmetricMatrix]]

    package init(_ data: [GroupedTime], weights: [FlemingHarrington] = [FlemingHarrington(0, 0)]) {
        let groupCount = (data.map(\.group).max() ?? 0) + 1
        groups = groupCount
        var observed = weights.map { _ in Array(repeating: 0.0, count: groupCount) }
        var expected = observed
        var covariance = weights.map { _ in weights.map { _ in SymmetricMatrix(size: groupCount) } }
        for stratum in Set(data.map(\.stratum)).sorted() {
            let rows = data.filter { $0.stratum == stratum }.sorted { $0.time < $1.time }
            var atRisk = Array(repeating: 0.0, count: groupCount)
            for row in rows { atRisk[row.group] += 1 }
            var survival = 1.0
            var start = 0
            while start < rows.count {
                var end = start
                var leaving = Array(repeating: 0.0, count: groupCount)
                var deaths = leaving
                while end < rows.count && rows[end].time == rows[start].time {
                    leaving[rows[end].group] += 1
                    if rows[end].isEvent { deaths[rows[end].group] += 1 }
                    end += 1
                }
                let n = Double(rows.count - start)
                let d = deaths.reduce(0, +)
                if d > 0 {
                    let w = weights.map { $0.weight(survival) }
                    let factor = n > 1 ? d * (n - d) / (n * n * (n - 1)) : 0
                    for a in weights.indices {
                        for g in 0..<groupCount {
                            observed[a][g] += w[a] * deaths[g]
                            expected[a][g] += w[a] * d * atRisk[g] / n
                        }
                        for b in weights.indices {
                            for g in 0..<groupCount {
                                for h in 0..<groupCount {
                                    let same = g == h ? n * atRisk[g] : 0
                                    covariance[a][b][g, h] += w[a] * w[b] * factor * (same - atRisk[g] * atRisk[h])
                                }
                            }
                        }
                    }
                    survival *= 1 - d / n
                }
                for g in 0..<groupCount { atRisk[g] -= leaving[g] }
                start = end
            }
        }
        self.observed = observed
        self.expected = expected
        self.covariance = covariance
    }

    /// (O − E)ᵀ V⁻ (O − E) with one group left out, on groups − 1 degrees of freedom, for the first weight.
    package var chiSquare: Double {
        let n = groups - 1
        var matrix = SymmetricMatrix(size: n)
        for i in 0..<n { for j in 0..<n { matrix[i, j] = covariance[0][0][i, j] } }
        let difference = (0..<n).map { observed[0][$0] - expected[0][$0] }
        return matrix.inverse()?.quadraticForm(difference) ?? 0
    }

    /// Two-sided p-value of the first weight.
    package var pValue: Double { ChiSquareDistribution(degreesOfFreedom: Double(groups - 1)).upperTail(chiSquare) }

    /// Standardised (O − E) of group 1 for a weight: negative when group 1 has fewer events than expected.
    package func z(_ weight: Int = 0) -> Double {
        let variance = covariance[weight][weight][1, 1]
        return variance > 0 ? (observed[weight][1] - expected[weight][1]) / variance.squareRoot() : 0
    }

    /// Correlation of the standardised statistics of two weights, for two groups.
    package func correlation(_ a: Int, _ b: Int) -> Double {
        if a == b { return 1 }
        let product = covariance[a][a][1, 1] * covariance[b][b][1, 1]
        return product > 0 ? min(1, covariance[a][b][1, 1] / product.squareRoot()) : 1
    }
}

/// The largest of several weighted log-rank statistics, judged by their joint distribution.
///
/// Keeps power when the effect comes late, early or crosses, at a small price when hazards are proportional.
/// Source: Lin et al., Stat. Biopharm. Res. 12 (2020) 187 (cross-pharma working group on non-proportional hazards).
package struct MaxCombo: Sendable {
    package static let defaultWeights = [
        FlemingHarrington(0, 0), FlemingHarrington(0, 1), FlemingHarrington(1, 0), FlemingHarrington(1, 1),
    ]
    package let weights: [FlemingHarrington]
    package let z: [Double]
    package let correlation: SymmetricMatrix

    package init(_ data: [GroupedTime], weights: [FlemingHarrington] = Self.defaultWeights) {
        let test = LogRank(data, weights: weights)
        precondition(test.groups == 2, "max-combo compares two groups, got \(test.groups)")
        self.weights = weights
        z = weights.indices.map { test.z($0) }
        var matrix = SymmetricMatrix(size: weights.count)
        for a in weights.indices { for b in weights.indices { matrix[a, b] = test.correlation(a, b) } }
        correlation = matrix
    }

    /// Largest |z|.
    package var statistic: Double { z.map(abs).max() ?? 0 }

    /// Two-sided: 1 − P(all |Zᵢ| < statistic) under the joint normal law; error about 5e-5, never below the
    /// unadjusted p-value of the largest statistic.
    package var pValue: Double {
        let limit = Array(repeating: statistic, count: z.count)
        let inside = MultivariateNormal.probability(low: limit.map { -$0 }, high: limit, correlation: correlation)
        let single = 2 * Normal.cumulative(-statistic)
        return min(Double(z.count) * single, max(single, 1 - inside))
    }
}
