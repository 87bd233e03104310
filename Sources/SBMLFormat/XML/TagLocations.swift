/// Where each start tag of a document begins, in document order.
///
/// XMLParser reports the end of a start tag, which is of little help in a tag of ten lines; this scan of the bytes
/// gives its beginning. On malformed text it may go astray, but there the parser stops with an error of its own.
struct TagLocations {
    struct Place {
        var line: Int32
        var column: Int32
    }

    private(set) var places: [Place] = []
    /// Place of a document type declaration, if there is one before the root element.
    private(set) var documentType: Place?

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var index = 0
        var line: Int32 = 1
        // Position of the first byte of the line, corrected for bytes that continue a UTF-8 character.
        var lineStart = 0
        let count = bytes.count
        places.reserveCapacity(count / 60)

        func at(_ offset: Int, is text: StaticString) -> Bool {
            guard offset + text.utf8CodeUnitCount <= count else { return false }
            for i in 0..<text.utf8CodeUnitCount where bytes[offset + i] != text.utf8Start[i] { return false }
            return true
        }
        func step() {
            let byte = bytes[index]
            index += 1
            if byte == 0x0A { line += 1; lineStart = index } else if byte & 0xC0 == 0x80 { lineStart += 1 }
        }
        func skip(past end: StaticString) {
            while index < count, !at(index, is: end) { step() }
            index = min(count, index + end.utf8CodeUnitCount)
        }

        if at(0, is: "\u{FEFF}") { index = 3; lineStart = 3 }
        while index < count {
            guard bytes[index] == 0x3C else { step(); continue }  // <
            if at(index, is: "<!--") {
                index += 4
                skip(past: "-->")
            } else if at(index, is: "<![CDATA[") {
                skip(past: "]]>")
            } else if at(index, is: "<?") {
                skip(past: "?>")
            } else if at(index, is: "<!") {
                if places.isEmpty, documentType == nil { documentType = Place(line: line, column: Int32(index - lineStart + 1)) }
                step()
            } else if at(index, is: "</") {
                skip(past: ">")
            } else {
                places.append(Place(line: line, column: Int32(clamping: index - lineStart + 1)))
                var quote: UInt8 = 0
                while index < count {
                    let byte = bytes[index]
                    step()
                    if quote != 0 { if byte == quote { quote = 0 } } else if byte == 0x22 || byte == 0x27 { quote = byte } else if byte == 0x3E { break }
                }
            }
        }
    }
}
