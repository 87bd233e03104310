import Mathematics

/// Numbers of events and patients for a comparison of survival.
package enum SampleSize {
    /// Events for a log-rank test under proportional hazards:
    /// d = (z₁₋α/₂ + z_power)² / (p (1 − p) ln² HR), p the share of the first arm.
    ///
    /// Source: Schoenfeld, Biometrics 39 (1983) 499.
    package static func events(
        hazardRatio: Double, power: Double = 0.9, twoSidedAlpha: Double = 0.05, allocation: Double = 0.5
    ) -> Double {
        let z = Normal.quantile(1 - twoSidedAlpha / 2) + Normal.quantile(power)
        let logRatio = Elementary.log(hazardRatio)
        return z * z / (allocation * (1 - allocation) * logRatio * logRatio)
    }

    /// Power of the log-rank test with a given number of events.
    package static func power(
        hazardRatio: Double, events: Double, twoSidedAlpha: Double = 0.05, allocation: Double = 0.5
    ) -> Double {
        let drift = abs(Elementary.log(hazardRatio)) * (events * allocation * (1 - allocation)).squareRoot()
        return Normal.cumulative(drift - Normal.quantile(1 - twoSidedAlpha / 2))
    }

    /// Two-sided significance spent by the time that `fraction` of the information is in, as O'Brien & Fleming's
    /// boundary does it: α(t) = 2 − 2 Φ(z₁₋α/₂ / √t).
    ///
    /// Source: Lan & DeMets, Biometrika 70 (1983) 659.
    package static func alphaSpent(fraction: Double, twoSidedAlpha: Double = 0.05) -> Double {
        if fraction <= 0 { return 0 }
        return 2 * Normal.cumulative(-Normal.quantile(1 - twoSidedAlpha / 2) / min(1, fraction).squareRoot())
    }
}
