import AntimonyFormat
import ModelIR
import Testing

@Suite struct ModuleTests {
    private let decay = """
        model decay(S, k)
          compartment c = 1
          species S in c, P in c
          J: S -> P; k*S
          k = 2; P = 0
        end

        """

    @Test func `ports take the names and values of the enclosing model`() throws {
        let model = try read(
            decay + """
                model *main()
                  A: decay(X, rate); B: decay()
                  X = 3; rate = 9
                  B.k = 4; B.S = 1
                  total := A.P + B.P
                end
                """)
        #expect(model.species.map(\.id) == ["A_P", "X", "B_S", "B_P"])
        #expect(model.parameters.first { $0.id == "rate" }?.value == 9)
        #expect(model.parameters.first { $0.id == "B_k" }?.value == 4)
        #expect(model.reactions.map(\.id) == ["A_J", "B_J"])
        #expect(model.reactions[0].kineticLaw?.math == .symbol("rate") * .symbol("X"))
        #expect(model.rules[0].math == .symbol("A_P") + .symbol("B_P"))
    }

    @Test func `a port without a value keeps that of the module`() throws {
        let model = try read(decay + "A: decay(X, rate); X = 1")
        #expect(model.parameters.first { $0.id == "rate" }?.value == 2)
    }

    @Test func `'is' makes two symbols one`() throws {
        let model = try read(decay + "A: decay(); B: decay(); A.c is B.c; A.P is B.S; compartment V = 5; A.c is V")
        #expect(model.compartments.map(\.id) == ["V"])
        #expect(model.species.count == 3)
    }

    @Test func `numbers as ports, rules and events over instances, deletion`() throws {
        let model = try read(
            decay + """
                A: decay(X, 7); X = 1
                B: decay(); delete B.J; B.k := 2*time; B.S = 1
                at time > 3: A.k = 0
                """)
        #expect(model.parameters.first { $0.id == "A_k" }?.value == 7)
        #expect(model.reactions.map(\.id) == ["A_J"])
        #expect(model.rules.map(\.variable) == ["B_k"])
        #expect(model.events[0].assignments[0].variable == "A_k")
    }

    @Test func `instances of instances, placed in a compartment`() throws {
        let model = try read(
            """
            model inner() S -> ; 1; S = 1 end
            model outer() I: inner(); end
            compartment blood = 5
            O: outer() in blood
            """)
        #expect(model.species[0].id == "O_I_S")
        #expect(model.species[0].compartment == "blood")
    }

    @Test func `modules may stand in several texts`() throws {
        let model = try readAntimony(
            [
                AntimonySource(text: decay, file: "decay.ant"),
                AntimonySource(text: "model top() A: decay(); A.S = 1 end", file: "top.ant"),
            ], main: "top")
        #expect(model.id == "top")
        #expect(model.reactions[0].location?.file == "decay.ant")
    }

    @Test func `imported texts give their modules and functions, once`() throws {
        let files = [
            "decay.ant": "import \"twice.ant\"\n" + decay + "x = 1",
            "twice.ant": "import \"decay.ant\"\nfunction twice(a) 2*a end",
        ]
        let source = AntimonySource(
            text: "import \"decay.ant\"\nimport \"twice.ant\"\nA: decay(); y := twice(A.S)", file: "top.ant")
        let model = try readAntimony([source]) { path, _ in files[path].map { AntimonySource(text: $0, file: path) } }
        #expect(model.functions.map(\.id) == ["twice"])
        #expect(model.reactions.map(\.id) == ["A_J"])
        #expect(!model.parameters.contains { $0.id == "x" })
        #expect(throws: InvalidModel.self) { try readAntimony([source]) { _, _ in nil } }
    }

    @Test(
        "wrong modules are refused where they are wrong",
        arguments: [
            ("A: nothing()", "model.ant:1:1: error: no model 'nothing'"),
            ("model m() A: m(); end", "error: model 'm' contains itself"),
            ("model m(x) x = 1 end; A: m(y, z)", "has 1 port(s), 2 are given"),
            ("model m() x = 1 end; A: m(); A.y = 2", "error: model 'm' has no 'y'"),
            ("model m() x = 1 end; z = B.x", "error: 'B' in 'B.x' is not an instance"),
            ("model m() x = 1 end; A: m(); A = 2", "error: 'A' is an instance"),
            ("model m() x = 1", "error: model 'm' has no 'end'"),
            ("model m() S -> ; 1; end; A: m(); delete A.S", "is deleted"),
        ])
    func refused(text: String, message: String) {
        let found = errors(text)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }

    @Test func `exponentially many instances are refused`() {
        var text = "model m0() x = 1 end\n"
        for level in 1...40 { text += "model m\(level)() A: m\(level - 1)(); B: m\(level - 1)() end\n" }
        #expect(errors(text).contains { $0.contains("instances") })
    }
}
