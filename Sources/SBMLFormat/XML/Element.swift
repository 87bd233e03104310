import ModelIR

/// One element of an XML document, with its namespace resolved and its place in the file.
///
/// A class, because flattening a composed model moves, renames and deletes elements in place.
final class Element {
    struct Attribute {
        var prefix: String
        /// Namespace URI; empty for an attribute without prefix.
        var namespace: String
        var name: String
        var value: String
    }

    enum Content {
        case element(Element)
        case text(String)
    }

    /// Name without prefix.
    var name: String
    var prefix: String
    /// Namespace URI; empty when there is none.
    var namespace: String
    var attributes: [Attribute]
    /// Namespace prefixes declared on this very element, in the order of their names.
    var declarations: [(prefix: String, uri: String)]
    var content: [Content] = []
    let location: SourceLocation

    init(
        _ name: String, prefix: String = "", namespace: String, attributes: [Attribute] = [],
        declarations: [(prefix: String, uri: String)] = [], location: SourceLocation
    ) {
        self.name = name
        self.prefix = prefix
        self.namespace = namespace
        self.attributes = attributes
        self.declarations = declarations
        self.location = location
    }

    /// Child elements in document order.
    var children: [Element] {
        content.compactMap { if case .element(let child) = $0 { child } else { nil } }
    }

    /// All text directly inside, pieces joined, outer white space removed.
    var text: String {
        var joined = ""
        for case .text(let piece) in content { joined += piece }
        return joined.trimmed
    }

    /// Value of the attribute `name` that has no prefix.
    subscript(name: String) -> String? {
        get { attributes.first { $0.namespace.isEmpty && $0.name == name }?.value }
        set { set(name, namespace: "", to: newValue) }
    }

    /// Value of the attribute `name` in a package's namespace.
    func attribute(_ name: String, in namespace: String) -> String? {
        attributes.first { $0.name == name && $0.namespace == namespace }?.value
    }

    func set(_ name: String, namespace: String, to value: String?) {
        let index = attributes.firstIndex { $0.name == name && $0.namespace == namespace }
        switch (index, value) {
        case (let index?, let value?): attributes[index].value = value
        case (let index?, nil): attributes.remove(at: index)
        case (nil, let value?):
            attributes.append(Attribute(prefix: "", namespace: namespace, name: name, value: value))
        case (nil, nil): break
        }
    }

    /// Child elements of that name in this element's namespace.
    func children(_ name: String) -> [Element] {
        children.filter { $0.name == name && $0.namespace == namespace }
    }

    func child(_ name: String) -> Element? {
        for case .element(let child) in content where child.name == name && child.namespace == namespace { return child }
        return nil
    }

    func child(_ name: String, in namespace: String) -> Element? {
        for case .element(let child) in content where child.name == name && child.namespace == namespace { return child }
        return nil
    }

    /// The items of a `listOf…` child; empty when it is absent.
    func items(of list: String) -> [Element] {
        children(list).flatMap(\.children).filter { $0.namespace == namespace && $0.name != "notes" && $0.name != "annotation" }
    }

    func append(_ child: Element) { content.append(.element(child)) }

    func remove(_ child: Element) {
        content.removeAll { if case .element(let other) = $0 { other === child } else { false } }
    }

    /// Replaces one child by another, in the same place.
    func replace(_ child: Element, by new: Element) {
        for (index, item) in content.enumerated() {
            if case .element(let other) = item, other === child { content[index] = .element(new) }
        }
    }

    /// A copy that shares nothing with the original.
    func deepCopy() -> Element {
        let copy = Element(
            name, prefix: prefix, namespace: namespace, attributes: attributes, declarations: declarations, location: location)
        copy.content = content.map { item in
            switch item {
            case .element(let child): .element(child.deepCopy())
            case .text: item
            }
        }
        return copy
    }

    /// Visits this element and everything below it, parents first.
    func forEachDescendant(_ visit: (Element) -> Void) {
        visit(self)
        for case .element(let child) in content { child.forEachDescendant(visit) }
    }
}

extension String {
    /// Without the white space that XML allows around a value.
    var trimmed: String {
        let white: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        let bytes = utf8
        guard let first = bytes.firstIndex(where: { !white($0) }), let last = bytes.lastIndex(where: { !white($0) }) else { return "" }
        if first == bytes.startIndex, bytes.index(after: last) == bytes.endIndex { return self }
        return String(self[first...last])
    }
}
