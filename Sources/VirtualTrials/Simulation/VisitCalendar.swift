import Mathematics

/// When tumours are assessed.
public struct VisitCalendar: Sendable, Hashable, Codable {
    /// Days between planned scans, the first counted from the start of treatment.
    public var interval: Double
    /// Day of the first scan when it differs; nil: `interval`.
    public var first: Double?
    /// After this day the second interval applies.
    public var changeDay: Double?
    public var laterInterval: Double?
    /// Standard deviation and limit of the deviation from the plan, days.
    public var jitter: Double
    public var window: Double
    /// Chance that a scan is missed.
    public var missed: Double
    /// The baseline scan lies this many days before treatment: median and logarithmic spread.
    public var screening: Double
    public var screeningSpread: Double

    /// POPLAR's calendar: every 6 weeks; its data's spread about the plan and time from scan to treatment
    /// (Ghaffari Laleh et al. 2022: median 10-15 days, quartiles 7-22).
    public init(
        interval: Double = 42, first: Double? = nil, changeDay: Double? = nil, laterInterval: Double? = nil,
        jitter: Double = 3, window: Double = 7, missed: Double = 0.02, screening: Double = 12, screeningSpread: Double = 0.7
    ) {
        self.interval = interval
        self.first = first
        self.changeDay = changeDay
        self.laterInterval = laterInterval
        self.jitter = jitter
        self.window = window
        self.missed = missed
        self.screening = screening
        self.screeningSpread = screeningSpread
    }

    /// Days from the baseline scan to treatment of one patient, at most 28 as protocols allow.
    package func screeningDays(seed: UInt64, patient: Int) -> Double {
        if screening <= 0 { return 0 }
        var stream = RandomStream(seed: seed, patient: UInt64(patient), purpose: "screening interval")
        let u = stream.uniform()
        if screeningSpread <= 0 { return screening }
        return LogNormalDistribution(median: screening, logStandardDeviation: screeningSpread).truncated(from: 1, to: 28).quantile(u).rounded()
    }

    /// Days of the scans of one patient after the start of treatment, up to `horizon`; missed ones left out.
    package func visits(seed: UInt64, patient: Int, before horizon: Double) -> [Double] {
        var stream = RandomStream(seed: seed, patient: UInt64(patient), purpose: "visits")
        var planned = first ?? interval
        var days: [Double] = []
        while planned <= horizon {
            let shift = jitter > 0 ? min(window, max(-window, jitter * stream.normal())) : 0
            let isMissed = stream.uniform() < missed
            let day = (planned + shift).rounded()
            if !isMissed, day <= horizon, day > (days.last ?? 0) { days.append(day) }
            let step = changeDay.map { planned >= $0 } == true ? laterInterval ?? interval : interval
            planned += step
        }
        return days
    }
}

/// How a radiologist reads a lesion.
public struct MeasurementModel: Sendable, Hashable, Codable {
    /// Standard deviation of the logarithm of a reading.
    public var logStandardDeviation: Double
    /// Present but below this, mm: recorded as `tooSmallValue`.
    public var tooSmall: Double
    public var tooSmallValue: Double
    /// Below this, mm: not seen.
    public var invisible: Double
    /// Readings are rounded to this, mm; 0: not rounded.
    public var rounding: Double

    /// Readings of the same lesion by the same reader vary by about 5 % (logarithmic standard deviation) for lesions
    /// above 10 mm: McErlean et al., Radiology 269 (2013) 451, coefficient of repeatability about 14 %, from memory;
    /// so the spread is `assumed`. Too small to measure is 5 mm by RECIST 1.1.
    public init(
        logStandardDeviation: Double = 0.05, tooSmall: Double = 5, tooSmallValue: Double = 5, invisible: Double = 2,
        rounding: Double = 1
    ) {
        self.logStandardDeviation = logStandardDeviation
        self.tooSmall = tooSmall
        self.tooSmallValue = tooSmallValue
        self.invisible = invisible
        self.rounding = rounding
    }

    /// A reading in mm of a lesion whose true diameter is `diameter`.
    package func reading(of diameter: Double, seed: UInt64, patient: Int, visit: Int, lesion: Int) -> Double {
        if diameter < invisible { return 0 }
        if diameter < tooSmall { return tooSmallValue }
        var stream = RandomStream(seed: seed, patient: UInt64(patient), purpose: "reading \(visit) \(lesion)")
        let noisy = diameter * Elementary.exp(logStandardDeviation * stream.normal())
        return rounding > 0 ? (noisy / rounding).rounded() * rounding : noisy
    }
}
