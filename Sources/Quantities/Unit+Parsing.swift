extension Unit {
    /// Reads a unit such as `nmol/L`, `1/day`, `mg/kg`, `10^6 cells/uL`, `mm^2`, `m² s⁻¹`, `(mol/L)^(1/2)`.
    ///
    /// Products are written `*`, `·`, `.` or a space, quotients `/` (left to right: `a/b/c` is a/(b·c)), powers `^`,
    /// `**` or superscripts. Names are case-sensitive: `M` is molar or mega, `m` metre or milli.
    ///
    /// - Throws: `UnitError` naming the part that was not understood and what comes near.
    public init(_ text: String) throws(UnitError) {
        var parser = UnitParser(text)
        self = try parser.parse()
    }
}

private struct UnitParser {
    private let text: String
    private let characters: [Character]
    private var position = 0

    init(_ text: String) {
        self.text = text
        characters = Array(text)
    }

    mutating func parse() throws(UnitError) -> Unit {
        skipSpaces()
        if position == characters.count { throw failure("an empty text is no unit") }
        let unit = try product(depth: 0)
        if position < characters.count { throw failure("unexpected '\(characters[position])' in unit '\(text)'") }
        return unit
    }

    private mutating func product(depth: Int) throws(UnitError) -> Unit {
        if depth > 50 { throw failure("unit '\(text.prefix(40))…' is nested too deeply") }
        var result = try factor(depth: depth)
        while true {
            skipSpaces()
            guard position < characters.count, characters[position] != ")" else { return result }
            switch characters[position] {
            case "/":
                position += 1
                result = result / (try factor(depth: depth))
            case "*", "·", "⋅", ".":
                position += 1
                result = result * (try factor(depth: depth))
            default: result = result * (try factor(depth: depth))
            }
        }
    }

    private mutating func factor(depth: Int) throws(UnitError) -> Unit {
        skipSpaces()
        guard position < characters.count else { throw failure("unit '\(text)' ends too early") }
        let base: Unit
        if characters[position] == "(" {
            position += 1
            base = try product(depth: depth + 1)
            skipSpaces()
            guard position < characters.count, characters[position] == ")" else { throw failure("missing ')' in unit '\(text)'") }
            position += 1
        } else if let number = number() {
            return try numeric(number)
        } else {
            base = try named()
        }
        guard let exponent = try exponent() else { return base }
        // powers of powers: beyond this the fractions would overflow
        let largest = base.factors.map { max($0.exponent.numerator.magnitude, $0.exponent.denominator.magnitude) }.max() ?? 0
        guard largest <= 1000, base.decimalExponent.magnitude <= 100_000 else { throw failure("a power in unit '\(text.prefix(40))' is too large") }
        return base.raised(to: exponent)
    }

    /// A number, itself possibly a power: 10^6.
    private mutating func numeric(_ number: Double) throws(UnitError) -> Unit {
        let exponent = try exponent()
        if number == 10, let exponent, exponent.isWhole {
            return Unit(.none, 1, exponent.numerator, [Unit.Factor(name: "10", exponent: exponent)])
        }
        let value = exponent.map { number.power($0.doubleValue) } ?? number
        return value == 1 ? .dimensionless : Unit(.none, value, 0, [Unit.Factor(name: "\(value)", exponent: .one)])
    }

    private mutating func named() throws(UnitError) -> Unit {
        let start = position
        while position < characters.count, isNameCharacter(characters[position]) { position += 1 }
        let name = String(characters[start..<position])
        if name.isEmpty { throw failure("unexpected '\(characters[start])' in unit '\(text)'") }
        if let unit = UnitCatalogue.unit(named: name) { return unit }
        // "mm2" and "s-1": a power written without a sign.
        let match = closestMatch(to: name, among: UnitCatalogue.candidates)
        throw UnitError(
            name == text ? "unknown unit '\(name)'" : "unknown unit '\(name)' in '\(text)'",
            remedy: match.map { "did you mean '\($0)'?" })
    }

    private func isNameCharacter(_ c: Character) -> Bool {
        (c.isLetter && !isSuperscript(c)) || c == "_" || c == "%" || c == "Å" || c == "Ω"
    }

    private func isSuperscript(_ c: Character) -> Bool { superscripts[c] != nil }
    private let superscripts: [Character: Character] = [
        "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁻": "-",
        "⁺": "+",
    ]

    private mutating func exponent() throws(UnitError) -> Rational? {
        let start = position
        skipSpaces()
        if position < characters.count, isSuperscript(characters[position]) {
            var digits = ""
            while position < characters.count, let digit = superscripts[characters[position]] {
                digits.append(digit)
                position += 1
            }
            guard let value = Int(digits), value.magnitude <= 1000 else { throw failure("'\(digits)' is no power in unit '\(text)'") }
            return Rational(value)
        }
        if position < characters.count, characters[position] == "^" {
            position += 1
        } else if position + 1 < characters.count, characters[position] == "*", characters[position + 1] == "*" {
            position += 2
        } else {
            position = start
            // "m2", "s-1": digits directly after a name.
            guard position > 0, position < characters.count, isNameCharacter(characters[position - 1]) else { return nil }
            let c = characters[position]
            guard c.isASCII, c.isNumber || (c == "-" && position + 1 < characters.count && characters[position + 1].isNumber)
            else { return nil }
        }
        return try rational()
    }

    private mutating func rational() throws(UnitError) -> Rational {
        skipSpaces()
        let isParenthesised = position < characters.count && characters[position] == "("
        if isParenthesised { position += 1 }
        guard let value = signedNumber() else { throw failure("missing power in unit '\(text)'") }
        var result = value
        if isParenthesised {
            skipSpaces()
            if position < characters.count, characters[position] == "/" {
                position += 1
                guard let divisor = signedNumber(), divisor != 0 else { throw failure("bad power in unit '\(text)'") }
                result = value / divisor
            }
            skipSpaces()
            guard position < characters.count, characters[position] == ")" else { throw failure("missing ')' in unit '\(text)'") }
            position += 1
        }
        guard let exponent = Rational(result), exponent.numerator.magnitude <= 1000 else {
            throw failure("\(result) is no sensible power in unit '\(text)'")
        }
        return exponent
    }

    private mutating func signedNumber() -> Double? {
        skipSpaces()
        var sign = 1.0
        if position < characters.count, characters[position] == "-" || characters[position] == "+" {
            if characters[position] == "-" { sign = -1 }
            position += 1
        }
        return number().map { sign * $0 }
    }

    /// Digits with an optional fraction and exponent (1e6).
    private mutating func number() -> Double? {
        var end = position
        func isDigit(_ i: Int) -> Bool { i < characters.count && characters[i].isASCII && characters[i].isNumber }
        guard isDigit(position) else { return nil }
        while isDigit(end) { end += 1 }
        if end < characters.count, characters[end] == ".", isDigit(end + 1) {
            end += 1
            while isDigit(end) { end += 1 }
        }
        if end < characters.count, characters[end] == "e" || characters[end] == "E" {
            let signed = end + 1 < characters.count && (characters[end + 1] == "-" || characters[end + 1] == "+")
            if isDigit(end + (signed ? 2 : 1)) {
                end += signed ? 2 : 1
                while isDigit(end) { end += 1 }
            }
        }
        guard let value = Double(String(characters[position..<end])) else { return nil }
        position = end
        return value
    }

    private mutating func skipSpaces() {
        while position < characters.count, characters[position].isWhitespace { position += 1 }
    }

    private func failure(_ message: String) -> UnitError { UnitError(message) }
}
