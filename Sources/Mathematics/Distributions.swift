/// A continuous distribution known by its cumulative function and its inverse.
///
/// Everything is sampled by inversion: one uniform number makes one variate, so that quasi-random points and Gaussian
/// copulas work with every distribution.
package protocol ContinuousDistribution: Sendable {
    func cumulative(_ x: Double) -> Double
    /// The smallest x with `cumulative(x)` ≥ p, for 0 < p < 1.
    func quantile(_ p: Double) -> Double
}

extension ContinuousDistribution {
    package func sample(from stream: inout RandomStream) -> Double { quantile(stream.uniform()) }
    package func truncated(from low: Double = -.infinity, to high: Double = .infinity) -> Truncated {
        Truncated(self, from: low, to: high)
    }
}

package struct NormalDistribution: ContinuousDistribution {
    package var mean: Double
    package var standardDeviation: Double
    package init(mean: Double = 0, standardDeviation: Double = 1) {
        precondition(standardDeviation > 0, "standard deviation is \(standardDeviation)")
        self.mean = mean
        self.standardDeviation = standardDeviation
    }
    package func cumulative(_ x: Double) -> Double { Normal.cumulative((x - mean) / standardDeviation) }
    package func quantile(_ p: Double) -> Double { mean + standardDeviation * Normal.quantile(p) }
}

/// ln x is normal.
package struct LogNormalDistribution: ContinuousDistribution {
    package var median: Double
    /// Standard deviation of ln x; for a coefficient of variation c it is √ln(1 + c²).
    package var logStandardDeviation: Double
    package init(median: Double, logStandardDeviation: Double) {
        precondition(median > 0 && logStandardDeviation > 0)
        self.median = median
        self.logStandardDeviation = logStandardDeviation
    }
    package func cumulative(_ x: Double) -> Double {
        x <= 0 ? 0 : Normal.cumulative(Elementary.log(x / median) / logStandardDeviation)
    }
    package func quantile(_ p: Double) -> Double {
        median * Elementary.exp(logStandardDeviation * Normal.quantile(p))
    }
}

package struct UniformDistribution: ContinuousDistribution {
    package var low: Double
    package var high: Double
    package init(from low: Double, to high: Double) {
        precondition(low < high)
        self.low = low
        self.high = high
    }
    package func cumulative(_ x: Double) -> Double { min(1, max(0, (x - low) / (high - low))) }
    package func quantile(_ p: Double) -> Double { low + p * (high - low) }
}

/// ln x is uniform.
package struct LogUniformDistribution: ContinuousDistribution {
    package var low: Double
    package var high: Double
    package init(from low: Double, to high: Double) {
        precondition(0 < low && low < high)
        self.low = low
        self.high = high
    }
    package func cumulative(_ x: Double) -> Double {
        x <= low ? 0 : min(1, Elementary.log(x / low) / Elementary.log(high / low))
    }
    package func quantile(_ p: Double) -> Double { low * Elementary.exp(p * Elementary.log(high / low)) }
}

/// logit x is normal.
package struct LogitNormalDistribution: ContinuousDistribution {
    package var median: Double
    package var logitStandardDeviation: Double
    package init(median: Double, logitStandardDeviation: Double) {
        precondition(0 < median && median < 1 && logitStandardDeviation > 0)
        self.median = median
        self.logitStandardDeviation = logitStandardDeviation
    }
    private func logit(_ x: Double) -> Double { Elementary.log(x / (1 - x)) }
    package func cumulative(_ x: Double) -> Double {
        x <= 0 ? 0 : x >= 1 ? 1 : Normal.cumulative((logit(x) - logit(median)) / logitStandardDeviation)
    }
    package func quantile(_ p: Double) -> Double {
        1 / (1 + Elementary.exp(-(logit(median) + logitStandardDeviation * Normal.quantile(p))))
    }
}

package struct BetaDistribution: ContinuousDistribution {
    package var a: Double
    package var b: Double
    package init(_ a: Double, _ b: Double) {
        precondition(a > 0 && b > 0)
        self.a = a
        self.b = b
    }
    package func cumulative(_ x: Double) -> Double { Special.betaI(a, b, x) }
    package func quantile(_ p: Double) -> Double {
        if p <= 0 { return 0 }
        if p >= 1 { return 1 }
        return root(between: 0, and: 1) { Special.betaI(a, b, $0) - p }
    }
}

package struct GammaDistribution: ContinuousDistribution {
    package var shape: Double
    package var scale: Double
    package init(shape: Double, scale: Double = 1) {
        precondition(shape > 0 && scale > 0)
        self.shape = shape
        self.scale = scale
    }
    package func cumulative(_ x: Double) -> Double { Special.gammaP(shape, x / scale) }
    package func quantile(_ p: Double) -> Double {
        if p <= 0 { return 0 }
        if p >= 1 { return .infinity }
        var high = shape + 1
        while Special.gammaP(shape, high) < p { high *= 2 }
        return scale * root(between: 0, and: high) { Special.gammaP(shape, $0) - p }
    }
}

package struct ChiSquareDistribution: ContinuousDistribution {
    package var degreesOfFreedom: Double
    package init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }
    package func cumulative(_ x: Double) -> Double { Special.gammaP(degreesOfFreedom / 2, x / 2) }
    /// P(X > x), the p-value of a test, accurate in the far tail.
    package func upperTail(_ x: Double) -> Double { Special.gammaQ(degreesOfFreedom / 2, x / 2) }
    package func quantile(_ p: Double) -> Double { GammaDistribution(shape: degreesOfFreedom / 2, scale: 2).quantile(p) }
}

package struct StudentDistribution: ContinuousDistribution {
    package var degreesOfFreedom: Double
    package init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }
    package func cumulative(_ x: Double) -> Double {
        let tail = 0.5 * Special.betaI(degreesOfFreedom / 2, 0.5, degreesOfFreedom / (degreesOfFreedom + x * x))
        return x < 0 ? tail : 1 - tail
    }
    package func quantile(_ p: Double) -> Double {
        if p == 0.5 { return 0 }
        let x = BetaDistribution(degreesOfFreedom / 2, 0.5).quantile(2 * min(p, 1 - p))
        let t = (degreesOfFreedom * (1 / x - 1)).squareRoot()
        return p < 0.5 ? -t : t
    }
}

/// Another distribution, given that the value lies between two limits.
package struct Truncated: ContinuousDistribution {
    private let base: any ContinuousDistribution
    private let low: Double
    private let high: Double
    private let below: Double
    private let mass: Double
    package init(_ base: any ContinuousDistribution, from low: Double, to high: Double) {
        self.base = base
        self.low = low
        self.high = high
        below = low == -.infinity ? 0 : base.cumulative(low)
        mass = (high == .infinity ? 1 : base.cumulative(high)) - below
        precondition(mass > 0, "nothing of the distribution lies between \(low) and \(high)")
    }
    package func cumulative(_ x: Double) -> Double { min(1, max(0, (base.cumulative(x) - below) / mass)) }
    package func quantile(_ p: Double) -> Double { min(high, max(low, base.quantile(below + p * mass))) }
}
