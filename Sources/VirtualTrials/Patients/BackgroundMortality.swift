import Mathematics

/// Death from causes other than the cancer, by age and sex; the same under every treatment.
///
/// ```
/// h(a) = h₆₅ e^(β (a − 65)),   P(alive t years later) = exp(−h(a) (e^(β t) − 1)/β)   (Gompertz)
/// ```
/// Source: life tables of the United States 2019 (National Vital Statistics Reports 70-19), yearly risks at 45, 65 and
/// 85 years of about 0.33, 1.6 and 9.8 % in men, 0.20, 1.0 and 7.2 % in women; rounded from memory, so `assumed`.
public enum BackgroundMortality {
    /// Day of death after the start, from a uniform number.
    package static func day(age: Double, isMale: Bool, at u: Double) -> Double {
        let (atReference, slope) = isMale ? (0.0163, 0.0848) : (0.0100, 0.0896)
        let hazard = atReference * Elementary.exp(slope * (age - 65))
        return 365.25 * Elementary.log(1 - slope * Elementary.log(u) / hazard) / slope
    }
}
