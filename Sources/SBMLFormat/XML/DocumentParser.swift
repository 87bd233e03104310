import Foundation
import ModelIR

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Reads XML into a tree of elements, within bounds of size and depth, without touching anything outside the text.
///
/// A document type declaration is refused before parsing: SBML has no use for one, and entities are the way to
/// blow up a parser or to make it open other files.
enum DocumentParser {
    /// The largest file that is read; published models have at most a few MB.
    static let largestSize = 64 << 20
    /// Deepest nesting of elements; libxml2 itself stops at 256.
    static let deepestNesting = 250

    /// - Throws: One located diagnostic of kind `.invalid`.
    static func parse(_ data: Data, file: String) throws(InvalidModel) -> Element {
        func fail(_ message: String, line: Int = 1, column: Int = 1, remedy: String? = nil) -> InvalidModel {
            InvalidModel([
                Diagnostic(
                    .error, .invalid, message, at: SourceLocation(file: file, line: line, column: column), remedy: remedy)
            ])
        }
        guard data.count <= largestSize else {
            throw fail(
                "the file has \(data.count) bytes, more than the \(largestSize >> 20) MiB that are read",
                remedy: "remove layout and annotations, or split the model")
        }
        guard !data.isEmpty else { throw fail("the file is empty") }
        if let (line, column, reason) = data.withUnsafeBytes({ encodingProblem($0.bindMemory(to: UInt8.self)) }) {
            throw fail(
                reason, line: line, column: column,
                remedy: "SBML is written in UTF-8; convert the file, for example with iconv")
        }
        let tags = data.withUnsafeBytes { TagLocations($0.bindMemory(to: UInt8.self)) }
        if let place = tags.documentType {
            throw fail(
                "document type declarations and entities are not allowed in SBML", line: Int(place.line),
                column: Int(place.column), remedy: "remove the <!DOCTYPE …> declaration")
        }

        let builder = TreeBuilder(file: file, places: tags.places)
        let parser = XMLParser(data: data)
        parser.shouldProcessNamespaces = true
        parser.shouldReportNamespacePrefixes = true
        parser.shouldResolveExternalEntities = false
        parser.delegate = builder
        let isComplete = parser.parse()
        if let problem = builder.problem { throw InvalidModel([problem]) }
        guard isComplete, let root = builder.root, builder.isClosed else {
            // libxml2 says where it stopped, not always where the mistake began.
            let line = max(1, builder.errorLine ?? parser.lineNumber)
            throw fail(
                "the XML is malformed: \(explanation(of: parser.parserError))", line: line,
                column: max(1, builder.errorColumn ?? parser.columnNumber),
                remedy: "check that every tag is closed and every '&' and '<' in text is escaped")
        }
        return root
    }

    private static func encodingProblem(_ bytes: UnsafeBufferPointer<UInt8>) -> (Int, Int, String)? {
        if bytes.count >= 2, (bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF) || bytes[0] == 0 {
            return (1, 1, "the file is in UTF-16 or UTF-32")
        }
        var line = 1
        var column = 1
        var index = 0
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            var length = 1
            if byte < 0x80 {
                if byte == 0x0A { line += 1; column = 0 } else if byte < 0x20, byte != 0x09, byte != 0x0D {
                    return (line, column, "the character with code \(byte) is not allowed in XML")
                }
            } else {
                length = byte >= 0xF0 && byte < 0xF5 ? 4 : byte >= 0xE0 && byte < 0xF0 ? 3 : byte >= 0xC2 && byte < 0xE0 ? 2 : 0
                let isValid = length > 0 && index + length <= count
                    && (1..<length).allSatisfy { bytes[index + $0] & 0xC0 == 0x80 }
                    && !(byte == 0xE0 && bytes[index + 1] < 0xA0) && !(byte == 0xED && bytes[index + 1] > 0x9F)
                    && !(byte == 0xF0 && bytes[index + 1] < 0x90) && !(byte == 0xF4 && bytes[index + 1] > 0x8F)
                if !isValid { return (line, column, "the file is not in UTF-8") }
            }
            index += length
            column += 1
        }
        return nil
    }

    /// The codes of libxml2 that a text editor's slip produces.
    private static func explanation(of error: (any Error)?) -> String {
        guard let error = error as NSError? else { return "the parser stopped" }
        return switch error.code {
        case 4, 5: "the document ends before its root element is closed"
        case 6...10: "a character or reference that is not allowed"
        case 26, 27, 28: "an entity is used that is not defined"
        case 38: "'<' inside an attribute's value"
        case 39, 40, 41: "an attribute's value is missing or not in quotes"
        case 42: "an attribute is given twice"
        case 64: "the XML declaration is not at the start of the file"
        case 65, 66, 67, 68: "a name or a blank is missing in a tag"
        case 73, 74, 76, 77: "a tag is not closed, or closed by another name"
        case 201: "a namespace prefix is used that is not declared"
        default: "error \(error.code) of the XML parser"
        }
    }
}

/// Builds the tree from the parser's callbacks.
private final class TreeBuilder: NSObject, XMLParserDelegate {
    let file: String
    let places: [TagLocations.Place]
    var root: Element?
    var isClosed = false
    var problem: Diagnostic?
    var errorLine: Int?
    var errorColumn: Int?
    private var stack: [Element] = []
    private var started = 0
    private var pending: [(prefix: String, uri: String)] = []
    private var scopes: [String: [String]] = ["xml": ["http://www.w3.org/XML/1998/namespace"]]
    private var text = ""

    init(file: String, places: [TagLocations.Place]) {
        self.file = file
        self.places = places
    }

    func parser(_ parser: XMLParser, didStartMappingPrefix prefix: String, toURI uri: String) {
        pending.append((prefix, uri))
        scopes[prefix, default: []].append(uri)
    }

    func parser(_ parser: XMLParser, didEndMappingPrefix prefix: String) {
        _ = scopes[prefix]?.popLast()
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        flushText()
        let place = started < places.count ? places[started] : TagLocations.Place(line: Int32(clamping: parser.lineNumber), column: 1)
        started += 1
        let location = SourceLocation(file: file, line: Int(place.line), column: Int(place.column))
        let element = Element(name, namespace: namespaceURI ?? "", location: location)
        if let qualifiedName, let colon = qualifiedName.utf8.firstIndex(of: 0x3A) { element.prefix = String(qualifiedName[..<colon]) }
        element.declarations = pending.sorted { $0.prefix < $1.prefix }
        pending.removeAll(keepingCapacity: true)
        element.attributes.reserveCapacity(attributes.count)
        for (key, value) in attributes {
            if let colon = key.utf8.firstIndex(of: 0x3A) {
                let prefix = String(key[..<colon])
                element.attributes.append(
                    Element.Attribute(
                        prefix: prefix, namespace: scopes[prefix]?.last ?? "", name: String(key[key.utf8.index(after: colon)...]),
                        value: value))
            } else {
                element.attributes.append(Element.Attribute(prefix: "", namespace: "", name: key, value: value))
            }
        }
        if element.attributes.count > 1 { element.attributes.sort { ($0.prefix, $0.name) < ($1.prefix, $1.name) } }

        if let parent = stack.last { parent.append(element) } else if root == nil { root = element }
        stack.append(element)
        if stack.count > DocumentParser.deepestNesting {
            problem = Diagnostic(
                .error, .invalid, "elements are nested more than \(DocumentParser.deepestNesting) deep", at: location,
                remedy: "split the formula with assignment rules, or remove the nested notes")
            parser.abortParsing()
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if !stack.isEmpty { text += string }
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        if !stack.isEmpty { text += String(decoding: block, as: UTF8.self) }
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        flushText()
        _ = stack.popLast()
        if stack.isEmpty { isClosed = true }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
        if errorLine == nil {
            errorLine = parser.lineNumber
            errorColumn = parser.columnNumber
        }
    }

    private func flushText() {
        guard !text.isEmpty, let innermost = stack.last else { return }
        // Indentation between the elements of SBML and MathML means nothing; notes and annotations keep theirs.
        let isIndentation = innermost.namespace.hasPrefix("http://www.sbml.org/") || innermost.namespace == mathNamespace
        if !isIndentation || !text.trimmed.isEmpty { innermost.content.append(.text(text)) }
        text = ""
    }
}
