import Dynamics
import Ensembles
import ImmuneModels
import Integrators
import ModelIR
import VirtualTrials

/// Twins of a patient at diagnosis, ready for any of a list of therapies: they share what is known and vary in the rest.
///
/// One model holds the agents of all therapies, so every therapy starts from the same snapshots.
package struct TwinCohort: Sendable {
    package let profile: PatientProfile
    package let regimens: [Regimen]
    package let model: TrialModel
    package let patients: [DiagnosedPatient]
    package let drawn: Int
    package let seed: UInt64
    package let threads: Int
    package var cancellation: Cancellation
    let library: ModelLibrary

    static let tolerances = Tolerances(relative: 1e-4, absolute: .scaled(1e-7))

    /// Grows the twins.
    ///
    /// - Parameters:
    ///   - therapies: In the words of a protocol.
    ///   - twins: How many to accept.
    ///   - ready: The model of an earlier cohort with the same cancer and agents.
    ///   - absence: A mechanism that no twin had from birth.
    /// - Throws: `InvalidModel` for a therapy that can't be simulated, or when hardly any draw makes a patient.
    package init(
        of profile: PatientProfile, therapies: [String], twins: Int, seed: UInt64, threads: Int, library: ModelLibrary,
        cancellation: Cancellation = Cancellation(), model ready: TrialModel? = nil, without absence: Absence? = nil
    ) throws {
        let parsed = try therapies.map { try Regimen(parsing: $0, library: library) }
        var agents: [String] = []
        for agent in parsed.flatMap(\.agents) where !agents.contains(agent) { agents.append(agent) }
        guard let cancer = library.cancer(named: profile.cancer) else {
            throw InvalidModel([
                Diagnostic(
                    .error, .invalid, "there is no cancer '\(profile.cancer)'",
                    remedy: "known: \(library.cancers.map(\.id).sorted().joined(separator: ", "))")
            ])
        }
        let model = try ready ?? TrialModel(try library.assemble(ModelPlan(cancer: cancer.id, agents: agents)), tolerances: Self.tolerances)
        var population = try Population(cancer: cancer.id)
        let known = try profile.covariates()
        population.fixed = known
        population.limits = try profile.limits()
        var sampler = PatientSampler(population: population, model: model.assembled, seed: seed)
        sampler.overrides = known
        if let absence {
            let switched = absence.values(among: model.assembled.parameters.map(\.id))
            guard !switched.isEmpty else {
                throw InvalidModel([Diagnostic(.error, .unsupported, "the model of \(cancer.name) has no \(absence.name), so nothing can be left out")])
            }
            sampler.overrides.merge(switched) { $1 }
        }
        let screening = Screening(model: model, sampler: sampler, threads: threads, cancellation: cancellation)
        let result = try screening.patients(twins, limit: twins * 20)
        guard !result.patients.isEmpty else {
            let reasons = result.rejections.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
            throw InvalidModel([
                Diagnostic(.error, .invalid, "none of \(result.drawn) draws makes a twin (\(reasons))", remedy: "leave more of the patient open")
            ])
        }
        self.profile = profile
        regimens = parsed
        self.model = model
        patients = result.patients
        drawn = result.drawn
        self.seed = seed
        self.threads = threads
        self.cancellation = cancellation
        self.library = library
    }

    /// Every twin under one therapy, in the order of the twins.
    ///
    /// Outputs come daily for the first weeks, in which cytokines storm, then every `outputInterval` days.
    package func records(of regimen: Regimen, horizon: Double, outputInterval: Double = 7) throws -> [SubjectRecord] {
        try arm(regimen, horizon: horizon, outputInterval: outputInterval, dailyUntil: 56).run(patients)
    }

    func arm(_ regimen: Regimen, horizon: Double, outputInterval: Double, dailyUntil: Double = 0) throws -> ArmSimulation {
        try ArmSimulation(
            model: model,
            plan: TrialProtocol(
                regimen: regimen, horizon: horizon, outputInterval: outputInterval, followsAfterProgression: true, dailyUntil: dailyUntil),
            seed: seed, threads: threads, cancellation: cancellation)
    }
}

/// What became of one twin under one therapy.
public struct TwinOutcome: Sendable, Hashable, Codable {
    /// Number of the twin, the same under every therapy.
    public var twin: Int
    /// Best response (`CR PR SD PD NE`).
    public var response: String
    /// Smallest change of the sum of diameters, percent; nil without a reading.
    public var bestChange: Double?
    /// Days since the start of treatment, at most the horizon.
    public var progressionFreeDays: Double
    public var hasProgressedOrDied: Bool
    public var survivalDays: Double
    public var hasDied: Bool
    /// Worst grade by event; an event that the model doesn't have is absent.
    public var grades: [String: Int]
    /// Days in hospital by cause, by the rules of `hospital.csv`; empty: none, or not asked for.
    public var hospital: [String: Double] = [:]

    public var responds: Bool { response == "CR" || response == "PR" }
    /// Days in hospital within the horizon.
    public var hospitalDays: Double { hospital.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value } }
    public var isSeverelyToxic: Bool { grades.values.contains { $0 >= 3 } }

    /// What the worst event of grade 3 or more counts in a weighing, 0 to 1.
    ///
    /// A low neutrophil count is a quarter of cytokine release, neurotoxicity or immune-related harm: utility lost times
    /// days is about 0.09 · 14 for neutropenia (Nafees et al. 2008, Health Qual. Life Outcomes 6:84), 0.65 · 8 for severe
    /// cytokine release (utility near zero while it lasts), 0.1 · 60 for immune-related harm; the last two are assumed.
    public var harm: Double {
        grades.reduce(0) { worst, event in event.value < 3 ? worst : max(worst, event.key == "neutropenia" ? 0.25 : 1) }
    }

    /// Events and the observables that carry their grade.
    package static let gradedEvents = [("CRS", "CRS_grade"), ("ICANS", "ICANS_grade"), ("irAE", "irAE_grade"), ("GVHD", "GVHD_grade"), ("neutropenia", "neutropenia_grade")]

    package init(_ record: SubjectRecord, columns: [String: Int]) {
        twin = record.patient.number
        response = record.endpoints.best.rawValue
        bestChange = record.points.compactMap(\.percentFromBaseline).min()
        progressionFreeDays = max(0, record.endpoints.progressionFreeSurvival.days)
        hasProgressedOrDied = record.endpoints.progressionFreeSurvival.isEvent
        survivalDays = max(0, record.lastDay)
        hasDied = record.deathDay != nil
        grades = [:]
        let width = columns.count
        func values(_ id: String) -> [Double]? {
            columns[id].map { column in stride(from: column, to: record.outputs.count, by: width).map { record.outputs[$0] } }
        }
        for (event, id) in Self.gradedEvents {
            if let series = values(id) { grades[event] = Int((series.max() ?? 0).rounded()) }
        }
        // CTCAE 5.0 from weekly counts, where the model has no grade of its own
        if grades["neutropenia"] == nil, let lowest = values("ANC")?.min() {
            grades["neutropenia"] = lowest < 500 ? 4 : lowest < 1000 ? 3 : lowest < 1500 ? 2 : lowest < 2000 ? 1 : 0
        }
    }

    /// With the days in hospital; a fever in neutropenia is drawn for the twin, the same under every therapy.
    package init(_ record: SubjectRecord, columns: [String: Int], hospital rules: HospitalRules, seed: UInt64) {
        self.init(record, columns: columns)
        hospital = HospitalStay.days(HospitalStay.all(of: record, columns: columns, rules: rules, seed: seed))
    }
}
