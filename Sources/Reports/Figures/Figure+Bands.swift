extension Figure {
    /// Median and an inner and outer interval of one quantity over time, in one arm.
    public struct Band: Hashable, Sendable {
        public var series: String
        /// Days since the start of treatment.
        public var days: [Double]
        /// Quantiles in the order 5 %, 25 %, 50 %, 75 %, 95 %, each as long as `days`.
        public var quantiles: [[Double]]
        public init(series: String, days: [Double], quantiles: [[Double]]) {
            precondition(quantiles.count == 5 && quantiles.allSatisfy { $0.count == days.count })
            self.series = series
            self.days = days
            self.quantiles = quantiles
        }
    }

    /// The horizontal axis of bands and lines.
    public struct HorizontalAxis: Hashable, Sendable {
        public var title: String
        public var isLogarithmic: Bool
        public init(_ title: String, logarithmic: Bool = false) {
            self.title = title
            isLogarithmic = logarithmic
        }
        public static let treatment = HorizontalAxis("days since start of treatment")
    }

    /// Time course of a quantity: median as a line, 25-75 % and 5-95 % of the patients as bands.
    ///
    /// - Parameter quantity: Name with unit, for the axis ("CD8 effector cells in tumour (cells)").
    public static func bands(
        id: String, title: String, caption: String, quantity: String, bands: [Band], logarithmic: Bool = false,
        axis: HorizontalAxis = .treatment
    ) -> Figure {
        let names = bands.map(\.series)
        let floor = positiveFloor(bands)
        let isCut = logarithmic && bands.contains { $0.quantiles.contains { $0.contains { $0 < floor } } }
        let caption = isCut ? "\(caption) Below \(floor.shortText) the lines run along the axis.".trimmingCharacters(in: .whitespaces) : caption
        func value(_ x: Double) -> JSON { .number(logarithmic ? max(x, floor) : x) }
        let isPlain = bands.allSatisfy { band in band.quantiles.allSatisfy { $0 == band.quantiles[2] } }
        let points = bands.flatMap { band in
            band.days.indices.map { i -> JSON in
                if isPlain { return ["series": .string(band.series), "day": .number(band.days[i]), "q50": value(band.quantiles[2][i])] }
                return [
                    "series": .string(band.series), "day": .number(band.days[i]),
                    "q05": value(band.quantiles[0][i]), "q25": value(band.quantiles[1][i]),
                    "q50": value(band.quantiles[2][i]), "q75": value(band.quantiles[3][i]),
                    "q95": value(band.quantiles[4][i]),
                ]
            }
        }
        var y: JSON = ["type": "quantitative", "title": .string(quantity)]
        if logarithmic { y["scale"] = ["type": "log"] }
        if logarithmic { y["axis"] = ["format": ".0e"] }
        func with(_ field: String) -> JSON {
            var copy = y
            copy["field"] = .string(field)
            return copy
        }
        var x: JSON = ["field": "day", "type": "quantitative", "title": .string(axis.title)]
        if axis.isLogarithmic { x["scale"] = ["type": "log"] }
        if axis.isLogarithmic { x["axis"] = ["format": ".0e"] }
        let colour: JSON = [
            "field": "series", "type": "nominal", "title": nil, "scale": Theme.colourScale(names),
            "legend": names.count > 1 ? ["symbolType": "stroke", "symbolStrokeWidth": 3] : nil,
        ]
        func area(_ low: String, _ high: String, opacity: Double) -> JSON {
            [
                "mark": ["type": "area", "opacity": .number(opacity)],
                "encoding": ["x": x, "y": with(low), "y2": ["field": .string(high)], "color": colour],
            ]
        }
        let line: JSON = ["mark": ["type": "line", "strokeWidth": 2], "encoding": ["x": x, "y": with("q50"), "color": colour]]
        let specification: JSON = [
            "width": "container", "height": 240, "data": ["values": .array(points)],
            "layer": .array(isPlain ? [line] : [area("q05", "q95", opacity: 0.15), area("q25", "q75", opacity: 0.25), line]),
        ]
        let rows = bands.flatMap { band in
            stride(from: 0, to: band.days.count, by: max(1, band.days.count / 12)).map { i in
                [band.series, axis.isLogarithmic ? band.days[i].shortText : band.days[i].formatted(digits: 0)]
                    + (isPlain ? [band.quantiles[2]] : band.quantiles).map { $0[i].shortText }
            }
        }
        return Figure(
            id: id, title: title, caption: caption, specification: specification,
            table: Table(
                header: ["series", axis == .treatment ? "day" : axis.title] + (isPlain ? ["value"] : ["5 %", "25 %", "median", "75 %", "95 %"]),
                rows: rows))
    }

    /// Where a logarithmic axis is cut: a millionth of the largest value, or the smallest positive one.
    private static func positiveFloor(_ bands: [Band]) -> Double {
        let values = bands.flatMap { $0.quantiles.flatMap { $0 } }.filter { $0 > 0 && $0.isFinite }
        guard let largest = values.max(), let smallest = values.min() else { return 1e-12 }
        return max(smallest, largest * 1e-6)
    }

    /// Plain lines, one a series: for one patient, or a few quantities of the same unit. `days` are in the axis's unit.
    public static func lines(
        id: String, title: String, caption: String, quantity: String,
        series: [(name: String, days: [Double], values: [Double])], logarithmic: Bool = false, axis: HorizontalAxis = .treatment
    ) -> Figure {
        bands(
            id: id, title: title, caption: caption, quantity: quantity,
            bands: series.map { Band(series: $0.name, days: $0.days, quantiles: Array(repeating: $0.values, count: 5)) },
            logarithmic: logarithmic, axis: axis)
    }
}
