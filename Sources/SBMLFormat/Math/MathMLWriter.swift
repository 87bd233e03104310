import ModelIR

/// Writes expressions as content MathML of SBML Level 3 Version 2.
struct MathMLWriter {
    /// Maps unit ids to those of the document.
    var unit: (String) -> String? = { $0 }

    /// `<math>` on one line, with the namespaces that it needs.
    func math(_ expression: Expression) -> String {
        let body = markup(expression)
        let units = body.contains("sbml:units=") ? " xmlns:sbml=\"http://www.sbml.org/sbml/level3/version2/core\"" : ""
        return "<math xmlns=\"\(mathNamespace)\"\(units)>\(body)</math>"
    }

    func lambda(_ arguments: [String], _ body: Expression) -> String {
        let variables = arguments.map { "<bvar>\(identifier($0))</bvar>" }.joined()
        return "<math xmlns=\"\(mathNamespace)\"><lambda>\(variables)\(markup(body))</lambda></math>"
    }

    private func identifier(_ id: String) -> String { "<ci>\(escapedXML(id))</ci>" }

    private func symbol(_ name: SBMLSymbol) -> String {
        "<csymbol encoding=\"text\" definitionURL=\"http://www.sbml.org/sbml/symbols/\(name.rawValue)\">\(name.rawValue)</csymbol>"
    }

    func markup(_ expression: Expression) -> String {
        switch expression {
        case .number(let value, let unit): return number(value, unit)
        case .symbol(let id): return identifier(id)
        case .time: return symbol(.time)
        case .avogadro: return symbol(.avogadro)
        case .delay(let value, let lag): return "<apply>\(symbol(.delay))\(markup(value))\(markup(lag))</apply>"
        case .rateOf(let id): return "<apply>\(symbol(.rateOf))\(identifier(id))</apply>"
        case .call(let name, let arguments): return "<apply>\(identifier(name))\(arguments.map(markup).joined())</apply>"
        case .apply(.piecewise, let parts): return piecewise(parts)
        case .apply(.root, let arguments) where arguments.count == 2:
            return "<apply><root/><degree>\(markup(arguments[0]))</degree>\(markup(arguments[1]))</apply>"
        case .apply(.log, let arguments) where arguments.count == 2:
            return "<apply><log/><logbase>\(markup(arguments[0]))</logbase>\(markup(arguments[1]))</apply>"
        case .apply(let op, let arguments): return "<apply><\(op.rawValue)/>\(arguments.map(markup).joined())</apply>"
        }
    }

    private func piecewise(_ parts: [Expression]) -> String {
        var text = "<piecewise>"
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            text += "<piece>\(markup(parts[index]))\(markup(parts[index + 1]))</piece>"
        }
        if parts.count % 2 == 1 { text += "<otherwise>\(markup(parts[parts.count - 1]))</otherwise>" }
        return text + "</piecewise>"
    }

    private func number(_ value: Double, _ unit: String?) -> String {
        if value.isNaN { return "<notanumber/>" }
        if value.isInfinite { return value > 0 ? "<infinity/>" : "<apply><minus/><infinity/></apply>" }
        let units = unit.flatMap(self.unit).map { " sbml:units=\"\(escapedXML($0))\"" } ?? ""
        let text = schemaNumber(value)
        if let e = text.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            let exponent = text[text.index(after: e)...].drop { $0 == "+" }
            return "<cn type=\"e-notation\"\(units)>\(text[..<e])<sep/>\(exponent)</cn>"
        }
        // Integers beyond 32 bits do not fit everywhere; as reals they are the same number.
        let isInteger = value.rounded() == value && value.magnitude < 2_147_483_648
        return "<cn\(isInteger ? " type=\"integer\"" : "")\(units)>\(text)</cn>"
    }
}
