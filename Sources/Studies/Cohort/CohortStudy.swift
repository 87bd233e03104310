import Foundation
public import ImmuneModels
import ModelIR
import Survival
import VirtualTrials

/// Runs a cohort plan: grows tumours once, treats every patient in every arm, summarises as a trial would.
public struct CohortStudy: Sendable {
    public let plan: CohortPlan
    private let library: ModelLibrary
    private let regimens: [Regimen]
    private let models: ArmModels
    private let cancer: Cancer

    /// - Throws: `InvalidModel` with the place and remedy of what is wrong in the plan: unknown cancer or agent,
    ///   malformed therapy, an agent that makes no sense in the cancer.
    public init(_ plan: CohortPlan, library: ModelLibrary) throws {
        self.plan = plan
        self.library = library
        regimens = try plan.arms.map { try Regimen(parsing: $0.therapy, library: library) }
        guard let cancer = library.cancer(named: plan.cancer) else {
            throw InvalidModel([
                Diagnostic(
                    .error, .invalid, "there is no cancer '\(plan.cancer)'",
                    remedy: (suggestion(for: plan.cancer, among: library.cancers.flatMap { [$0.id] + $0.aliases }).map { $0 + " " } ?? "") + "known: \(library.cancers.map(\.id).sorted().joined(separator: ", "))")
            ])
        }
        self.cancer = cancer
        var models = try ArmModels(
            ModelPlan(cancer: cancer.id, lesions: plan.lesions), arms: regimens.map(\.agents), library: library, relativeTolerance: plan.relativeTolerance,
            hasChance: plan.hasChance)
        models.limit(plan.limits)
        self.models = models
        // what can't be dosed is refused before tumours grow
        for regimen in regimens {
            _ = try ArmSimulation(model: models.model(giving: regimen.agents), plan: TrialProtocol(regimen: regimen, horizon: plan.horizon), seed: plan.seed)
        }
    }

    /// - Throws: `CancellationError`; `InvalidModel` when hardly any draw makes a patient.
    public func run(progress: (@Sendable (StudyProgress) -> Void)? = nil) throws -> CohortResult {
        var seconds: [String: Double] = [:]
        var started = ContinuousClock.now
        func lap(_ name: String) {
            let now = ContinuousClock.now
            let passed = now - started
            seconds[name] = Double(passed.components.seconds) + Double(passed.components.attoseconds) * 1e-18
            started = now
        }
        var population = try Population(cancer: cancer.id)
        population.fixed = plan.fixed
        population.limits = plan.limits
        var sampler = PatientSampler(population: population, model: models.union, seed: plan.seed)
        sampler.overrides = plan.fixed
        let screening = VirtualTrials.Screening(model: models.growth, sampler: sampler, threads: plan.threads)
        progress?(StudyProgress(stage: "growing tumours", done: 0, total: plan.patients))
        let screened = try screening.patients(plan.patients, limit: plan.patients * plan.drawsPerPatient) { found, _ in
            progress?(StudyProgress(stage: "growing tumours", done: found, total: plan.patients))
        }
        guard !screened.patients.isEmpty else {
            let reasons = screened.rejections.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
            throw InvalidModel([
                Diagnostic(
                    .error, .invalid, "none of \(screened.drawn) draws makes a patient (\(reasons))",
                    remedy: "loosen what the plan fixes")
            ])
        }
        lap("growth")
        var arms: [ArmResult] = []
        for (arm, regimen) in zip(plan.arms, regimens) {
            let model = models.model(giving: regimen.agents)
            let simulation = try ArmSimulation(
                model: model, plan: TrialProtocol(regimen: regimen, calendar: VisitCalendar(interval: plan.visitInterval), horizon: plan.horizon, followsAfterProgression: true), seed: plan.seed, threads: plan.threads)
            progress?(StudyProgress(stage: arm.name, done: 0, total: screened.patients.count))
            let adopted = try model.adopting(screened.patients, from: models.growth, threads: plan.threads)
            let patients = try model.switching(adopted, to: plan.switched)
            let records = try simulation.run(patients) { report in
                progress?(StudyProgress(stage: arm.name, done: report.done, total: screened.patients.count, failed: report.failed))
            }
            let summary = ArmSummary(
                arm: arm, regimen: regimen, records: records, observables: model.observables, horizon: plan.horizon,
                isBySize: cancer.response.criteria.isBySize)
            arms.append(summary.result(observed: plan.observed, seed: plan.seed))
            lap(arm.name)
        }
        return CohortResult(
            title: plan.title, cancer: cancer.id, cancerName: cancer.name, screening: Self.screening(screened), arms: arms,
            comparisons: ArmComparison().all(arms), observed: plan.observed?.arms(matching: arms.map(\.name)) ?? [],
            provenance: provenance(seconds, sampler), limits: Self.limits)
    }

    private static func screening(_ result: VirtualTrials.Screening.Result) -> Studies.Screening {
        Studies.Screening(
            drawn: result.drawn, accepted: result.patients.count,
            rejections: Rejection.allCases.filter { $0 != .notDrawn }.map { Count($0.rawValue, result.rejections[$0] ?? 0) },
            growthDays: Quantiles.five(result.patients.map(\.growthDays)),
            doublingDays: Quantiles.five(result.patients.compactMap(\.doublingDays)))
    }

    private func provenance(_ seconds: [String: Double], _ sampler: PatientSampler) -> Provenance {
        return Provenance(
            version: PerforinVersion.current, modelHash: models.hash(arms: regimens.map(\.agents)).description, seed: plan.seed,
            method: "Rosenbrock, chosen by tolerance (Rodas4P2 from 3e-5 up, Rodas5P below)",
            relativeTolerance: plan.relativeTolerance, instructionForm: models.growth.integrator.backend.description,
            modules: models.union.modules, states: models.union.observables.count { $0.kind == .state },
            varyingParameters: sampler.varyingCount, command: plan.command, seconds: seconds)
    }

    static let limits = [
        "Unless more are asked for, every patient has one lesion, a sphere; real sums of diameters hold up to five lesions that differ.",
        "Parameters marked assumed or calibrated (perforin model show) carry much of the result; their joint uncertainty is not in the intervals, which hold sampling only.",
        "Survival hazards are prognostic: burden, age, performance status and albumin, with coefficients that no drug changes.",
        "Later lines of therapy are simulated only where the protocol names them (then, crossover); survival is that without others.",
    ]
}

/// The version that results and reports carry.
public enum PerforinVersion {
    public static let current = "0.1.0"
}
