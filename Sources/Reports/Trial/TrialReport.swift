public import Studies

/// The report on a trial, in the order of a journal's: result, flow, patients, response, survival, subgroups, safety,
/// mechanism, methods.
public struct TrialReport: Sendable {
    public var result: TrialResult

    public init(_ result: TrialResult) { self.result = result }

    private var cohort: CohortReport { CohortReport(result.cohort) }

    public var report: Report {
        var sections = [outcomes]
        if let published { sections.append(published) }
        sections += [flow, patients]
        if !isAfterOperation { sections.append(response) }
        sections.append(survival)
        if !result.subgroups.isEmpty { sections.append(subgroups) }
        sections += [sideEffects, cohort.mechanism]
        if !result.drivers.isEmpty { sections.append(foundations) }
        sections.append(methods)
        return Report(title: result.study.title, subtitle: subtitle, highlights: highlights, sections: sections)
    }

    /// Code of the time to progression, recurrence or death.
    private var progression: String { result.study.progressionEndpoint.rawValue }

    /// Nothing is left to measure when the study begins after an operation.
    private var isAfterOperation: Bool { result.study.progressionEndpoint == .recurrenceFreeSurvival }

    private var subtitle: String {
        let design = result.study.design == .twins ? "every patient treated in every arm" : "randomised"
        return "\(result.study.id), simulated. \(result.cohort.cancerName), \(result.flow.enrolled) virtual patients, \(design), seed \(result.study.seed), Perforin \(result.cohort.provenance.version)."
    }

    private var highlights: [(label: String, value: String)] {
        let primary = result.study.primary.first ?? .progressionFreeSurvival
        let comparisons = result.cohort.comparisons.filter { $0.endpoint == (primary == .overallSurvival ? "OS" : progression) }
        return comparisons.prefix(2).map { ("\($0.endpoint) hazard ratio, \($0.arm)", $0.hazardRatio.text(digits: 2)) }
            + result.cohort.arms.prefix(3).map(headline)
            + [("Draws turned down", "\(result.flow.screened - result.flow.enrolled) of \(result.flow.screened)")]
    }

    /// One figure of an arm for the first screen: what its study is about.
    private func headline(_ arm: ArmResult) -> (label: String, value: String) {
        if let free = arm.response.pathologicalResponse, result.study.primary.contains(.pathologicalResponse) {
            return ("Pathological complete response, \(arm.name)", free.text(unit: " %"))
        }
        if isAfterOperation, let curve = arm.survival.first(where: { $0.code == progression }) {
            let year = curve.landmarks.first { $0.months == 12 }
            return ("Free of recurrence at 12 months, \(arm.name)", year?.percent.text(unit: " %") ?? "–")
        }
        return ("Response rate, \(arm.name)", arm.response.objectiveResponse.text(unit: " %"))
    }

    /// What the result rests on: what varies between patients and goes with their outcome, and how well each is known.
    private var foundations: Report.Section {
        let rows = result.drivers.map { driver in
            [driver.arm, driver.parameter, driver.meaning, driver.correlation.formatted(digits: 2), driver.confidence ?? "covariate"]
        }
        let assumed = result.drivers.filter { $0.confidence == "assumed" }.count
        return .init(
            "What the result rests on",
            [
                .table(
                    Table(header: ["arm", "parameter", "meaning", "rank correlation with \(progression)", "how it is known"], rows: rows),
                    caption: "The ten quantities of each arm that vary between patients and go most closely with \(result.study.progressionName.lowercased()) (Spearman, over this trial's own patients; correlations that chance gives among so many quantities are left out, so a small trial shows few). Positive: more of it, longer without an event."),
                .paragraph(
                    assumed == 0
                        ? "None of them is an assumption." : "\(assumed) of the \(result.drivers.count) are assumed: nobody has measured them in people, and the result is no better than they are."),
            ])
    }

    private var outcomes: Report.Section {
        let rows = result.cohort.arms.map { arm -> [String] in
            var cells = [arm.name, "\(arm.response.patients)"]
            if !isAfterOperation { cells += [arm.response.objectiveResponse.text(), arm.response.completeResponse.text(), arm.response.diseaseControl.text()] }
            if hasSpecimens { cells.append(arm.response.pathologicalResponse?.text() ?? "–") }
            if hasMarkers { cells.append(arm.response.markerResponse?.text() ?? "–") }
            return cells
        }
        var header = ["arm", "patients"]
        if !isAfterOperation { header += ["response (%)", "complete (%)", "disease control (%)"] }
        if hasSpecimens { header.append("pathological complete response (%)") }
        if hasMarkers { header.append("PSA fallen by half (%)") }
        let times = [progression, "OS"] + (isAfterOperation ? [] : ["DOR"])
        let timeRows = result.cohort.arms.flatMap { arm in
            times.compactMap { code -> [String]? in
                guard let curve = arm.survival.first(where: { $0.code == code }) else { return nil }
                func rate(_ months: Double) -> String { curve.landmarks.first { $0.months == months }?.percent.text() ?? "–" }
                return [arm.name, code, "\(curve.events)", curve.median.text(notReached: "not reached"), rate(6), rate(12), rate(24)]
            }
        }
        let primary = result.study.primary.map(\.rawValue).joined(separator: ", ")
        var blocks = turning + [
            .paragraph("Primary endpoint: \(primary). Secondary: \(result.study.secondary.map(\.rawValue).joined(separator: ", "))."),
        ]
        if header.count > 2 {
            blocks.append(
                .table(
                    Table(header: header, rows: rows),
                    caption: "Rates with exact (Clopper-Pearson) 95 % intervals. Criteria: \(result.cohort.arms.first?.response.criteria ?? "")\(result.study.assessment.confirmation == nil ? ", responses not confirmed by a second scan" : ", responses confirmed by a second scan").\(hasSpecimens ? " A specimen with fewer than \(result.study.assessment.residualCells.shortText) living cancer cells counts as complete." : "")"))
        }
        blocks.append(
            .table(
                Table(header: ["arm", "time", "events", "median (months)", "6 months (%)", "12 months (%)", "24 months (%)"], rows: timeRows),
                caption: "Kaplan-Meier medians (Brookmeyer-Crowley) and rates (log-log) with 95 % intervals.\(isAfterOperation ? " Recurrence: a lesion that can be measured again (10 mm; at cystoscopy any), or a new one." : " DOR: duration of response, among responders.")"))
        if !result.cohort.comparisons.isEmpty {
            let effects = result.cohort.comparisons.map { comparison in
                [
                    "\(comparison.arm) against \(comparison.reference)", comparison.endpoint, comparison.hazardRatio.text(digits: 2),
                    comparison.logRank.map(cohort.pValue) ?? "–", comparison.maxCombo.map(cohort.pValue) ?? "–",
                    comparison.proportionalHazards.map(cohort.pValue) ?? "–",
                ]
            }
            blocks.append(
                .table(
                    Table(header: ["comparison", "endpoint", "hazard ratio", "log-rank p", "max-combo p", "proportional hazards p"], rows: effects),
                    caption: "Cox model with Efron ties\(result.study.strata.isEmpty ? "" : ", stratified by \(result.study.strata.map(\.text).joined(separator: " and "))"); max-combo of four Fleming-Harrington weights keeps power when effects come late."))
            for comparison in result.cohort.comparisons where (comparison.proportionalHazards ?? 1) < 0.05 {
                blocks.append(
                    .paragraph(
                        "Hazards of \(comparison.endpoint) are not proportional (\(comparison.arm) against \(comparison.reference), p \(comparison.proportionalHazards.map(cohort.pValue) ?? "")): one hazard ratio is an average over follow-up that describes no time of it; read the curves and the restricted means."))
            }
            var differences = result.cohort.comparisons.compactMap { comparison in
                comparison.horizonMonths.map {
                    ["\(comparison.arm) against \(comparison.reference)", "restricted mean \(comparison.endpoint) to \($0.formatted(digits: 0)) months (months)", comparison.restrictedMeanDifference.text()]
                }
            }
            if !isAfterOperation {
                differences += result.cohort.comparisons.filter { $0.endpoint == progression }
                    .map { ["\($0.arm) against \($0.reference)", "response (points)", $0.responseDifference.text()] }
            }
            if !differences.isEmpty {
                blocks.append(
                    .table(
                        Table(header: ["comparison", "quantity", "difference"], rows: differences),
                        caption: "Differences with 95 % intervals; Miettinen-Nurminen for rates."))
            }
            if result.study.design == .twins {
                blocks.append(
                    .remark("Every patient was treated in every arm with common random numbers. The tests were made for independent groups and are cautious here."))
            }
        }
        return .init("Outcomes", blocks)
    }

    /// A column of the table of trials in words: `pfs_median_months` is `PFS, median (months)`.
    private static func words(_ endpoint: ObservedTrials.Endpoint) -> String {
        let parts = endpoint.rawValue.split(separator: "_").map(String.init)
        if parts[0] == "hr" { return "hazard ratio of \(parts[1].uppercased())" }
        let named = ["pfs", "os", "orr", "cr", "dcr", "rfs", "dor", "pcr", "crs", "icans", "ve", "psa50"]
        let lead = named.contains(parts[0]) ? parts[0].uppercased() : parts[0] == "grade3plus" ? "treatment-related, grade 3+" : parts[0]
        if parts.contains("median") { return "\(lead), median (months)" }
        let month = parts.first { $0.hasSuffix("mo") && Int($0.dropLast(2)) != nil }.map { " at \($0.dropLast(2)) months" } ?? ""
        let grade = parts.contains("any") ? ", any grade" : parts.contains("ge3") ? ", grade 3+" : ""
        return "\(lead)\(grade)\(month) (%)"
    }

    /// The figures that the trial itself published, where the study repeats one of the shipped table.
    private var published: Report.Section? {
        guard let trial = result.study.observed, let table = try? ObservedTrials.shipped() else { return nil }
        let arms = result.summary.arms
        let rows = zip(result.study.arms, arms).flatMap { arm, simulated -> [[String]] in
            guard let row = table.rows.first(where: { $0.trial == trial && $0.arm == arm.observed }) else { return [] }
            return row.cells.compactMap { endpoint, value in
                guard let own = simulated.endpoints[endpoint.rawValue] else { return nil }
                return [arm.name, Self.words(endpoint), own.text(digits: endpoint.scale == .ratio ? 2 : 1, notReached: "not reached"), value?.formatted(digits: endpoint.scale == .ratio ? 2 : 1) ?? "not reached"]
            }
        }
        guard !rows.isEmpty else { return nil }
        return .init(
            "Beside the published trial",
            [
                .table(
                    Table(header: ["arm", "figure", "simulated", "published"], rows: rows),
                    caption: "Figures of \(trial) as published. Intervals are the simulated trial's sampling error alone; `perforin validate` adds what is not known of parameters and model. Some of the model's values were set to these trials.")
            ])
    }

    /// On the first screen: a conclusion that does not hold over the range of an assumed value.
    private var turning: [Report.Block] {
        result.flips.map { flip in
            .remark(
                "The effect on \(flip.endpoint) of \(flip.arm) against \(flip.reference) (hazard ratio \(flip.overall.text(digits: 2))) turns within the range of an assumed value: \(flip.there.text(digits: 2)) in the \(flip.level) of \(flip.parameter) (\(flip.meaning)).")
        }
    }

    private var hasSpecimens: Bool { result.cohort.arms.contains { $0.response.pathologicalResponse != nil } }
    private var hasMarkers: Bool { result.cohort.arms.contains { $0.response.markerResponse != nil } }

    private var patients: Report.Section {
        let names = result.cohort.arms.first?.baseline.map(\.name) ?? []
        let rows = names.map { name in
            [name] + result.cohort.arms.map { arm in arm.baseline.first { $0.name == name }?.text ?? "–" }
        }
        return .init(
            "Patients at baseline",
            [.table(Table(header: ["at baseline"] + result.cohort.arms.map(\.name), rows: rows), caption: "Median (25 to 75 %) or number (%).")] + weighting)
    }

    /// How the plausible patients were weighted to what was observed.
    private var weighting: [Report.Block] {
        guard let weighting = result.weighting else { return [] }
        let rows = weighting.rows.map { [$0.quantity, $0.level, $0.drawn.formatted(digits: 1), $0.weighted.formatted(digits: 1), $0.observed.formatted(digits: 1)] }
        return [
            .table(
                Table(header: ["quantity", "class", "drawn (%)", "weighted (%)", "observed (%)"], rows: rows),
                caption: "Plausible patients were taken on study by weight, so that their biomarkers are distributed as observed. Effective size of the pool: \(weighting.effectiveSize.formatted(digits: 0)) of \(weighting.pool).")
        ]
    }

    private var response: Report.Section {
        var section = cohort.tumours
        section.title = "Response"
        section.blocks.append(.figure(.swimmer(result.cohort.arms)))
        return section
    }

    private var survival: Report.Section {
        var section = cohort.survival
        let causes = isAfterOperation || hasSpecimens ? ["target", "recurrence", "new lesion", "death"] : ["target", "non-target", "new lesion", "death"]
        let rows = result.cohort.arms.compactMap { arm -> [String]? in
            guard let pfs = arm.survival.first(where: { $0.code == progression }) else { return nil }
            let known = causes.map { cause in "\(pfs.causes.first { $0.name == cause }?.count ?? 0)" }
            let others = pfs.causes.filter { !causes.contains($0.name) }.map(\.count).reduce(0, +)
            return [arm.name] + known + ["\(others)", "\(pfs.patients - pfs.events)"]
        }
        section.blocks.append(
            .table(
                Table(header: ["arm"] + causes.map { $0 == "target" ? "target lesions" : $0 } + ["other", "no event"], rows: rows),
                caption: "What ended \(result.study.progressionName.lowercased())."))
        return section
    }

    private var subgroups: Report.Section {
        let pairs = result.subgroups.map { [$0.endpoint, $0.arm, $0.reference] }.uniqued()
        return .init(
            "Subgroups",
            [.paragraph("Not adjusted for looking many times; a subgroup that differs is a question, not an answer. Levels with fewer than ten patients in an arm are left out.")]
                + pairs.enumerated().map { index, pair in
                    .figure(.forest(
                        id: "forest-\(index)", title: "\(pair[0]): \(pair[1]) against \(pair[2])",
                        rows: result.subgroups.filter { [$0.endpoint, $0.arm, $0.reference] == pair }))
                })
    }

    private var sideEffects: Report.Section {
        let rows = result.cohort.arms.flatMap { arm in
            arm.toxicity.map { row in [arm.name, "\(row.term) (\(row.scale))"] + row.byGrade.map(String.init) + [row.any.text(), row.severe.text()] }
        }
        guard !rows.isEmpty else {
            return .init("Side effects", [.paragraph("The model of this trial grades no side effects, or none occurred.")])
        }
        return .init(
            "Side effects",
            [
                .table(
                    Table(header: ["arm", "event", "grade 1", "2", "3", "4", "5", "any grade (%)", "grade 3+ (%)"], rows: rows),
                    caption: "Treated patients, each once a term at the worst grade; exact 95 % intervals. Only what the model grades appears here.")
            ])
    }

    private var methods: Report.Section {
        var section = cohort.methods
        section.blocks.insert(.table(Table(header: ["what", "value"], rows: conduct), caption: "The study as it was conducted."), at: result.cohort.arms.count)
        section.blocks.append(.code(result.study.text))
        return section
    }

    private var conduct: [[String]] {
        let study = result.study
        func days(_ value: Double) -> String { "\(value.formatted(digits: value == value.rounded() ? 0 : 1)) days" }
        var rows = [
            ["eligibility", study.eligibility.isEmpty ? "none beyond the population" : study.eligibility.map(words).joined(separator: "; ")],
            ["visits", "first after \(days(study.visits.first ?? study.visits.every)), then every \(days(study.visits.every))\(study.visits.laterEvery.map { ", every \(days($0)) later" } ?? "")"],
            ["follow-up", study.shortestFollowUp.map { "\(days($0)) to \(days(study.followUp)), by date of entry" } ?? days(study.followUp)],
            ["before the study", study.earlier.map { "\($0.therapy), \(days($0.days)) from its start to the baseline scan" } ?? "nothing"],
            ["treatment beyond progression", study.treatsBeyondProgression ? "until a second scan confirms it" : "no"],
        ]
        if study.design == .randomised {
            rows.append(["lots", "\(study.arms.map { "\($0.allocation)" }.joined(separator: ":")), in blocks within strata and centres of \(Shard.size)"])
        }
        rows += study.arms.compactMap { arm in
            arm.crossover.map { ["after progression on \(arm.name)", "\(($0.share * 100).formatted(digits: 0)) % get \($0.therapy)"] }
        }
        rows += study.toxicity.map { ["\($0.observable) of \($0.limit.formatted(digits: 0)) or more", "\($0.action.rawValue) \($0.agents.isEmpty ? "all doses" : $0.agents.joined(separator: ", "))"] }
        rows += study.rescues.map { ["\($0.observable) of \($0.limit.formatted(digits: 0)) or more", "give \($0.therapy), at most \($0.times) times"] }
        return rows
    }

    private func words(_ criterion: Study.Criterion) -> String {
        let (low, high) = (criterion.range.lowerBound, criterion.range.upperBound)
        if low == -.infinity { return "\(criterion.covariate) at most \(high.shortText)" }
        if high == .infinity { return "\(criterion.covariate) at least \(low.shortText)" }
        return "\(criterion.covariate) \(low.shortText) to \(high.shortText)"
    }
}
