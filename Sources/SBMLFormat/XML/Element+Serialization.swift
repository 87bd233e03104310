extension Element {
    /// The markup between this element's tags, self-contained: prefixes that were declared further out are declared
    /// on the outermost elements that use them. Comments and processing instructions are not kept.
    ///
    /// - Parameter scope: Prefixes in force around this element.
    func innerMarkup(scope: [String: String]) -> String {
        var outer = scope
        for declaration in declarations { outer[declaration.prefix] = declaration.uri }
        var markup = ""
        // The reader of this text starts with no prefix declared, and with no default namespace.
        for item in content { Element.write(item, declared: [:], available: outer, into: &markup) }
        return markup.trimmed
    }

    private static func write(
        _ item: Content, declared: [String: String], available: [String: String], into markup: inout String
    ) {
        switch item {
        case .text(let text): markup += escapedXML(text)
        case .element(let element): element.writeMarkup(declared: declared, available: available, into: &markup)
        }
    }

    private func writeMarkup(declared: [String: String], available: [String: String], into markup: inout String) {
        var declared = declared
        var available = available
        var added: [(String, String)] = []
        func declare(_ prefix: String, _ uri: String) {
            guard declared[prefix, default: ""] != uri, prefix != "xml" else { return }
            declared[prefix] = uri
            added.append((prefix, uri))
        }
        declare(prefix, namespace)
        for attribute in attributes where !attribute.prefix.isEmpty { declare(attribute.prefix, attribute.namespace) }
        for own in declarations {
            available[own.prefix] = own.uri
            declare(own.prefix, own.uri)
        }
        let tag = prefix.isEmpty ? name : "\(prefix):\(name)"
        markup += "<\(tag)"
        for (prefix, uri) in added { markup += prefix.isEmpty ? " xmlns=\"\(escapedXML(uri))\"" : " xmlns:\(prefix)=\"\(escapedXML(uri))\"" }
        for attribute in attributes {
            let name = attribute.prefix.isEmpty ? attribute.name : "\(attribute.prefix):\(attribute.name)"
            markup += " \(name)=\"\(escapedXML(attribute.value))\""
        }
        if content.isEmpty {
            markup += "/>"
        } else {
            markup += ">"
            for item in content { Element.write(item, declared: declared, available: available, into: &markup) }
            markup += "</\(tag)>"
        }
    }
}

/// Text made safe for element content and for attribute values in double quotes.
func escapedXML(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22 || $0 < 0x20 }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "\n", "\t": result.unicodeScalars.append(scalar)
        case "\r": result += "&#13;"
        // Other control characters cannot be written in XML 1.0 at all.
        case _ where scalar.value < 0x20: result += "\u{FFFD}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
