import Explanation
public import Studies

/// The report on a comparison: icon arrays, benefit against harm, explanation, what would turn it.
public struct ComparisonReport: Sendable {
    public var result: TherapyComparisonResult
    public init(_ result: TherapyComparisonResult) { self.result = result }

    /// The finished page, with the plotting bundle inside.
    public func page(_ tools: PlottingTools) throws -> String {
        HTMLPage(report, figures: .interactive(bundle: try tools.bundle())).text
    }

    public var report: Report {
        // the answer first, then who may have what
        var sections = [ranking, outcomes]
        if !result.why.isEmpty { sections.append(explanation) }
        if !result.flips.isEmpty { sections.append(flips) }
        if !result.fromBirth.isEmpty { sections.append(births) }
        if let drivers = result.drivers, !drivers.isEmpty { sections.append(foundations(drivers)) }
        sections += [eligibility, methods]
        return Report(
            title: "Therapies compared for one patient",
            subtitle: "\(result.cancerName): \(result.facts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")). \(result.twins) twins, seed \(result.seed), Perforin \(result.version).",
            highlights: result.ranking.prefix(3).enumerated().map { ("\($0.offset + 1). in the ranking", $0.element.name) }, sections: sections)
    }

    /// What varies between the twins and decides between the first two, and how well each is known.
    private func foundations(_ drivers: [ComparisonDriver]) -> Report.Section {
        let rows = drivers.map { [$0.parameter, $0.meaning, $0.correlation.formatted(digits: 2), $0.confidence ?? "covariate"] }
        let assumed = drivers.count { $0.confidence == "assumed" }
        return .init(
            "What the comparison rests on",
            [
                .table(
                    Table(header: ["parameter", "meaning", "rank correlation", "how it is known"], rows: rows),
                    caption: "The quantities that vary between the twins and go most closely with the score of the first minus that of the second (Spearman; correlations that chance gives are left out). Positive: more of it favours the first."),
                .paragraph(assumed == 0 ? "None of them is an assumption." : "\(assumed) of the \(drivers.count) are assumed: nobody has measured them in people."),
            ])
    }

    private var eligibility: Report.Section {
        .init(
            "What this patient may have",
            [
                .table(
                    Table(
                        header: ["therapy", "verdict", "why not, and what to watch", "source"],
                        rows: result.options.map { [$0.name, $0.verdict.rawValue, ($0.reasons + $0.cautions).joined(separator: "; "), $0.source] }),
                    caption: "Rules of practice; they hold no outcomes."),
                .paragraph("Taken as standard where nothing was said: \(result.assumed.isEmpty ? "nothing" : result.assumed.joined(separator: ", "))."),
            ])
    }

    private var outcomes: Report.Section {
        let rows = result.therapies.map { therapy in
            [therapy.name, therapy.response.text(digits: 0), therapy.completeResponse.text(digits: 0)]
                + [6.0, 12, 24].map { m in therapy.progressionFree.first { $0.months == m }?.percent.text(digits: 0) ?? "–" }
                + [6.0, 12, 24].map { m in therapy.overallSurvival.first { $0.months == m }?.percent.text(digits: 0) ?? "–" }
        }
        let harm = result.therapies.map { therapy in
            [therapy.name] + therapy.toxicity.map { $0.isModelled ? $0.percent.text(digits: 0) : "not modelled" }
        }
        return .init(
            "What happened to the twins",
            [.figure(icons), .figure(benefitAndHarm),
                .table(
                    Table(header: ["therapy", "response (%)", "complete (%)", "PFS 6 mo", "PFS 12 mo", "PFS 24 mo", "OS 6 mo", "OS 12 mo", "OS 24 mo"], rows: rows),
                    caption: "Percent of twins with 95 % intervals, exact for response, Kaplan-Meier for survival."),
                .table(
                    Table(header: ["therapy"] + (result.therapies.first?.toxicity.map { "\($0.event), grade 3+ (%)" } ?? []), rows: harm),
                    caption: "Twins with at least one event of grade 3 or more."),
                .table(
                    Table(
                        header: ["therapy", "mean days in hospital", "ever in hospital (%)", "mean days by cause"],
                        rows: result.therapies.map { therapy in
                            [
                                therapy.name, therapy.hospital.days.text(digits: 1), therapy.hospital.admitted.text(digits: 0),
                                therapy.hospital.causes.isEmpty ? "none" : therapy.hospital.causes.map { "\($0.cause) \($0.days.formatted(digits: 1))" }.joined(separator: ", "),
                            ]
                        }),
                    caption: "Days in hospital within \(Int(result.horizonMonths)) months: doses that are watched there, and simulated side effects, by rules with sources (hospital.csv).")])
    }

    /// Of 100 twins: one square each, from best to worst response; who has a severe harm carries a triangle.
    private var icons: Figure {
        let order = Theme.response.map(\.name)
        let rows = 6.5
        var people: [JSON] = []
        var labels: [JSON] = []
        for (index, therapy) in result.therapies.enumerated() {
            let n = Double(max(1, therapy.outcomes.count))
            let kinds = order.flatMap { name in [true, false].map { (name, $0) } }
            // largest remainders, so that a hundred are drawn
            let exact = kinds.map { name, isHarmed in 100 * Double(therapy.outcomes.count { $0.response == name && $0.isSeverelyToxic == isHarmed }) / n }
            var counts = exact.map { Int($0) }
            for index in exact.indices.sorted(by: { exact[$0] - exact[$0].rounded(.down) > exact[$1] - exact[$1].rounded(.down) }).prefix(max(0, 100 - counts.reduce(0, +))) {
                counts[index] += 1
            }
            labels.append(["therapy": .string(therapy.name), "y": .number(rows * Double(index) - 1)])
            let all = zip(kinds, counts).flatMap { [(String, Bool)](repeating: $0, count: $1) }
            for (place, (name, isHarmed)) in all.enumerated() {
                people.append([
                    "therapy": .string(therapy.name), "x": .number(Double(place % 20)), "y": .number(rows * Double(index) + Double(place / 20)),
                    "response": .string(name), "harm": .string(isHarmed ? "grade 3 or more" : "none"),
                ])
            }
        }
        let x: JSON = ["field": "x", "type": "quantitative", "axis": .null, "scale": ["domain": [-0.7, 19.7]]]
        let y: JSON = ["field": "y", "type": "quantitative", "axis": .null, "scale": ["domain": [.number(-1.7), .number(rows * Double(result.therapies.count) - 1.5)], "reverse": true]]
        return Figure(
            id: "icons", title: "Benefit and harm of 100 people like this patient",
            caption: "One square a person, by best response: CR gone, PR at least 30 % smaller, SD stable, PD grown, NE not evaluable. A triangle marks a modelled side effect of grade 3 or more.",
            specification: [
                "width": 420, "height": .number(19 * rows * Double(result.therapies.count)),
                "layer": [
                    [
                        "data": ["values": .array(people)], "mark": ["type": "square", "size": 170, "opacity": 1],
                        "encoding": [
                            "x": x, "y": y,
                            "color": [
                                "field": "response", "type": "nominal", "title": "best response",
                                "scale": ["domain": .array(order.map(JSON.string)), "range": .array(Theme.response.map { .string($0.colour) })],
                            ], "tooltip": [["field": "therapy"], ["field": "response"], ["field": "harm"]],
                        ],
                    ],
                    [
                        "data": ["values": .array(people)], "transform": [["filter": "datum.harm !== 'none'"]],
                        "mark": ["type": "point", "shape": "triangle-up", "filled": true, "size": 45, "color": "#000000", "opacity": 1],
                        "encoding": ["x": x, "y": y],
                    ],
                    [
                        "data": ["values": .array(labels)], "mark": ["type": "text", "align": "left", "fontSize": 13, "fontWeight": "bold", "dx": -6],
                        "encoding": ["x": ["datum": 0, "type": "quantitative"], "y": y, "text": ["field": "therapy"]],
                    ],
                ],
            ])
    }

    private var benefitAndHarm: Figure {
        let data = result.therapies.map { therapy -> JSON in
            let harms = therapy.outcomes.count { $0.isSeverelyToxic }
            return [
                "therapy": .string(therapy.name), "benefit": .number(therapy.response.value ?? 0), "lower": .number(therapy.response.lower ?? 0),
                "upper": .number(therapy.response.upper ?? 0), "harm": .number(100 * Double(harms) / Double(max(1, therapy.outcomes.count))),
            ]
        }
        let x: JSON = ["field": "harm", "type": "quantitative", "title": "twins with a modelled event of grade 3+ (%)", "scale": ["zero": true]]
        let colour: JSON = ["field": "therapy", "type": "nominal", "title": .null, "scale": Theme.colourScale(result.therapies.map(\.name))]
        return Figure(
            id: "benefit-harm", title: "Benefit and harm",
            caption: "Response with its 95 % interval against severe events. Up and to the left is better. Events that are not modelled are not counted.",
            specification: [
                "data": ["values": .array(data)], "width": "container", "height": 260,
                "layer": [
                    ["mark": "rule", "encoding": ["x": x, "y": ["field": "lower", "type": "quantitative", "title": "response (%)"], "y2": ["field": "upper"], "color": colour]],
                    ["mark": ["type": "point", "filled": true, "size": 110], "encoding": ["x": x, "y": ["field": "benefit", "type": "quantitative"], "color": colour, "shape": ["field": "therapy", "type": "nominal", "title": .null, "scale": ["domain": .array(result.therapies.map { .string($0.name) })]], "tooltip": [["field": "therapy"], ["field": "benefit"], ["field": "harm"]]]],
                ],
            ])
    }

    private var ranking: Report.Section {
        let w = result.weights
        return .init(
            "Ranking",
            [
                .paragraph("Score: \(w.survival.formatted(digits: 2)) for the share of \(Int(result.horizonMonths)) months alive, \(w.progression.formatted(digits: 2)) free of progression, \(w.response.formatted(digits: 2)) for a response, less \(w.toxicity.formatted(digits: 2)) for an event of grade 3 or more (a quarter of it for low neutrophils alone) and \(w.hospital.formatted(digits: 2)) for the share of days in hospital. The weights are a start to adjust (--weights)."),
                .table(
                    Table(
                        header: ["therapy", "score", "best or equal in twins (%)", "first in resamples (%)"],
                        rows: result.ranking.map { [$0.name, $0.score.text(digits: 3), $0.bestInTwins.formatted(digits: 0), $0.bestInResamples.formatted(digits: 0)] }),
                    caption: "Mean score with 95 % interval; how often the first place holds."),
            ])
    }

    private var methods: Report.Section {
        .init("Methods and limits", [.code(result.command)] + result.limits.map { .paragraph($0) })
    }
}
