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
        var sections = [eligibility, outcomes, ranking]
        if !result.why.isEmpty { sections.append(explanation) }
        if !result.flips.isEmpty { sections.append(flips) }
        sections.append(methods)
        return Report(
            title: "Therapies compared for one patient",
            subtitle: "\(result.cancerName): \(result.facts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")). \(result.twins) twins, seed \(result.seed), Perforin \(result.version).",
            highlights: result.ranking.prefix(3).enumerated().map { ("\($0.offset + 1). in the ranking", $0.element.name) }, sections: sections)
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
                .paragraph("Taken as standard where nothing was said: \(result.assumed.joined(separator: ", "))."),
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
                    caption: "Twins with at least one event of grade 3 or more.")])
    }

    /// Of 100 twins: one square each, from best to worst response.
    private var icons: Figure {
        let order = Theme.response.map(\.name)
        var data: [JSON] = []
        for therapy in result.therapies {
            let n = Double(max(1, therapy.outcomes.count))
            // largest remainders, so that a hundred are drawn
            let exact = order.map { name in 100 * Double(therapy.outcomes.count { $0.response == name }) / n }
            var counts = exact.map { Int($0) }
            for index in exact.indices.sorted(by: { exact[$0] - exact[$0].rounded(.down) > exact[$1] - exact[$1].rounded(.down) }).prefix(max(0, 100 - counts.reduce(0, +))) {
                counts[index] += 1
            }
            let names = zip(order, counts).flatMap { [String](repeating: $0, count: $1) }
            for (place, name) in names.enumerated() {
                data.append(["therapy": .string(therapy.name), "x": .number(Double(place % 20)), "y": .number(Double(place / 20)), "response": .string(name)])
            }
        }
        return Figure(
            id: "icons", title: "Of 100 people like this patient",
            caption: "One square a person, by best response: CR gone, PR at least 30 % smaller, SD stable, PD grown, NE not evaluable.",
            specification: [
                "data": ["values": .array(data)], "facet": ["row": ["field": "therapy", "sort": .null, "title": .null, "header": ["labelAngle": 0, "labelAlign": "left", "labelOrient": "top", "labelAnchor": "start"]]],
                "spec": [
                    "height": 75, "width": 300, "mark": ["type": "square", "size": 130, "opacity": 1],
                    "encoding": [
                        "x": ["field": "x", "type": "quantitative", "axis": .null], "y": ["field": "y", "type": "quantitative", "axis": .null, "sort": "descending"],
                        "color": [
                            "field": "response", "type": "nominal", "title": "best response",
                            "scale": ["domain": .array(order.map(JSON.string)), "range": .array(Theme.response.map { .string($0.colour) })],
                        ],
                        "tooltip": [["field": "response"]],
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
                    ["mark": ["type": "point", "filled": true, "size": 110], "encoding": ["x": x, "y": ["field": "benefit", "type": "quantitative"], "color": colour, "shape": ["field": "therapy", "type": "nominal", "title": .null], "tooltip": [["field": "therapy"], ["field": "benefit"], ["field": "harm"]]]],
                ],
            ])
    }

    private var ranking: Report.Section {
        let w = result.weights
        return .init(
            "Ranking",
            [
                .paragraph("Score: \(w.survival.formatted(digits: 2)) for the share of \(Int(result.horizonMonths)) months alive, \(w.progression.formatted(digits: 2)) free of progression, \(w.response.formatted(digits: 2)) for a response, less \(w.toxicity.formatted(digits: 2)) for an event of grade 3 or more. The weights are a start to adjust (--weights)."),
                .table(
                    Table(
                        header: ["therapy", "score", "best or equal in twins (%)", "first in resamples (%)"],
                        rows: result.ranking.map { [$0.name, $0.score.text(digits: 3), $0.bestInTwins.formatted(digits: 0), $0.bestInResamples.formatted(digits: 0)] }),
                    caption: "Mean score with 95 % interval; how often the first place holds."),
            ])
    }

    private var explanation: Report.Section {
        .init(
            "Why",
            result.why.flatMap { a -> [Report.Block] in
                func text(_ x: Attribution.Amount) -> String { "\(x.value.formatted(digits: 1)) ± \(x.error.formatted(digits: 1))" }
                let rows = a.parts.map { [$0.name, text($0.share), text($0.alone), text($0.last)] }
                    + [["other paths", text(a.remainder), "–", "–"], ["whole", text(a.whole), "–", "–"]]
                return [
                    .table(
                        Table(header: ["mechanism", "share", "released alone", "released last"], rows: rows),
                        caption: "\(a.measure.words) (\(a.unit)): \(a.treated) minus \(a.reference), ± one standard error, \(a.twins) twins, \(a.runs) runs of \(Int(a.horizonDays)) days. Parts and other paths sum to the whole."),
                ] + a.statements.map { .paragraph("\($0.text) [Run: \($0.run).]") }
            })
    }

    private var flips: Report.Section {
        .init(
            "What would turn it",
            result.flips.flatMap { flip -> [Report.Block] in
                [
                    .paragraph(flip.sentence),
                    .table(
                        Table(header: [flip.fact, "score difference", "rules", "twins"], rows: flip.points.map { [$0.value, $0.difference.text(digits: 3), $0.eligibility, "\($0.twins)"] }),
                        caption: "\(flip.first) minus \(flip.second), by runs with only this fact changed."),
                ]
            })
    }

    private var methods: Report.Section {
        .init("Methods and limits", [.code(result.command)] + result.limits.map { .paragraph($0) })
    }
}
