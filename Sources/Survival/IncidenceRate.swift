import Mathematics

/// Cases per person-time with the exact Poisson interval (Garwood, Biometrika 28 (1936) 437): limits by the gamma distribution.
package func poissonRate(cases: Int, personYears: Double, per unit: Double, confidence: Double = 0.95) -> Estimate {
    guard personYears > 0 else { return Estimate(nil, nil, nil) }
    let tail = (1 - confidence) / 2
    /// The mean μ at which the gamma distribution of shape k reaches probability p.
    func mean(_ k: Double, _ p: Double) -> Double {
        root(between: 0, and: max(20, 10 * k + 20)) { Special.gammaP(k, $0) - p }
    }
    let scale = unit / personYears
    return Estimate(
        Double(cases) * scale, cases == 0 ? 0 : mean(Double(cases), tail) * scale, mean(Double(cases) + 1, 1 - tail) * scale)
}
