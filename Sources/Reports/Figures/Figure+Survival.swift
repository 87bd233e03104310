extension Figure {
    /// A survival curve of one arm with its interval, censoring marks and numbers at risk.
    public struct SurvivalCurve: Hashable, Sendable {
        public var arm: String
        /// Months; starts at 0.
        public var months: [Double]
        public var survival: [Double]
        public var lower: [Double]
        public var upper: [Double]
        public var censoredMonths: [Double]
        public var atRisk: [(month: Double, count: Int)] {
            zip(riskMonths, riskCounts).map { ($0, $1) }
        }
        private var riskMonths: [Double]
        private var riskCounts: [Int]
        public init(
            arm: String, months: [Double], survival: [Double], lower: [Double], upper: [Double],
            censoredMonths: [Double], atRisk: [(month: Double, count: Int)]
        ) {
            self.arm = arm
            self.months = months
            self.survival = survival
            self.lower = lower
            self.upper = upper
            self.censoredMonths = censoredMonths
            riskMonths = atRisk.map(\.month)
            riskCounts = atRisk.map(\.count)
        }

        /// S(t) at a time, from the right-continuous step function.
        func survival(at month: Double) -> Double {
            guard let index = months.lastIndex(where: { $0 <= month }) else { return 1 }
            return survival[index]
        }
    }

    /// Kaplan-Meier plot with 95 % bands, censoring ticks and numbers at risk beneath the axis.
    public static func kaplanMeier(id: String, title: String, caption: String, endpoint: String, curves: [SurvivalCurve])
        -> Figure
    {
        let names = curves.map(\.arm)
        let colour: JSON = ["field": "arm", "type": "nominal", "title": nil, "scale": Theme.colourScale(names)]
        let steps = curves.flatMap { curve in
            curve.months.indices.map { i -> JSON in
                [
                    "arm": .string(curve.arm), "month": .number(curve.months[i]), "s": .number(100 * curve.survival[i]),
                    "low": .number(100 * curve.lower[i]), "high": .number(100 * curve.upper[i]),
                ]
            }
        }
        let ticks = curves.flatMap { curve in
            curve.censoredMonths.map { month -> JSON in
                ["arm": .string(curve.arm), "month": .number(month), "s": .number(100 * curve.survival(at: month))]
            }
        }
        let x: JSON = ["field": "month", "type": "quantitative", "title": "months"]
        let y: JSON = [
            "field": "s", "type": "quantitative", "title": .string("\(endpoint) (%)"), "scale": ["domain": [0, 100]],
        ]
        var layers: [JSON] = [
            [
                "data": ["values": .array(steps)],
                "mark": ["type": "area", "interpolate": "step-after", "opacity": 0.15],
                "encoding": [
                    "x": x, "y": ["field": "low", "type": "quantitative"], "y2": ["field": "high"], "color": colour,
                ],
            ],
            [
                "data": ["values": .array(steps)],
                "mark": ["type": "line", "interpolate": "step-after", "strokeWidth": 2],
                "encoding": ["x": x, "y": y, "color": colour],
            ],
            [
                "data": ["values": .array(ticks)],
                "mark": ["type": "tick", "orient": "vertical", "size": 8, "thickness": 1],
                "encoding": ["x": x, "y": y, "color": colour],
            ],
        ]
        for (index, curve) in curves.enumerated() {
            let counts = curve.atRisk.map { ["month": .number($0.month), "n": .string(String($0.count))] as JSON }
            layers.append([
                "data": ["values": .array(counts)],
                "mark": ["type": "text", "clip": false, "fontSize": 11, "color": .string(Theme.palette[index % Theme.palette.count])],
                "encoding": [
                    "x": x, "text": ["field": "n"], "y": ["value": ["expr": .string("height + \(48 + 15 * index)")]],
                ],
            ])
        }
        let rows = curves.flatMap { curve in
            curve.atRisk.map { [curve.arm, $0.month.formatted(digits: 0), String($0.count), (100 * curve.survival(at: $0.month)).formatted(digits: 1)] }
        }
        return Figure(
            id: id, title: title, caption: caption + " Beneath the axis: patients at risk.",
            specification: [
                "width": "container", "height": 280, "padding": ["bottom": .number(Double(20 + 15 * curves.count)), "top": 5, "left": 5, "right": 12],
                "layer": .array(layers),
            ],
            table: Table(header: ["arm", "month", "at risk", "\(endpoint) (%)"], rows: rows))
    }
}
