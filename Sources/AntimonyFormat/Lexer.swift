import ModelIR

/// Cuts Antimony text into tokens.
///
/// Comments are `//` and `#` to the end of the line and `/* */`; a backslash at the end of a line joins it with the
/// next; texts stand in `"..."` on one line or between triple backticks over many.
///
/// Works on bytes; columns count characters (UTF-8 continuation bytes are not counted).
struct Lexer {
    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line: Int32 = 1
    private var column: Int32 = 1
    private(set) var tokens: [Token] = []
    private(set) var diagnostics = DiagnosticList()

    init(_ text: String, file: String) {
        bytes = Array(text.utf8)
        self.file = file
        tokens.reserveCapacity(bytes.count / 4)
    }

    mutating func run() {
        while position < bytes.count { scanToken() }
        append(.newline, "", line, column)
        append(.endOfFile, "", line, column)
    }

    // MARK: Characters

    private func byte(_ offset: Int = 0) -> UInt8 {
        position + offset < bytes.count ? bytes[position + offset] : 0
    }

    private mutating func advance() {
        let byte = bytes[position]
        position += 1
        if byte == UInt8(ascii: "\n") {
            line += 1
            column = 1
        } else if byte & 0xC0 != 0x80 {
            column += 1
        }
    }

    private var here: SourceLocation { SourceLocation(file: file, line: Int(line), column: Int(column)) }

    private mutating func append(
        _ kind: Token.Kind, _ text: String, _ line: Int32, _ column: Int32, value: Double = 0, start: Int = -1
    ) {
        let isAdjacent = start >= 0 && start == lastEnd
        tokens.append(
            Token(kind: kind, text: text, value: value, line: line, column: column, isAdjacent: isAdjacent))
        lastEnd = position
    }
    private var lastEnd = -1

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
    }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    // MARK: Tokens

    private mutating func scanToken() {
        let first = byte()
        switch first {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0C, 0x0B: advance()
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): scanNewline()
        case UInt8(ascii: "#"): skipLine()
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"): skipLine()
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): skipBlockComment()
        case UInt8(ascii: "\\"): scanContinuation()
        case UInt8(ascii: "\""): scanString()
        case UInt8(ascii: "`"): scanBacktickString()
        case let letter where Self.isLetter(letter): scanWord()
        case let digit where Self.isDigit(digit) || digit == UInt8(ascii: ".") && Self.isDigit(byte(1)): scanNumber()
        case 0xEF where byte(1) == 0xBB && byte(2) == 0xBF: position += 3  // byte order mark
        case 0x21...0x7E: scanSign()
        default: scanForeign()
        }
    }

    private mutating func scanNewline() {
        let (line, column) = (line, column)
        if byte() == UInt8(ascii: "\r") {
            position += 1
            if byte() == UInt8(ascii: "\n") {
                advance()
            } else {
                self.line += 1
                self.column = 1
            }
        } else {
            advance()
        }
        append(.newline, "", line, column)
    }

    private mutating func skipLine() {
        while position < bytes.count, byte() != UInt8(ascii: "\n"), byte() != UInt8(ascii: "\r") { advance() }
    }

    private mutating func skipBlockComment() {
        let start = here
        advance()
        advance()
        while position < bytes.count {
            if byte() == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/") {
                advance()
                advance()
                return
            }
            advance()
        }
        diagnostics.error("comment is never closed", at: start, remedy: "end it with '*/'")
    }

    private mutating func scanContinuation() {
        let start = here
        advance()
        var blanks = position
        while blanks < bytes.count, bytes[blanks] == UInt8(ascii: " ") || bytes[blanks] == UInt8(ascii: "\r") {
            blanks += 1
        }
        if blanks < bytes.count, bytes[blanks] == UInt8(ascii: "\n") {
            while position <= blanks { advance() }
        } else {
            diagnostics.error(
                "'\\' is not at the end of a line", at: start, remedy: "use it to join a line with the next")
        }
    }

    private mutating func scanString() {
        let (line, column, start, place) = (line, column, position, here)
        advance()
        let contents = position
        while position < bytes.count, byte() != UInt8(ascii: "\""), byte() != UInt8(ascii: "\n") { advance() }
        let text = String(decoding: bytes[contents..<position], as: UTF8.self)
        if byte() == UInt8(ascii: "\"") {
            advance()
        } else {
            diagnostics.error(
                "text is not closed on its line", at: place, remedy: "end it with '\"', or use ``` for several lines")
        }
        append(.string, text, line, column, start: start)
    }

    private mutating func scanBacktickString() {
        let (line, column, start, place) = (line, column, position, here)
        let tick = UInt8(ascii: "`")
        guard byte(1) == tick else {
            advance()
            diagnostics.error("unexpected '`'", at: place, remedy: "write texts between \"...\" or ```...```")
            return
        }
        advance()
        advance()
        guard byte() == tick else {
            append(.string, "", line, column, start: start)
            return
        }
        advance()
        let contents = position
        while position < bytes.count {
            if byte() == tick && byte(1) == tick && byte(2) == tick {
                let text = String(decoding: bytes[contents..<position], as: UTF8.self)
                for _ in 0..<3 { advance() }
                append(.string, text, line, column, start: start)
                return
            }
            advance()
        }
        diagnostics.error("text is never closed", at: place, remedy: "end it with '```'")
    }

    private mutating func scanWord() {
        let (line, column, start) = (line, column, position)
        while position < bytes.count, Self.isLetter(byte()) || Self.isDigit(byte()) { advance() }
        append(.word, String(decoding: bytes[start..<position], as: UTF8.self), line, column, start: start)
    }

    /// digits [. digits] [e [sign] digits]; an `e` without digits after it begins the next word.
    private mutating func scanNumber() {
        let (line, column, start, place) = (line, column, position, here)
        while Self.isDigit(byte()) { advance() }
        if byte() == UInt8(ascii: ".") {
            advance()
            while Self.isDigit(byte()) { advance() }
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            let signed = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")
            if Self.isDigit(byte(signed ? 2 : 1)) {
                for _ in 0..<(signed ? 2 : 1) { advance() }
                while Self.isDigit(byte()) { advance() }
            }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let value = Double(text) ?? Double(text + "0") ?? .nan
        if !value.isFinite {
            diagnostics.error(
                "number \(text.prefix(40)) is out of range", at: place, remedy: "write inf if that is meant")
        }
        append(.number, text, line, column, value: value, start: start)
    }

    private static let longSigns = ["<==>", "...", "->", "=>", "-|", "<=", ">=", "!=", "==", "&&", "||"]

    private mutating func scanSign() {
        let (line, column, start) = (line, column, position)
        for sign in Self.longSigns where matches(sign) {
            for _ in 0..<sign.utf8.count { advance() }
            append(.sign, sign, line, column, start: start)
            return
        }
        let character = String(UnicodeScalar(byte()))
        advance()
        append(.sign, character, line, column, start: start)
    }

    private func matches(_ sign: String) -> Bool {
        var offset = 0
        for expected in sign.utf8 {
            if byte(offset) != expected { return false }
            offset += 1
        }
        return true
    }

    /// A run of bytes that Antimony has no use for outside texts and comments; reported once per run.
    private mutating func scanForeign() {
        let start = position
        let place = here
        while position < bytes.count, byte() > 0x7E || byte() < 0x20, ![0x0A, 0x0D, 0x09].contains(byte()) { advance() }
        let text = String(decoding: bytes[start..<min(position, start + 16)], as: UTF8.self)
        let shown = text.unicodeScalars.map { $0.value < 0x20 ? "\\u{\(String($0.value, radix: 16))}" : String($0) }
        diagnostics.error(
            "unexpected character '\(shown.joined())'", at: place,
            remedy: "names consist of ASCII letters, digits and '_'; other characters belong in texts and comments")
    }
}
