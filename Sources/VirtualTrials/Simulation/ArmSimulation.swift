import Dynamics
import Ensembles
import Integrators
import Mathematics
import ModelIR
import Synchronization

/// Treats diagnosed patients by one protocol.
public struct ArmSimulation: Sendable {
    let model: TrialModel
    let plan: TrialProtocol
    let planner: DosePlanner
    let seed: UInt64
    package var threads: Int
    package var cancellation: Cancellation

    /// - Throws: `InvalidModel` when the model can't take the regimen's doses.
    package init(
        model: TrialModel, plan: TrialProtocol, seed: UInt64, threads: Int = 1, cancellation: Cancellation = Cancellation()
    ) throws(InvalidModel) {
        self.model = model
        self.plan = plan
        self.seed = seed
        self.threads = threads
        self.cancellation = cancellation
        planner = try DosePlanner(model: model, regimen: plan.regimen)
    }

    /// One record a patient, in their order; what a record holds doesn't depend on threads or neighbours.
    package func run(
        _ patients: [DiagnosedPatient], progress: (@Sendable (EnsembleProgress) -> Void)? = nil
    ) throws -> [SubjectRecord] {
        let subjects = patients.map { Subject(self, $0) }
        let ensemble = Ensemble(model.integrator, threads: threads, cancellation: cancellation, progress: progress)
        return try ensemble.map(0..<patients.count) { subjects[$0].input() } _: { subjects[$0].record($1) }
    }
}

/// A patient on study: reads scans at the visits, decides about treatment, keeps the record.
final class Subject: Sendable {
    private struct State {
        var assessor: RECIST.Assessor?
        var baseline: [Double] = []
        var readings: [[Double]] = []
        var doses: [Administration] = []
        var phase = 0
        var phaseEnd: Double?
        var isOffTreatment = false
        var progressionDay: Double?
    }
    private let state = Mutex(State())
    private let simulation: ArmSimulation
    private let diagnosed: DiagnosedPatient
    /// Integrator time of the first dose.
    private let zero: Double
    private let screeningDays: Double
    private let visits: [Double]
    private let dropoutDay: Double?
    /// Accumulated hazard at which a new lesion appears; its reading starts at diagnosis.
    private let lesionThreshold: Double
    private let deathThreshold: Double

    init(_ simulation: ArmSimulation, _ diagnosed: DiagnosedPatient) {
        self.simulation = simulation
        self.diagnosed = diagnosed
        let number = diagnosed.patient.number
        let plan = simulation.plan
        screeningDays = plan.calendar.screeningDays(seed: simulation.seed, patient: number)
        zero = diagnosed.snapshot.time + screeningDays
        visits = plan.calendar.visits(seed: simulation.seed, patient: number, before: plan.horizon)
        func exponential(_ purpose: String) -> Double {
            var stream = RandomStream(seed: simulation.seed, patient: UInt64(number), purpose: purpose)
            return -Elementary.log(stream.uniform())
        }
        lesionThreshold = plan.usesHazards ? exponential("new lesion") : .infinity
        deathThreshold = plan.usesHazards ? exponential("death") : .infinity
        let leaving = plan.dropoutPerYear > 0 ? exponential("dropout") * 365.25 / plan.dropoutPerYear : .infinity
        dropoutDay = leaving < plan.horizon ? leaving : nil
    }

    private var plan: TrialProtocol { simulation.plan }
    private var model: TrialModel { simulation.model }
    private var end: Double { min(plan.horizon, dropoutDay ?? .infinity) }

    func input() -> PatientInput {
        var stops: [Stop] = []
        let start = diagnosed.snapshot.time
        for id in ["hazard_death_sum", "hazard_lesion_sum"] {
            if let slot = model.compiled.state(id) { stops.append(Stop(time: start, .setState(slot, 0))) }
        }
        if let slot = model.compiled.parameter(TrialModel.deathThreshold) {
            stops.append(Stop(time: start, .setParameter(slot, min(deathThreshold, 1e9))))
        }
        // the baseline scan, then the visits
        stops.append(Stop(time: start, .decision))
        for day in visits where day <= end { stops.append(Stop(time: zero + day, .decision)) }
        let doses = simulation.planner.doses(phase: 0, from: 0, until: end, zero: zero, patient: diagnosed.patient)
        stops += doses.map(\.stop)
        let outputs = Array(stride(from: 0, through: end, by: plan.outputInterval)).map { zero + $0 }
        state.withLock {
            $0 = State()
            $0.doses = doses.map(\.given)
            if plan.regimen.phases.first?.untilProgression == false { $0.phaseEnd = plan.regimen.phases[0].length }
        }
        return PatientInput(
            inputs: [], startTime: start, endTime: zero + end, stops: stops, outputTimes: outputs,
            randomKey: RandomKey(seed: simulation.seed, patient: UInt64(diagnosed.patient.number)),
            snapshot: diagnosed.snapshot
        ) { [self] decision in
            state.withLock { decide(&decision, &$0) }
        }
    }

    private func diameters(_ observables: [Double]) -> [Double] {
        model.diameterIDs.map { observables[model.columns[$0]!] }
    }

    private func decide(_ decision: inout Decision, _ state: inout State) {
        let day = decision.time - zero
        let visit = state.readings.count
        let number = diagnosed.patient.number
        let readings = diameters(decision.observables).enumerated().map { lesion, diameter in
            plan.measurement.reading(of: diameter, seed: simulation.seed, patient: number, visit: visit, lesion: lesion)
        }
        state.readings.append(readings)
        guard var assessor = state.assessor else {
            let targets = readings.map { _ in RECIST.TargetLesion(organ: "primary") }
            state.baseline = readings
            state.assessor = RECIST.Assessor(targets: targets, baseline: readings)
            return
        }
        let hazard = model.columns["hazard_lesion_sum"].map { decision.observables[$0] } ?? 0
        let point = assessor.assess(
            RECIST.Visit(day: day, diameters: readings, hasNewLesion: hazard > lesionThreshold))
        state.assessor = assessor
        guard point.overall == .progression else {
            beginNextPhaseIfDue(&decision, &state, day: day)
            return
        }
        let confirmed = state.progressionDay != nil
        if state.progressionDay == nil { state.progressionDay = day }
        if plan.treatsBeyondProgression && !confirmed { return }
        if !state.isOffTreatment { progress(&decision, &state, day: day) }
        if !plan.followsAfterProgression {
            decision.ends = true
            decision.reason = "progression"
        }
    }

    /// Stops what is being given; `A until progression then B` goes on with B.
    private func progress(_ decision: inout Decision, _ state: inout State, day: Double) {
        let now = decision.time
        state.doses.removeAll { $0.day > day }
        decision.cancels = { stop in
            if case .addToState = stop.action { return stop.time > now }
            return false
        }
        let next = state.phase + 1
        if plan.followsAfterProgression, next < plan.regimen.phases.count, plan.regimen.phases[state.phase].untilProgression {
            start(phase: next, &decision, &state, day: day)
        } else {
            state.isOffTreatment = true
        }
    }

    private func beginNextPhaseIfDue(_ decision: inout Decision, _ state: inout State, day: Double) {
        guard !state.isOffTreatment, let due = state.phaseEnd, day >= due - 1e-9, state.phase + 1 < plan.regimen.phases.count else { return }
        start(phase: state.phase + 1, &decision, &state, day: day)
    }

    private func start(phase: Int, _ decision: inout Decision, _ state: inout State, day: Double) {
        let doses = simulation.planner.doses(phase: phase, from: day, until: end, zero: zero, patient: diagnosed.patient)
        decision.newStops += doses.map(\.stop)
        state.doses += doses.map(\.given)
        state.phase = phase
        state.phaseEnd = plan.regimen.phases[phase].untilProgression ? nil : plan.regimen.phases[phase].length.map { day + $0 }
    }

    func record(_ result: PatientResult) -> SubjectRecord {
        let state = state.withLock { $0 }
        let lastDay = result.finalTime - zero
        let points = state.assessor?.timePoints ?? []
        let deathDay = result.endedBy == TrialModel.deathEvent ? lastDay : nil
        let days = Array(stride(from: 0, through: end, by: plan.outputInterval).prefix(result.outputCount))
        return SubjectRecord(
            patient: diagnosed.patient, baselineDay: -screeningDays, baselineDiameters: state.baseline, points: points,
            readings: state.readings, administrations: state.doses.filter { $0.day <= lastDay }, deathDay: deathDay,
            dropoutDay: dropoutDay.flatMap { $0 <= lastDay + 1 && deathDay == nil ? $0 : nil }, lastDay: lastDay, outputDays: days,
            outputs: result.outputs, failure: result.failure.map { "solver: \($0)" },
            endpoints: Endpoints(
                points: points, rules: plan.rules, deathDay: deathDay, visitInterval: plan.calendar.interval,
                lastContactDay: lastDay))
    }
}
