import Dynamics
import Ensembles
import ImmuneModels
import Integrators
import Mathematics
import ModelIR
import Synchronization

/// Treats diagnosed patients by one protocol.
public struct ArmSimulation: Sendable {
    let model: TrialModel
    let plan: TrialProtocol
    let planner: DosePlanner
    let rescuePlanners: [DosePlanner]
    let crossoverPlanner: DosePlanner?
    let earlierPlanner: DosePlanner?
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
        func planner(_ regimen: Regimen) throws(InvalidModel) -> DosePlanner {
            var planner = try DosePlanner(model: model, regimen: regimen)
            planner.seed = seed
            return planner
        }
        self.planner = try planner(plan.regimen)
        var rescuePlanners: [DosePlanner] = []
        for rescue in plan.rescues { rescuePlanners.append(try planner(rescue.regimen)) }
        self.rescuePlanners = rescuePlanners
        if let crossover = plan.crossover {
            crossoverPlanner = try planner(crossover.regimen)
        } else {
            crossoverPlanner = nil
        }
        if let earlier = plan.earlier { earlierPlanner = try planner(earlier.regimen) } else { earlierPlanner = nil }
    }

    /// One record a patient, in their order; what a record holds doesn't depend on threads or neighbours.
    package func run(
        _ patients: [DiagnosedPatient], progress: (@Sendable (EnsembleProgress) -> Void)? = nil
    ) throws -> [SubjectRecord] {
        try runKeepingDoses(patients, progress: progress).records
    }

    /// The records, and the stops of the doses that each patient had, on the integrator's clock and in the model's slots.
    package func runKeepingDoses(
        _ patients: [DiagnosedPatient], progress: (@Sendable (EnsembleProgress) -> Void)? = nil
    ) throws -> (records: [SubjectRecord], doses: [[Stop]]) {
        let subjects = patients.map { Subject(self, $0) }
        let ensemble = Ensemble(model.integrator, threads: threads, cancellation: cancellation, progress: progress)
        let records = try ensemble.map(0..<patients.count) { subjects[$0].input() } _: { subjects[$0].record($1) }
        return (records, subjects.map(\.doseStops))
    }
}

/// A patient on study: reads scans at the visits, decides about treatment, keeps the record.
final class Subject: Sendable {
    struct State {
        var assessment: Assessment?
        var baseline: [Double] = []
        var readings: [[Double]] = []
        /// Doses given or still planned, and the days on which phases begin.
        var schedule = DosePlanner.Schedule()
        var isOffTreatment = false
        var progressionDay: Double?
        /// Index into `scans` of the next one.
        var nextScan = 0
        var heldDoses = 0
        /// By rescue rule: times given, day of the last.
        var rescued: [Int: (times: Int, day: Double)] = [:]
        var ended: (day: Double, reason: EndOfTreatment)?
        var crossoverDay: Double?
        /// Living cancer cells just before the first operation, and its day.
        var specimen: (day: Double, cells: Double)?
        var wasExcluded = false
        var markers: [Double] = []
    }
    private let state = Mutex(State())
    let simulation: ArmSimulation
    let diagnosed: DiagnosedPatient
    /// Integrator time of the first dose.
    let zero: Double
    /// Integrator time of the baseline scan.
    private let baseline: Double
    /// Doses before the study.
    let earlierDoses: [DosePlanner.PlannedDose]
    private let screeningDays: Double
    /// Days of the scans, the baseline first.
    private let scans: [Double]
    private let dropoutDay: Double?
    private let backgroundDeathDay: Double
    private let followUp: Double
    private let isNeverTreated: Bool
    let crossesOver: Bool
    /// Accumulated hazard at which a new lesion appears; its reading starts at diagnosis.
    private let lesionThreshold: Double
    private let deathThreshold: Double

    init(_ simulation: ArmSimulation, _ diagnosed: DiagnosedPatient) {
        self.simulation = simulation
        self.diagnosed = diagnosed
        let patient = diagnosed.patient
        let plan = simulation.plan
        func uniform(_ purpose: String) -> Double {
            var stream = RandomStream(seed: simulation.seed, patient: UInt64(patient.number), purpose: purpose)
            return stream.uniform()
        }
        func exponential(_ purpose: String) -> Double { -Elementary.log(uniform(purpose)) }
        screeningDays = plan.calendar.screeningDays(seed: simulation.seed, patient: patient.number)
        baseline = diagnosed.snapshot.time + (plan.earlier?.days ?? 0)
        zero = baseline + screeningDays
        earlierDoses = simulation.earlierPlanner?.schedule(
            from: 0, on: diagnosed.snapshot.time - zero, until: -screeningDays, zero: zero, patient: patient).doses ?? []
        followUp = plan.shortestFollowUp.map { $0 + (plan.horizon - $0) * uniform("accrual") } ?? plan.horizon
        isNeverTreated = plan.dropoutBeforeTreatment > 0 && uniform("dropout before treatment") < plan.dropoutBeforeTreatment
        crossesOver = plan.crossover.map { uniform("crossover") < $0.share } ?? false
        let visits = plan.calendar.visits(seed: simulation.seed, patient: patient.number, before: plan.horizon)
        scans = [-screeningDays] + (isNeverTreated ? [] : visits)
        lesionThreshold = plan.usesHazards ? exponential("new lesion") : .infinity
        deathThreshold = plan.usesHazards ? exponential("death") : .infinity
        let leaving = plan.dropoutPerYear > 0 ? exponential("dropout") * 365.25 / plan.dropoutPerYear : .infinity
        dropoutDay = leaving < followUp ? leaving : nil
        backgroundDeathDay = plan.hasBackgroundMortality
            ? BackgroundMortality.day(
                age: patient.covariates["age"] ?? 65, isMale: patient.covariates["male"] == 1, at: uniform("death from other causes"))
            : .infinity
    }

    var plan: TrialProtocol { simulation.plan }
    private var model: TrialModel { simulation.model }
    var end: Double { min(followUp, dropoutDay ?? .infinity, backgroundDeathDay) }

    /// Days of the outputs: daily at first where side effects are watched.
    private var outputDays: [Double] {
        let daily = Array(stride(from: 0, to: min(plan.dailyUntil, end), by: 1))
        let start = daily.isEmpty ? 0 : (plan.dailyUntil / plan.outputInterval).rounded(.up) * plan.outputInterval
        return daily + Array(stride(from: start, through: max(start, end), by: plan.outputInterval)).filter { $0 <= end }
    }

    func input() -> PatientInput {
        var stops: [Stop] = []
        let start = diagnosed.snapshot.time
        // new lesions count from the baseline scan; who died before treatment was never on study
        for (id, time) in [("hazard_death_sum", zero), ("hazard_lesion_sum", start)] {
            if let slot = model.compiled.state(id) { stops.append(Stop(time: time, .setState(slot, 0))) }
        }
        if let slot = model.compiled.parameter(TrialModel.deathThreshold) {
            stops.append(Stop(time: zero, .setParameter(slot, min(deathThreshold, 1e9))))
        }
        // the baseline scan, then the visits; before an earlier treatment another scan says what it was given for
        if plan.earlier != nil { stops.append(Stop(time: start, .decision)) }
        stops.append(Stop(time: baseline, .decision))
        for day in scans.dropFirst() where day <= end { stops.append(Stop(time: zero + day, .decision)) }
        let schedule = isNeverTreated
            ? DosePlanner.Schedule()
            : simulation.planner.schedule(
                from: 0, on: 0, until: end, zero: zero, patient: diagnosed.patient, snapshot: diagnosed.snapshot)
        stops += (earlierDoses + schedule.doses).flatMap(\.stops) + watches(schedule.doses) + diagnosed.background
        stops += schedule.doses.filter(\.isOperation).map { Stop(time: zero + $0.given.day, .decision) }
        if !plan.rescues.isEmpty {
            for day in stride(from: 1, through: min(plan.dailyUntil, end), by: 1) { stops.append(Stop(time: zero + day, .decision)) }
        }
        let forget: @Sendable () -> Void = { [self] in
            state.withLock {
                $0 = State()
                $0.schedule = schedule
                if isNeverTreated {
                    $0.isOffTreatment = true
                    $0.ended = (0, .neverStarted)
                }
            }
        }
        forget()
        var input = PatientInput(
            inputs: [], startTime: start, endTime: zero + end, stops: stops, outputTimes: outputDays.map { zero + $0 },
            randomKey: RandomKey(seed: simulation.seed, patient: UInt64(diagnosed.patient.number)),
            snapshot: diagnosed.snapshot
        ) { [self] decision in
            state.withLock { decide(&decision, &$0) }
        }
        input.restart = forget
        return input
    }

    /// What a visit finds, with the reader's error on what is measured with a ruler.
    private func visit(
        _ observables: [Double], number visit: Int, day: Double, reading: ResponseReading, isResected: Bool
    ) -> Assessment.Visit {
        let patient = diagnosed.patient.number
        func measured(_ diameter: Double, _ lesion: Int) -> Double {
            plan.measurement.reading(of: diameter, seed: simulation.seed, patient: patient, visit: visit, lesion: lesion)
        }
        var values: [ResponseReading.Quantity: Double] = [:]
        for (quantity, id) in reading.observables {
            guard let column = model.columns[id] else { continue }
            values[quantity] = quantity == .node ? measured(observables[column], 0) : observables[column]
        }
        let hazard = model.columns["hazard_lesion_sum"].map { observables[$0] } ?? 0
        // what a lesion leaves is seen on scans, whether or not cancer lives in it
        let lesions = model.diameterIDs.enumerated().map { lesion, id in
            let seen = measured(observables[model.columns[id]!], lesion)
            let leavesScar = !isResected && diagnosed.patient.values[id.replacing("diameter_tumour", with: "scar")] == 1
            return leavesScar && observables[model.columns[id]!] > 0 ? max(seen, plan.measurement.tooSmallValue) : seen
        }
        return Assessment.Visit(
            day: day, lesions: lesions, values: values,
            hasNewLesion: hazard > lesionThreshold)
    }

    private func decide(_ decision: inout Decision, _ state: inout State) {
        let day = decision.time - zero
        if day >= 0 { reactToSideEffects(&decision, &state, day: day) }
        if let operation = nextOperation(state, after: day) { examine(decision.observables, &state, day: operation) }
        if plan.earlier != nil, state.assessment == nil {
            // what was there before the earlier treatment; the study's own baseline replaces it
            var assessment = Assessment(model.response ?? ResponseReading(criteria: .solid, observables: [:]))
            assessment.begin(visit(decision.observables, number: -1, day: day, reading: assessment.reading, isResected: false))
            state.assessment = assessment
            return
        }
        guard state.nextScan < scans.count, abs(day - scans[state.nextScan]) < 1e-6 else { return }
        if state.nextScan == 0, plan.earlier != nil, !enters(&decision, &state, day: day) { return }
        state.nextScan += 1
        scan(&decision, &state, day: day)
    }

    /// Whether the patient comes on study after the earlier treatment; who has progressed by then doesn't.
    private func enters(_ decision: inout Decision, _ state: inout State, day: Double) -> Bool {
        let isResected = wasOperated(state, by: day)
        if var assessment = state.assessment {
            if isResected { assessment.resect() }
            let visit = visit(decision.observables, number: -2, day: day, reading: assessment.reading, isResected: isResected)
            if assessment.assess(visit).overall == .progression {
                state.wasExcluded = true
                decision.ends = true
                decision.reason = "progression before the study"
                return false
            }
        }
        state.assessment = nil
        return true
    }

    private func scan(_ decision: inout Decision, _ state: inout State, day: Double) {
        let reading = model.response ?? ResponseReading(criteria: .solid, observables: [:])
        let isResected = wasOperated(state, by: day)
        let visit = visit(decision.observables, number: state.readings.count, day: day, reading: reading, isResected: isResected)
        visit.values[.marker].map { state.markers.append($0) }
        state.readings.append(visit.lesions)
        guard var assessment = state.assessment else {
            var assessment = Assessment(reading)
            assessment.begin(visit)
            if isResected { assessment.resect() }
            // RECIST sums lesions; the other criteria have one measure
            state.baseline = reading.criteria.isBySize ? visit.lesions : [assessment.measure(visit)]
            state.assessment = assessment
            return
        }
        if isResected { assessment.resect() }
        let point = assessment.assess(visit)
        state.assessment = assessment
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

    var doseStops: [Stop] { state.withLock { $0.schedule.doses.flatMap(\.stops) } }

    func record(_ result: PatientResult) -> SubjectRecord {
        let state = state.withLock { $0 }
        let lastDay = result.finalTime - zero
        let points = state.assessment?.points ?? []
        var deathDay = result.endedBy == TrialModel.deathEvent ? lastDay : nil
        var deathCause = deathDay.map { _ in "cancer" }
        if result.endedBy == nil, result.failure == nil, backgroundDeathDay <= end, lastDay >= end - 1e-6 {
            deathDay = backgroundDeathDay
            deathCause = "other causes"
        }
        let given = state.schedule.doses.map(\.given).filter { $0.day <= lastDay }
        let days = Array(outputDays.prefix(result.outputCount))
        let width = model.observables.count
        let events = GradeReading.events(days: days, columns: model.columns, outputs: result.outputs, width: width)
        let isLost = dropoutDay.map { $0 <= lastDay + 1 && deathDay == nil } ?? false
        let ended = state.ended ?? endOfTreatment(state, died: deathDay, isLost: isLost, lastDay: lastDay)
        var record = SubjectRecord(
            patient: diagnosed.patient, baselineDay: -screeningDays, baselineDiameters: state.baseline, points: points,
            readings: state.readings, administrations: given, deathDay: deathDay, dropoutDay: isLost ? dropoutDay : nil, lastDay: lastDay,
            outputDays: days, outputs: result.outputs, failure: result.failure.map { "solver: \($0)" },
            endpoints: Endpoints(
                points: points, rules: plan.rules, deathDay: deathDay, visitInterval: plan.calendar.interval,
                lastContactDay: lastDay, lastPlannedScan: isNeverTreated ? nil : scans.last { $0 <= min(followUp, dropoutDay ?? .infinity) }),
            deathCause: deathCause, adverseEvents: events, heldDoses: state.heldDoses, endOfTreatment: ended.reason,
            endOfTreatmentDay: ended.reason == .ongoing ? nil : ended.day, crossoverDay: state.crossoverDay, followUp: followUp)
        record.operationDay = state.specimen?.day
        record.specimenCells = state.specimen?.cells
        record.wasExcluded = state.wasExcluded
        record.markers = state.markers
        if let kept = plan.kept { thin(&record, to: kept) }
        return record
    }

    private func endOfTreatment(_ state: State, died: Double?, isLost: Bool, lastDay: Double) -> (day: Double, reason: EndOfTreatment) {
        let lastDose = state.schedule.doses.last { $0.given.day <= lastDay }?.given.day ?? 0
        let last = state.schedule.starts.last
        let isLastPhase = last?.phase == plan.regimen.phases.indices.last
        let end = last.flatMap { start in plan.regimen.phases[start.phase].length.map { start.day + $0 } }
        if last == nil || (isLastPhase && end.map { $0 <= lastDay } == true) { return (lastDose, .completed) }
        if let died { return (died, .death) }
        return (lastDay, isLost ? .lost : .ongoing)
    }

    /// Keeps the time courses that a trial's report shows, at wide intervals.
    private func thin(_ record: inout SubjectRecord, to kept: [String]) {
        let columns = kept.compactMap { model.columns[$0] }
        let width = model.observables.count
        let rows = record.outputDays.indices.filter { record.outputDays[$0].truncatingRemainder(dividingBy: plan.keptInterval) == 0 }
        record.outputs = rows.flatMap { row in columns.map { record.outputs[row * width + $0] } }
        record.outputDays = rows.map { record.outputDays[$0] }
        record.patient.values = [:]
    }
}
