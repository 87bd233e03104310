import Foundation
import FoundationXML
import ModelIR

/// An element of a small XML document; names without their prefix.
final class XMLTree {
    let name: String
    let attributes: [String: String]
    let line: Int
    fileprivate(set) var children: [XMLTree] = []
    fileprivate(set) var text = ""

    fileprivate init(name: String, attributes: [String: String], line: Int) {
        self.name = name
        self.attributes = attributes
        self.line = line
    }

    subscript(attribute: String) -> String? { attributes[attribute] }
    func all(_ name: String) -> [XMLTree] { children.filter { $0.name == name } }
    func first(_ name: String) -> XMLTree? { children.first { $0.name == name } }
    /// The items of `listOf...`; empty when there is no such list.
    func items(_ list: String) -> [XMLTree] { first(list)?.children ?? [] }

    static func parse(_ data: Data, file: String) throws(InvalidModel) -> XMLTree {
        func refused(_ reason: String, line: Int = 1) -> InvalidModel {
            InvalidModel([Diagnostic(.error, .invalid, reason, at: SourceLocation(file: file, line: line, column: 1))])
        }
        // Checked first: bytes that are no text end Foundation's parser with a trap, and entities can blow it up.
        guard let text = String(validating: data, as: UTF8.self) else { throw refused("the file is not text in UTF-8") }
        var line = 1
        for byte in text.utf8 {
            if byte == 0x0A { line += 1 }
            if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D {
                throw refused("the character with code \(byte) is not allowed in XML", line: line)
            }
        }
        guard !text.contains("<!DOCTYPE"), !text.contains("<!ENTITY") else {
            throw refused("document type declarations and entities are not allowed")
        }
        let parser = XMLParser(data: data)
        let builder = Builder()
        parser.delegate = builder
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        guard parser.parse(), let root = builder.root else {
            let location = SourceLocation(
                file: file, line: max(1, parser.lineNumber), column: max(1, parser.columnNumber))
            let reason = builder.isTooDeep ? "elements are nested too deeply" : "malformed XML"
            throw InvalidModel([Diagnostic(.error, .invalid, reason, at: location)])
        }
        return root
    }

    private final class Builder: NSObject, XMLParserDelegate {
        var root: XMLTree?
        var isTooDeep = false
        private var open: [XMLTree] = []

        func parser(
            _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            if open.count > 200 {
                isTooDeep = true
                parser.abortParsing()
                return
            }
            let name = elementName.split(separator: ":").last.map(String.init) ?? elementName
            let element = XMLTree(name: name, attributes: attributes, line: parser.lineNumber)
            if let parent = open.last { parent.children.append(element) } else { root = element }
            open.append(element)
        }

        func parser(
            _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?
        ) { open.removeLast() }

        func parser(_ parser: XMLParser, foundCharacters string: String) { open.last?.text += string }
    }
}
