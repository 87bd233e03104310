import ModelIR
import Testing

@testable import ModelCompiler

@Suite struct InitialValueTests {
    static func model() -> Model {
        var model = Model(id: "m")
        model.compartments = [Compartment(id: "V", size: 2)]
        model.species = [Species(id: "S", compartment: "V", initialValue: .amount(6))]
        model.parameters = [
            Parameter(id: "a", value: 1), Parameter(id: "b", value: 1), Parameter(id: "c", value: 4),
            Parameter(id: "x", value: 0, isConstant: false),
        ]
        model.rules = [Rule(.rate(variable: "x"), .symbol("a") * .symbol("b"))]
        return model
    }

    @Test("initial assignments refer to each other in any order")
    func anyOrder() throws {
        var model = Self.model()
        model.initialAssignments = [
            InitialAssignment(symbol: "x", math: .symbol("a") + .symbol("V")),
            InitialAssignment(symbol: "a", math: .symbol("b") * .symbol("S")),
            InitialAssignment(symbol: "b", math: .symbol("c") + .one),
        ]
        let harness = try KernelHarness(model, ["c": 9])
        // b = 10, a = 10 · 6/2 = 30, x = 32
        #expect(harness.state == [32])
        #expect(try harness.rates() == [300])
        #expect(harness.model.input("a") == nil && harness.model.input("c") != nil)
    }

    @Test("an overridden initial assignment becomes an input")
    func overrides() throws {
        var model = Self.model()
        model.initialAssignments = [InitialAssignment(symbol: "a", math: .symbol("c"))]
        #expect(try KernelHarness(model).rates() == [4])
        var options = CompileOptions()
        options.overrides = ["a"]
        #expect(try KernelHarness(model, options: options, ["a": 7]).rates() == [7])
    }

    @Test("a circle of initial assignments is an error that names it")
    func circle() throws {
        var model = Self.model()
        model.initialAssignments = [
            InitialAssignment(symbol: "a", math: .symbol("b")), InitialAssignment(symbol: "b", math: .symbol("x")),
            InitialAssignment(symbol: "x", math: .symbol("a")),
        ]
        #expect {
            _ = try compile(model)
        } throws: { error in
            "\(error)".contains("in a circle") && "\(error)".contains("a -> b")
        }
    }

    @Test("a circle of assignment rules is an error that names it")
    func ruleCircle() throws {
        var model = Self.model()
        for id in ["a", "b"] { model.parameters[model.parameters.firstIndex { $0.id == id }!].isConstant = false }
        model.rules += [
            Rule(.assignment(variable: "a"), .symbol("b")), Rule(.assignment(variable: "b"), .symbol("a") + .one),
        ]
        #expect {
            _ = try compile(model)
        } throws: { error in
            "\(error)".contains("depends on itself")
        }
    }

    @Test("a constant computed from a quantity that an event changes keeps its value")
    func eventsDoNotChangeThePast() throws {
        var model = Self.model()
        model.parameters[2].isConstant = false
        model.initialAssignments = [InitialAssignment(symbol: "a", math: .number(2) * .symbol("c"))]
        model.events = [Event(trigger: .apply(.geq, [.time, .number(5)]), assignments: [.init(variable: "c", math: .number(100))])]
        var harness = try KernelHarness(model, options: CompileOptions(observables: [Observable("a"), Observable("c")]))
        #expect(try harness.observables() == [8, 4])
        try harness.fire(0)
        #expect(try harness.observables() == [8, 100])
        #expect(try harness.rate("x") == 8)
    }

    @Test("a constant species keeps its amount while its compartment changes")
    func constantSpecies() throws {
        var model = Self.model()
        model.species[0] = Species(id: "S", compartment: "V", initialValue: .concentration(3), isConstant: true)
        model.compartments[0].isConstant = false
        model.events = [Event(trigger: .apply(.geq, [.time, .number(5)]), assignments: [.init(variable: "V", math: .number(12))])]
        var harness = try KernelHarness(model)
        #expect(try harness.observables() == [3])
        try harness.fire(0)
        #expect(try harness.observables() == [0.5])
    }
}
