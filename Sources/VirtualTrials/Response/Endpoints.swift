/// Times to event of one patient, with the censoring rules of a protocol.
public struct Endpoints: Sendable, Hashable, Codable {
    public struct Time: Sendable, Hashable, Codable {
        /// Days since the start of treatment (DOR: since the first response).
        public var days: Double
        public var isEvent: Bool
        /// What the event was, or why the time is censored.
        public var reason: String
        public init(days: Double, isEvent: Bool, reason: String) {
            self.days = days
            self.isEvent = isEvent
            self.reason = reason
        }
    }

    public var best: Response
    public var progressionFreeSurvival: Time
    /// nil for a patient without a response.
    public var durationOfResponse: Time?
    public var timeToResponse: Double?

    /// - Parameters:
    ///   - points: Assessments after the baseline, in order, as they were judged.
    ///   - deathDay: Day of death from any cause; nil: alive at the end.
    ///   - newTherapyDay: Start of another cancer therapy before progression; censors (FDA's rule).
    ///   - visitInterval: Days between planned scans: an event after two or more missed ones is censored at the last
    ///     adequate assessment.
    ///   - lastContactDay: End of follow-up.
    ///   - lastPlannedScan: Day of the last scan that the calendar has within follow-up. A death after it, without progression,
    ///     is censored as everybody else is at that scan: counted as an event it would find nobody else at risk, and the
    ///     curve would fall to 0. nil: every death counts.
    public init(
        points: [RECIST.TimePoint], rules: RECIST.Rules, deathDay: Double?, newTherapyDay: Double? = nil,
        visitInterval: Double, lastContactDay: Double, lastPlannedScan: Double? = nil
    ) {
        let adequate = points.filter { $0.overall != .notEvaluable }
        let progression = points.first { $0.overall == .progression }
        let (best, responseDay) = RECIST.best(of: points, rules: rules)
        self.best = best
        timeToResponse = responseDay

        var event: (day: Double, reason: String)?
        if let progression { event = (progression.day, progression.progressionCause ?? "progression") }
        if let deathDay, deathDay < event?.day ?? .infinity, deathDay <= lastPlannedScan ?? .infinity { event = (deathDay, "death") }
        let lastAdequate = { (limit: Double) in adequate.last { $0.day < limit }?.day ?? 0 }
        if let start = newTherapyDay, start < event?.day ?? .infinity {
            let last = adequate.last { $0.day <= start }?.day ?? 0
            progressionFreeSurvival = Time(days: last, isEvent: false, reason: "new therapy")
        } else if let event {
            let last = lastAdequate(event.day)
            // a week and a half of slack on two intervals: visits have windows
            if event.day - last > 2 * visitInterval + 10 {
                progressionFreeSurvival = Time(days: last, isEvent: false, reason: "missed assessments")
            } else {
                progressionFreeSurvival = Time(days: event.day, isEvent: true, reason: event.reason)
            }
        } else {
            progressionFreeSurvival = Time(
                days: adequate.last.map { min($0.day, lastContactDay) } ?? 0, isEvent: false, reason: "no event")
        }
        if let responseDay {
            durationOfResponse = Time(
                days: progressionFreeSurvival.days - responseDay, isEvent: progressionFreeSurvival.isEvent,
                reason: progressionFreeSurvival.reason)
        }
    }
}
