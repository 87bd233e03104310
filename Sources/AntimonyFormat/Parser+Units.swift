import ModelIR

extension Parser {
    mutating func parseUnitDefinition() throws(Finding) -> Statement.Content {
        advance()
        let name = try parsePath()
        guard take(sign: "=") else { return .unitDefinition(name, nil) }
        return .unitDefinition(name, try parseUnitFormula())
    }

    /// Products, quotients and numerical powers of unit names and numbers. A number directly before a name belongs
    /// to it more tightly than a power: `2 metre^2` is (2 metre)².
    mutating func parseUnitFormula() throws(Finding) -> UnitFormula {
        depth = 0
        return try parseUnitProduct()
    }

    private mutating func parseUnitProduct() throws(Finding) -> UnitFormula {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.deepest { throw Finding("unit is nested too deeply", at: here) }
        var result = try parseUnitPower()
        var count = 0
        while token.isSign("*") || token.isSign("/") {
            let isProduct = token.isSign("*")
            advance()
            let right = try parseUnitPower()
            result = isProduct ? .product(result, right) : .quotient(result, right)
            count += 1
            if count > 50 { throw Finding("unit of more than 50 factors", at: here) }
        }
        return result
    }

    private mutating func parseUnitPower() throws(Finding) -> UnitFormula {
        let base = try parseUnitPrimary()
        guard take(sign: "^") else { return base }
        let isNegative = take(sign: "-")
        let isParenthesised = take(sign: "(")
        let isInnerNegative = isParenthesised && take(sign: "-")
        guard token.kind == .number else { throw unexpected("expected a number as the power of a unit") }
        let exponent = token.value
        advance()
        if isParenthesised { try expect(sign: ")", "after a power") }
        return .power(base, isNegative != isInnerNegative ? -exponent : exponent)
    }

    private mutating func parseUnitPrimary() throws(Finding) -> UnitFormula {
        let place = here
        if token.kind == .number {
            let value = token.value
            advance()
            guard token.kind == .word, !Builtins.keywords.contains(token.text) else { return .number(value, place) }
            let name = UnitFormula.name(token.text, here)
            advance()
            return .product(.number(value, place), name)
        }
        if token.kind == .word, !Builtins.keywords.contains(token.text) {
            let name = token.text
            advance()
            return .name(name, place)
        }
        if take(sign: "(") {
            let inner = try parseUnitProduct()
            try expect(sign: ")", "in a unit")
            return inner
        }
        throw unexpected("expected a unit")
    }
}
