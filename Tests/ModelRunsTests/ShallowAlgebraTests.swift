import AntimonyFormat
import ModelIR
import ModelRuns
import Testing

/// The form for simulators that write rules out in full.
@Suite struct ShallowAlgebraTests {
    /// A chain of rules, each of which uses the one before twice: 2^20 operations when written out.
    static func chain() throws -> Model {
        var text = "function twice(a, b) a*(1 - b) end\nmodel chain()\n  y = 0.5; k = 0.3; y' = -k*x20;\n  x0 := 0.9*y;\n"
        for i in 1...20 { text += "  x\(i) := \(i % 3 == 0 ? "1.9*twice(x\(i - 1) + 0, x\(i - 1))" : "1.9*x\(i - 1)*(1 - x\(i - 1))");\n" }
        return try readAntimony(text + "end\n", file: "chain.ant")
    }

    private static func run(_ model: Model) throws -> [Double] {
        var options = RunOptions()
        options.duration = 10
        options.steps = 20
        options.observed = ["y", "x20"]
        options.relativeTolerance = 1e-9
        return try PreparedModel(model, options: options).run().values
    }

    @Test func `deep rules become states that follow them, functions are written out`() throws {
        let model = try Self.chain()
        let shallow = try model.withShallowAlgebra(limit: 60)
        #expect(shallow.functions.isEmpty)
        #expect(shallow.rules.contains { if case .rate("x20") = $0.kind { true } else { false } } || shallow.rules.count { if case .rate = $0.kind { true } else { false } } > 3)
        let (exact, found) = (try Self.run(model), try Self.run(shallow))
        for (a, b) in zip(exact, found) { #expect(abs(a - b) < 1e-6, "\(a), \(b)") }
    }

    @Test func `a model of short rules stays as it is`() throws {
        let model = try readAntimony("model short()\n  y = 1; k = 2; v := k*y; y' = -v;\nend\n", file: "short.ant")
        let shallow = try model.withShallowAlgebra()
        #expect(shallow.rules == model.rules)
    }
}
