import ModelIR
import Testing

@testable import ModelCompiler

/// What SBML means by amounts, concentrations, volumes and conversion factors.
@Suite struct SpeciesSemanticsTests {
    /// S in a compartment of size 2, eliminated at rate k·S.
    static func model(amountSymbol: Bool = false) -> Model {
        var model = Model(id: "m")
        model.compartments = [Compartment(id: "V", size: 2)]
        model.species = [
            Species(id: "S", compartment: "V", initialValue: .concentration(3), hasOnlySubstanceUnits: amountSymbol)
        ]
        model.parameters = [Parameter(id: "k", value: 0.5)]
        model.reactions = [
            Reaction(id: "r", reactants: [SpeciesReference(species: "S")], kineticLaw: KineticLaw(math: .symbol("k") * .symbol("S")))
        ]
        return model
    }

    @Test("a species symbol is a concentration, or an amount with only substance units")
    func meaning() throws {
        #expect(try KernelHarness(Self.model()).rates() == [-0.5 * 3])
        #expect(try KernelHarness(Self.model(amountSymbol: true)).rates() == [-0.5 * 6])
    }

    @Test("inputs are settable by id: the initial concentration scales with the compartment")
    func inputs() throws {
        let harness = try KernelHarness(Self.model(), ["V": 4, "S": 5, "k": 1])
        #expect(harness.state == [20])
        #expect(try harness.rates() == [-5])
        #expect(harness.model.inputs.map(\.meaning).contains(.initialConcentration))
    }

    @Test("constants that are not inputs are folded away, and the result is the same")
    func folding() throws {
        var options = CompileOptions()
        options.inputs = .only(["k"])
        let harness = try KernelHarness(Self.model(), options: options)
        #expect(harness.system.inputs == ["k"])
        #expect(try harness.rates() == [-1.5])
    }

    @Test("boundary and constant species are not moved by reactions")
    func boundary() throws {
        var model = Self.model()
        model.species[0].isBoundaryCondition = true
        #expect(try KernelHarness(model).system.stateCount == 0)
        #expect(try KernelHarness(model).observables() == [3])
    }

    @Test("a conversion factor turns extent into substance, a species' own before the model's")
    func conversionFactor() throws {
        var model = Self.model()
        model.parameters += [Parameter(id: "cf", value: 10), Parameter(id: "own", value: 7)]
        model.conversionFactor = "cf"
        #expect(try KernelHarness(model).rates() == [-15])
        model.species[0].conversionFactor = "own"
        #expect(try KernelHarness(model).rates() == [-10.5])
    }

    @Test("observables come as asked: value, amount, concentration, rate, size, formula")
    func observables() throws {
        let options = CompileOptions(observables: [
            Observable("S"), Observable("S", .amount), Observable("S", .concentration), Observable("r"), Observable("V"),
            Observable("double", .expression(.number(2) * .symbol("S"))),
        ])
        #expect(try KernelHarness(Self.model(), options: options).observables() == [3, 6, 3, 1.5, 2, 6])
        let amounts = try KernelHarness(Self.model(amountSymbol: true), options: options)
        #expect(try amounts.observables() == [6, 6, 3, 3, 2, 12])
    }

    @Test("in a growing compartment amounts stay and concentrations fall")
    func growingCompartment() throws {
        var model = Self.model()
        model.compartments[0].isConstant = false
        model.rules = [Rule(.rate(variable: "V"), .number(0.25) * .symbol("V"))]
        var harness = try KernelHarness(model)
        #expect(try harness.rate("V") == 0.5)
        #expect(try harness.rate("S") == -1.5)
        harness.state[harness.model.state("V")!] = 4
        #expect(try harness.observable("S") == 1.5)
    }

    @Test("a rate rule on a concentration in a growing compartment keeps the rule's meaning: dc/dt = math")
    func concentrationRule() throws {
        var model = Self.model()
        model.reactions = []
        model.compartments[0].isConstant = false
        model.rules = [
            Rule(.rate(variable: "V"), .number(0.25) * .symbol("V")), Rule(.rate(variable: "S"), .number(-0.1) * .symbol("S")),
        ]
        // d(cV)/dt = V dc/dt + c dV/dt
        let harness = try KernelHarness(model)
        #expect(abs(try harness.rate("S") - (2 * -0.3 + 3 * 0.5)) < 1e-15)
    }

    @Test("a compartment set by a rule that depends on time: the rate rule of a concentration accounts for its growth")
    func assignedCompartment() throws {
        var model = Self.model()
        model.reactions = []
        model.compartments[0].isConstant = false
        model.rules = [
            Rule(.assignment(variable: "V"), .number(2) + .time * .time), Rule(.rate(variable: "S"), .number(-0.1)),
        ]
        var harness = try KernelHarness(model)
        harness.time = 3
        // V = 11, V' = 6, c = 6/11.
        #expect(abs(try harness.rate("S") - (11 * -0.1 + 6.0 / 11 * 6)) < 1e-14)
    }

    @Test("local parameters shadow global ones and are inputs of their own")
    func localParameters() throws {
        var model = Self.model()
        model.reactions[0].kineticLaw?.localParameters = [Parameter(id: "k", value: 2)]
        #expect(try KernelHarness(model).rates() == [-6])
        #expect(try KernelHarness(model, ["r.k": 3]).rates() == [-9])
        #expect(try KernelHarness(model, ["k": 9]).rates() == [-6])
    }

    @Test("stoichiometries may be numbers, inputs, rules or formulas")
    func stoichiometry() throws {
        var model = Self.model()
        model.reactions[0].reactants[0] = SpeciesReference(species: "S", id: "n", stoichiometry: 3, isConstant: false)
        #expect(try KernelHarness(model, ["n": 4]).rates() == [-6])
        model.rules = [Rule(.assignment(variable: "n"), .time + .one)]
        var harness = try KernelHarness(model)
        harness.time = 1
        #expect(try harness.rates() == [-3])
        model.rules = [Rule(.rate(variable: "n"), .number(0.5))]
        #expect(try KernelHarness(model).rate("n") == 0.5)
        model.rules = []
        model.reactions[0].reactants[0] = SpeciesReference(species: "S", stoichiometryMath: .symbol("k") * .number(4))
        #expect(try KernelHarness(model).rates() == [-3])
    }

    @Test("rateOf gives the derivative of what a symbol means")
    func rateOf() throws {
        var model = Self.model()
        model.parameters.append(Parameter(id: "x", isConstant: false))
        model.rules = [Rule(.assignment(variable: "x"), .rateOf("S"))]
        let options = CompileOptions(observables: [Observable("x")])
        #expect(try KernelHarness(model, options: options).observables() == [-0.75])
        model.species[0].hasOnlySubstanceUnits = true
        #expect(try KernelHarness(model, options: options).observables() == [-3])
    }
}
