/// Text of an XML document under construction, indented by two blanks a level.
struct MarkupBuilder {
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    private var depth = 0

    /// Attributes with nil values are left out.
    mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:]) { start(name, attributes, isEmpty: false) }

    mutating func close(_ name: String) {
        depth -= 1
        text += indentation + "</\(name)>\n"
    }

    mutating func empty(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:]) { start(name, attributes, isEmpty: true) }

    /// Markup that is already escaped.
    mutating func raw(_ markup: String) { text += indentation + markup + "\n" }

    /// An element with children; nothing at all when there is nothing to put into it.
    mutating func list<Item>(_ name: String, _ items: [Item], _ write: (inout MarkupBuilder, Item) -> Void) {
        guard !items.isEmpty else { return }
        open(name)
        for item in items { write(&self, item) }
        close(name)
    }

    private mutating func start(_ name: String, _ attributes: KeyValuePairs<String, String?>, isEmpty: Bool) {
        text += indentation + "<\(name)"
        for (key, value) in attributes { if let value { text += " \(key)=\"\(escapedXML(value))\"" } }
        text += isEmpty ? "/>\n" : ">\n"
        if !isEmpty { depth += 1 }
    }

    private var indentation: String { String(repeating: "  ", count: depth) }
}

/// A number as XML Schema writes doubles; reading it gives the same double.
func schemaNumber(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "INF" : "-INF" }
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
