import Studies

extension Figure {
    /// One bar a patient from start to end of observation, with response, progression and death marked, and an arrow where
    /// observation goes on.
    ///
    /// - Parameter limit: Patients shown in each arm, the first that came.
    static func swimmer(_ arms: [ArmResult], limit: Int = 40) -> Figure {
        let month = 30.4375
        var rows: [[String]] = []
        let views = arms.map { arm -> JSON in
            let shown = arm.patients.prefix(limit).sorted { ($1.survivalDays, $0.id) < ($0.survivalDays, $1.id) }
            var bars: [JSON] = []
            var marks: [JSON] = []
            for patient in shown {
                let end = patient.survivalDays / month
                bars.append(["patient": .string(patient.id), "end": .number(end), "response": .string(patient.bestResponse)])
                func mark(_ event: String, _ at: Double) {
                    marks.append(["patient": .string(patient.id), "at": .number(at), "event": .string(event)])
                }
                let response = zip(patient.days.dropFirst(), patient.timePointResponses).first { ["CR", "PR"].contains($0.1) }?.0
                if let response, ["CR", "PR"].contains(patient.bestResponse) { mark("response", response / month) }
                if patient.hasProgressedOrDied, patient.progressionCause != "death" { mark("progression", patient.progressionFreeDays / month) }
                mark(patient.hasDied ? "death" : "goes on", end)
                rows.append([
                    arm.name, patient.id, patient.bestResponse, (response.map { $0 / month })?.formatted(digits: 1) ?? "–",
                    (patient.progressionFreeDays / month).formatted(digits: 1), end.formatted(digits: 1), patient.hasDied ? "yes" : "no",
                ])
            }
            let y: JSON = ["field": "patient", "type": "nominal", "sort": nil, "title": nil, "axis": ["labels": false, "ticks": false]]
            return [
                "title": ["text": .string(arm.name), "anchor": "start", "fontSize": 13, "fontWeight": 500],
                "width": 560, "height": .number(Double(max(60, 8 * shown.count))),
                "layer": [
                    [
                        "data": ["values": .array(bars)], "mark": ["type": "bar", "height": 5],
                        "encoding": [
                            "x": ["field": "end", "type": "quantitative", "title": "months since start of treatment"], "y": y,
                            "color": [
                                "field": "response", "type": "nominal", "title": "best response",
                                "scale": [
                                    "domain": .array(Theme.response.map { .string($0.name) }), "range": .array(Theme.response.map { .string($0.colour) }),
                                ],
                            ],
                        ],
                    ],
                    [
                        "data": ["values": .array(marks)], "mark": ["type": "point", "size": 45, "filled": true, "opacity": 1],
                        "encoding": [
                            "x": ["field": "at", "type": "quantitative"], "y": y,
                            "shape": [
                                "field": "event", "type": "nominal", "title": "event",
                                "scale": [
                                    "domain": ["response", "progression", "death", "goes on"],
                                    "range": ["circle", "cross", "square", "triangle-right"],
                                ],
                            ],
                            "color": ["value": "#444444"],
                        ],
                    ],
                ],
            ]
        }
        return Figure(
            id: "swimmer", title: "Course of each patient",
            caption: "The first \(limit) patients of each arm, longest observation first: bars by best response, marks at the first response, progression and death; a triangle where observation goes on.",
            specification: ["vconcat": .array(views), "spacing": 24],
            table: Table(header: ["arm", "patient", "best response", "first response (months)", "PFS (months)", "end (months)", "died"], rows: rows))
    }
}
