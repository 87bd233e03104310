/// Gamma and beta functions and their regularised incomplete forms.
package enum Special {
    /// ln Γ(x) for x > 0: recurrence up to x ≥ 12, then Stirling's series.
    package static func logGamma(_ x: Double) -> Double {
        precondition(x > 0, "logGamma needs a positive argument, got \(x)")
        var z = x
        var product = 1.0
        while z < 12 {
            product *= z
            z += 1
        }
        let w = 1 / (z * z)
        var series = 1.0 / 156
        for c in [-691.0 / 360_360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12] { series = series * w + c }
        let stirling = (z - 0.5) * Elementary.log(z) - z + 0.918_938_533_204_672_8 + series / z
        return stirling - Elementary.log(product)
    }

    package static func logBeta(_ a: Double, _ b: Double) -> Double {
        logGamma(a) + logGamma(b) - logGamma(a + b)
    }

    /// P(a, x) = γ(a, x)/Γ(a), a > 0, x ≥ 0: the distribution function of a gamma variate of shape a.
    package static func gammaP(_ a: Double, _ x: Double) -> Double {
        if x <= 0 { return 0 }
        if x == .infinity { return 1 }
        return x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x)
    }

    /// Q(a, x) = 1 − P(a, x), without cancellation in the upper tail.
    package static func gammaQ(_ a: Double, _ x: Double) -> Double {
        if x <= 0 { return 1 }
        if x == .infinity { return 0 }
        return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x)
    }

    private static func gammaFront(_ a: Double, _ x: Double) -> Double {
        Elementary.exp(a * Elementary.log(x) - x - logGamma(a))
    }

    private static func gammaSeries(_ a: Double, _ x: Double) -> Double {
        var term = 1 / a
        var sum = term
        var n = a
        repeat {
            n += 1
            term *= x / n
            sum += term
        } while term > sum * 1e-17
        return sum * gammaFront(a, x)
    }

    /// Lentz's evaluation of Legendre's continued fraction.
    private static func gammaFraction(_ a: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var h = d
        for i in 1...100_000 {
            let n = -Double(i) * (Double(i) - a)
            b += 2
            d = n * d + b
            if abs(d) < tiny { d = tiny }
            c = b + n / c
            if abs(c) < tiny { c = tiny }
            d = 1 / d
            let change = d * c
            h *= change
            if abs(change - 1) < 2e-16 { break }
        }
        return h * gammaFront(a, x)
    }

    /// I_x(a, b), the regularised incomplete beta function, for a, b > 0 and 0 ≤ x ≤ 1.
    package static func betaI(_ a: Double, _ b: Double, _ x: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        let front = Elementary.exp(a * Elementary.log(x) + b * Elementary.log1p(-x) - logBeta(a, b))
        if x < (a + 1) / (a + b + 2) { return front * betaFraction(a, b, x) / a }
        return 1 - front * betaFraction(b, a, 1 - x) / b
    }

    private static func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        if abs(d) < tiny { d = tiny }
        d = 1 / d
        var h = d
        for i in 1...100_000 {
            let m = Double(i)
            for n in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                d = 1 + n * d
                if abs(d) < tiny { d = tiny }
                c = 1 + n / c
                if abs(c) < tiny { c = tiny }
                d = 1 / d
                h *= d * c
            }
            if abs(d * c - 1) < 2e-16 { break }
        }
        return h
    }
}
