import ModelIR
import Testing

@testable import ImmuneModels

/// The cancers of the catalogue: all that were promised, each assembled with what its file names.
@Suite struct CancerTests {
    private static let ids = [
        "nsclc", "sclc", "tnbc", "breast-her2", "breast-hr", "prostate", "b-all-child", "b-all-adult", "cll", "lbcl", "fl", "chl", "mcl",
        "myeloma", "cervical", "hnscc", "oropharyngeal", "penile", "melanoma", "rcc", "bladder", "nmibc",
    ]

    @Test(arguments: ids) func assembles(id: String) throws {
        let library = try ModelLibrary.builtIn()
        let cancer = try #require(library.cancer(named: id))
        let assembled = try library.assemble(ModelPlan(cancer: id))
        // every observable that diagnosis and response read is there, or assembly would have refused
        #expect(assembled.response == cancer.response)
        #expect(assembled.diagnosis == cancer.diagnosis)
        #expect(assembled.parameters.contains { $0.id == cancer.diagnosis.threshold && $0.distribution.kind != .point })
        #expect(cancer.parameters.allSatisfy { !$0.source.isEmpty || !$0.note.isEmpty }, "a row without source or note")
    }

    @Test func `no value of a cancer is for one therapy only`() throws {
        let library = try ModelLibrary.builtIn()
        let agents = Set(library.agents.map(\.id))
        for cancer in library.cancers {
            for row in cancer.parameters {
                #expect(!agents.contains { row.id.hasPrefix("\($0)_") }, "\(cancer.id): \(row.id)")
            }
        }
    }

    @Test func `a cancer whose file names an unknown observable is refused`() throws {
        var library = try ModelLibrary.builtIn()
        let index = try #require(library.cancers.firstIndex { $0.id == "nsclc" })
        library.cancers[index].response.observables[.lesion] = "diametre_tumour"
        #expect(throws: InvalidModel.self) { try library.assemble(ModelPlan(cancer: "nsclc")) }
    }

    private static func states(_ assembled: AssembledModel) -> Set<String> {
        Set(assembled.observables.filter { $0.kind == .state }.map(\.id))
    }

    @Test func `lesions have their own states and share the patient`() throws {
        let library = try ModelLibrary.builtIn()
        let agents = ["pembrolizumab", "docetaxel"]
        let one = try library.assemble(ModelPlan(cancer: "nsclc", agents: agents))
        let three = try library.assemble(ModelPlan(cancer: "nsclc", agents: agents, lesions: 3))
        let (few, many) = (Self.states(one), Self.states(three))
        #expect(few.isSubset(of: many))
        let added = many.subtracting(few)
        #expect(added.allSatisfy { $0.hasPrefix("L2_") || $0.hasPrefix("L3_") })
        // each further lesion repeats the same states of the first
        let second = Set(added.filter { $0.hasPrefix("L2_") }.map { String($0.dropFirst(3)) })
        #expect(second == Set(added.filter { $0.hasPrefix("L3_") }.map { String($0.dropFirst(3)) }))
        #expect(second.isSubset(of: few) && second.contains("C1") && second.contains("neo_effector_tumour") && second.contains("M1_tumour"))
        // growth is the patient's, infiltration the lesion's
        let rows = Set(three.parameters.map(\.id))
        #expect(rows.contains("growth") && !rows.contains("L2_growth") && rows.contains("L2_site_infiltration"))
        // drugs and killers reach every lesion, and the sum of diameters has all of them
        let sums = Dictionary(three.model.rules.compactMap { rule in rule.variable.map { ($0, rule.math.description) } }) { first, _ in first }
        #expect(try #require(sums["L2_killRate_C1"]).contains("docetaxel") && sums["L2_killRate_C1"]!.contains("L2_killRate_C1__neo"))
        #expect(try #require(sums["sumDiameters"]).contains("sumDiameters__L3_tumour"))
        #expect(!sums["killRate_C1"]!.contains("L2_"))
    }

    @Test func `what makes no sense in several lesions is refused`() throws {
        let library = try ModelLibrary.builtIn()
        #expect(throws: InvalidModel.self) { try library.assemble(ModelPlan(cancer: "nsclc", lesions: 6)) }
        #expect(throws: InvalidModel.self) { try library.assemble(ModelPlan(cancer: "lbcl", lesions: 2)) }
    }
}
