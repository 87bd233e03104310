import ModelIR
import Testing

@Suite struct UnitTests {
    @Test func `a number directly before a unit belongs to it more tightly than a power`() throws {
        let model = try read("unit area = 2 metre^2; unit hour = 3600 seconds; unit rate = 1/hour; x = 1; x has rate")
        let area = try #require(model.unitDefinitions.first { $0.id == "area" } ?? model.unitDefinitions.last)
        #expect(area.factors[0].multiplier == 2 && area.factors[0].exponent == 2)
        let rate = try #require(model.unitDefinitions.first { $0.id == "rate" })
        #expect(rate.factors == [.init(kind: "second", exponent: -1, multiplier: 3600)])
        #expect(model.parameters[0].unit == "rate")
    }

    @Test func `powers of ten become scales`() throws {
        let model = try read("unit ml = 1e-3 litre; unit mM = 1e-3 mole/litre; v = 3 ml")
        #expect(model.unitDefinitions[0].factors == [.init(kind: "litre", scale: -3)])
        #expect(
            model.unitDefinitions[1].factors == [.init(kind: "mole", scale: -3), .init(kind: "litre", exponent: -1)])
        #expect(model.parameters[0].value == 3 && model.parameters[0].unit == "ml")
    }

    @Test func `the unit of a species is that of its symbol`() throws {
        let model = try read(
            """
            unit mM = 1e-3 mole/litre
            compartment C = 1 litre
            species A in C, B in C; substanceOnly species N in C
            A has mM; B has mole/litre; N has mole
            """)
        let units = Dictionary(uniqueKeysWithValues: model.species.map { ($0.id, $0.unit) })
        #expect(units["B"] == "mole" && units["N"] == "mole")
        let amount = try #require(model.unitDefinitions.first { $0.id == units["A"]! })
        #expect(amount.factors == [.init(kind: "mole", scale: -3)])
    }

    @Test func `units of the model, and numbers with units inside formulas`() throws {
        let model = try read(
            "unit time_unit = 86400 second; unit substance = mole; unit ml = 1e-3 litre; y := 3 ml + x; x = 1 ml")
        #expect(model.units.time == "time_unit")
        #expect(model.units.substance == "mole")
        #expect(model.rules[0].math == .apply(.plus, [.number(3, unit: "ml"), .symbol("x")]))
    }

    @Test func `equal units of several modules are one, unequal ones are kept apart`() throws {
        let model = try read(
            """
            model m() unit ml = 1e-3 litre; unit drop = 0.05 ml; x = 1 ml; y = 1 drop end
            unit ml = 1e-3 litre; unit drop = 0.04 ml
            A: m(); v = 1 ml; w = 1 drop
            """)
        let units = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.id, $0.unit) })
        #expect(units == ["A_x": "ml", "A_y": "A_drop", "v": "ml", "w": "drop"])
    }

    @Test(
        "wrong units are refused where they stand",
        arguments: [
            (
                "x has mml; unit ml = 1e-3 litre",
                "model.ant:1:7: error: unit 'mml' is not defined\n  note: did you mean 'ml'?"
            ),
            ("unit a = b; unit b = a; x has a", "is defined by itself"),
            ("y := 3 furlong", "model.ant:1:8: error: unit 'furlong' is not defined"),
            ("unit mole = 3 second", "is a base unit"), ("unit a = 0 mole; x has a", "positive"),
            ("unit a = 1e-320 second; x has a", "positive"),
            (
                "model m() unit time_unit = 60 second; x = time end; unit time_unit = 3600 second; A: m()",
                "another unit of time"
            ),
        ])
    func refused(text: String, message: String) {
        let found = errors(text)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
