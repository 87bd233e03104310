/// A report as content: sections of paragraphs, tables and figures. How it looks is the page's business.
public struct Report: Sendable {
    public enum Block: Sendable {
        case paragraph(String)
        /// A boxed remark that must be seen, such as a warning about the result.
        case remark(String)
        case table(Table, caption: String)
        case figure(Figure)
        /// Shown in fixed width, e.g. the command that reproduces the run.
        case code(String)
    }

    public struct Section: Sendable {
        public var title: String
        public var blocks: [Block]
        public init(_ title: String, _ blocks: [Block]) {
            self.title = title
            self.blocks = blocks
        }
    }

    public var title: String
    public var subtitle: String
    /// Three to six figures of the first screen: a label and its value with unit.
    public var highlights: [(label: String, value: String)]
    public var sections: [Section]

    public init(title: String, subtitle: String, highlights: [(label: String, value: String)], sections: [Section]) {
        self.title = title
        self.subtitle = subtitle
        self.highlights = highlights
        self.sections = sections
    }

    public var figures: [Figure] {
        sections.flatMap { section in
            section.blocks.compactMap { block in
                if case .figure(let figure) = block { figure } else { nil }
            }
        }
    }

    /// Stands at the head and foot of every page.
    public static let disclaimer = """
        Simulated patients. Research and education only: not medical advice, and no basis for treating anyone.
        """
}
