import ModelIR

/// The text formulas of SBML Level 1.
///
/// Binding strength, strongest first: call and parentheses, unary `-`, `^` (left), `*` `/` (left), `+` `-` (left),
/// as in the table of the Level 1 specification and in libSBML: there `-a^2` means (−a)², unlike anywhere else. `log` is the natural logarithm there.
struct Level1Formula {
    private let text: [UInt8]
    private var index = 0
    private var depth = 0
    private let reader: MathMLReader
    /// The element that holds the formula, for messages.
    private let owner: Element
    private var hasFailed = false
    private static let deepestNesting = 200

    static func expression(_ text: String, of owner: Element, with reader: MathMLReader) -> Expression {
        var parser = Level1Formula(text: text, owner: owner, reader: reader)
        let result = parser.sum()
        parser.skipBlanks()
        if !parser.hasFailed, parser.index < parser.text.count { return parser.fail("unexpected '\(parser.rest)'") }
        return result
    }

    private init(text: String, owner: Element, reader: MathMLReader) {
        self.text = Array(text.utf8)
        self.owner = owner
        self.reader = reader
    }

    // MARK: Grammar

    private mutating func sum() -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Level1Formula.deepestNesting else { return fail("parentheses are nested too deeply") }
        var terms = [product()]
        while !hasFailed, let op = take("+", "-") {
            let term = product()
            // One flat sum, so that a formula of a thousand terms stays shallow; a − b and a + (−b) are the same number.
            terms.append(op == 0x2B ? term : .apply(.minus, [term]))
        }
        guard terms.count > 1 else { return terms[0] }
        if terms.count == 2, case .apply(.minus, let negated) = terms[1], negated.count == 1 { return terms[0] - negated[0] }
        return .apply(.plus, terms)
    }

    private mutating func product() -> Expression {
        var value = power()
        var factors = 0
        while !hasFailed, let op = take("*", "/") {
            let right = power()
            factors += 1
            if op == 0x2F {
                value = value / right
            } else if case .apply(.times, let earlier) = value, factors > 1 {
                value = .apply(.times, earlier + [right])
            } else {
                value = value * right
            }
            guard factors < 2 * Level1Formula.deepestNesting else { return fail("more than \(factors) factors") }
        }
        return value
    }

    private mutating func power() -> Expression {
        var value = negation()
        var count = 0
        while !hasFailed, take("^") != nil {
            value = .apply(.power, [value, negation()])
            count += 1
            guard count < Level1Formula.deepestNesting else { return fail("too many powers of powers") }
        }
        return value
    }

    private mutating func negation() -> Expression {
        var count = 0
        while take("-") != nil { count += 1 }
        while count == 0, take("+") != nil {}
        let value = atom()
        if count == 0 { return value }
        if count == 1, case .number(let number, let unit) = value { return .number(-number, unit: unit) }
        return count % 2 == 1 ? .apply(.minus, [value]) : value
    }

    private mutating func atom() -> Expression {
        skipBlanks()
        guard index < text.count else { return fail("it ends too early") }
        let byte = text[index]
        if byte == 0x28 {  // (
            index += 1
            let value = sum()
            if !hasFailed, take(")") == nil { return fail("')' is missing") }
            return value
        }
        if isDigit(byte) || byte == 0x2E { return number() }
        guard isLetter(byte) else { return fail("unexpected '\(rest)'") }
        let start = index
        while index < text.count, isLetter(text[index]) || isDigit(text[index]) || text[index] == 0x2E { index += 1 }
        let name = String(decoding: text[start..<index], as: UTF8.self)
        guard take("(") != nil else { return value(named: name) }
        var arguments: [Expression] = []
        if take(")") == nil {
            repeat { arguments.append(sum()) } while !hasFailed && take(",") != nil
            if !hasFailed, take(")") == nil { return fail("')' is missing after the arguments of '\(name)'") }
        }
        return hasFailed ? .number(.nan) : call(name, arguments)
    }

    private mutating func number() -> Expression {
        let start = index
        while index < text.count, isDigit(text[index]) || text[index] == 0x2E { index += 1 }
        if index < text.count, text[index] | 0x20 == 0x65 {  // e, E
            var end = index + 1
            if end < text.count, text[end] == 0x2B || text[end] == 0x2D { end += 1 }
            if end < text.count, isDigit(text[end]) {
                while end < text.count, isDigit(text[end]) { end += 1 }
                index = end
            }
        }
        let written = String(decoding: text[start..<index], as: UTF8.self)
        guard let value = parsedDouble(written) else { return fail("'\(written)' is not a number") }
        return .number(value)
    }

    // MARK: Names

    private mutating func value(named name: String) -> Expression {
        if reader.locals.contains(name) { return .symbol(name) }
        if let id = reader.names.resolved(name) { return .symbol(id) }
        switch name {
        case "time", "t", "s": return .time
        case "pi": return .number(.pi)
        case "exponentiale": return .number(2.718281828459045)
        case "INF": return .number(.infinity)
        case "NaN": return .number(.nan)
        default: return fail("'\(name)' is not defined")
        }
    }

    private mutating func call(_ name: String, _ arguments: [Expression]) -> Expression {
        if Level1Formula.predefinedRateLaws.contains(name) {
            reader.findings.unsupported(
                "the predefined rate law '\(name)' of Level 1 is not supported", at: owner, remedy: "write its formula out")
            return .number(.nan)
        }
        if name == "log", arguments.count == 1 { return .apply(.ln, arguments) }
        return reader.call(name, arguments, at: owner)
    }

    /// Appendix of the Level 1 specification; other readers do not know them either.
    private static let predefinedRateLaws: Set<String> = [
        "mass", "uui", "uur", "uuhr", "isouur", "hilli", "hillr", "hillmr", "hillmmr", "usii", "usir", "uai", "ucii", "ucir",
        "unii", "unir", "uuci", "uucr", "umi", "umr", "uaii", "uar", "ucti", "uctr", "umai", "umar", "uhmi", "uhmr", "ualii",
        "ordubr", "ordbur", "ordbbr", "ppbr", "massi", "massr",
    ]

    // MARK: Characters

    private mutating func skipBlanks() {
        while index < text.count, text[index] <= 0x20 { index += 1 }
    }

    private mutating func take(_ characters: Unicode.Scalar...) -> UInt8? {
        skipBlanks()
        guard index < text.count, characters.contains(Unicode.Scalar(text[index])) else { return nil }
        index += 1
        return text[index - 1]
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    private func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F }

    private var rest: String { String(decoding: text[min(index, text.count)...].prefix(20), as: UTF8.self) }

    private mutating func fail(_ reason: String) -> Expression {
        if !hasFailed {
            reader.findings.error("formula \"\(String(decoding: text.prefix(80), as: UTF8.self))\": \(reason)", at: owner)
        }
        hasFailed = true
        return .number(.nan)
    }
}
