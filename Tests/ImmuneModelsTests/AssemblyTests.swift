import AntimonyFormat
import ModelIR
import Testing

@testable import ImmuneModels

@Suite struct AssemblyTests {
    private static func assemble(_ texts: [(ModuleInstance, String)], rows: [ParameterRow] = [], values: [String: Double] = [:]) throws -> Model {
        var assembler = ModelAssembler(rows: rows)
        for (instance, text) in texts { assembler.add(instance, try readAntimony(text, file: "\(instance.module).ant")) }
        return try assembler.finish(values: values).0
    }

    private static let consumer = """
        model c()
          unit day = 86400 second; unit per_day = 1/day; unit time_unit = 86400 second;
          compartment body = 1; substanceOnly species x in body; x has dimensionless; x = 1;
          killRate_x = 0; killRate_x has per_day;
          x' = -killRate_x*x;
        end
        """
    private static let killer = """
        model k()
          unit day = 86400 second; unit per_day = 1/day; unit time_unit = 86400 second;
          rate has per_day;
          killRate_x__SELF := rate; killRate_x__SELF has per_day;
        end
        """
    private static let rows = [
        ParameterRow(id: "rate", value: 2, unit: "per_day", module: "k"), ParameterRow(id: "b_rate", value: 3, unit: "per_day", module: "k"),
    ]

    @Test func `contributions are summed, and without any the default stays`() throws {
        let (c, a, b) = ((ModuleInstance("c"), Self.consumer), (ModuleInstance("k", name: "a"), Self.killer), (ModuleInstance("k", name: "b"), Self.killer))
        let both = try Self.assemble([c, a, b], rows: Self.rows)
        let sum = both.rules.first { $0.variable == "killRate_x" }
        #expect(sum?.math == .apply(.plus, [.symbol("killRate_x__a"), .symbol("killRate_x__b")]))
        #expect(both.parameters.filter { $0.id == "killRate_x" }.count == 1)
        // The row of the instance comes before that of the template.
        #expect(both.parameters.first { $0.id == "a_rate" }?.value == 2)
        #expect(both.parameters.first { $0.id == "b_rate" }?.value == 3)
        let alone = try Self.assemble([c], rows: Self.rows)
        #expect(alone.parameters.first { $0.id == "killRate_x" }?.value == 0)
        let reversed = try Self.assemble([b, a, c], rows: Self.rows)
        #expect(Set(reversed.rules) == Set(both.rules))
        #expect(try Self.assemble([c, a], rows: Self.rows, values: ["a_rate": 7]).parameters.first { $0.id == "a_rate" }?.value == 7)
    }

    @Test func `what is missing, doubled or in another unit is named`() throws {
        func message(_ texts: [(ModuleInstance, String)], rows: [ParameterRow] = Self.rows) -> String {
            do {
                _ = try Self.assemble(texts, rows: rows)
                return "accepted"
            } catch {
                return "\(error)"
            }
        }
        let k = (ModuleInstance("k", name: "a"), Self.killer)
        #expect(message([k], rows: []).contains("'a_rate' of k has no value"))
        #expect(message([k, k]).contains("'a_rate' is defined twice"))
        #expect(message([k], rows: [ParameterRow(id: "rate", value: 2, unit: "cell", module: "k")]).contains("its row in cell"))
        let sum = Self.consumer.replacing("killRate_x = 0;", with: "killRate_x := 1;")
        #expect(message([(ModuleInstance("c"), sum), k]).contains("'killRate_x' is a sum of contributions and defined by a module too"))
    }

    @Test func `tokens are replaced where they stand alone`() {
        let instance = ModuleInstance("v", name: "flu", mapping: ["GROUP": "hpv"])
        #expect(instance.assembledID(of: "load_GROUP__SELF", isOwn: true) == "load_hpv__flu")
        #expect(instance.assembledID(of: "antigen", isOwn: true) == "flu_antigen")
        #expect(instance.assembledID(of: "SELF_Th", isOwn: false) == "flu_Th")
        #expect(instance.assembledID(of: "MYSELF_x", isOwn: false) == "MYSELF_x")
        #expect(ModuleInstance("v").assembledID(of: "antigen", isOwn: true) == "antigen")
    }

    @Test func `everything on at once assembles with clean dimensions`() throws {
        let library = try ModelLibrary.builtIn()
        let optional = library.modules.filter { $0.scope == .system && !["25-infection", "16-outcome-blood"].contains($0.id) }.map(\.id)
        let plan = ModelPlan(
            modulesOn: Set(optional),
            instances: [
                ModuleInstance("20-car-t", name: "CAR"), ModuleInstance("19-bispecific", name: "blin"), ModuleInstance("19-bispecific-blood", name: "blin"),
                ModuleInstance("23-vaccine", name: "flu", mapping: ["GROUP": "hpv"]), ModuleInstance("24-humoral", name: "hpv"),
            ])
        let assembled = try library.assemble(plan)
        let report = assembled.model.checkDimensions(bareNumbersAreDimensionless: true)
        #expect(report.diagnostics.isEmpty, "\(report.diagnostics.map(\.description).joined(separator: "\n"))")
        #expect(assembled.model.parameters.allSatisfy { parameter in
            parameter.value != nil || assembled.model.rules.contains { $0.variable == parameter.id }
                || assembled.model.initialAssignments.contains { $0.symbol == parameter.id }
        })
        #expect(assembled.observables.allSatisfy { !$0.unit.isEmpty })
    }

    @Test func `a module that is off is a module that is absent`() throws {
        let library = try ModelLibrary.builtIn()
        let off = try library.assemble(ModelPlan(modulesOn: ["26-il2"], modulesOff: ["26-il2"]))
        #expect(off.model == (try library.assemble(ModelPlan())).model)
        #expect(throws: InvalidModel.self) { try library.assemble(ModelPlan(modulesOn: ["26-il3"])) }
    }
}

@Suite struct CatalogueTests {
    @Test func `a patient with lung cancer and three drugs assembles with a value and a unit for everything`() throws {
        let library = try ModelLibrary.builtIn()
        let assembled = try library.assemble(ModelPlan(cancer: "nsclc", agents: ["pembrolizumab", "atezolizumab", "docetaxel"]))
        #expect(assembled.doseTargets["pembrolizumab"]?.species == "pembrolizumab_central")
        #expect(abs((assembled.doseTargets["pembrolizumab"]?.amountPerUnit["mg"] ?? 0) - 6.711) < 0.001)
        #expect(assembled.diagnosis?.observable == "diameter_tumour")
        #expect(assembled.model.parameters.allSatisfy { $0.unit != nil })
        #expect(assembled.observables.count { $0.kind == .state } > 70)
    }

    @Test func `an unknown drug is refused with a near match`() throws {
        let library = try ModelLibrary.builtIn()
        let error = #expect(throws: InvalidModel.self) {
            try library.assemble(ModelPlan(cancer: "nsclc", agents: ["pembrolizumap"]))
        }
        #expect(error?.description.contains("did you mean 'pembrolizumab'") == true)
    }
}
