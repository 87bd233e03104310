import AntimonyFormat
import ModelIR
import Testing

/// A model without the places and texts that a round trip may change.
private func bare(_ model: Model) -> Model {
    var model = model
    model.warnings = []
    for index in model.compartments.indices { model.compartments[index].location = nil }
    for index in model.species.indices { model.species[index].location = nil }
    for index in model.parameters.indices { model.parameters[index].location = nil }
    for index in model.reactions.indices { model.reactions[index].location = nil }
    for index in model.events.indices { model.events[index].location = nil }
    for index in model.rules.indices { model.rules[index].location = nil }
    for index in model.initialAssignments.indices { model.initialAssignments[index].location = nil }
    for index in model.functions.indices { model.functions[index].location = nil }
    for index in model.unitDefinitions.indices { model.unitDefinitions[index].location = nil }
    model.unitDefinitions.sort { $0.id < $1.id }
    return model
}

@Suite struct WriterTests {
    private static let everything = """
        function hill(x, K, n)
          x^n/(K^n + x^n);
        end
        model *all()
          unit ml = 1e-3 litre; unit nM = 1e-9 mole/litre; unit per_day = 1/(86400 second); unit time_unit = 86400 second
          compartment C = 3; C has ml
          var compartment D = 2
          species A in C, $B in C, E in D; substanceOnly species N in C
          A = 2; A has nM; B = 4/C; N = 7; N has mole; E = 2*k
          k = 0.5; k has per_day; const c = 1e-7; var v = -3; w := hill(A, 2 nM, 4) + v; m = 2
          D' = 0.1
          J1: 2 A + m B => E; C*k*A^2*B; J2: -> A; k*N in C; J3: E -> ; -k*(E - 1)/(2 - (3 - v))
          E1: at 2 after A > 3 && time >= 1, priority = k, t0 = false, persistent = false: v = 2, A = A + 1
          at time == 5, fromTrigger = false: v = 0
          0 = v + w - 3
          x := piecewise(1, A < 2, 3); y := delay(A, 2) + rateOf(D); z := -A^2 + 2^-k - (-3)^2*avogadro + log(2, A) + ln(A) + log10(A) + sqrt(A)
          u := (A < 2 || k > 3) && !(v == 2) || xor(A, k); q := a/(b*k)*c - (a - (b + k)) + 3/(2/k); a = 1; b = 2
          A is "antigen"; J1 is "binding of \\ A"; A.sboTerm = SBO:0000247; A identity "http://identifiers.org/uniprot/P1", "http://identifiers.org/uniprot/P2"
          model notes ```Two
        lines```
        end
        all is "All of it"
        """

    @Test func `written and read back, a model is the same`() throws {
        let model = try read(Self.everything)
        let text = writeAntimony(model)
        let again = bare(try read(text))
        let original = bare(model)
        #expect(again == original, "\(text)")
        #expect(writeAntimony(try read(text)) == text)
    }

    @Test func `names that are words of Antimony get others, everywhere`() throws {
        var model = Model(id: "model")
        model.compartments = [Compartment(id: "compartment", size: 1)]
        model.species = [Species(id: "species", compartment: "compartment", initialValue: .concentration(1))]
        model.parameters = [
            Parameter(id: "time", value: 2), Parameter(id: "at", value: 3), Parameter(id: "sin", value: 4),
        ]
        let law = KineticLaw(
            math: .symbol("time") * .symbol("species") * .symbol("sin"),
            localParameters: [Parameter(id: "sin", value: 5)])
        model.reactions = [Reaction(id: "in", reactants: [SpeciesReference(species: "species")], kineticLaw: law)]
        let again = try read(writeAntimony(model))
        #expect(again.species.count == 1 && again.reactions.count == 1)
        // A parameter of one reaction hides that of the model.
        let local = try #require(again.parameters.first { $0.value == 5 })
        #expect(again.reactions[0].kineticLaw?.math.symbols.contains(local.id) ?? false)
        #expect(again.parameters.count == 4)
    }

    @Test func `conversion factors become stoichiometries`() throws {
        var model = Model(id: "m")
        model.compartments = [Compartment(id: "C", size: 1)]
        model.species = [Species(id: "S", compartment: "C", initialValue: .amount(1), conversionFactor: "f")]
        model.parameters = [Parameter(id: "f", value: 3)]
        model.reactions = [
            Reaction(
                id: "J", products: [SpeciesReference(species: "S", stoichiometry: 2)],
                kineticLaw: KineticLaw(math: .one))
        ]
        let again = try read(writeAntimony(model))
        let reference = again.reactions[0].products[0]
        #expect(again.rules.contains { $0.variable == reference.id && $0.math == .number(2) * .symbol("f") })
    }

    @Test func `units of species are those of the amount after the round trip`() throws {
        let model = try read(
            "unit pg_ml = 1e-12 gram/(1e-3 litre); compartment C = 1; C has litre; species S in C; S has pg_ml")
        let again = try read(writeAntimony(model))
        let unit = try #require(again.unitDefinitions.first { $0.id == again.species[0].unit })
        let size = unit.factors.reduce(1.0) { result, factor in
            (0..<abs(factor.scale)).reduce(result) { value, _ in
                factor.scale * Int(factor.exponent) > 0 ? value * 10 : value / 10
            }
        }
        #expect(abs(size / 1e-9 - 1) < 1e-12)
    }
}
