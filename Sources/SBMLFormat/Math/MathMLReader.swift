import ModelIR

/// Turns content MathML, as far as SBML uses it, into expressions.
///
/// Mistakes are recorded with the place of the offending element and stand as NaN in the result, which is never used
/// since a reader with errors throws.
struct MathMLReader {
    let dialect: SBMLDialect
    let names: NameTable
    let findings: Findings
    /// Names with a meaning of their own in this formula: local parameters, arguments of a function.
    var locals: Set<String> = []
    /// Function bodies may only use their arguments before Level 3 Version 2.
    var isFunctionBody = false

    /// The expression inside `<math>`, or nil when it is empty (allowed since Level 3 Version 2).
    func expression(in math: Element) -> Expression? {
        guard checkNamespace(of: math) else { return .number(.nan) }
        let content = math.children.filter { $0.name != "annotation" }
        guard let first = content.first else { return nil }
        if content.count > 1 { findings.error("<math> holds more than one expression", at: content[1]) }
        return expression(first)
    }

    /// Arguments and body of the `<lambda>` inside `<math>`.
    func function(in math: Element) -> (arguments: [String], body: Expression?)? {
        guard checkNamespace(of: math), var lambda = math.children.first else { return nil }
        if lambda.name == "semantics", let inner = lambda.children.first { lambda = inner }
        guard lambda.name == "lambda" else {
            findings.error("a function definition holds <\(lambda.name)> in place of <lambda>", at: lambda)
            return nil
        }
        var arguments: [String] = []
        var reader = self
        var body: Expression?
        for child in lambda.children {
            if child.name == "bvar" {
                let name = (child.children.first ?? child).text
                if let earlier = arguments.firstIndex(of: name) {
                    // Happens in exports of COPASI; as in nested scopes, the later one hides the earlier.
                    findings.warning("argument '\(name)' is named twice; the later one counts", at: child, remedy: "give the two arguments different names")
                    repeat { arguments[earlier] += "_" } while arguments.count { $0 == arguments[earlier] } > 1
                }
                arguments.append(name)
            } else {
                if body != nil { findings.error("<lambda> holds more than one expression", at: child) }
                reader.locals = Set(arguments)
                reader.isFunctionBody = true
                body = reader.expression(child)
            }
        }
        return (arguments, body)
    }

    private func checkNamespace(of math: Element) -> Bool {
        if math.namespace == mathNamespace { return true }
        findings.error("<math> is not in the MathML namespace", at: math, remedy: "write <math xmlns=\"\(mathNamespace)\">")
        return false
    }

    func failure(_ message: String, at element: Element, remedy: String? = nil) -> Expression {
        findings.error(message, at: element, remedy: remedy)
        return .number(.nan)
    }

    func expression(_ element: Element) -> Expression {
        guard element.namespace == mathNamespace else { return failure("<\(element.name)> is not MathML", at: element) }
        switch element.name {
        case "cn": return number(element)
        case "ci": return identifier(element)
        case "csymbol": return symbol(element)
        case "apply": return application(element)
        case "piecewise": return piecewise(element)
        case "semantics":
            guard let first = element.children.first else { return failure("<semantics> is empty", at: element) }
            return expression(first)
        case "true": return .one
        case "false": return .zero
        case "pi": return .number(.pi)
        case "exponentiale": return .number(2.718281828459045)
        case "notanumber": return .number(.nan)
        case "infinity": return .number(.infinity)
        case "lambda": return failure("<lambda> stands outside a function definition", at: element)
        default: return failure("<\(element.name)> is no value of SBML's MathML", at: element)
        }
    }

    // MARK: Leaves

    private func number(_ element: Element) -> Expression {
        var pieces = [""]
        for item in element.content {
            switch item {
            case .text(let text): pieces[pieces.count - 1] += text
            case .element(let child) where child.name == "sep": pieces.append("")
            case .element(let child): return failure("<cn> holds <\(child.name)>", at: child)
            }
        }
        pieces = pieces.map(\.trimmed)
        let unit = element.attributes.first { $0.name == "units" && $0.namespace.hasPrefix("http://www.sbml.org/sbml/level") }?.value
        let type = element["type"] ?? "real"
        var value: Double?
        switch (type, pieces.count) {
        case ("real", 1): value = parsedDouble(pieces[0])
        case ("integer", 1) where (element["base"] ?? "10") == "10":
            value = parsedDouble(pieces[0]).flatMap { $0.rounded() == $0 ? $0 : nil }
        case ("e-notation", 2): value = Double(pieces[0]) != nil && Int(pieces[1]) != nil ? parsedDouble("\(pieces[0])e\(pieces[1])") : nil
        case ("rational", 2):
            if let numerator = parsedDouble(pieces[0]), let denominator = parsedDouble(pieces[1]) { value = numerator / denominator }
        default: break
        }
        guard let value else {
            return failure("<cn type=\"\(type)\"> holds '\(pieces.joined(separator: " "))', which is no number of that type", at: element)
        }
        return .number(value, unit: unit)
    }

    private func identifier(_ element: Element) -> Expression {
        let name = element.text
        if locals.contains(name) { return .symbol(name) }
        if isFunctionBody {
            return failure("the function uses '\(name)', which is not among its arguments", at: element, remedy: "pass it as an argument")
        }
        if let id = names.resolved(name) { return .symbol(id) }
        if names.function(name) != nil { return failure("function '\(name)' is used as a value", at: element) }
        return failure("'\(name)' is not defined", at: element, remedy: closest(name, in: names.values.union(locals)))
    }

    private func closest(_ name: String, in candidates: Set<String>) -> String? {
        let folded = name.lowercased()
        return candidates.filter { $0.lowercased() == folded }.min().map { "did you mean '\($0)'?" }
    }

    private func symbol(_ element: Element) -> Expression {
        switch SBMLSymbol(element) {
        case .time: return .time
        case .avogadro: return .avogadro
        case .delay?, .rateOf?: return failure("csymbol '\(element.text)' needs arguments", at: element)
        case nil:
            findings.unsupported(
                "csymbol '\(element["definitionURL"] ?? element.text)' is not part of SBML core", at: element,
                remedy: "supported are time, avogadro, delay and rateOf")
            return .number(.nan)
        }
    }

    private func piecewise(_ element: Element) -> Expression {
        var arguments: [Expression] = []
        var otherwise: Expression?
        for child in element.children {
            let parts = child.children
            switch (child.name, parts.count) {
            case ("piece", 2): arguments += parts.map(expression)
            case ("otherwise", 1):
                if otherwise != nil { findings.error("<piecewise> has two <otherwise>", at: child) }
                otherwise = expression(parts[0])
            default: return failure("<\(child.name)> with \(parts.count) parts stands in <piecewise>", at: child)
            }
        }
        if let otherwise { arguments.append(otherwise) }
        // Without any piece there is no value.
        if arguments.isEmpty { return .number(.nan) }
        if arguments.count == 1 { return arguments[0] }
        return .apply(.piecewise, arguments)
    }
}

/// The symbols that SBML adds to MathML.
enum SBMLSymbol: String {
    case time, avogadro, delay, rateOf

    init?(_ element: Element) {
        let address = element["definitionURL"]?.trimmed ?? ""
        guard address.hasPrefix("http://www.sbml.org/sbml/symbols/") else { return nil }
        self.init(rawValue: String(address.dropFirst("http://www.sbml.org/sbml/symbols/".count)))
    }
}
