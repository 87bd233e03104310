import AntimonyFormat
import ModelIR
import Testing

func read(_ text: String) throws -> Model { try readAntimony(text, file: "model.ant") }

/// The errors of a text, as they are printed; empty when it is accepted.
func errors(_ text: String) -> [String] {
    do {
        _ = try read(text)
        return []
    } catch let invalid as InvalidModel {
        return invalid.diagnostics.filter { $0.severity == .error }.map(\.description)
    } catch {
        return ["\(error)"]
    }
}

@Suite struct ReaderTests {
    @Test func `a reaction makes species in a default compartment of size 1`() throws {
        let model = try read("S1 -> S2; k*S1; k = 0.1; S1 = 10")
        #expect(model.species.map(\.id) == ["S1", "S2"])
        #expect(model.species[0].initialValue == .concentration(10))
        #expect(model.species[0].compartment == "default_compartment")
        #expect(model.compartments[0].size == 1)
        #expect(model.reactions[0].id == "_J0")
        #expect(model.reactions[0].isReversible)
        #expect(model.reactions[0].kineticLaw?.math == .symbol("k") * .symbol("S1"))
        #expect(model.parameters == [Parameter(id: "k", value: 0.1, location: model.parameters[0].location)])
    }

    @Test func `arrows, stoichiometries, boundaries and modifiers`() throws {
        let model = try read(
            """
            J1: 2 A + n $B => 0.5 C; k*A*M   // M is a modifier
            n = 3; k = 1
            species M, $B
            I -| J1;
            """)
        let reaction = model.reactions[0]
        #expect(!reaction.isReversible)
        #expect(reaction.reactants.map(\.species) == ["A", "B"])
        #expect(reaction.reactants[0].stoichiometry == 2)
        #expect(reaction.reactants[1].id == "n" && reaction.reactants[1].stoichiometry == 3)
        #expect(reaction.products[0].stoichiometry == 0.5)
        #expect(reaction.modifiers == ["M", "I"])
        #expect(model.species.filter(\.isBoundaryCondition).map(\.id) == ["B"])
        #expect(!model.parameters.contains { $0.id == "n" })
    }

    @Test func `a stoichiometry of two participants belongs to the first, the second follows it`() throws {
        let model = try read("J: n A -> n B; 1; n = 2")
        #expect(model.reactions[0].reactants[0].id == "n")
        #expect(model.reactions[0].products[0].id == "J_B_stoich")
        #expect(model.rules.map(\.variable) == ["J_B_stoich"])
    }

    /// Found by mutation: two hundred warnings ended the reading without a word.
    @Test func `warnings, however many, don't stop the reading`() throws {
        let model = try read(String(repeating: "x = 1\n", count: 1000) + "A -> B; x")
        #expect(model.reactions.count == 1)
        #expect(model.warnings.count < 300)
    }

    @Test func `a value over the compartment's size is an amount, any other formula an initial assignment`() throws {
        let model = try read("compartment C = 2; species A in C, B in C, D in C; A = 3/C; B = 3; D = 2*B")
        #expect(model.species.map(\.initialValue) == [.amount(3), .concentration(3), nil])
        #expect(model.initialAssignments.map(\.symbol) == ["D"])
    }

    @Test func `substanceOnly species hold amounts`() throws {
        let model = try read("substanceOnly species A in C = 4; compartment C")
        #expect(model.species[0].hasOnlySubstanceUnits)
        #expect(model.species[0].initialValue == .amount(4))
    }

    @Test func `rules, and what they make variable`() throws {
        let model = try read("x' = -k*x; x = 1; y := 2*x; k = 3; const c = 4; var v = 5; at time > 1: k = 2")
        #expect(model.rules.map(\.kind) == [.rate(variable: "x"), .assignment(variable: "y")])
        let constants = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.id, $0.isConstant) })
        #expect(constants == ["x": false, "y": false, "k": false, "c": true, "v": false])
    }

    @Test func `events with delay, priority and options`() throws {
        let model = try read(
            """
            x = 0; y = 0; a = 1
            E1: at 2 after x > 3, priority = a, t0 = false, persistent = false, fromTrigger = false: x = 1, y = x + 1
            at (time >= 5): x = 7
            """)
        let event = model.events[0]
        #expect(event.id == "E1")
        #expect(event.delay == .number(2))
        #expect(event.trigger == .apply(.gt, [.symbol("x"), .number(3)]))
        #expect(event.priority == .symbol("a"))
        #expect(!event.triggerInitialValue && !event.isPersistent && !event.usesValuesFromTriggerTime)
        #expect(event.assignments.map(\.variable) == ["x", "y"])
        #expect(model.events[1].id == "_E0")
        #expect(model.events[1].triggerInitialValue && model.events[1].isPersistent)
    }

    @Test func `functions, algebraic rules and constraints`() throws {
        let model = try read(
            """
            function hill(x, K, n)
              x^n/(K^n + x^n)
            end
            model *m()
              x = 1; var y = 2; z := hill(x, 3, 2)
              0 = x + y - 3
              x < 5
            end
            """)
        #expect(model.functions[0].arguments == ["x", "K", "n"])
        #expect(model.rules.contains { $0.kind == .algebraic })
        #expect(model.constraints[0].math == .apply(.lt, [.symbol("x"), .number(5)]))
    }

    @Test func `comments, continued lines and texts over several lines`() throws {
        let model = try read(
            "/* a\n b */ x = 1 # one\ny = x + \\\n 2 // two\nx is \"the x\"; model notes ```two\nlines```")
        #expect(model.parameters.map(\.id) == ["x", "y"])
        #expect(model.parameters[0].name == "the x")
        #expect(model.notes == "two\nlines")
    }

    @Test(
        "the model is the one marked *, else what stands outside, else the last",
        arguments: [
            ("model *a() x=1 end; model b() y=1 end", "a"), ("model a() x=1 end; model b() y=1 end", "b"),
            ("model a() x=1 end; z=1", "__main"), ("unit u = 2 mole; model a() x=1 end", "a"),
        ])
    func mainModel(text: String, id: String) throws {
        #expect(try read(text).id == id)
    }

    @Test func `a name that never gets a value is warned of, with the near one`() throws {
        let model = try read("k_growth = 1; x' = k_grwth")
        #expect(model.warnings.count == 1)
        #expect(model.warnings[0].remedy == "did you mean 'k_growth'?")
    }
}
