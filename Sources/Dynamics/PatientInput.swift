/// Everything one lane needs to run: parameters, schedule, output times.
public struct PatientInput: Sendable {
    /// Values of the system's inputs, shape `[inputs.count]`.
    public var inputs: [Double]
    public var startTime: Double
    public var endTime: Double
    /// States at the start; nil: the model's own initial state.
    public var initialState: [Double]?
    /// Doses, infusions and switches, in any order.
    public var stops: [Stop]
    /// Times at which observables are reported, ascending.
    public var outputTimes: [Double]
    /// Called at each decision stop; may add stops later than now or end the run.
    public var decide: (@Sendable (inout Decision) -> Void)?
    /// Called before the run is begun anew with tighter tolerances, so that what `decide` remembers can be forgotten; a
    /// patient with decisions and without this isn't begun anew.
    public var restart: (@Sendable () -> Void)?
    /// Key of this patient's random numbers.
    public var randomKey: RandomKey
    /// Go on from here: time, state, parameters, pending events and history come from the snapshot, and `inputs`,
    /// `startTime` and `initialState` are ignored. Stops before the snapshot's time are ignored too.
    public var snapshot: Snapshot?
    /// Return a snapshot with the result.
    public var keepsSnapshot: Bool

    public init(
        inputs: [Double], startTime: Double = 0, endTime: Double, initialState: [Double]? = nil, stops: [Stop] = [],
        outputTimes: [Double] = [], randomKey: RandomKey = RandomKey(), snapshot: Snapshot? = nil,
        keepsSnapshot: Bool = false, decide: (@Sendable (inout Decision) -> Void)? = nil
    ) {
        self.inputs = inputs
        self.startTime = startTime
        self.endTime = endTime
        self.initialState = initialState
        self.stops = stops
        self.outputTimes = outputTimes
        self.randomKey = randomKey
        self.snapshot = snapshot
        self.keepsSnapshot = keepsSnapshot
        self.decide = decide
    }
}

/// Names one patient's stream of random numbers; see `RandomSlot`.
public struct RandomKey: Hashable, Sendable {
    public var seed: UInt64
    public var patient: UInt64
    public init(seed: UInt64 = 0, patient: UInt64 = 0) {
        self.seed = seed
        self.patient = patient
    }
}

/// A time at which a lane stops exactly and something changes.
///
/// Stops at the same time happen in this order: decisions first, then the rest as listed (those that a decision adds
/// come last); then events. An output requested at that time is taken after all of them.
public struct Stop: Sendable, Hashable {
    public enum Action: Sendable, Hashable {
        /// state[index] += value (a bolus)
        case addToState(Int, Double)
        /// parameter slot += value (start or end of an infusion)
        case addToParameter(Int, Double)
        case setParameter(Int, Double)
        case setState(Int, Double)
        /// Ask the patient's `decide`.
        case decision
    }
    public var time: Double
    public var action: Action
    public init(time: Double, _ action: Action) {
        self.time = time
        self.action = action
    }
}

/// What a decision may see and do. Stops that it adds must lie at or after `time`.
public struct Decision: Sendable {
    public var time: Double
    /// Observables now, shape `[observables.count]`.
    public var observables: [Double]
    public var newStops: [Stop] = []
    /// Remove all later stops for which this returns true.
    public var cancels: (@Sendable (Stop) -> Bool)?
    /// End this patient's run here.
    public var ends = false
    /// Reported as `endedBy` when `ends` is set.
    public var reason: String?
    public init(time: Double, observables: [Double]) {
        self.time = time
        self.observables = observables
    }
}

/// Why one patient could not be simulated to the end; the others go on.
public struct IntegrationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: String, Sendable {
        /// The error test kept failing down to the smallest step; the model may be too stiff or discontinuous here.
        case stepSizeUnderflow
        /// More attempted steps than the tolerances allow one patient.
        case tooManySteps
        /// A rate or a state is NaN or infinite however small the step.
        case nonFiniteState
        /// The matrix of the linear system could not be factored however small the step.
        case singularMatrix
        /// Events kept setting each other off at one time.
        case eventLoop
        /// Newton's iteration for the algebraic states didn't converge.
        case inconsistentInitialState
        /// An input or a stop that makes no sense: a slot out of range, an end before the start.
        case invalidInput
    }
    public var reason: Reason
    public var time: Double
    public init(_ reason: Reason, at time: Double) {
        self.reason = reason
        self.time = time
    }
    public var description: String { "\(reason.rawValue) at t = \(time)" }
}

/// What became of one patient.
public struct PatientResult: Sendable {
    /// Observables at the output times reached, row-major `[times, observables]`.
    public var outputs: [Double]
    /// How many of the requested output times were reached.
    public var outputCount: Int
    public var finalTime: Double
    public var finalState: [Double]
    /// Parameters at the end (inputs and controls), as events and doses left them.
    public var finalParameters: [Double]
    /// Id of the terminal event, or reason of the decision, that ended the run, if one did.
    public var endedBy: String?
    public var failure: IntegrationFailure?
    public var acceptedSteps: Int
    public var rejectedSteps: Int
    /// Step size at the end, to continue without a cold start.
    public var lastStepSize: Double
    /// How often the run was begun anew, with tighter tolerances, because it had failed; the attempts that were given up
    /// count among the rejected steps.
    public var restarts = 0
    /// Where to go on from, if asked for.
    public var snapshot: Snapshot?

    public init(
        outputs: [Double], outputCount: Int, finalTime: Double, finalState: [Double], finalParameters: [Double],
        endedBy: String? = nil, failure: IntegrationFailure? = nil, acceptedSteps: Int = 0, rejectedSteps: Int = 0,
        lastStepSize: Double = 0, snapshot: Snapshot? = nil
    ) {
        self.outputs = outputs
        self.outputCount = outputCount
        self.finalTime = finalTime
        self.finalState = finalState
        self.finalParameters = finalParameters
        self.endedBy = endedBy
        self.failure = failure
        self.acceptedSteps = acceptedSteps
        self.rejectedSteps = rejectedSteps
        self.lastStepSize = lastStepSize
        self.snapshot = snapshot
    }
}
