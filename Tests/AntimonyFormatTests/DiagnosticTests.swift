import ModelIR
import Testing

@Suite struct DiagnosticTests {
    @Test func `all errors of a text are found, each in its place`() {
        let found = errors(
            """
            A -> B
            x = 3 +
            y = sinn(2)
            at time > 3 x = 2
            z = (1 + 2
            k' =+ ;
            """)
        #expect(found.count == 6, "\(found)")
        #expect(found.contains { $0.hasPrefix("model.ant:1:7: error: expected ';'") })
        #expect(found.contains { $0.hasPrefix("model.ant:2:8: error: expected a value") })
        #expect(
            found.contains {
                $0.hasPrefix("model.ant:3:5: error: no function 'sinn'") && $0.contains("did you mean 'sin'?")
            })
        #expect(found.contains { $0.hasPrefix("model.ant:4:15: error: expected ':'") })
        #expect(found.contains { $0.hasPrefix("model.ant:5:11: error: expected ')'") })
        #expect(found.contains { $0.hasPrefix("model.ant:6:") })
    }

    @Test(
        "contradictions are refused",
        arguments: [
            ("x := 1; x = 2", "already holds at all times"), ("x' = 1; x := 2", "rate rule"),
            ("x := 1; x' = 2", "assignment rule"), ("A -> B; k; A' = 3; k = 1", "changed by reactions"),
            ("A -> B; 1; compartment A", "is used as a compartment, but is a species"),
            ("x := 1; at time > 1: x = 2", "assignment rule"), ("x = 1; at time > 1: x = 2, x = 3", "twice"),
            ("sin(2) = 3", "expected"), ("x = sin(1, 2)", "takes 1 argument(s), not 2"),
            ("x = sin", "without its arguments"), ("x = a--b", "DNA strands"), ("x = 1 y = 2", "expected the end"),
            ("function f(a) a + b end", "is not one of its arguments"), ("function f(a) f(a) end", "calls itself"),
            ("function f(a) a end; x = f(1, 2)", "takes 1 argument(s), not 2"), ("time = 3", "constant"),
            ("x = 1e999", "out of range"), ("x = \"a", "not closed"), ("/* x", "never closed"),
            ("x = µ", "unexpected character"),
            ("model m() x=1 end; model m() y=1 end", "already defined"), ("reaction J; x = J", "never defined"),
            ("", "holds no model"), ("end", "'end' without"),
        ])
    func contradictions(text: String, message: String) {
        let found = errors(text)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }

    @Test(
        "constructs that are not supported are declined by name",
        arguments: [
            "import \"other.ant\"\nx = 1", "gene g; x = 1", "--a--b--", "x = normal(0, 1)", "maximize: 3*x",
            "model m() x=1 end; A: m(), timeconv = 60", "x = {1, 2}",
        ])
    func declined(text: String) {
        do {
            _ = try read(text)
            Issue.record("accepted")
        } catch let invalid as InvalidModel {
            #expect(invalid.isOnlyUnsupported, "\(invalid)")
        } catch { Issue.record("\(error)") }
    }

    @Test func `hostile texts end soon`() {
        #expect(errors(String(repeating: "(", count: 1_000_000)).count >= 1)
        #expect(errors(String(repeating: "x = \n", count: 100_000) + "y = )").count >= 1)
        #expect(errors(String(repeating: "\u{1F9EC}", count: 100_000)).count >= 1)
        #expect(errors(String(repeating: "= ", count: 300_000)).count >= 1)
        #expect(errors("unit a = " + String(repeating: "(", count: 100_000)).count >= 1)
    }
}
