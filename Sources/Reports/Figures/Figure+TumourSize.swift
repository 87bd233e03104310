extension Figure {
    /// One patient's tumour size over time.
    public struct TumourCourse: Hashable, Sendable {
        public var patient: String
        public var arm: String
        /// Days since the start of treatment.
        public var days: [Double]
        /// Change from baseline, in percent, as long as `days`.
        public var percentChange: [Double]
        /// Best overall response, e.g. "PR".
        public var response: String
        public init(patient: String, arm: String, days: [Double], percentChange: [Double], response: String) {
            self.patient = patient
            self.arm = arm
            self.days = days
            self.percentChange = percentChange
            self.response = response
        }
    }

    /// Spider plot: percent change from baseline against time, one line a patient, one panel an arm.
    public static func spider(id: String, title: String, caption: String, courses: [TumourCourse]) -> Figure {
        let arms = courses.map(\.arm).uniqued()
        let points = courses.flatMap { course in
            zip(course.days, course.percentChange).map { day, change -> JSON in
                [
                    "patient": .string(course.patient), "arm": .string(course.arm), "day": .number(day / 30.4375),
                    "change": .number(min(change, 150)), "response": .string(course.response),
                ]
            }
        }
        let lines: JSON = [
            "mark": ["type": "line", "opacity": 0.45, "strokeWidth": 1, "clip": true],
            "encoding": [
                "x": ["field": "day", "type": "quantitative", "title": "months since start of treatment"],
                "y": [
                    "field": "change", "type": "quantitative", "title": "change of tumour diameter (%)",
                    "scale": ["domain": [-100, 150]],
                ],
                "detail": ["field": "patient"],
                "color": responseColour,
            ],
        ]
        return Figure(
            id: id, title: title, caption: caption,
            specification: panels(arms: arms, data: points, layers: [lines] + referenceLines))
    }

    /// Waterfall plot: best percent change of every patient, sorted, one panel an arm.
    public static func waterfall(id: String, title: String, caption: String, courses: [TumourCourse]) -> Figure {
        let arms = courses.map(\.arm).uniqued()
        var bars: [JSON] = []
        var rows: [[String]] = []
        for arm in arms {
            let sorted = courses.filter { $0.arm == arm && $0.percentChange.count > 1 }
                .map { (course: $0, best: $0.percentChange.dropFirst().min() ?? 0) }
                .sorted { ($1.best, $0.course.patient) < ($0.best, $1.course.patient) }
            for (rank, (course, best)) in sorted.enumerated() {
                bars.append([
                    "rank": .number(100 * (Double(rank) + 0.5) / Double(sorted.count)), "arm": .string(arm), "best": .number(min(best, 100)),
                    "zero": 0, "response": .string(course.response), "patient": .string(course.patient),
                ])
                rows.append([arm, course.patient, best.formatted(digits: 1), course.response])
            }
        }
        let widest = arms.map { arm in courses.count { $0.arm == arm } }.max() ?? 1
        let marks: JSON = [
            "mark": ["type": "rule", "strokeWidth": .number(max(0.8, min(12, 440 / Double(max(1, widest)))))],
            "encoding": [
                "x": [
                    "field": "rank", "type": "quantitative", "title": "patients, worst to best (%)",
                    "scale": ["domain": [0, 100]],
                ],
                "y": [
                    "field": "zero", "type": "quantitative", "title": "best change of tumour diameter (%)",
                    "scale": ["domain": [-100, 100]],
                ],
                "y2": ["field": "best"],
                "color": responseColour,
            ],
        ]
        return Figure(
            id: id, title: title, caption: caption,
            specification: panels(arms: arms, data: bars, layers: [marks] + referenceLines),
            table: Table(header: ["arm", "patient", "best change (%)", "best response"], rows: rows))
    }

    private static let responseColour: JSON = [
        "field": "response", "type": "nominal", "title": "best response",
        "scale": [
            "domain": .array(Theme.response.map { .string($0.name) }),
            "range": .array(Theme.response.map { .string($0.colour) }),
        ],
    ]

    /// RECIST's lines: +20 % and -30 %, and no change.
    private static let referenceLines: [JSON] = [(20.0, true), (-30.0, true), (0.0, false)].map { value, isDashed in
        [
            "mark": ["type": "rule", "strokeDash": isDashed ? [4, 4] : [1, 0], "opacity": 0.6],
            "encoding": ["y": ["datum": .number(value)]],
        ]
    }

    /// One panel below the other, so that nothing is cut off on a narrow screen.
    static func panels(arms: [String], data: [JSON], layers: [JSON]) -> JSON {
        let views = arms.map { arm -> JSON in
            [
                "title": ["text": .string(arm), "anchor": "start", "fontSize": 13, "fontWeight": 500],
                "width": 560, "height": 200,
                "transform": [["filter": ["field": "arm", "equal": .string(arm)]]],
                "layer": .array(layers),
            ]
        }
        return ["data": ["values": .array(data)], "vconcat": .array(views), "spacing": 24]
    }
}

extension Sequence where Element: Hashable {
    /// The distinct elements in order of first appearance.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
