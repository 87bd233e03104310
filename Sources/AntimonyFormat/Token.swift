/// A word of Antimony text and where it stands.
struct Token {
    enum Kind: Equatable {
        case word, number, string
        /// One or more punctuation characters: `->`, `=>`, `<=`, `;`, ...
        case sign
        case newline
        case endOfFile
    }
    var kind: Kind
    /// The characters of a word or sign, or the contents of a string.
    var text: String
    /// The value of a number.
    var value: Double = 0
    var line: Int32
    var column: Int32
    /// Whether the previous token touches this one, without a blank between them.
    var isAdjacent = false

    func isSign(_ sign: String) -> Bool { kind == .sign && text == sign }
    func isWord(_ word: String) -> Bool { kind == .word && text == word }
    /// `;` and the end of a line both end a statement.
    var endsStatement: Bool { kind == .newline || kind == .endOfFile || isSign(";") }

    /// How a message names the token.
    var description: String {
        switch kind {
        case .word, .sign: "'\(text)'"
        case .number: "number \(value)"
        case .string: "a text"
        case .newline: "the end of the line"
        case .endOfFile: "the end of the file"
        }
    }
}
