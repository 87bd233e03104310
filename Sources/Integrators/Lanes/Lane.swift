import Dynamics

/// What the driver remembers about the patient in one lane, besides state, parameters, time and step size, which
/// live in the lane's column of the group's buffers.
struct Lane {
    /// Number of the patient at the source; nil: the lane is idle.
    var patient: Int?
    var input = PatientInput(inputs: [], endTime: 0)

    // Stepping
    /// Step size the control proposes for the next attempt, before it is shortened to hit a stop.
    var proposedStep = 0.0
    /// Size of the attempt under way.
    var step = 0.0
    /// The attempt was shortened to end at `target`.
    var isShortened = false
    /// Next time at which the lane stops exactly.
    var target = 0.0
    /// Attempt shortened to end just behind a located event: the proposal to return to.
    var stepBeforeLocating: Double?
    var locationCount = 0
    /// Step size that would have suited the first attempt after the last discontinuity; 0: not known.
    var restartStep = 0.0
    var isFirstStepAfterRestart = false
    /// The run ended, or starts, with a jump at its present time.
    var isAfterDiscontinuity = false
    var justRejected = false
    var rejectionsInARow = 0
    /// Which of `Tightening.levels` applies: how often the patient was begun anew.
    var restarts = 0
    /// Attempts of the tries that were given up.
    var abandonedSteps = 0
    var acceptedSteps = 0
    var rejectedSteps = 0

    // Stops, in the order of execution
    var stops: [Stop] = []
    var nextStop = 0
    var scheduledTimes: [Double] = []
    /// Times at which derivatives jump because a delayed value does; with their generation.
    var breakingPoints: [BreakingPoint] = []

    // Events
    var triggerValues: [Bool] = []
    var pendingEvents: [Snapshot.PendingEvent] = []
    var drawCounts: [UInt32] = []
    var tieCount: UInt32 = 0

    // Output
    /// Room for all output times, filled as they are reached.
    var outputs: [Double] = []
    var nextOutput = 0
    /// Infinite when there is none.
    var nextOutputTime = Double.infinity
    var endedBy: String?
    var failure: IntegrationFailure?

    struct BreakingPoint {
        var time: Double
        var generation: Int
    }

    /// Inserts a stop behind those that happen earlier, or at the same time and in front of it.
    mutating func insert(_ stop: Stop) {
        var place = stops.count
        while place > nextStop && stop.precedes(stops[place - 1]) { place -= 1 }
        stops.insert(stop, at: place)
    }

    /// The earliest time after `time` (or at it, for stops not yet executed) at which the lane must stop.
    func nextTarget(after time: Double) -> Double {
        var target = input.endTime
        if nextStop < stops.count { target = min(target, stops[nextStop].time) }
        for scheduled in scheduledTimes where scheduled > time && scheduled < target { target = scheduled }
        for event in pendingEvents where event.executionTime < target { target = event.executionTime }
        for point in breakingPoints where point.time > time && point.time < target { target = point.time }
        return max(target, time)
    }
}

extension Stop {
    /// Earlier, or a decision at the same time as something else.
    func precedes(_ other: Stop) -> Bool {
        if time != other.time { return time < other.time }
        return action == .decision && other.action != .decision
    }
}
