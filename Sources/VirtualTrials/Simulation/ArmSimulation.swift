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
        var planner = try DosePlanner(model: model, regimen: plan.regimen)
        planner.seed = seed
        self.planner = planner
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
        var schedule = DosePlanner.Schedule()
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
        let schedule = simulation.planner.schedule(
            from: 0, on: 0, until: end, zero: zero, patient: diagnosed.patient, snapshot: diagnosed.snapshot)
        stops += schedule.doses.flatMap(\.stops)
        let outputs = Array(stride(from: 0, through: end, by: plan.outputInterval)).map { zero + $0 }
        state.withLock {
            $0 = State()
            $0.schedule = schedule
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
        guard point.overall == .progression else { return }
        let confirmed = state.progressionDay != nil
        if state.progressionDay == nil { state.progressionDay = day }
        if plan.treatsBeyondProgression && !confirmed { return }
        if !state.isOffTreatment { progress(&decision, &state, day: day) }
        if !plan.followsAfterProgression {
            decision.ends = true
            decision.reason = "progression"
        }
    }

    /// Stops what is being given, an infusion that has begun runs to its end; `A until progression then B` goes on with B.
    private func progress(_ decision: inout Decision, _ state: inout State, day: Double) {
        let now = decision.time
        let phase = state.schedule.starts.last { $0.day <= day }?.phase ?? 0
        state.schedule.doses.removeAll { zero + $0.given.day > now }
        let doseSlots = model.doseSlots
        decision.cancels = { $0.time > now && doseSlots.contains($0.action) }
        decision.newStops += state.schedule.doses.flatMap(\.stops).filter { $0.time > now }
        if plan.followsAfterProgression, phase + 1 < plan.regimen.phases.count, plan.regimen.phases[phase].untilProgression {
            let next = simulation.planner.schedule(from: phase + 1, on: day, until: end, zero: zero, patient: diagnosed.patient)
            decision.newStops += next.doses.flatMap(\.stops)
            state.schedule.doses += next.doses
            state.schedule.starts += next.starts
        } else {
            state.isOffTreatment = true
        }
    }

    func record(_ result: PatientResult) -> SubjectRecord {
        let state = state.withLock { $0 }
        let lastDay = result.finalTime - zero
        let points = state.assessor?.timePoints ?? []
        let deathDay = result.endedBy == TrialModel.deathEvent ? lastDay : nil
        let days = Array(stride(from: 0, through: end, by: plan.outputInterval).prefix(result.outputCount))
        return SubjectRecord(
            patient: diagnosed.patient, baselineDay: -screeningDays, baselineDiameters: state.baseline, points: points,
            readings: state.readings, administrations: state.schedule.doses.map(\.given).filter { $0.day <= lastDay }, deathDay: deathDay,
            dropoutDay: dropoutDay.flatMap { $0 <= lastDay + 1 && deathDay == nil ? $0 : nil }, lastDay: lastDay, outputDays: days,
            outputs: result.outputs, failure: result.failure.map { "solver: \($0)" },
            endpoints: Endpoints(
                points: points, rules: plan.rules, deathDay: deathDay, visitInterval: plan.calendar.interval,
                lastContactDay: lastDay))
    }
}
