/// One picture of a report: a Vega-Lite specification with its data inside, and words for those who can't see it.
public struct Figure: Hashable, Sendable {
    /// Unique within a report; letters, digits and hyphens.
    public var id: String
    public var title: String
    /// What to see, in a sentence or two; also the text alternative.
    public var caption: String
    /// Vega-Lite 6 specification without title and theme.
    public var specification: JSON
    /// The data behind the picture, for the table beneath it.
    public var table: Table?

    public init(id: String, title: String, caption: String, specification: JSON, table: Table? = nil) {
        self.id = id
        self.title = title
        self.caption = caption
        self.specification = specification
        self.table = table
    }
}

/// A table of a report; columns carry their units in the header.
public struct Table: Hashable, Sendable {
    public var header: [String]
    public var rows: [[String]]
    public init(header: [String], rows: [[String]]) {
        self.header = header
        self.rows = rows
    }
}

/// Colours and fonts shared by all figures.
public enum Theme {
    /// Okabe and Ito's palette (2008), distinguishable with every common colour-vision deficiency, in the order
    /// in which arms take their colours.
    public static let palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#767676", "#000000"]

    /// RECIST categories from best to worst.
    public static let response: [(name: String, colour: String)] = [
        ("CR", "#0072B2"), ("PR", "#56B4E9"), ("SD", "#E69F00"), ("PD", "#D55E00"), ("NE", "#767676"),
    ]

    /// Vega-Lite `config`. Text and axes get their final colours from the page, so that dark mode works.
    public static let configuration: JSON = [
        "background": "transparent",
        "font": "system-ui, sans-serif",
        "axis": ["labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": 500, "gridOpacity": 0.35, "tickCount": 6],
        "legend": ["labelFontSize": 12, "titleFontSize": 12, "orient": "top", "columns": 5, "labelLimit": 280, "symbolOpacity": 1],
        "view": ["stroke": "transparent"],
    ]

    /// A colour scale over arms in their given order.
    static func colourScale(_ names: [String]) -> JSON {
        [
            "domain": .array(names.map(JSON.string)),
            "range": .array(names.indices.map { .string(palette[$0 % palette.count]) }),
        ]
    }
}
