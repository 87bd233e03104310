import ModelIR
import Testing

@testable import SBMLFormat

@Suite struct MathMLTests {
    @Test("numbers of every type are read", arguments: [
        ("<cn>1.5</cn>", 1.5), ("<cn type=\"integer\"> 3 </cn>", 3), ("<cn type=\"e-notation\">2<sep/>-3</cn>", 0.002),
        ("<cn type=\"rational\">1<sep/>4</cn>", 0.25), ("<pi/>", Double.pi), ("<infinity/>", .infinity), ("<true/>", 1), ("<false/>", 0),
    ])
    func numbers(text: String, value: Double) throws {
        #expect(try formula(text) == .number(value))
    }

    @Test func `a number keeps its unit`() throws {
        let text = "<cn xmlns:sbml=\"http://www.sbml.org/sbml/level3/version2/core\" sbml:units=\"second\">5</cn>"
        #expect(try formula(text) == .number(5, unit: "second"))
    }

    @Test("a malformed number is an error with its place", arguments: ["<cn>1,5</cn>", "<cn>inf</cn>", "<cn>0x10</cn>", "<cn type=\"integer\">1.5</cn>", "<cn>1<sep/>2</cn>"])
    func malformed(text: String) {
        let found = #expect(throws: InvalidModel.self) { try formula(text) }
        #expect(found?.diagnostics.first?.location?.line ?? 0 > 2)
    }

    @Test("every operator of the model language is read by its MathML name", arguments: Operator.allCases.filter { $0 != .piecewise })
    func operators(op: Operator) throws {
        let (a, b) = (Expression.symbol("a"), Expression.symbol("b"))
        let isUnary = (try? formula("<apply><\(op.rawValue)/><ci>a</ci></apply>")) == .apply(op, [a])
        let isBinary = (try? formula("<apply><\(op.rawValue)/><ci>a</ci><ci>b</ci></apply>")) == .apply(op, [a, b])
        let isLog = (try? formula("<apply><\(op.rawValue)/><ci>a</ci></apply>")) == .apply(op, [.number(10), a])
        #expect(isUnary || isBinary || isLog)
    }

    @Test func `degree and logbase come first`() throws {
        let root = try formula("<apply><root/><degree><cn>3</cn></degree><ci>a</ci></apply>")
        #expect(root == .apply(.root, [.number(3), .symbol("a")]))
        let log = try formula("<apply><log/><logbase><cn>2</cn></logbase><ci>a</ci></apply>")
        #expect(log == .apply(.log, [.number(2), .symbol("a")]))
    }

    @Test func `the four symbols of SBML are read whatever text stands in them`() throws {
        func symbol(_ name: String) -> String { "<csymbol encoding=\"text\" definitionURL=\"http://www.sbml.org/sbml/symbols/\(name)\"> a </csymbol>" }
        #expect(try formula(symbol("time")) == .time)
        #expect(try formula(symbol("avogadro")) == .avogadro)
        #expect(try formula("<apply>\(symbol("delay"))<ci>a</ci><cn>1</cn></apply>") == .delay(.symbol("a"), by: .number(1)))
        #expect(try formula("<apply>\(symbol("rateOf"))<ci>a</ci></apply>") == .rateOf("a"))
    }

    @Test func `piecewise keeps values before their conditions, the rest last`() throws {
        let text = "<piecewise><piece><ci>a</ci><true/></piece><otherwise><ci>b</ci></otherwise></piecewise>"
        #expect(try formula(text) == .apply(.piecewise, [.symbol("a"), .one, .symbol("b")]))
    }

    @Test func `functions that SimBiology writes by name are understood`() throws {
        #expect(try formula("<apply><ci>max</ci><ci>a</ci><ci>b</ci></apply>") == .apply(.max, [.symbol("a"), .symbol("b")]))
        #expect(try formula("<apply><ci>power</ci><ci>a</ci><ci>b</ci></apply>") == .apply(.power, [.symbol("a"), .symbol("b")]))
        #expect(try formula("<apply><ci>nthroot</ci><ci>a</ci><cn>3</cn></apply>") == .apply(.root, [.number(3), .symbol("a")]))
    }

    @Test("what has no value is refused", arguments: [
        "<ci>undefined</ci>", "<ci>f</ci>", "<apply><ci>g</ci><ci>a</ci></apply>", "<apply><divide/><ci>a</ci></apply>", "<apply/>",
        "<lambda><ci>a</ci></lambda>", "<apply><diff/><bvar><ci>a</ci></bvar><ci>b</ci></apply>", "<bogus/>", "<ci>a</ci><ci>b</ci>",
        "<apply><ci>log</ci><ci>a</ci></apply>",
    ])
    func refused(text: String) { #expect(throws: InvalidModel.self) { try formula(text) } }
}

@Suite struct Level1FormulaTests {
    private func parse(_ text: String) throws(InvalidModel) -> Expression {
        let model = try read("""
            <sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="2"><model name="m">
            <listOfParameters><parameter name="a" value="2"/><parameter name="b" value="3"/><parameter name="x"/></listOfParameters>
            <listOfRules><parameterRule name="x" formula="\(text)"/></listOfRules></model></sbml>
            """)
        return model.rules[0].math
    }
    private let a = Expression.symbol("a")
    private let b = Expression.symbol("b")

    @Test func `products bind tighter than sums, and a sign tighter than a power, as libSBML has it`() throws {
        #expect(try parse("a + b*2") == a + b * .number(2))
        #expect(try parse("-a^2") == .apply(.power, [.apply(.minus, [a]), .number(2)]))
        #expect(try parse("a^-b") == .apply(.power, [a, .apply(.minus, [b])]))
        #expect(try parse("a/b/2") == a / b / .number(2))
        #expect(try parse("(a - b) * 1e-3") == (a - b) * .number(1e-3))
    }

    @Test func `log is natural and pow is power`() throws {
        #expect(try parse("log(a)") == .apply(.ln, [a]))
        #expect(try parse("log10(a)") == .apply(.log, [.number(10), a]))
        #expect(try parse("pow(a, b)") == .apply(.power, [a, b]))
        #expect(try parse("sqrt(a)") == .apply(.root, [a]))
    }

    @Test("malformed formulas are refused", arguments: ["a +", "(a", "a b", "c", "f(a)", "1.2.3", "a,b", "", "#"])
    func malformed(text: String) { #expect(throws: InvalidModel.self) { try parse(text) } }

    @Test func `a thousand terms stay shallow and a thousand parentheses are refused`() throws {
        let sum = try parse(Array(repeating: "a", count: 5000).joined(separator: "-"))
        #expect(sum.children.count == 5000)
        #expect(throws: InvalidModel.self) { try parse(String(repeating: "(", count: 1000) + "a" + String(repeating: ")", count: 1000)) }
    }
}
