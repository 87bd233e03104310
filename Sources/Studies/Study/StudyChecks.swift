import ImmuneModels
import Mathematics
import ModelIR
import Quantities
import VirtualTrials

/// Holds a study against the library: what its words mean, and whether it can be run at all.
struct StudyChecks {
    let study: Study
    let library: ModelLibrary

    private func error(_ message: String, at place: SourceLocation?, remedy: String? = nil) -> Diagnostic {
        Diagnostic(.error, .invalid, message, at: place, remedy: remedy)
    }

    /// The cancer, regimens and protocols of all arms.
    func plan() throws(InvalidModel) -> (Cancer, [Regimen], [TrialProtocol]) {
        var problems: [Diagnostic] = []
        if study.prevention != nil {
            throw InvalidModel([
                error("a study of prevention has no patients with cancer to treat", at: study.prevention?.place, remedy: "run it with `perforin trial`, whole and on one machine")
            ])
        }
        let cancer = library.cancer(named: study.cancer)
        if cancer == nil {
            let known = library.cancers.map(\.id)
            problems.append(
                error("there is no cancer '\(study.cancer)'", at: study.places["cancer"],
                    remedy: suggestion(for: study.cancer, among: known + library.cancers.flatMap(\.aliases)) ?? "known: \(known.sorted().joined(separator: ", "))"))
        }
        func regimen(_ text: String, _ place: SourceLocation?) -> Regimen? {
            do {
                return try Regimen(parsing: text, library: library, source: study.file, line: place?.line ?? 1, column: place?.column ?? 1)
            } catch {
                problems += error.diagnostics
                return nil
            }
        }
        let regimens = study.arms.map { arm -> Regimen in
            guard let file = arm.doses else { return regimen(arm.therapy, arm.therapyPlace) ?? Regimen(text: arm.therapy, phases: []) }
            do throws(InvalidModel) { return try file.regimen(library: library, study: study) } catch {
                problems += error.diagnostics
                return Regimen(text: file.name, phases: [])
            }
        }
        let earlier = study.earlier.flatMap { earlier in
            regimen(earlier.therapy, earlier.therapyPlace).map { EarlierTreatment(regimen: $0, days: earlier.days) }
        }
        if let earlier, let place = study.earlier?.place {
            // phases follow each other; an open end never lets the study begin
            let lengths = earlier.regimen.phases.map { $0.length ?? .infinity }
            if lengths.reduce(0, +) > earlier.days {
                problems.append(
                    error("what is given before the study lasts longer than its duration", at: place,
                        remedy: "say how often (`x 33`), and give `duration` time for all of it"))
            }
        }
        let rescues = study.rescues.compactMap { rescue in
            regimen(rescue.therapy, rescue.therapyPlace).map {
                RescueRule(observable: rescue.observable, limit: rescue.limit, regimen: $0, times: rescue.times)
            }
        }
        let agents = Set(regimens.flatMap(\.agents) + (earlier?.regimen.agents ?? []))
        for rule in study.toxicity {
            for agent in rule.agents where !agents.contains(agent) {
                problems.append(
                    error("no arm gives '\(agent)'", at: rule.place, remedy: suggestion(for: agent, among: agents) ?? "given: \(agents.sorted().joined(separator: ", "))"))
            }
        }
        let rules = study.toxicity.map { ToxicityRule(observable: $0.observable, limit: $0.limit, action: $0.action, agents: $0.agents) }
        let visits = study.visits
        let protocols = zip(study.arms, regimens).map { arm, regimen_ in
            TrialProtocol(
                regimen: regimen_,
                calendar: VisitCalendar(
                    interval: visits.every, first: visits.first, changeDay: visits.changeAfter, laterInterval: visits.laterEvery,
                    jitter: visits.jitter, window: visits.window, missed: visits.missed, screening: visits.screening),
                measurement: MeasurementModel(logStandardDeviation: study.assessment.measurementError),
                rules: RECIST.Rules(
                    requiresConfirmation: study.assessment.confirmation != nil, confirmationDays: study.assessment.confirmation ?? 28,
                    minimumStableDays: study.assessment.minimumStableDisease),
                horizon: study.followUp, treatsBeyondProgression: study.treatsBeyondProgression, followsAfterProgression: true,
                dropoutPerYear: -Elementary.log(1 - min(0.999, study.dropoutPerYear)), shortestFollowUp: study.shortestFollowUp,
                dropoutBeforeTreatment: study.dropoutBeforeTreatment, hasBackgroundMortality: true, toxicityRules: rules, rescues: rescues,
                crossover: arm.crossover.flatMap { crossover in
                    regimen(crossover.therapy, crossover.place).map { VirtualTrials.Crossover(regimen: $0, share: crossover.share) }
                }, earlier: earlier)
        }
        if let cancer { problems += criteriaProblems(cancer) }
        if !problems.isEmpty { throw InvalidModel(problems) }
        return (cancer!, regimens, protocols)
    }

    private func criteriaProblems(_ cancer: Cancer) -> [Diagnostic] {
        guard let criteria = study.assessment.criteria else { return [] }
        // criteria need what the cancer's model shows: only its own can be read
        guard criteria.rawValue.hasPrefix(cancer.response.criteria.rawValue) || (criteria == .recist && cancer.response.criteria == .prostate) else {
            return [
                error("\(criteria.rawValue) can't judge \(cancer.name)", at: study.assessment.place, remedy: "leave `criteria` out: the cancer brings its own (\(cancer.response.criteria.rawValue))")
            ]
        }
        return []
    }

    /// Why nobody can be drawn from a covariate's distribution as the study gives it.
    private static func fault(of row: Population.Row, usual: Population.Row?) -> (what: String, remedy: String)? {
        let shares = [row.value, row.low ?? 0, row.high ?? 0]
        let (low, high) = (row.low ?? -.infinity, row.high ?? .infinity)
        switch row.distribution {
        case "categorical":
            return abs(shares.reduce(0, +) - 1) <= 0.011 ? nil : ("has shares that sum to \(Int((100 * shares.reduce(0, +)).rounded())) %", "shares of 0, 1 and 2 sum to 100 %")
        case "bernoulli", "zeroinflated":
            return 0...1 ~= row.value ? nil : ("is a share of \(row.value.formatted())", "write a share from 0 to 100 %")
        case "point" where usual?.distribution == "bernoulli" || usual?.distribution == "zeroinflated":
            return 0...1 ~= row.value ? nil : ("is a share of \(row.value.formatted())", "write 61 % or 0.61")
        default:
            guard low <= high else { return ("has a `min` above its `max`", "swap them") }
            return low <= row.value && row.value <= high
                ? nil : ("lies around \(row.value.formatted()), outside \(low.formatted()) to \(high.formatted())", "give values in that range, or `min` and `max` of your own")
        }
    }

    /// Who comes, and who is let in.
    ///
    /// - Throws: `InvalidModel` for covariates and observables that nobody has, and criteria that none of 10,000 draws meets.
    func screening(_ models: ArmModels) throws -> VirtualTrials.Screening {
        var population = try Population(cancer: library.cancer(named: study.cancer)!.id)
        var problems: [Diagnostic] = []
        for (name, row) in study.covariates {
            var row = row
            let old = population.rows[name]
            if old == nil, !models.union.parameters.contains(where: { $0.id == name }) {
                problems.append(
                    error("patients have no covariate '\(name)'", at: study.places["covariates"],
                        remedy: suggestion(for: name, among: population.rows.keys) ?? "covariates: \(population.rows.keys.sorted().joined(separator: ", "))"))
            }
            row.unit = old?.unit ?? ""
            if row.distribution != "categorical" {
                row.low = row.low ?? old?.low
                row.high = row.high ?? old?.high
            }
            if let fault = Self.fault(of: row, usual: old) {
                problems.append(error("'\(name)' \(fault.what)", at: study.places["covariates"], remedy: fault.remedy))
            }
            population.rows[name] = row
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
        if population.rows["prior_lines"] == nil, let line = study.line { population.fixed["prior_lines"] = Double(line - 1) }
        let sampler = PatientSampler(population: population, model: models.union, seed: study.seed)
        let example = sampler.patient(0)
        let known = Set(example.covariates.keys).union(example.values.keys)
        func check(_ covariate: String, _ place: SourceLocation?) {
            guard !known.contains(covariate) else { return }
            problems.append(
                error("no patient has a covariate '\(covariate)'", at: place,
                    remedy: suggestion(for: covariate, among: known) ?? "covariates: \(example.covariates.keys.sorted().joined(separator: ", "))"))
        }
        for criterion in study.eligibility { check(criterion.covariate, criterion.place) }
        for split in study.strata + study.subgroups { check(split.covariate, split.place) }
        let observables = Set(models.union.observables.map(\.id))
        for (observable, place) in study.toxicity.map({ ($0.observable, $0.place) }) + study.rescues.map({ ($0.observable, $0.place) })
        where !observables.contains(observable) {
            let grades = observables.filter { $0.hasSuffix("_grade") }.sorted()
            problems.append(
                error("the model has no '\(observable)'", at: place,
                    remedy: suggestion(for: observable, among: observables) ?? "grades here: \(grades.isEmpty ? "none; ANC counts neutrophils" : grades.joined(separator: ", "))"))
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
        let criteria = study.eligibility
        let screening = VirtualTrials.Screening(model: models.growth, sampler: sampler) { patient in
            criteria.allSatisfy { criterion in
                (patient.covariates[criterion.covariate] ?? patient.values[criterion.covariate]).map { criterion.range.contains($0) } ?? false
            }
        }
        if !criteria.isEmpty, screening.eligibleShare() == 0 {
            throw InvalidModel([
                error("none of 10,000 draws meets the criteria", at: study.places["eligibility"], remedy: "loosen them, or let `covariates` say who comes")
            ])
        }
        return screening
    }
}
