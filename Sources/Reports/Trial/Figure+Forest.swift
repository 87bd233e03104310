import Studies

extension Figure {
    /// Hazard ratios with 95 % intervals on a logarithmic axis, one row a subgroup; squares grow with the events.
    static func forest(id: String, title: String, rows: [Subgroup]) -> Figure {
        func label(_ row: Subgroup) -> String { row.level.isEmpty ? row.split : row.level }
        let points = rows.compactMap { row -> JSON? in
            guard let value = row.hazardRatio.value, let low = row.hazardRatio.lower, let high = row.hazardRatio.upper else { return nil }
            return [
                "label": .string("\(label(row)) (\(row.patients))"), "hr": .number(value), "low": .number(max(0.05, low)), "high": .number(min(20, high)),
                "events": .number(Double(row.events)),
            ]
        }
        let y: JSON = ["field": "label", "type": "nominal", "sort": nil, "title": nil, "axis": ["labelLimit": 260]]
        let scale: JSON = ["type": "log"]
        func x(_ field: String) -> JSON {
            ["field": .string(field), "type": "quantitative", "scale": scale, "title": "hazard ratio (below 1 favours the arm)"]
        }
        let table = rows.map {
            [label($0), "\($0.patients)", "\($0.events)", $0.hazardRatio.text(digits: 2)]
        }
        return Figure(
            id: id, title: title,
            caption: "Hazard ratio with 95 % interval by subgroup, number of patients in brackets; the line marks no difference.",
            specification: [
                "width": "container", "height": .number(Double(40 + 24 * max(1, rows.count))), "data": ["values": .array(points)],
                "layer": [
                    ["mark": ["type": "rule", "strokeDash": [4, 4], "opacity": 0.7], "encoding": ["x": ["datum": 1, "type": "quantitative", "scale": scale]]],
                    ["mark": ["type": "rule", "strokeWidth": 2], "encoding": ["x": x("low"), "x2": ["field": "high"], "y": y, "color": ["value": .string(Theme.palette[0])]]],
                    [
                        "mark": ["type": "square", "filled": true, "opacity": 1],
                        "encoding": [
                            "x": x("hr"), "y": y, "size": ["field": "events", "type": "quantitative", "legend": nil, "scale": ["range": [30, 180]]],
                            "color": ["value": .string(Theme.palette[0])],
                        ],
                    ],
                ],
            ],
            table: Table(header: ["subgroup", "patients", "events", "hazard ratio"], rows: table))
    }
}
