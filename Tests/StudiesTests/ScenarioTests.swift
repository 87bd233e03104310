import ImmuneModels
import Studies
import Testing

/// People without cancer: what a scenario's figures must say.
@Suite struct ScenarioTests {
    private static func run(_ scenario: Scenario, age: Double = 35, days: Double, reinfection: Double? = nil) throws -> ScenarioResult {
        try ScenarioRun(scenario, age: age, days: days, reinfection: reinfection, command: "test").result(library: ModelLibrary.builtIn())
    }

    private static func figure(_ result: ScenarioResult, _ name: String) throws -> Double {
        try #require(result.figures.first { $0.name == name }, "\(result.figures.map(\.name))").value
    }

    @Test func `a virus is cleared within ten days, a second one sooner and from a tenth of the peak`() throws {
        let result = try Self.run(.infection, days: 240, reinfection: 180)
        #expect((6.5...10).contains(try Self.figure(result, "last infected cell, first infection")))
        #expect(try Self.figure(result, "last infected cell, second infection") < 0.7 * Self.figure(result, "last infected cell, first infection"))
        #expect(try Self.figure(result, "peak of virus, second infection") < Self.figure(result, "peak of virus, first infection") - 1)
        #expect(result.courses.contains { $0.quantity == "virus, log10 of TCID50/mL" && $0.values.count == 1921 })
    }

    @Test func `the old clear it later`() throws {
        let (young, old) = (try Self.run(.infection, days: 40), try Self.run(.infection, age: 80, days: 40))
        #expect(try Self.figure(old, "last infected cell, first infection") > Self.figure(young, "last infected cell, first infection") + 0.3)
    }

    @Test func `a vaccine prevents most persistent infection, and does nothing to one that is there`() throws {
        let result = try Self.run(.hpv, days: 3652.5)
        #expect((80.0...99).contains(try Self.figure(result, "cervix: efficacy against persistent infections")))
        #expect(try Self.figure(result, "cervix: efficacy in those infected before") == 0)
    }

    @Test func `a healthy person's counts lie in their reference range and lymphocytes fall with age`() throws {
        let result = try Self.run(.healthy, age: 30, days: 20 * 365.25)
        let counts = result.figures.filter { $0.name.hasPrefix("absolute lymphocyte count") }
        #expect(counts.count == 2 && (1000.0...4000).contains(counts[0].value) && counts[1].value < counts[0].value, "\(counts)")
    }
}
