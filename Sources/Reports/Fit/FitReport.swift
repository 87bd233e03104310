public import ModelRuns

/// The report on a fit to a user's data: estimates, what is not identifiable, fit plots, profiles.
public struct FitReport: Sendable {
    public var result: DataFitResult
    public var model: String
    public var data: String
    public var command: String
    /// Individuals whose courses are drawn one by one.
    private static let drawn = 12

    public init(_ result: DataFitResult, model: String, data: String, command: String) {
        self.result = result
        self.model = model
        self.data = data
        self.command = command
    }

    public var report: Report {
        let unknown = result.parameters.count { !$0.isIdentifiable }
        return Report(
            title: "Fit of \(model) to \(data)",
            subtitle: "\(result.observations) observations of \(result.individuals) individuals, \(result.parameters.count) parameters, \(result.errorModel.rawValue) error, Perforin.",
            highlights: result.parameters.prefix(4).map { ($0.id, "\($0.value.shortText) \($0.unit)\($0.relativeError.map { " ± \($0.formatted(digits: 0)) %" } ?? " (not identifiable)")") }
                + [("Not identifiable", "\(unknown) of \(result.parameters.count)")],
            sections: [estimates, fit, profiles, methods])
    }

    private var estimates: Report.Section {
        let rows = result.parameters.map { parameter in
            [
                parameter.id, parameter.unit, parameter.initial.shortText, parameter.value.shortText, parameter.relativeError.map { $0.formatted(digits: 1) } ?? "–",
                parameter.lower?.shortText ?? "none", parameter.upper?.shortText ?? "none", parameter.isIdentifiable ? "yes" : "no",
            ]
        }
        var blocks: [Report.Block] = result.remarks.map(Report.Block.remark)
        blocks.append(
            .table(
                Table(header: ["parameter", "unit", "model's value", "estimate", "standard error (%)", "lower limit", "upper limit", "identifiable"], rows: rows),
                caption: "Standard errors by Fisher's information of the logarithms; 95 % limits of the profile likelihood. No limit: the data set none on that side."))
        var errors: [[String]] = []
        if result.errorModel != .proportional { errors.append(["additive error", result.additive.shortText]) }
        if result.errorModel != .additive { errors.append(["proportional error (%)", (100 * result.proportional).formatted(digits: 1)]) }
        errors += [
            ["-2 log likelihood", result.deviance.formatted(digits: 2)], ["Akaike's criterion", result.akaike.formatted(digits: 2)],
            ["Bayes' criterion", result.bayes.formatted(digits: 2)],
        ]
        blocks.append(.table(Table(header: ["quantity", "value"], rows: errors), caption: "Error model and criteria."))
        return .init("Estimates", blocks)
    }

    private var fit: Report.Section {
        let people = result.rows.map(\.individual).uniqued()
        return .init(
            "How well it fits",
            [
                .figure(scatter(
                    id: "observed-predicted", title: "Observed against predicted", caption: "On the line the prediction is right.",
                    x: ("predicted", result.rows.map(\.predicted)), y: ("observed", result.rows.map(\.observed)), diagonal: true)),
                .figure(scatter(
                    id: "residuals", title: "Weighted residuals over time",
                    caption: "Residuals over their standard deviation; 19 of 20 should lie between -2 and 2, without a pattern.",
                    x: ("time", result.rows.map(\.time)), y: ("weighted residual", result.rows.map(\.weightedResidual)), diagonal: false)),
            ] + people.prefix(Self.drawn).enumerated().map { .figure(course($0.element, number: $0.offset)) }
                + (people.count > Self.drawn ? [.paragraph("The first \(Self.drawn) of \(people.count) individuals are drawn; predictions.csv holds all.")] : []))
    }

    private func scatter(id: String, title: String, caption: String, x: (name: String, values: [Double]), y: (name: String, values: [Double]), diagonal: Bool) -> Figure {
        let points = zip(zip(x.values, y.values), result.rows).map { pair, row -> JSON in
            ["x": .number(pair.0), "y": .number(pair.1), "what": .string(row.output), "id": .string(row.individual)]
        }
        let outputs = result.rows.map(\.output).uniqued()
        let colour: JSON = ["field": "what", "type": "nominal", "title": nil, "scale": Theme.colourScale(outputs)]
        var layers: [JSON] = [
            [
                "data": ["values": .array(points)], "mark": ["type": "point", "filled": true, "size": 30, "opacity": 0.7],
                "encoding": [
                    "x": ["field": "x", "type": "quantitative", "title": .string(x.name)], "y": ["field": "y", "type": "quantitative", "title": .string(y.name)],
                    "color": colour, "tooltip": [["field": "id"], ["field": "x"], ["field": "y"]],
                ],
            ]
        ]
        let low = diagonal ? min(x.values.min() ?? 0, y.values.min() ?? 0) : x.values.min() ?? 0
        let high = diagonal ? max(x.values.max() ?? 1, y.values.max() ?? 1) : x.values.max() ?? 1
        let ends: [JSON] = [["x": .number(low), "y": .number(diagonal ? low : 0)], ["x": .number(high), "y": .number(diagonal ? high : 0)]]
        layers.append([
            "data": ["values": .array(ends)], "mark": ["type": "line", "strokeDash": [4, 4], "color": "#888888"],
            "encoding": ["x": ["field": "x", "type": "quantitative"], "y": ["field": "y", "type": "quantitative"]],
        ])
        return Figure(id: id, title: title, caption: caption, specification: ["width": "container", "height": 320, "layer": .array(layers)])
    }

    private func course(_ id: String, number: Int) -> Figure {
        let own = result.rows.filter { $0.individual == id }
        let outputs = own.map(\.output).uniqued()
        let points = own.map { row -> JSON in
            ["t": .number(row.time), "observed": .number(row.observed), "predicted": .number(row.predicted), "what": .string(row.output)]
        }
        let colour: JSON = ["field": "what", "type": "nominal", "title": nil, "scale": Theme.colourScale(outputs)]
        let x: JSON = ["field": "t", "type": "quantitative", "title": "time"]
        func y(_ field: String) -> JSON { ["field": .string(field), "type": "quantitative", "title": "value"] }
        return Figure(
            id: "course-\(number + 1)", title: "Individual \(id)", caption: "Points: observed; line: predicted at the same times.",
            specification: [
                "width": "container", "height": 200, "data": ["values": .array(points)],
                "layer": [
                    ["mark": ["type": "line", "strokeWidth": 2], "encoding": ["x": x, "y": y("predicted"), "color": colour]],
                    ["mark": ["type": "point", "filled": true, "size": 35], "encoding": ["x": x, "y": y("observed"), "color": colour]],
                ],
            ],
            table: Table(header: ["time", "quantity", "observed", "predicted"], rows: own.map { [$0.time.shortText, $0.output, $0.observed.shortText, $0.predicted.shortText] }))
    }

    private var profiles: Report.Section {
        .init(
            "Profiles",
            result.profiles.enumerated().map { number, profile in
                // what rises further says nothing more
                let points = zip(profile.values, profile.rise).map { ($0, min($1, 12)) }
                return .figure(.lines(
                    id: "profile-\(number + 1)", title: profile.parameter,
                    caption: "Rise of -2 log likelihood above its minimum with \(profile.parameter) held and all others fitted anew; 3.84 bounds 95 %. A line that stays below it is flat: the data don't know the parameter.",
                    quantity: "rise of -2 log L", series: [("profile", points.map(\.0), points.map(\.1)), ("95 %", [points.first?.0 ?? 1, points.last?.0 ?? 1], [3.84, 3.84])],
                    axis: Figure.HorizontalAxis(profile.parameter, logarithmic: (points.last?.0 ?? 1) > 5 * (points.first?.0 ?? 1))))
            })
    }

    private var methods: Report.Section {
        .init(
            "Methods",
            [
                .paragraph("Maximum likelihood with \(result.errorModel.rawValue) normal error. Differential evolution within the limits, then a Nelder-Mead simplex; both on logarithms. Individuals share all parameters but their covariates (naive pooling): nothing varies at random between them."),
                .paragraph("A parameter counts as identifiable when the profile sets both limits and Fisher's information knows every direction that it takes part in to within a factor of ten."),
            ] + (result.unusedColumns.isEmpty ? [] : [.paragraph("Columns that name no parameter of the model were not used: \(result.unusedColumns.joined(separator: ", ")).")]) + [.code(command)])
    }
}
