/// Times to an event, some of them censored.
package struct SurvivalTimes: Sendable, Hashable, Codable {
    /// Any unit, non-negative.
    package var times: [Double]
    /// False where observation ended without the event.
    package var isEvent: [Bool]

    package init(times: [Double] = [], isEvent: [Bool] = []) {
        precondition(times.count == isEvent.count, "\(times.count) times, \(isEvent.count) event marks")
        self.times = times
        self.isEvent = isEvent
    }

    package var count: Int { times.count }
    package var eventCount: Int { isEvent.count { $0 } }

    package mutating func append(time: Double, isEvent event: Bool) {
        times.append(time)
        isEvent.append(event)
    }

    /// Patients still under observation just before `time`.
    package func atRisk(at time: Double) -> Int { times.count { $0 >= time } }

    /// Censoring as the event: its Kaplan-Meier curve describes follow-up (Schemper & Smith 1996).
    package var reversed: SurvivalTimes { SurvivalTimes(times: times, isEvent: isEvent.map { !$0 }) }
}

/// An estimate with its confidence limits; a limit that the data don't reach is nil.
package struct Estimate: Sendable, Hashable, Codable {
    package var value: Double?
    package var lower: Double?
    package var upper: Double?
    package init(_ value: Double?, _ lower: Double?, _ upper: Double?) {
        self.value = value
        self.lower = lower
        self.upper = upper
    }
}
