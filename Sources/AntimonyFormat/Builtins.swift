import ModelIR

/// The functions and constants that every Antimony model may use, with the meaning that libAntimony gives them.
enum Builtins {
    struct Function {
        var fewest: Int
        var most: Int
        var make: @Sendable ([Expression]) -> Expression
    }

    /// Words that begin or divide statements and so can't be names.
    static let keywords: Set<String> = [
        "after", "at", "compartment", "const", "constraint", "delete", "DNA", "end", "event", "ext", "formula",
        "function", "gene", "has", "import", "in", "is", "maximize", "minimize", "model", "module", "operator",
        "reaction", "species", "substanceOnly", "unit", "var",
    ]

    static let constants: [String: Expression] = [
        "true": .one, "True": .one, "TRUE": .one,
        "false": .zero, "False": .zero, "FALSE": .zero,
        "pi": .number(.pi), "exponentiale": .number(2.718281828459045),
        "avogadro": .avogadro, "time": .time,
        "inf": .number(.infinity), "INF": .number(.infinity), "infinity": .number(.infinity),
        "NaN": .number(.nan), "nan": .number(.nan), "NAN": .number(.nan), "notanumber": .number(.nan),
    ]

    static let functions: [String: Function] = {
        var table: [String: Function] = [:]
        func add(_ names: [String], _ op: Operator, _ fewest: Int = 1, _ most: Int = 1) {
            for name in names {
                table[name] = Function(fewest: fewest, most: most) { .apply(op, $0) }
            }
        }
        for (name, op) in [
            ("cos", Operator.arccos), ("cosh", .arccosh), ("cot", .arccot), ("coth", .arccoth), ("csc", .arccsc),
            ("csch", .arccsch), ("sec", .arcsec), ("sech", .arcsech), ("sin", .arcsin), ("sinh", .arcsinh),
            ("tan", .arctan), ("tanh", .arctanh),
        ] {
            add(["a" + name, "arc" + name], op)
            add([name], Operator(rawValue: name)!)
        }
        add(["abs"], .abs)
        add(["ceil", "ceiling"], .ceiling)
        add(["exp"], .exp)
        add(["factorial"], .factorial)
        add(["floor"], .floor)
        add(["ln"], .ln)
        add(["not"], .not)
        add(["pow", "power"], .power, 2, 2)
        add(["root"], .root, 1, 2)
        add(["sqrt"], .root)
        add(["divide"], .divide, 2, 2)
        add(["minus"], .minus, 1, 2)
        add(["quotient"], .quotient, 2, 2)
        add(["rem"], .rem, 2, 2)
        add(["implies"], .implies, 2, 2)
        add(["neq"], .neq, 2, 2)
        let any = Int.max
        add(["piecewise"], .piecewise, 1, any)
        add(["max"], .max, 1, any)
        add(["min"], .min, 1, any)
        add(["plus"], .plus, 0, any)
        add(["times"], .times, 0, any)
        add(["and"], .and, 0, any)
        add(["or"], .or, 0, any)
        add(["xor"], .xor, 0, any)
        add(["eq", "equals"], .eq, 2, any)
        add(["geq"], .geq, 2, any)
        add(["gt"], .gt, 2, any)
        add(["leq"], .leq, 2, any)
        add(["lt"], .lt, 2, any)
        // `log(x)` is the natural logarithm in Antimony (in SBML's infix formulas it is not); `log(b, x)` has base b.
        table["log"] = Function(fewest: 1, most: 2) { $0.count == 1 ? .apply(.ln, $0) : .apply(.log, $0) }
        table["log10"] = Function(fewest: 1, most: 1) { .apply(.log, [.number(10)] + $0) }
        table["sqr"] = Function(fewest: 1, most: 1) { .apply(.power, $0 + [.number(2)]) }
        table["delay"] = Function(fewest: 2, most: 2) { .delay($0[0], by: $0[1]) }
        return table
    }()

    /// Random distributions, declined by name: a deterministic simulator can't honour them.
    static let distributions: Set<String> = [
        "normal", "truncatedNormal", "uniform", "exponential", "truncatedExponential", "gamma", "truncatedGamma",
        "poisson", "truncatedPoisson", "bernoulli", "binomial", "cauchy", "chisquare", "laplace", "lognormal",
        "rayleigh",
    ]
}
