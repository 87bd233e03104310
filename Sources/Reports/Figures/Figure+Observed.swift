extension Figure {
    /// One patient's course in a comparison of simulated and real patients.
    struct ComparedCourse {
        var panel: String
        var source: String
        var patient: String
        var days: [Double]
        var percentChange: [Double]
    }

    /// Spider plot of simulated over real patients, one panel an arm.
    static func overlay(id: String, title: String, caption: String, courses: [ComparedCourse], sources: [String]) -> Figure {
        let points = courses.flatMap { course in
            zip(course.days, course.percentChange).map { day, change -> JSON in
                [
                    "arm": .string(course.panel), "source": .string(course.source),
                    "patient": .string("\(course.source) \(course.patient)"), "month": .number(day / 30.4375),
                    "change": .number(min(change, 150)),
                ]
            }
        }
        let lines: JSON = [
            "mark": ["type": "line", "opacity": 0.4, "strokeWidth": 1, "clip": true],
            "encoding": [
                "x": ["field": "month", "type": "quantitative", "title": "months since start of treatment"],
                "y": [
                    "field": "change", "type": "quantitative", "title": "change of lesion diameter (%)",
                    "scale": ["domain": [-100, 150]],
                ],
                "detail": ["field": "patient"],
                "color": ["field": "source", "type": "nominal", "title": nil, "scale": Theme.colourScale(sources)],
            ],
        ]
        return Figure(
            id: id, title: title, caption: caption,
            specification: panels(arms: courses.map(\.panel).uniqued(), data: points, layers: [lines]))
    }

    /// Cumulative distributions of best percent change, simulated and real, one panel an arm.
    static func cumulativeBestChange(
        id: String, title: String, caption: String, groups: [(panel: String, source: String, best: [Double])], sources: [String]
    ) -> Figure {
        let points = groups.flatMap { group in
            let sorted = group.best.sorted()
            return sorted.enumerated().map { index, value -> JSON in
                [
                    "arm": .string(group.panel), "source": .string(group.source), "best": .number(min(value, 100)),
                    "share": .number(100 * Double(index + 1) / Double(sorted.count)),
                ]
            }
        }
        let lines: JSON = [
            "mark": ["type": "line", "interpolate": "step-after", "strokeWidth": 2],
            "encoding": [
                "x": [
                    "field": "best", "type": "quantitative", "title": "best change of lesion diameter (%)",
                    "scale": ["domain": [-100, 100]],
                ],
                "y": ["field": "share", "type": "quantitative", "title": "patients with at most this change (%)"],
                "color": ["field": "source", "type": "nominal", "title": nil, "scale": Theme.colourScale(sources)],
            ],
        ]
        return Figure(
            id: id, title: title, caption: caption,
            specification: panels(arms: groups.map(\.panel).uniqued(), data: points, layers: [lines]))
    }
}
