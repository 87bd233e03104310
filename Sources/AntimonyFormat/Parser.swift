import ModelIR

/// Turns tokens into statements; goes on after an error with the next statement, so that all errors are found.
struct Parser {
    let file: String
    let tokens: [Token]
    var index = 0
    var diagnostics = DiagnosticList()
    /// Calls of functions that aren't built in, to be checked once all definitions are known.
    var calls: [(name: String, count: Int, location: SourceLocation)] = []
    /// Files that the text imports.
    var imports: [(path: String, location: SourceLocation)] = []
    /// Parentheses, powers and signs open at this place.
    var depth = 0
    /// Where the names of the formula at hand stand.
    var places: [String: SourceLocation] = [:]

    init(_ text: String, file: String) {
        var lexer = Lexer(text, file: file)
        lexer.run()
        self.file = file
        tokens = lexer.tokens
        diagnostics.append(contentsOf: lexer.diagnostics)
    }

    // MARK: Tokens

    var token: Token { tokens[index] }
    func peek(_ offset: Int = 1) -> Token { tokens[min(index + offset, tokens.count - 1)] }
    func location(of token: Token) -> SourceLocation {
        SourceLocation(file: file, line: Int(token.line), column: Int(token.column))
    }
    var here: SourceLocation { location(of: token) }

    mutating func advance() { if index < tokens.count - 1 { index += 1 } }

    mutating func take(sign: String) -> Bool {
        guard token.isSign(sign) else { return false }
        advance()
        return true
    }

    mutating func take(word: String) -> Bool {
        guard token.isWord(word) else { return false }
        advance()
        return true
    }

    mutating func expect(sign: String, _ purpose: String, remedy: String? = nil) throws(Finding) {
        if !take(sign: sign) { throw unexpected("expected '\(sign)' \(purpose)", remedy: remedy) }
    }

    func unexpected(_ expectation: String, remedy: String? = nil) -> Finding {
        Finding("\(expectation), found \(token.description)", at: here, remedy: remedy)
    }

    mutating func skipNewlines() { while token.kind == .newline { advance() } }

    /// To the end of the statement; a statement that ran into an error gives up here.
    mutating func recover() {
        while !token.endsStatement { advance() }
    }

    // MARK: The file

    mutating func parseFile(into syntax: inout Syntax) {
        while token.kind != .endOfFile, !diagnostics.isFull {
            if token.endsStatement {
                advance()
                continue
            }
            do throws(Finding) {
                try parseTopLevel(into: &syntax)
            } catch {
                diagnostics.append(error.diagnostic)
                recover()
            }
        }
    }

    private mutating func parseTopLevel(into syntax: inout Syntax) throws(Finding) {
        if token.isWord("import") {
            let location = here
            advance()
            guard token.kind == .string else { throw unexpected("expected the name of a file in quotes") }
            imports.append((token.text, location))
            advance()
            try expectStatementEnd()
        } else if token.isWord("model") || token.isWord("module"), !annotatesModel {
            syntax.modules.append(try parseModule())
        } else if token.isWord("function") {
            syntax.functions.append(try parseFunction())
        } else if token.isWord("end") {
            throw Finding("'end' without a 'model' or 'function' before it", at: here)
        } else {
            let statement = try parseStatement()
            try expectStatementEnd()
            attach(statement, to: &syntax)
        }
    }

    /// A name or annotation given to a module or function after its definition goes there; the rest is a model of its own.
    private func attach(_ statement: Statement, to syntax: inout Syntax) {
        let subject: Path?
        switch statement.content {
        case .displayName(let path, _), .annotation(let path?, _, _), .sboTerm(let path?, _): subject = path
        default: subject = nil
        }
        if let subject, subject.parts.count == 1 {
            if let module = syntax.modules.firstIndex(where: { $0.name == subject.parts[0] }) {
                syntax.modules[module].annotations.append(statement)
                return
            }
            if let function = syntax.functions.firstIndex(where: { $0.id == subject.parts[0] }) {
                if case .displayName(_, let name) = statement.content { syntax.functions[function].name = name }
                return
            }
        }
        syntax.topLevel.append(statement)
    }

    mutating func expectStatementEnd() throws(Finding) {
        guard token.endsStatement else {
            throw unexpected("expected the end of the statement", remedy: "separate statements by ';' or a new line")
        }
    }

    // MARK: Modules and functions

    private mutating func parseModule() throws(Finding) -> ModuleSyntax {
        let location = here
        advance()
        let isMain = take(sign: "*")
        var module = ModuleSyntax(
            name: try parseIdentifier("the name of a model"), location: location, isMain: isMain, ports: [],
            statements: [])
        if token.isSign("(") { module.ports = try parsePorts() }
        while !token.isWord("end") {
            if token.kind == .endOfFile || diagnostics.isFull {
                throw Finding("model '\(module.name)' has no 'end'", at: location, remedy: "close it with 'end'")
            }
            if token.endsStatement {
                advance()
                continue
            }
            do throws(Finding) {
                if (token.isWord("model") || token.isWord("module")), startsModule {
                    throw Finding(
                        "a model inside model '\(module.name)'", at: here,
                        remedy: "define it before and make an instance 'A: name()'; is an 'end' missing?")
                }
                module.statements.append(try parseStatement())
                if !token.isWord("end") { try expectStatementEnd() }
            } catch {
                diagnostics.append(error.diagnostic)
                recover()
            }
        }
        advance()
        return module
    }

    /// `model name(`, `model *name` or `model name` alone on its line: a definition, and no annotation of the model.
    private var startsModule: Bool {
        peek().isSign("*") || peek().kind == .word && (peek(2).isSign("(") || peek(2).endsStatement)
    }

    /// `model notes "..."`, `model creator1.email "..."` or `model.sboTerm = 9`
    private var annotatesModel: Bool {
        peek().isSign(".") || peek().kind == .word && (peek(2).kind == .string || peek(2).isSign("."))
    }

    private mutating func parsePorts() throws(Finding) -> [Path] {
        try expect(sign: "(", "before the ports")
        var ports: [Path] = []
        skipNewlines()
        while !take(sign: ")") {
            if !ports.isEmpty { try expect(sign: ",", "between ports") }
            skipNewlines()
            ports.append(try parsePath())
            skipNewlines()
        }
        return ports
    }

    private mutating func parseFunction() throws(Finding) -> FunctionDefinition {
        let location = here
        advance()
        let name = try parseIdentifier("the name of a function")
        let arguments = try parsePorts()
        while token.endsStatement, token.kind != .endOfFile { advance() }
        let body = try parseFormula()
        while token.endsStatement, token.kind != .endOfFile { advance() }
        guard take(word: "end") else { throw unexpected("expected 'end' after the body of function '\(name)'") }
        let names = arguments.map(\.description)
        for symbol in body.expression.symbols.subtracting(names).sorted() {
            diagnostics.error(
                "function '\(name)' uses '\(symbol)', which is not one of its arguments",
                at: body.places[symbol] ?? location, remedy: "pass it as an argument")
        }
        if Builtins.functions[name] != nil || name == "rateOf" {
            diagnostics.error("function '\(name)' is built in and can't be defined again", at: location)
        }
        return FunctionDefinition(id: name, arguments: names, body: body.expression, location: location)
    }

    // MARK: Names

    mutating func parseIdentifier(_ purpose: String) throws(Finding) -> String {
        guard token.kind == .word else { throw unexpected("expected \(purpose)") }
        let name = token.text
        if Builtins.keywords.contains(name) {
            throw Finding("'\(name)' is a word of Antimony and can't be a name", at: here)
        }
        advance()
        return name
    }

    /// `[$] name { . name }`
    mutating func parsePath() throws(Finding) -> Path {
        let isBoundary = take(sign: "$")
        let location = here
        if Builtins.constants[token.text] != nil, token.kind == .word {
            throw Finding("'\(token.text)' is a constant of Antimony and can't be a name", at: here)
        }
        var parts = [try parseIdentifier("a name")]
        while token.isSign("."), peek().kind == .word {
            advance()
            if token.isWord("sboTerm") || parts.count < 32 {
                parts.append(token.text)
                advance()
            } else {
                throw Finding("name of more than 32 parts", at: location)
            }
        }
        return Path(parts: parts, location: location, isBoundary: isBoundary)
    }

    mutating func parseIn() throws(Finding) -> Path? { take(word: "in") ? try parsePath() : nil }
}
