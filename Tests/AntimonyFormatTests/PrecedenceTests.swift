import Foundation
import ModelIR
import Testing

/// A plain evaluator of trees without symbols other than a...d, to compare trees by their value.
private func value(_ expression: ModelIR.Expression) -> Double {
    let symbols = ["a": 2.0, "b": 3.0, "c": 5.0, "d": 0.0]
    func truth(_ condition: Bool) -> Double { condition ? 1 : 0 }
    switch expression {
    case .number(let number, _): return number
    case .symbol(let id): return symbols[id]!
    case .apply(let op, let arguments):
        let x = arguments.map(value)
        func chain(_ holds: (Double, Double) -> Bool) -> Double {
            truth(zip(x, x.dropFirst()).allSatisfy { holds($0, $1) })
        }
        switch op {
        case .plus: return x.reduce(0, +)
        case .times: return x.reduce(1, *)
        case .minus: return x.count == 1 ? -x[0] : x[0] - x[1]
        case .divide: return x[0] / x[1]
        case .power: return pow(x[0], x[1])
        case .rem: return x[0].truncatingRemainder(dividingBy: x[1])
        case .lt: return chain(<)
        case .gt: return chain(>)
        case .leq: return chain(<=)
        case .eq: return chain(==)
        case .neq: return chain(!=)
        case .and: return truth(x.allSatisfy { $0 != 0 })
        case .or: return truth(x.contains { $0 != 0 })
        case .not: return truth(x[0] == 0)
        case .ln: return log(x[0])
        case .log: return log(x[1]) / log(x[0])
        case .root: return x.count == 1 ? x[0].squareRoot() : pow(x[1], 1 / x[0])
        default: return .nan
        }
    default: return .nan
    }
}

@Suite struct PrecedenceTests {
    /// Expected values follow from the trees that libAntimony 3.3 builds (its SBML, read by libSBML).
    @Test(
        "operators bind as in libAntimony (a = 2, b = 3, c = 5, d = 0)",
        arguments: [
            ("-a^2", -4), ("2^-a", 0.25), ("a^b^2", 512), ("-a^-2", -0.25), ("a^-a^2", 0.0625), ("a*-b^2", -18),
            ("a - b - c", -6), ("a/b*c", 2 / 3.0 * 5), ("a/b/c", 2 / 15.0), ("2 - 3 - 4 + 5", 0), ("-(-a)", 2),
            ("a - -b", 5), ("7 % b", 1), ("-7 % b", -1), ("a*7 % b", 2), ("7 % b*c", 5), ("a + b < c*a", 1),
            ("a < b < c", 1), ("a < b < a", 0), ("a < b == b", 1), ("!d && a", 1), ("!a < b", 1), ("!(a < b)", 0),
            ("a || a && d", 0), ("a == 2 && b != 3 || a", 1), ("a and b or d", 1), ("not d", 1), ("not(a)", 0),
            ("log(a)", 0.6931471805599453), ("log10(100)", 2), ("log(a, 8)", 3), ("sqrt(4)", 2), ("root(3, 8)", 2),
            ("pow(a, b)", 8), ("sqr(b)", 9), ("+a", 2), ("a^+b", 8), ("!d^2", 1), ("1e3*.5 + 5.", 505),
        ] as [(String, Double)])
    func binds(text: String, expected: Double) throws {
        let model = try read("x := \(text); a = 2; b = 3; c = 5; d = 0")
        let rule = try #require(model.rules.first)
        #expect(abs(value(rule.math) - expected) < 1e-12, "\(rule.math)")
    }

    @Test func `long sums and products are wide, not deep`() throws {
        let sum = (0..<20_000).map { $0.isMultiple(of: 3) ? "- a" : "+ b" }.joined(separator: " ")
        let model = try read("x := 1 \(sum); y := a\(String(repeating: "*1", count: 20_000)); a = 2; b = 3")
        let (first, second) = (value(model.rules[0].math), value(model.rules[1].math))
        #expect(first == 26_666)  // 1 − 6,667·2 + 13,333·3
        #expect(second == 2)
    }

    @Test(
        "deep nesting is refused, not overflowed",
        arguments: [("(", "a", ")"), ("-(", "a", ")"), ("sin(", "a", ")"), ("!", "a", ""), ("a^", "a", "")])
    func depth(open: String, middle: String, close: String) {
        let count = 100_000
        let text = String(repeating: open, count: count) + middle + String(repeating: close, count: count)
        #expect(errors("a = 1; x = \(text)").contains { $0.contains("nested") })
    }
}
