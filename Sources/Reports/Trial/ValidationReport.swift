import Foundation
public import Studies

/// The page on a validation: predicted against observed, figures of merit, every cell.
public struct ValidationReport: Sendable {
    public var result: ValidationResult

    public init(_ result: ValidationResult) { self.result = result }

    public var report: Report {
        let summary = result.summary
        func figure(_ endpoint: String, _ unit: String) -> (label: String, value: String)? {
            guard let row = summary.endpoints.first(where: { $0.endpoint == endpoint }), let error = row.error else { return nil }
            return (unit, "\(error.formatted(digits: 1)) (naive \(row.baselineError?.formatted(digits: 1) ?? "–"))")
        }
        let highlights = [
            figure("orr_pct", "Response rate, mean error in points"), figure("pfs_median_months", "Median PFS, mean factor"),
            figure("os_median_months", "Median OS, mean factor"),
            summary.signRight.map { ("Sign of clear effects right", "\($0.formatted(digits: 0)) % of \(summary.signs)") },
            ("Trials simulated", "\(summary.trialsSimulated) of \(summary.trialsObserved)"),
            ("Figures predicted", "\(summary.cellsPredicted) of \(summary.cellsObserved)"),
        ].compactMap { $0 }
        return Report(
            title: "Predicted against observed", subtitle: "Published results of \(summary.trialsObserved) trials; Perforin \(PerforinVersion.current).",
            highlights: highlights, sections: [merit, mechanisms] + (result.individual.map { [individual($0)] } ?? []) + [pictures, worst, cells, missing])
    }

    private var merit: Report.Section {
        let rows = result.summary.endpoints.map { row in
            [
                row.endpoint, "\(row.observed)", "\(row.predicted)", row.error?.formatted(digits: 2) ?? "–", row.baselineError?.formatted(digits: 2) ?? "–",
                row.regressionError?.formatted(digits: 2) ?? "–", row.withinFactor?.formatted(digits: 0) ?? "–", row.coverage?.formatted(digits: 0) ?? "–",
                row.intervalScore?.formatted(digits: 1) ?? "–", row.baselineIntervalScore?.formatted(digits: 1) ?? "–", row.regressionIntervalScore?.formatted(digits: 1) ?? "–",
            ]
        }
        return .init(
            "How good the predictions are",
            [
                .table(
                    Table(header: ["endpoint", "observed", "predicted", "error", "naive mean", "regression", "within 1.3 (%)", "coverage (%)", "interval score", "naive interval score", "regression interval score"], rows: rows),
                    caption: "Error in points for rates, as the mean factor for months and ratios. Naive mean: other trials of the same cancer and treatment, else of the treatment. Regression: cancer, target, line and chemotherapy. All on the same cells. Interval score: smaller is better."),
                .paragraph("Parameters were set by hand to some of these trials (perforin model show marks them calibrated), so for those this is a fit and no forecast. Intervals hold what is not known of unmeasured parameters, the model's misses at the other trials, differences between trials, and sampling at each trial's size."),
            ])
    }

    private var mechanisms: Report.Section {
        let rows = result.summary.mechanisms.map { row in
            [
                row.mechanism, "\(row.arms)", row.responseError?.formatted(digits: 1) ?? "–", row.responseErrorWithout?.formatted(digits: 1) ?? "–",
                row.progressionFactor?.formatted(digits: 2) ?? "–", row.progressionFactorWithout?.formatted(digits: 2) ?? "–",
            ]
        }
        return .init(
            "Does each mechanism earn its place?",
            [
                .table(
                    Table(header: ["class of therapy", "arms", "response error", "switched off", "PFS factor", "switched off"], rows: rows),
                    caption: "Errors over the arms that get a class: as predicted, and with its drugs given but bound to nothing or killing nothing. A mechanism that makes no prediction better has earned nothing here.")
            ])
    }

    private func individual(_ data: IndividualData.Result) -> Report.Section {
        let rows = data.rows.map { row in
            [
                row.data, row.arm, row.quantity, "\(row.real)", "\(row.simulated)", row.value?.formatted(digits: 2) ?? "–",
                "\(row.lower?.formatted(digits: 2) ?? "–") to \(row.upper?.formatted(digits: 2) ?? "–")", row.isWithin ? "yes" : "no",
            ]
        }
        return .init(
            "Real patients one by one",
            [
                .table(
                    Table(header: ["data", "arm", "quantity", "real", "simulated", "value", "limits", "within"], rows: rows),
                    caption: "Best change: Kolmogorov-Smirnov distance between simulated and real, limit 1.36/√n + 0.05, after the data's own filter (one lesion, at least three readings, visits as in the data, drop-out at progression). Cells and cytokines: simulated median within the data's quartiles. Frequencies: within the exact 95 % interval.")
            ] + data.skipped.map { .paragraph("Skipped: \($0)") })
    }

    private var pictures: Report.Section {
        let groups = [("Rates (%)", "_pct", false), ("Medians (months)", "_months", true), ("Hazard ratios", "hr_", true)]
        return .init(
            "Pictures",
            groups.compactMap { title, mark, isLogarithmic in
                let rows = result.results.filter { $0.endpoint.contains(mark) && $0.predicted != nil && $0.observed != nil }
                guard !rows.isEmpty else { return nil }
                return .figure(scatter(title, rows, isLogarithmic: isLogarithmic))
            })
    }

    private func scatter(_ title: String, _ rows: [ValidationResult.Row], isLogarithmic: Bool) -> Figure {
        let points = rows.map { row -> JSON in
            [
                "trial": .string("\(row.trial), \(row.arm)"), "endpoint": .string(row.endpoint), "observed": .number(max(row.observed!, isLogarithmic ? 0.05 : 0)),
                "predicted": .number(row.predicted!), "low": .number(row.lower!), "high": .number(row.upper!),
            ]
        }
        let values = rows.flatMap { [$0.observed!, $0.predicted!] }
        let scale: JSON = isLogarithmic ? ["type": "log"] : ["domain": [0, 100]]
        let (low, high) = isLogarithmic ? (max(0.05, values.min()! * 0.8), values.max()! * 1.25) : (0, 100)
        let diagonal: [JSON] = [["x": .number(low), "y": .number(low)], ["x": .number(high), "y": .number(high)]]
        let x: JSON = ["field": "observed", "type": "quantitative", "scale": scale, "title": .string("observed: \(title.lowercased())")]
        func y(_ field: String) -> JSON { ["field": .string(field), "type": "quantitative", "scale": scale, "title": "predicted"] }
        let names = rows.map(\.endpoint).uniqued()
        let colour: JSON = ["field": "endpoint", "type": "nominal", "title": nil, "scale": Theme.colourScale(names)]
        return Figure(
            id: "scatter-\(title.prefix(4).lowercased())", title: title, caption: "Each point is an arm; bars are 95 % intervals; on the line the prediction is right.",
            specification: [
                "width": "container", "height": 380,
                "layer": [
                    ["data": ["values": .array(diagonal)], "mark": ["type": "line", "strokeDash": [4, 4], "color": "#888888"], "encoding": ["x": ["field": "x", "type": "quantitative"], "y": ["field": "y", "type": "quantitative"]]],
                    ["data": ["values": .array(points)], "mark": ["type": "rule", "opacity": 0.35], "encoding": ["x": x, "y": y("low"), "y2": ["field": "high"], "color": colour]],
                    [
                        "data": ["values": .array(points)], "mark": ["type": "point", "filled": true, "size": 45, "opacity": 0.9],
                        "encoding": [
                            "x": x, "y": y("predicted"), "color": colour,
                            "tooltip": [["field": "trial"], ["field": "endpoint"], ["field": "observed"], ["field": "predicted"]],
                        ],
                    ],
                ],
            ])
    }

    private static let header = ["trial", "arm", "endpoint", "predicted", "95 % interval", "observed", "naive mean", "regression", "reason"]

    private func row(_ row: ValidationResult.Row) -> [String] {
        [
            row.trial, row.arm, row.endpoint, row.predicted?.shortText ?? "–", row.lower.map { "\($0.shortText) to \(row.upper!.shortText)" } ?? "–",
            row.observed?.shortText ?? "not reached", row.baseline?.shortText ?? "–", row.regression?.shortText ?? "–", row.reason ?? "",
        ]
    }

    private var worst: Report.Section {
        .init("The ten worst misses", [.table(Table(header: Self.header, rows: result.summary.worst.map(row)), caption: "Largest distance on the logit or logarithmic scale.")])
    }

    private var cells: Report.Section {
        .init("Every figure", [.table(Table(header: Self.header, rows: result.results.map(row)), caption: "One row a published figure.")])
    }

    private var missing: Report.Section {
        .init(
            "What is not predicted",
            [
                .table(
                    Table(header: ["figures", "endpoint", "reason"], rows: result.summary.missing.map { ["\($0.figures)", $0.endpoint, $0.reason] }),
                    caption: "Published figures without a prediction."),
                .table(Table(header: ["trial", "reason"], rows: result.summary.notSimulated.map { [$0.trial, $0.reason] }), caption: "Trials without any."),
            ])
    }
}
