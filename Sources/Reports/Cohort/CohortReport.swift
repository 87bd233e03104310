public import Studies

/// The report on a simulated cohort or trial.
public struct CohortReport: Sendable {
    public var result: CohortResult

    public init(_ result: CohortResult) { self.result = result }

    public var report: Report {
        var sections = [atAGlance, tumours]
        if !result.observed.isEmpty { sections.append(realPatients) }
        sections += [survival, mechanism]
        if result.arms.contains(where: { !$0.toxicity.isEmpty }) { sections.append(toxicity) }
        sections += [patients, methods]
        return Report(title: result.title, subtitle: subtitle, highlights: highlights, sections: sections)
    }

    private var subtitle: String {
        "\(result.cancerName). \(result.screening.accepted) virtual patients, \(result.arms.count) \(result.arms.count == 1 ? "arm" : "arms"), seed \(result.provenance.seed), Perforin \(result.provenance.version)."
    }

    private var highlights: [(label: String, value: String)] {
        let failed = result.arms.map(\.failures.count).reduce(0, +)
        return result.arms.map { ("Response rate, \($0.name)", $0.response.objectiveResponse.text(unit: " %")) }
            + [("Draws turned down", "\(result.screening.drawn - result.screening.accepted) of \(result.screening.drawn)"),
                ("Patients that failed", "\(failed) of \(result.arms.map(\.patients.count).reduce(0, +) + failed)")]
    }

    var atAGlance: Report.Section {
        let rows = result.arms.map { arm -> [String] in
            func survival(_ code: String) -> String {
                arm.survival.first { $0.code == code }.map { $0.median.text(notReached: "not reached") } ?? "–"
            }
            return [
                arm.name, "\(arm.response.patients)", arm.response.objectiveResponse.text(), arm.response.diseaseControl.text(),
                survival("PFS"), survival("OS"),
            ]
        }
        var blocks: [Report.Block] = [
            .table(
                Table(
                    header: ["arm", "patients", "response (%)", "disease control (%)", "median PFS (months)", "median OS (months)"],
                    rows: rows),
                caption: "Outcomes with 95 % intervals: exact (Clopper-Pearson) for rates, Brookmeyer-Crowley for medians. Criteria: \(result.arms.first?.response.criteria ?? "").")
        ]
        if !result.comparisons.isEmpty {
            let rows = result.comparisons.map { comparison in
                [
                    "\(comparison.arm) against \(comparison.reference)", comparison.endpoint,
                    comparison.hazardRatio.text(digits: 2), comparison.logRank.map { pValue($0) } ?? "–",
                    comparison.responseDifference.text(),
                ]
            }
            blocks.append(
                .table(
                    Table(header: ["comparison", "endpoint", "hazard ratio", "log-rank p", "difference of response (points)"], rows: rows),
                    caption: "Cox model with Efron ties; Miettinen-Nurminen intervals for differences."))
            if result.comparisons.contains(where: \.isPaired) {
                blocks.append(
                    .paragraph(
                        "Every patient was treated in every arm (twins with common random numbers). The tests were made for independent groups and are cautious here."))
            }
        }
        return .init("At a glance", blocks)
    }

    var tumours: Report.Section {
        let courses = result.arms.flatMap { arm in
            arm.patients.map {
                Figure.TumourCourse(
                    patient: $0.id, arm: arm.name, days: $0.days, percentChange: $0.percentChange, response: $0.bestResponse)
            }
        }
        let counts = result.arms.map { arm in
            [arm.name] + arm.response.counts.map { "\($0.count) (\((100 * Double($0.count) / Double(max(1, arm.response.patients))).formatted(digits: 0)) %)" }
        }
        let names = result.arms.first?.response.counts.map(\.name) ?? []
        return .init(
            "Tumour response",
            [
                .figure(.spider(
                    id: "spider", title: "Tumour size of each patient",
                    caption: "Change of the sum of diameters from baseline, as measured at the visits. Dashed: -30 % (partial response) and +20 %. Lines end at the last assessment; values above 150 % are cut.",
                    courses: courses)),
                .figure(.waterfall(
                    id: "waterfall", title: "Best change of each patient",
                    caption: "Best change of the sum of diameters after baseline, sorted. Dashed: -30 % and +20 %.", courses: courses)),
                .table(Table(header: ["arm"] + names, rows: counts), caption: "Best overall response; patients who could not be evaluated (NE) count as non-responders."),
            ])
    }

    var survival: Report.Section {
        let codes = result.arms.flatMap { $0.survival.map(\.code) }.uniqued()
        let blocks = codes.compactMap { code -> Report.Block? in
            let curves = result.arms.compactMap { arm in
                arm.survival.first { $0.code == code }.map { summary in
                    Figure.SurvivalCurve(
                        arm: arm.name, months: summary.months, survival: summary.survival, lower: summary.lower,
                        upper: summary.upper, censoredMonths: summary.censoredMonths,
                        atRisk: zip(summary.riskMonths, summary.riskCounts).map { ($0, $1) })
                }
            }
            guard let name = result.arms.lazy.flatMap(\.survival).first(where: { $0.code == code })?.name,
                curves.contains(where: { $0.months.count > 1 })
            else { return nil }
            return .figure(.kaplanMeier(
                id: "km-\(code.lowercased())", title: name,
                caption: "Kaplan-Meier estimate with 95 % band (log-log); ticks mark censoring.", endpoint: name.lowercased(),
                curves: curves))
        }
        return .init("Progression and survival", blocks)
    }

    var toxicity: Report.Section {
        let rows = result.arms.flatMap { arm in
            arm.toxicity.map { [arm.name, $0.term, $0.scale, $0.any.text(), $0.severe.text()] }
        }
        return .init(
            "Adverse events",
            [.table(Table(header: ["arm", "event", "scale", "any grade (%)", "grade 3 or more (%)"], rows: rows), caption: "Each patient once, at the worst grade; exact 95 % intervals.")])
    }

    func pValue(_ p: Double) -> String { p < 0.001 ? "< 0.001" : p.formatted(digits: 3) }
}

extension Interval {
    /// `21.7 (19.3 to 24.4)`; a missing value is named, a missing limit is a dash, without both there are no brackets.
    func text(digits: Int = 1, unit: String = "", notReached: String = "–") -> String {
        guard let value else { return notReached }
        guard lower != nil || upper != nil else { return "\(value.formatted(digits: digits))\(unit)" }
        let limits = [lower, upper].map { $0?.formatted(digits: digits) ?? "–" }.joined(separator: " to ")
        return "\(value.formatted(digits: digits))\(unit) (\(limits))"
    }
}
