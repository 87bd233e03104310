import Dynamics
import Kernels

/// Patients side by side, one per lane, stepping together but each in its own time.
///
/// One attempt does the same arithmetic for all lanes and then decides for each: accept or reject, output, stop,
/// event, next patient. Idle lanes compute along and are ignored.
struct LaneGroup: ~Copyable {
    let integrator: Integrator
    let memory: LaneMemory
    /// Lane count
    let W: Int
    /// State count
    let n: Int
    let observableCount: Int
    let hasDelays: Bool
    var lanes: [Lane]
    var histories: [LaneHistory]
    /// What became of each lane in the attempt under way.
    var verdicts: [Verdict]
    /// Trigger values while a step is scanned for events; `[lane · events + event]`.
    var scannedTriggers: [Bool]
    /// Events that switch in the bracket under examination: 1 to true, −1 to false.
    var candidates: [Int8]
    var brackets: [RootBracket?]
    /// Where the scan for events stands in each lane: the last sample, and the next output that may be one.
    var previousSamples: [Double]
    var samplePlaces: [Int]
    /// Lanes that have an output within their step.
    var isEmitting: [Bool]
    /// The calls of this step, and those of the next, whose state is where this step's result is now.
    var calls: StepCalls
    var nextCalls: StepCalls

    enum Verdict {
        case idle
        case rejected
        /// Reached an ordinary time.
        case accepted
        /// Reached the lane's target.
        case atTarget
        /// Ended just behind a located event.
        case atEvent
        /// Nothing more to do for this patient.
        case done
    }

    var system: DynamicalSystem { _read { yield integrator.system } }

    init(_ integrator: Integrator) {
        self.integrator = integrator
        W = integrator.backend.lanes
        let system = integrator.system
        n = system.stateCount
        observableCount = system.observables.count
        hasDelays = system.delayCount > 0
        let width = integrator.denseStates.count
        memory = LaneMemory(
            system: system, tableau: integrator.tableau, denseStateCount: width, lanes: W)
        lanes = Array(repeating: Lane(), count: W)
        histories = Array(
            repeating: LaneHistory(denseStateCount: width, vectors: integrator.tableau.H.count), count: W)
        verdicts = Array(repeating: .idle, count: W)
        scannedTriggers = Array(repeating: false, count: W * system.events.count)
        candidates = Array(repeating: 0, count: W * system.events.count)
        brackets = Array(repeating: nil, count: W)
        previousSamples = Array(repeating: 0, count: W)
        samplePlaces = Array(repeating: 0, count: W)
        isEmitting = Array(repeating: false, count: W)
        calls = StepCalls(integrator, memory)
        memory.exchangeStates()
        nextCalls = StepCalls(integrator, memory)
        memory.exchangeStates()
    }

    mutating func run(
        next: () -> (patient: Int, input: PatientInput)?, finish: (Int, PatientResult) -> Void,
        isCancelled: () -> Bool
    ) {
        var active = 0
        for l in 0..<W where refill(l, next: next, finish: finish) { active += 1 }
        while active > 0 && !isCancelled() {
            attempt()
            for l in 0..<W where verdicts[l] == .done && !restart(l) {
                finish(lanes[l].patient!, result(l))
                if !refill(l, next: next, finish: finish) { active -= 1 }
            }
        }
    }

    /// Starts the next patient in a lane; patients that are done at once are finished at once.
    /// - Returns: False when there are no more patients.
    private mutating func refill(
        _ l: Int, next: () -> (patient: Int, input: PatientInput)?, finish: (Int, PatientResult) -> Void
    ) -> Bool {
        while let (patient, input) = next() {
            verdicts[l] = .atTarget
            start(l, patient: patient, input: input)
            if verdicts[l] != .done { return true }
            finish(patient, result(l))
        }
        lanes[l].patient = nil
        verdicts[l] = .idle
        return false
    }

    /// One attempted step of every lane.
    private mutating func attempt() {
        for l in 0..<W where lanes[l].patient != nil { chooseStep(l) }
        step()
        judge()
        if integrator.hasLocatedEvents { locateEvents() }
        emitWithinSteps()
        accept()
        var observes = false
        for l in 0..<W {
            switch verdicts[l] {
            case .atTarget: reachTarget(l)
            case .atEvent: fireLocatedEvents(l)
            default: continue
            }
            observes = observes || hasOutputDue(l)
        }
        if observes { emitAtStops() }
    }

    func result(_ l: Int) -> PatientResult {
        let lane = lanes[l]
        let reached = lane.nextOutput * observableCount
        let parameters = memory.column(l, of: memory.parameters, slots: system.delayOffset)
        let state = memory.column(l, of: memory.y, slots: n)
        let time = memory[Control.time, l]
        var result = PatientResult(
            outputs: reached == lane.outputs.count ? lane.outputs : Array(lane.outputs[..<reached]),
            outputCount: lane.nextOutput, finalTime: time, finalState: state,
            finalParameters: parameters, endedBy: lane.endedBy, failure: lane.failure,
            acceptedSteps: lane.acceptedSteps, rejectedSteps: lane.rejectedSteps + lane.abandonedSteps,
            lastStepSize: lane.proposedStep)
        result.restarts = lane.restarts
        if lane.input.keepsSnapshot {
            result.snapshot = Snapshot(
                time: time, state: state, parameters: parameters, stepSize: lane.proposedStep,
                restartStepSize: lane.restartStep,
                isAfterDiscontinuity: lane.isAfterDiscontinuity, triggerValues: lane.triggerValues,
                pendingEvents: lane.pendingEvents, drawCounts: lane.drawCounts, tieCount: lane.tieCount,
                history: system.delayCount > 0 ? histories[l].snapshot : [], historyStart: histories[l].start,
                parameterHistory: histories[l].parameterVersions)
        }
        return result
    }

    mutating func fail(_ l: Int, _ reason: IntegrationFailure.Reason) {
        lanes[l].failure = IntegrationFailure(reason, at: memory[Control.time, l])
        verdicts[l] = .done
    }
}
