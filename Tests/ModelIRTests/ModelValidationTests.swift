import Testing

@testable import ModelIR

@Suite struct ModelValidationTests {
    /// A sound model: one species that decays.
    static func decay() -> Model {
        var model = Model(id: "decay")
        model.compartments = [Compartment(id: "blood", size: 5)]
        model.species = [Species(id: "drug", compartment: "blood", initialValue: .amount(10))]
        model.parameters = [Parameter(id: "k", value: 0.1), Parameter(id: "total", isConstant: false)]
        model.reactions = [
            Reaction(
                id: "elimination", reactants: [SpeciesReference(species: "drug")],
                kineticLaw: KineticLaw(math: .symbol("k") * .symbol("drug")))
        ]
        return model
    }

    @Test("a sound model has no findings")
    func sound() { #expect(Self.decay().validate().isEmpty) }

    @Test("everything wrong is found in one pass, each with its place")
    func allAtOnce() {
        var model = Self.decay()
        let place = SourceLocation(file: "m.xml", line: 7, column: 3)
        model.parameters.append(Parameter(id: "k", value: 1, location: place))
        model.species.append(Species(id: "ghost", compartment: "bloof", location: place))
        model.rules = [
            Rule(.assignment(variable: "total"), .symbol("drog"), location: place),
            Rule(.rate(variable: "total"), .one, location: place),
            Rule(.rate(variable: "k"), .one, location: place),
            Rule(.assignment(variable: "drug"), .one, location: place),
        ]
        model.events = [Event(trigger: .call("f", []), assignments: [.init(variable: "total", math: .apply(.sin, []))], location: place)]
        let messages = model.validate()
        #expect(messages.allSatisfy { $0.severity == .error && $0.kind == .invalid })
        for part in [
            "parameter 'k' has the id of a parameter", "lies in 'bloof', which is no compartment", "'drog' is not defined",
            "'total' has both an assignment rule and a rate rule", "rate rule sets 'k', which is constant",
            "species 'drug' has an assignment rule and is moved by reactions too", "function 'f' is not defined",
            "'sin' does not take 0 arguments", "assigns 'total', which has an assignment rule",
        ] {
            #expect(messages.contains { $0.message.contains(part) }, "\(part)\n\(messages)")
        }
        #expect(messages.contains { $0.remedy == "did you mean 'drug'?" })
        #expect(messages.contains { $0.remedy == "did you mean 'blood'?" })
        #expect(messages.filter { $0.location == place }.count >= 8)
    }

    @Test("a very long sum is validated without exhausting the stack")
    func longSum() {
        var model = Self.decay()
        let sum = (0..<20_000).reduce(Expression.zero) { sum, _ in sum + .symbol("drug") }
        model.rules = [Rule(.assignment(variable: "total"), sum)]
        #expect(model.validate().isEmpty)
    }
}
