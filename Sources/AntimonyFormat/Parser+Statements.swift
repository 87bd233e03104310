import ModelIR

/// Statements other than reactions and events.
extension Parser {
    mutating func parseStatement() throws(Finding) -> Statement {
        let start = here
        return Statement(location: start, content: try parseContent())
    }

    private mutating func parseContent() throws(Finding) -> Statement.Content {
        switch token.kind {
        case .word: return try parseFromWord()
        case .number:
            if peek().isSign("="), !peek(2).isSign(">") { return try parseAlgebraicRule() }
            if peek().kind == .sign, ["<", ">", "<=", ">=", "!="].contains(peek().text) {
                return .constraint(nil, try parseFormula())
            }
            return .reaction(try parseReaction(named: nil))
        case .sign where ["->", "=>", "<==>"].contains(token.text): return .reaction(try parseReaction(named: nil))
        case .sign where token.text == "-" && peek().kind == .number: return .constraint(nil, try parseFormula())
        case .sign where token.text == "-" && peek().isSign("-"): throw strands()
        case .sign where token.text == "$": return try parseFromPath()
        default: throw unexpected("expected a statement")
        }
    }

    private mutating func parseFromWord() throws(Finding) -> Statement.Content {
        switch token.text {
        case "species", "compartment", "var", "const", "ext", "formula", "reaction", "substanceOnly":
            return .declaration(try parseDeclaration())
        case "unit": return try parseUnitDefinition()
        case "delete": return try parseDeletion()
        case "at": return .event(try parseEvent(named: nil))
        case "constraint": return try parseConstraint()
        case "model", "module": return try parseModelAnnotation()
        case "import":
            throw Finding("'import' inside a model", at: here, remedy: "write it before the model")
        case "maximize", "minimize":
            throw Finding("flux-balance objective '\(token.text)' is not supported", at: here, kind: .unsupported)
        case "DNA", "gene", "operator":
            throw Finding(
                "'\(token.text)' and DNA strands are not supported", at: here, kind: .unsupported,
                remedy: "write the synthesis as a reaction '-> product; rate'")
        default: return try parseFromPath()
        }
    }

    private func strands() -> Finding {
        Finding("DNA strands '--' are not supported", at: here, kind: .unsupported)
    }

    /// What begins with a name: its continuation decides.
    private mutating func parseFromPath() throws(Finding) -> Statement.Content {
        let start = index
        let path = try parsePath()
        let compartment = try parseIn()
        if compartment != nil, token.endsStatement { return .compartment(path, compartment!) }
        if token.isSign(":"), !peek().isSign("=") {
            advance()
            var named = path
            named.isBoundary = false
            return try parseNamed(named)
        }
        if path.parts.last == "sboTerm", path.parts.count > 1, take(sign: "=") {
            var subject = path
            subject.parts.removeLast()
            return .sboTerm(subject, try parseSBOTerm())
        }
        if let value = try parseValue() {
            if compartment != nil {
                throw Finding(
                    "'in' belongs to a declaration", at: path.location,
                    remedy: "write 'species \(path.description) in ...'")
            }
            return .value(path, value)
        }
        if take(word: "has") { return .unit(path, try parseUnitFormula()) }
        if take(word: "is") { return try parseIdentity(path) }
        if token.isSign("*") {
            throw Finding("conversion factors between models are not supported", at: here, kind: .unsupported)
        }
        if token.isSign("("), compartment == nil, path.parts.count == 1 {
            return .instance(try parseInstance(of: path.parts[0], named: nil))
        }
        if token.kind == .sign, ["<", ">", "<=", ">=", "!=", "=="].contains(token.text) {
            index = start
            return .constraint(nil, try parseFormula())
        }
        if let annotation = try parseAnnotation(of: path) { return annotation }
        if token.isSign("-"), peek().isSign("-"), peek().isAdjacent { throw strands() }
        index = start
        return .reaction(try parseReaction(named: nil))
    }

    private mutating func parseNamed(_ name: Path) throws(Finding) -> Statement.Content {
        if token.isWord("at") { return .event(try parseEvent(named: name)) }
        if token.isWord("maximize") || token.isWord("minimize") {
            throw Finding("flux-balance objective '\(token.text)' is not supported", at: here, kind: .unsupported)
        }
        if token.kind == .number, peek().isSign("=") { return try parseAlgebraicRule() }
        if token.kind == .word, peek().isSign("(") {
            let module = token.text
            advance()
            return .instance(try parseInstance(of: module, named: name))
        }
        return .reaction(try parseReaction(named: name))
    }

    // MARK: Values

    /// `= formula`, `:= formula` or `'= formula`; nil when none of them stands here.
    private mutating func parseValue() throws(Finding) -> Value? {
        if take(sign: "=") { return .initial(try parseOptionalFormula()) }
        if token.isSign(":"), peek().isSign("=") {
            advance()
            advance()
            return .assignment(try parseOptionalFormula())
        }
        if token.isSign("'") {
            advance()
            try expect(sign: "=", "after the prime of a rate rule", remedy: "write x' = rate")
            return .rate(try parseOptionalFormula())
        }
        return nil
    }

    private mutating func parseAlgebraicRule() throws(Finding) -> Statement.Content {
        guard token.value == 0 else {
            throw Finding("an algebraic rule begins with '0 ='", at: here, remedy: "bring everything to the right side")
        }
        advance()
        advance()
        return .algebraicRule(try parseFormula())
    }

    private mutating func parseConstraint() throws(Finding) -> Statement.Content {
        advance()
        let name = token.isSign(":") ? nil : try parsePath()
        try expect(sign: ":", "after 'constraint'")
        return .constraint(name, try parseFormula())
    }

    // MARK: Declarations

    private mutating func parseDeclaration() throws(Finding) -> Declaration {
        var declaration = Declaration(kind: .none, isConstant: nil, isSubstanceOnly: false, items: [])
        words: while true {
            switch token.text {
            case _ where token.kind != .word: break words
            case "var": declaration.isConstant = false
            case "const", "ext": declaration.isConstant = true
            case "substanceOnly":
                declaration.isSubstanceOnly = true
                declaration.kind = .species
            case "species": declaration.kind = .species
            case "compartment": declaration.kind = .compartment
            case "formula": declaration.kind = .formula
            case "reaction": declaration.kind = .reaction
            case "DNA", "gene", "operator":
                throw Finding("'\(token.text)' and DNA strands are not supported", at: here, kind: .unsupported)
            default: break words
            }
            advance()
        }
        repeat {
            skipNewlines()
            var item = Declaration.Item(path: try parsePath(), compartment: try parseIn())
            item.value = try parseValue()
            if item.value == nil, take(word: "has") { item.unit = try parseUnitFormula() }
            declaration.items.append(item)
        } while take(sign: ",")
        return declaration
    }

    private mutating func parseIdentity(_ path: Path) throws(Finding) -> Statement.Content {
        if token.kind == .string {
            let name = token.text
            advance()
            return .displayName(path, name)
        }
        let other = try parsePath()
        if token.isSign("/") {
            throw Finding("conversion factors between models are not supported", at: here, kind: .unsupported)
        }
        return .identity(path, other)
    }

    private mutating func parseDeletion() throws(Finding) -> Statement.Content {
        advance()
        var paths = [try parsePath()]
        while take(sign: ",") { paths.append(try parsePath()) }
        return .deletion(paths)
    }

    private mutating func parseInstance(of module: String, named name: Path?) throws(Finding) -> Instance {
        try expect(sign: "(", "before the ports of '\(module)'")
        var instance = Instance(name: name, module: module, arguments: [])
        skipNewlines()
        while !take(sign: ")") {
            if !instance.arguments.isEmpty { try expect(sign: ",", "between ports") }
            skipNewlines()
            let isNegative =
                token.isSign("-") && peek().kind == .number
                && {
                    advance(); return true
                }()
            if token.kind == .number {
                instance.arguments.append(.number(isNegative ? -token.value : token.value))
                advance()
            } else {
                instance.arguments.append(.path(try parsePath()))
            }
            skipNewlines()
        }
        if token.isSign(","), peek().isWord("timeconv") || peek().isWord("extentconv") {
            throw Finding(
                "conversion factor '\(peek().text)' of a submodel is not supported", at: here, kind: .unsupported,
                remedy: "write the submodel in the units of the model")
        }
        instance.compartment = try parseIn()
        return instance
    }

    // MARK: Annotations

    /// `9` or `SBO:0000009`
    private mutating func parseSBOTerm() throws(Finding) -> Int {
        let place = here
        if token.isWord("SBO"), peek().isSign(":") {
            advance()
            advance()
        }
        guard token.kind == .number, token.value >= 0, token.value < 1e7, token.value == token.value.rounded() else {
            throw Finding("an SBO term is a number", at: place, remedy: "write x.sboTerm = 9 or SBO:0000009")
        }
        let term = Int(token.value)
        advance()
        return term
    }

    /// `x qualifier "...", "..."` or `x creator.field "..."`.
    private mutating func parseAnnotation(of path: Path?) throws(Finding) -> Statement.Content? {
        var length = 1
        guard token.kind == .word else { return nil }
        var qualifier = token.text
        if peek().isSign("."), peek(2).kind == .word {
            qualifier += "." + peek(2).text
            length = 3
        }
        guard peek(length).kind == .string || length == 3 && peek(length).kind == .number else { return nil }
        for _ in 0..<length { advance() }
        var texts = [token.text]
        advance()
        while token.isSign(",") {
            advance()
            skipNewlines()
            guard token.kind == .string else { throw unexpected("expected a text") }
            texts.append(token.text)
            advance()
        }
        return .annotation(path, qualifier: qualifier, texts)
    }

    private mutating func parseModelAnnotation() throws(Finding) -> Statement.Content {
        advance()
        if token.isSign("."), peek().isWord("sboTerm"), peek(2).isSign("=") {
            for _ in 0..<3 { advance() }
            return .sboTerm(nil, try parseSBOTerm())
        }
        guard let annotation = try parseAnnotation(of: nil) else {
            throw unexpected("expected an annotation of the model", remedy: "write model notes \"...\"")
        }
        return annotation
    }
}
