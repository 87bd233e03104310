import Foundation
import ImmuneModels
import ModelIR
import VirtualTrials

extension TrialStudy {
    /// The whole trial from its shards, in order.
    ///
    /// - Parameters:
    ///   - sketches: By arm, the time courses of a large trial; nil: they are in the records.
    ///   - patterns: By arm, what lesions of a large trial did.
    func summarise(
        _ shards: [ShardResult], sketches: [BandSketches]? = nil, patterns: [LesionPatterns.Counts]? = nil, seconds: Double
    ) throws -> TrialResult {
        let shards = shards.sorted { $0.shard.index < $1.shard.index }
        // who progressed under the treatment before day 0 was never on study
        let allocated = study.arms.indices.map { arm in shards.flatMap { $0.arms[arm] } }
        let records = allocated.map { $0.filter { !$0.wasExcluded } }
        let excludedBefore = allocated.map { $0.count(where: \.wasExcluded) }
        var rejections: [String: Int] = [:]
        for shard in shards { rejections.merge(shard.rejections, uniquingKeysWith: +) }
        let drawn = shards.map(\.drawn).reduce(0, +)
        let enrolled = shards.map(\.growthDays.count).reduce(0, +)
        guard enrolled > 0 else {
            let reasons = rejections.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            throw InvalidModel([
                Diagnostic(
                    .error, .invalid, "none of \(drawn) draws makes a patient (\(reasons))", at: study.places["eligibility"],
                    remedy: "loosen the criteria or change `covariates`")
            ])
        }
        var excluded = Rejection.allCases.filter { $0 != .notDrawn || !study.weighting.isEmpty }
            .map { Count($0.rawValue, rejections[$0.rawValue] ?? 0) }
        let never = study.design == .twins ? excludedBefore.max() ?? 0 : excludedBefore.reduce(0, +)
        if study.earlier != nil { excluded.append(Count("progressed before the study", never)) }
        if records.contains(where: \.isEmpty), !allocated.contains(where: \.isEmpty) {
            throw InvalidModel([
                Diagnostic(
                    .error, .invalid, "every patient of an arm has progressed under what is given before the study", at: study.earlier?.place,
                    remedy: "shorten it or choose another")
            ])
        }
        let arms = study.arms.indices.map { index in
            var summary = ArmSummary(
                arm: CohortPlan.Arm(name: study.arms[index].name, therapy: study.arms[index].therapy), regimen: regimens[index],
                records: records[index], observables: shown(of: index), horizon: study.followUp)
            summary.isConfirmed = study.assessment.confirmation != nil
            summary.criteria = criteriaName
            summary.progression = (study.progressionEndpoint.rawValue, study.progressionName)
            summary.residualCells = study.assessment.residualCells
            summary.isBySize = models.union.response?.criteria.isBySize ?? true
            summary.sketched = sketches.map { summary.bands($0[index]) }
            summary.patterns = patterns?[index]
            return summary.result(observed: nil, seed: study.seed)
        }
        let comparison = ArmComparison(isPaired: study.design == .twins, progression: study.progressionEndpoint.rawValue) { patient in
            study.strata.reduce(0) { $0 * 97 + $1.level(patient.covariates) + 1 }
        }
        let cohort = CohortResult(
            title: study.title, cancer: cancer.id, cancerName: cancer.name,
            screening: Studies.Screening(
                drawn: drawn, accepted: enrolled - never, rejections: excluded, growthDays: Quantiles.five(shards.flatMap(\.growthDays)),
                doublingDays: Quantiles.five(shards.flatMap(\.doublingDays))),
            arms: arms, comparisons: comparison.all(arms, reference: study.referenceArm),
            provenance: Provenance(
                version: manifest.version, modelHash: manifest.modelHash, seed: study.seed,
                method: "Rosenbrock, chosen by tolerance (Rodas4P2 from 3e-5 up, Rodas5P below)",
                relativeTolerance: manifest.relativeTolerance, instructionForm: manifest.instructionForm,
                modules: models.union.modules, states: models.union.observables.count { $0.kind == .state },
                varyingParameters: screening.sampler.varyingCount, command: manifest.command, seconds: ["patients": seconds]),
            limits: study.simplifications + CohortStudy.limits)
        let drivers = drivers(records)
        return TrialResult(
            study: study, manifest: manifest, cohort: cohort,
            flow: flow(records, screened: drawn, excluded: excluded, unfilled: shards.map(\.unfilled).reduce(0, +), enrolled: enrolled - never),
            subgroups: subgroups(arms, comparison), drivers: drivers,
            flips: flips(drivers, arms, records, comparison), weighting: screening.weights.map(WeightingSummary.init), measure: measure,
            records: records)
    }

    /// Observables whose time courses the records of an arm hold, in their order.
    private func shown(of arm: Int) -> [ImmuneModels.Observable] {
        let observables = models.model(giving: protocols[arm].agents).observables
        return (protocols[arm].kept ?? []).compactMap { id in observables.first { $0.id == id } }
    }

    var measure: (code: String, label: String) { models.union.response?.criteria.measure ?? ("SUMDIAM", "Sum of diameters (mm)") }
    var criteriaName: String { models.union.response?.criteria.name ?? "RECIST 1.1" }

    private func flow(_ records: [[SubjectRecord]], screened: Int, excluded: [Count], unfilled: Int, enrolled: Int) -> PatientFlow {
        let arms = zip(study.arms, records).map { arm, members in
            PatientFlow.Arm(
                name: arm.name, allocated: members.count, treated: members.count { $0.endOfTreatment != .neverStarted },
                endOfTreatment: EndOfTreatment.allCases.map { reason in Count(reason.rawValue, members.count { $0.endOfTreatment == reason }) },
                crossedOver: members.count { $0.crossoverDay != nil }, lost: members.count { $0.dropoutDay != nil },
                deaths: ["cancer", "other causes"].map { cause in Count(cause, members.count { $0.deathCause == cause }) },
                failures: members.count { $0.failure != nil }, analysed: members.count)
        }
        return PatientFlow(
            screened: screened, excluded: excluded, unfilled: unfilled, enrolled: enrolled, isRandomised: study.design == .randomised, arms: arms)
    }

    /// Effects by level of each split; levels with fewer than ten patients in an arm are left out.
    private func subgroups(_ arms: [ArmResult], _ comparison: ArmComparison) -> [Subgroup] {
        guard arms.count > 1 else { return [] }
        let reference = arms[study.referenceArm]
        var unstratified = comparison
        unstratified.stratum = { _ in 0 }
        var rows: [Subgroup] = []
        for arm in arms where arm.name != reference.name {
            for endpoint in [study.progressionEndpoint.rawValue, "OS"] {
                func add(_ split: String, _ level: String, _ isIn: (PatientResult) -> Bool) {
                    let (treated, control) = (arm.patients.filter(isIn), reference.patients.filter(isIn))
                    guard treated.count >= 10, control.count >= 10 else { return }
                    let events = (treated + control).count { endpoint == "OS" ? $0.hasDied : $0.hasProgressedOrDied }
                    let ratio = unstratified.hazardRatio(treated, over: control, endpoint: endpoint)
                    rows.append(
                        Subgroup(
                            split: split, level: level, arm: arm.name, reference: reference.name, endpoint: endpoint,
                            patients: treated.count + control.count, events: events,
                            hazardRatio: ratio.map { Interval($0.hazardRatio()) } ?? Interval(nil, nil, nil)))
                }
                add("all patients", "", { _ in true })
                for split in study.subgroups {
                    let levels = Set((arm.patients + reference.patients).map { split.level($0.covariates) }).sorted()
                    for level in levels {
                        add(split.text, split.name(of: level)) { split.level($0.covariates) == level }
                    }
                }
            }
        }
        return rows
    }
}

extension Study.Split {
    /// A level in words: `ECOG 1`, `age < 65`.
    func name(of level: Int) -> String {
        if limit == nil {
            if covariate == "male" { return level == 1 ? "men" : "women" }
            return "\(covariate) \(level)"
        }
        return level == 1 ? text : text.replacingOccurrences(of: ">=", with: "<")
    }
}
