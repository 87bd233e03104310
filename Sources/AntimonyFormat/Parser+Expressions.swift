import ModelIR

/// Expressions, with the precedence of libAntimony, from loose to tight: `&&` and `||` (one level, from the left);
/// relations (one level, chained as in `a < b < c`); `+ -`; `* / %`; unary `- + !`; `^` (from the right).
///
/// So `-a^2` is −(a²), `2^-a^b` is 2^(−(a^b)), and `a || b && c` is `(a || b) && c`.
extension Parser {
    static let deepest = 150
    /// More alternating operators than this in one chain would make too deep a tree.
    private static let longestChain = 70

    mutating func parseFormula() throws(Finding) -> Formula {
        let start = here
        let outer = places
        places = [:]
        depth = 0
        defer { places = outer }
        let expression = try parseLogic()
        return Formula(expression: expression, location: start, places: places)
    }

    /// A formula that may be missing before the end of the statement.
    mutating func parseOptionalFormula() throws(Finding) -> Formula? {
        token.endsStatement || token.isWord("in") || token.isWord("end") ? nil : try parseFormula()
    }

    private mutating func nested<T>(_ body: (inout Parser) throws(Finding) -> T) throws(Finding) -> T {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.deepest {
            throw Finding(
                "expression is nested more than \(Self.deepest) deep", at: here, remedy: "name a part of it by ':='")
        }
        return try body(&self)
    }

    private func chainLimit(_ count: Int) throws(Finding) {
        if count > Self.longestChain {
            throw Finding(
                "chain of more than \(Self.longestChain) alternating operators", at: here,
                remedy: "name a part of it by ':='")
        }
    }

    /// Adds `right` to a chain of the same operator instead of nesting it.
    private func join(_ op: Operator, _ left: Expression, _ right: Expression, isOpen: Bool) -> Expression {
        if isOpen, case .apply(op, let arguments) = left {
            .apply(op, arguments + [right])
        } else {
            .apply(op, [left, right])
        }
    }

    private mutating func parseLogic() throws(Finding) -> Expression {
        var result = try parseRelation()
        var last: Operator?
        var changes = 0
        while true {
            let op: Operator
            if token.isSign("&&") || token.isWord("and") || token.isWord("AND") {
                op = .and
            } else if token.isSign("||") || token.isWord("or") || token.isWord("OR") {
                op = .or
            } else {
                return result
            }
            advance()
            let right = try parseRelation()
            if last != op { changes += 1 }
            try chainLimit(changes)
            result = join(op, result, right, isOpen: last == op)
            last = op
        }
    }

    private static let relations: [String: Operator] = [
        "<": .lt, ">": .gt, "<=": .leq, ">=": .geq, "==": .eq, "!=": .neq,
    ]

    /// `a < b < c` is one relation of three; `a < b == c` means `a < b && b == c`.
    private mutating func parseRelation() throws(Finding) -> Expression {
        var runs: [(op: Operator, operands: [Expression])] = []
        var left = try parseSum()
        while token.kind == .sign, let op = Self.relations[token.text] {
            advance()
            let right = try parseSum()
            if let last = runs.indices.last, runs[last].op == op, op != .neq {
                runs[last].operands.append(right)
            } else {
                runs.append((op, [left, right]))
            }
            left = right
        }
        if runs.isEmpty { return left }
        let parts = runs.map { Expression.apply($0.op, $0.operands) }
        return parts.count == 1 ? parts[0] : .apply(.and, parts)
    }

    private mutating func parseSum() throws(Finding) -> Expression {
        var terms = [try parseProduct()]
        var isNegative = [false]
        while token.isSign("+") || token.isSign("-") {
            isNegative.append(token.isSign("-"))
            advance()
            if isNegative.last!, token.isSign("-"), token.isAdjacent { throw dashes() }
            terms.append(try parseProduct())
        }
        var result = terms[0]
        var isOpen = false
        let changes = zip(isNegative, isNegative.dropFirst()).count(where: { $0 != $1 || $0 })
        if changes > Self.longestChain {
            return .apply(.plus, zip(terms, isNegative).map { $1 ? .apply(.minus, [$0]) : $0 })
        }
        for (term, isNegative) in zip(terms, isNegative).dropFirst() {
            result = isNegative ? .apply(.minus, [result, term]) : join(.plus, result, term, isOpen: isOpen)
            isOpen = !isNegative
        }
        return result
    }

    private func dashes() -> Finding {
        Finding(
            "'--' joins DNA strands in Antimony and is no arithmetic", at: here, remedy: "write a - (-b) or a - -b")
    }

    private mutating func parseProduct() throws(Finding) -> Expression {
        var result = try parseUnary()
        var isOpen = false
        var changes = 0
        while token.isSign("*") || token.isSign("/") || token.isSign("%") {
            let sign = token.text
            advance()
            let right = try parseUnary()
            switch sign {
            case "*":
                if !isOpen { changes += 1 }
                result = join(.times, result, right, isOpen: isOpen)
            case "/":
                changes += 1
                result = .apply(.divide, [result, right])
            default:
                changes += 1
                result = Self.modulo(result, right)
            }
            isOpen = sign == "*"
            try chainLimit(changes)
        }
        return result
    }

    /// a % b keeps the sign of a: a − b·trunc(a/b).
    private static func modulo(_ a: Expression, _ b: Expression) -> Expression { .apply(.rem, [a, b]) }

    private mutating func parseUnary() throws(Finding) -> Expression {
        try nested { parser throws(Finding) in
            if parser.token.isSign("-") {
                parser.advance()
                if parser.token.isSign("-"), parser.token.isAdjacent { throw parser.dashes() }
                let operand = try parser.parseUnary()
                switch operand {
                case .number(let value, let unit): return .number(-value, unit: unit)
                case .apply(.minus, let arguments) where arguments.count == 1: return arguments[0]
                default: return .apply(.minus, [operand])
                }
            }
            if parser.take(sign: "+") { return try parser.parseUnary() }
            if parser.take(sign: "!") || parser.startsNot && parser.take(word: parser.token.text) {
                return .apply(.not, [try parser.parseUnary()])
            }
            return try parser.parsePower()
        }
    }

    /// Python's `not a`; `not(a)` is a call of the same meaning.
    private var startsNot: Bool { (token.isWord("not") || token.isWord("NOT")) && !peek().isSign("(") }

    private mutating func parsePower() throws(Finding) -> Expression {
        let base = try parsePrimary()
        guard take(sign: "^") else { return base }
        return .apply(.power, [base, try parseUnary()])
    }

    private mutating func parsePrimary() throws(Finding) -> Expression {
        switch token.kind {
        case .number:
            let value = token.value
            advance()
            return .number(value, unit: takeUnit())
        case .word:
            return try parseWord()
        case .sign where token.text == "(":
            advance()
            let inner = try parseLogic()
            try expect(
                sign: ")", "to close a parenthesis", remedy: "a formula ends with its line; join lines with '\\'")
            return inner
        case .sign where token.text == "{":
            throw Finding(
                "vectors '{...}' are not supported", at: here, kind: .unsupported, remedy: "name each element")
        case .sign where token.text == "...":
            throw Finding("'...' belongs to DNA strands, which are not supported", at: here, kind: .unsupported)
        default:
            throw unexpected("expected a value")
        }
    }

    /// A word directly after a number is its unit.
    private mutating func takeUnit() -> String? {
        guard token.kind == .word, !Builtins.keywords.contains(token.text),
            !["and", "or", "AND", "OR"].contains(token.text), !peek().isSign("(")
        else { return nil }
        let name = token.text
        places["unit " + name] = here
        advance()
        return name
    }

    private mutating func parseWord() throws(Finding) -> Expression {
        let name = token.text
        if Builtins.keywords.contains(name) { throw unexpected("expected a value") }
        if peek().isSign("(") { return try parseCall() }
        if let constant = Builtins.constants[name] {
            advance()
            return constant
        }
        if Builtins.functions[name] != nil || name == "rateOf" {
            throw Finding("function '\(name)' without its arguments", at: here, remedy: "write \(name)(...)")
        }
        let path = try parsePath()
        let key = path.description
        if places[key] == nil { places[key] = path.location }
        return .symbol(key)
    }

    private mutating func parseCall() throws(Finding) -> Expression {
        let name = token.text
        let location = here
        advance()
        advance()
        let arguments = try nested { parser throws(Finding) in try parser.parseArguments(of: name) }
        if Builtins.distributions.contains(name), Builtins.functions[name] == nil {
            throw Finding(
                "random distribution '\(name)' is not supported", at: location, kind: .unsupported,
                remedy: "give the parameter a value, and sample it with --parameters")
        }
        if name == "rateOf" {
            guard arguments.count == 1, case .symbol(let symbol) = arguments[0] else {
                throw Finding("'rateOf' takes one name", at: location)
            }
            return .rateOf(symbol)
        }
        guard let function = Builtins.functions[name] else {
            calls.append((name, arguments.count, location))
            return .call(name, arguments)
        }
        if arguments.count < function.fewest || arguments.count > function.most {
            let wanted =
                function.fewest == function.most
                ? "\(function.fewest)"
                : function.most == .max ? "at least \(function.fewest)" : "\(function.fewest) or \(function.most)"
            throw Finding("'\(name)' takes \(wanted) argument(s), not \(arguments.count)", at: location)
        }
        return function.make(arguments)
    }

    private mutating func parseArguments(of name: String) throws(Finding) -> [Expression] {
        var arguments: [Expression] = []
        if take(sign: ")") { return arguments }
        repeat {
            arguments.append(try parseLogic())
        } while take(sign: ",")
        try expect(
            sign: ")", "to close the arguments of '\(name)'",
            remedy: "a formula ends with its line; join lines with '\\'")
        return arguments
    }
}
