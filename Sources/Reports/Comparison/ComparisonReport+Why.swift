import Explanation
import Studies

extension ComparisonReport {
    var explanation: Report.Section {
        let intro = result.why.first.map { first -> [Report.Block] in
            [
                .paragraph(
                    "\(first.treated) against \(first.reference), on the same twins. A mechanism is held by letting it run, in the treated twin, exactly as it runs in the same twin under \(first.reference). Its share is the mean step of releasing it, over orders of release; shares and other paths sum to the whole in every twin. ± is one standard error over twins."),
                .paragraph(first.method),
            ]
        }
        return .init("Why \(result.why.first.map { "\($0.treated) and not \($0.reference)" } ?? "")", (intro ?? []) + result.why.flatMap(blocks))
    }

    private func blocks(_ a: Attribution) -> [Report.Block] {
        func text(_ x: Attribution.Amount) -> String { "\(x.value.formatted(digits: 1)) ± \(x.error.formatted(digits: 1))" }
        let rows = a.parts.map { [$0.name, text($0.share), $0.alone.map(text) ?? "–", $0.last.map(text) ?? "–"] }
            + [["other paths", text(a.remainder), "–", "–"], ["whole", text(a.whole), "–", "–"]]
        var blocks: [Report.Block] = [
            .figure(waterfall(a)),
            .table(
                Table(header: ["mechanism", "share", "released alone", "lost when held alone"], rows: rows),
                caption: "\(a.measure.words) (\(a.unit)): \(a.treated) minus \(a.reference), \(a.twins) twins, \(a.runs) runs of \(Int(a.horizonDays)) days."),
        ]
        blocks += a.statements.map { .paragraph("\($0.text) Run: \($0.run). Effect: \(text($0.effect)) \(a.unit).") }
        if !a.inert.isEmpty { blocks.append(.paragraph("Moved nothing when released or held: \(a.inert.joined(separator: ", ")).")) }
        return blocks
    }

    /// Steps from nothing to the whole, largest first, each with its 95 % interval.
    private func waterfall(_ a: Attribution) -> Figure {
        var data: [JSON] = []
        var level = 0.0
        func add(_ name: String, _ amount: Attribution.Amount, from start: Double, kind: String) {
            let end = start + amount.value
            data.append([
                "part": .string(name), "start": .number(start), "end": .number(end), "low": .number(end - 1.96 * amount.error),
                "high": .number(end + 1.96 * amount.error), "kind": .string(kind), "value": .number(amount.value),
            ])
        }
        for part in a.parts {
            add(part.name, part.share, from: level, kind: part.share.value >= 0 ? "adds" : "takes away")
            level += part.share.value
        }
        add("other paths", a.remainder, from: level, kind: a.remainder.value >= 0 ? "adds" : "takes away")
        add("whole", a.whole, from: 0, kind: "whole")
        let y: JSON = ["field": "part", "type": "nominal", "sort": .null, "title": .null, "axis": ["labelLimit": 320]]
        let title = JSON.string("\(a.treated) minus \(a.reference): \(a.measure.words) (\(a.unit))")
        return Figure(
            id: "why-\(a.measure.rawValue)", title: "Through what: \(a.measure.words)",
            caption: "Each bar begins where the one above ends; whiskers are 95 % intervals of the part.",
            specification: [
                "data": ["values": .array(data)], "width": "container", "height": .number(Double(26 * data.count)),
                "layer": [
                    [
                        "mark": ["type": "bar", "height": 14],
                        "encoding": [
                            "y": y, "x": ["field": "start", "type": "quantitative", "title": title], "x2": ["field": "end"],
                            "color": [
                                "field": "kind", "type": "nominal", "title": .null,
                                "scale": ["domain": ["adds", "takes away", "whole"], "range": ["#0072B2", "#D55E00", "#767676"]],
                            ], "tooltip": [["field": "part"], ["field": "value"], ["field": "low"], ["field": "high"]],
                        ],
                    ],
                    ["mark": "rule", "encoding": ["y": y, "x": ["field": "low", "type": "quantitative"], "x2": ["field": "high"]]],
                ],
            ])
    }

    var births: Report.Section {
        .init(
            "Had it never been there",
            [.paragraph("Here a mechanism is missing from birth, while the tumour grows as well: other people get the tumour, in another state. That is another question than the one above, which acts from the first day of treatment on the same tumour.")]
                + result.fromBirth.flatMap { birth in birth.statements.map { .paragraph("\($0.text) Run: \($0.run).") } })
    }

    var flips: Report.Section {
        .init(
            "What would turn it",
            [.paragraph("The two run again with one fact changed, everything else as above. The difference is that of the scores of the ranking.")]
                + result.flips.flatMap { flip -> [Report.Block] in
                    [
                        .paragraph("\(flip.sentence) Run: \(flip.run)."),
                        .table(
                            Table(
                                header: [flip.fact, "score difference", "rules", "twins"],
                                rows: flip.points.map { [$0.value, $0.difference.text(digits: 3), $0.eligibility, "\($0.twins)"] }),
                            caption: "\(flip.first) minus \(flip.second) where only \(flip.fact) is changed, with 95 % limits."),
                    ]
                })
    }
}
