/// All there is to know about one lane between two steps: continuing from it gives bit for bit what the
/// uninterrupted run would have given.
///
/// Growth to diagnosis runs once per patient, ends in a snapshot, and every arm of a trial goes on from there.
public struct Snapshot: Hashable, Sendable, Codable {
    public var time: Double
    public var state: [Double]
    /// Inputs and controls; delayed and derived values follow from them.
    public var parameters: [Double]
    /// What the step control would try next.
    public var stepSize: Double
    /// Step size that suited the start after the last discontinuity; 0 when there was none yet.
    public var restartStepSize: Double
    /// The state or a parameter has just jumped, so the first step starts small.
    public var isAfterDiscontinuity: Bool
    /// Whether each event's trigger was true.
    public var triggerValues: [Bool]
    public var pendingEvents: [PendingEvent]
    /// How often each random slot has been drawn.
    public var drawCounts: [UInt32]
    /// How many ties between simultaneous events have been broken by lot.
    public var tieCount: UInt32
    /// Past steps, oldest first; empty unless the system has delays.
    public var history: [HistoryStep]
    public var historyStart: Double
    /// Parameters as they were, oldest first; empty unless the system has delays.
    public var parameterHistory: [ParameterVersion]

    public init(
        time: Double, state: [Double], parameters: [Double], stepSize: Double = 0, restartStepSize: Double = 0,
        isAfterDiscontinuity: Bool = false, triggerValues: [Bool] = [], pendingEvents: [PendingEvent] = [], drawCounts: [UInt32] = [],
        tieCount: UInt32 = 0, history: [HistoryStep] = [], historyStart: Double? = nil,
        parameterHistory: [ParameterVersion] = []
    ) {
        self.time = time
        self.state = state
        self.parameters = parameters
        self.stepSize = stepSize
        self.restartStepSize = restartStepSize
        self.isAfterDiscontinuity = isAfterDiscontinuity
        self.triggerValues = triggerValues
        self.pendingEvents = pendingEvents
        self.drawCounts = drawCounts
        self.tieCount = tieCount
        self.history = history
        self.historyStart = historyStart ?? time
        self.parameterHistory = parameterHistory
    }

    /// All parameter slots from a time on.
    public struct ParameterVersion: Hashable, Sendable, Codable {
        public var start: Double
        public var parameters: [Double]
        public init(start: Double, parameters: [Double]) {
            self.start = start
            self.parameters = parameters
        }
    }

    /// A triggered event that waits for its delay to pass.
    public struct PendingEvent: Hashable, Sendable, Codable {
        /// Index into the system's events.
        public var event: Int
        public var executionTime: Double
        /// Values of the assignments, if they were taken at the trigger time.
        public var values: [Double]?
        public init(event: Int, executionTime: Double, values: [Double]?) {
            self.event = event
            self.executionTime = executionTime
            self.values = values
        }
    }

    /// One accepted step with its interpolating polynomial (`coefficients`: one row per power, method's own form).
    public struct HistoryStep: Hashable, Sendable, Codable {
        public var start: Double
        public var end: Double
        public var coefficients: [Double]
        public init(start: Double, end: Double, coefficients: [Double]) {
            self.start = start
            self.end = end
            self.coefficients = coefficients
        }
    }
}
