import Foundation
import ImmuneModels
import Testing

/// Antibodies with Fc against cells that carry their target: a lesion of 1e10 cells, or 1e11 cells of a cancer of blood.
@Suite struct AntibodyTests {
    private static let lesion = ["C1": 1e10, "capacity": 3e10, "M1_tumour": 1e8]

    /// Derived quantities at once, at a concentration of `nM` in the lesion.
    private static func lesion(_ agent: String, _ target: String, nM: Double, density: Double = 1.5e6, _ settings: [String: Double] = [:]) throws -> [String: Double] {
        let ids = ["\(agent)_\(target)_occupancy", "ADCC", "ADCP", "growthInhibition_C1", "killRate_C1", "NK_lesion", "V_tumour"]
        let library = try TestCancers.library([target: density])
        let volume = 0.522 * 0.027
        let run = try Simulation(
            ModelPlan(cancer: "test_solid", agents: [agent]), in: library, days: 1e-6, steps: 1, observe: ids,
            settings: lesion.merging(["\(agent)_tumour_amount": nM * volume]) { $1 }.merging(settings) { $1 })
        return Dictionary(uniqueKeysWithValues: ids.map { ($0, run[$0][0]) })
    }

    @Test func `killing through antibody rises with dose and with target, and without target there is none`() throws {
        let doses = try [0.0, 0.1, 1, 10, 100].map { try Self.lesion("trastuzumab", "HER2", nM: $0) }
        for (less, more) in zip(doses, doses.dropFirst()) {
            #expect(more["trastuzumab_HER2_occupancy"]! > less["trastuzumab_HER2_occupancy"]!)
            #expect(more["ADCC"]! > less["ADCC"]! && more["ADCP"]! > less["ADCP"]!)
            #expect(more["growthInhibition_C1"]! > less["growthInhibition_C1"]!)
        }
        #expect(doses[0]["ADCC"] == 0 && doses[0]["growthInhibition_C1"] == 0)
        let (low, none) = (try Self.lesion("trastuzumab", "HER2", nM: 100, density: 4e4), try Self.lesion("trastuzumab", "HER2", nM: 100, density: 0))
        #expect(low["growthInhibition_C1"]! < 0.2 * doses[4]["growthInhibition_C1"]!, "normal cells don't depend on HER2")
        #expect(none["ADCC"] == 0 && none["growthInhibition_C1"] == 0 && none["ADCP"] == 0)
    }

    @Test func `ADCC saturates in the number of NK cells and in the mark, and is stronger with 158V`() throws {
        func killing(_ nk: Double, _ settings: [String: Double] = [:], agent: String = "trastuzumab") throws -> Double {
            try Self.lesion(agent, "HER2", nM: 100, ["NK": nk].merging(settings) { $1 })["ADCC"]!
        }
        // Cells of the lesion follow those of the body; 1e15 is far more than cancer cells can occupy.
        let few = try killing(1e10) / killing(1e9), many = try killing(1e16) / killing(1e15)
        #expect(few > 9 && many < 1.5, "\(few), \(many)")
        let alleles = try [(0.0, 0.0), (1, 0), (1, 1)].map { try killing(1e10, ["FcgR_V_one": $0.0, "FcgR_V_other": $0.1]) }
        #expect(alleles[0] < alleles[1] && alleles[1] < alleles[2])
        let engineered = try [(0.0, 0.0), (1, 1)].map { try killing(1e10, ["FcgR_V_one": $0.0, "FcgR_V_other": $0.1], agent: "margetuximab") }
        #expect(engineered[1] / engineered[0] < alleles[2] / alleles[0] && engineered[0] > alleles[0])
    }

    @Test func `an antibody without Fc function calls no NK cells`() throws {
        #expect(try Self.lesion("panitumumab", "EGFR", nM: 100)["ADCC"] == 0)
        #expect(try Self.lesion("cetuximab", "EGFR", nM: 100)["ADCC"]! > 0)
    }

    private static func blood(_ agent: String, mg: Double, density: Double = 80000, days: Double = 60) throws -> Simulation {
        let library = try TestCancers.library(["CD20": density])
        let plan = ModelPlan(cancer: "test_blood", agents: [agent])
        let target = try #require(try library.assemble(plan).doseTargets[agent])
        let doses = [0.01, 7, 14, 21].map { Simulation.Dose(time: $0, species: target.species, amount: mg * target.amountPerUnit["mg"]!) }
        return try Simulation(
            plan, in: library, days: days, steps: Int(days * 4), observe: ["C1", "C_total", "B_cell", "CRS_grade", "fever"], settings: ["C1": 1e11], doses: doses)
    }

    @Test func `anti-CD20 clears B cells within a week and shrinks a cancer that carries CD20, by dose, type II deeper`() throws {
        let (none, low, high) = (try Self.blood("rituximab", mg: 0), try Self.blood("rituximab", mg: 70), try Self.blood("rituximab", mg: 700))
        #expect(high.value("B_cell", at: 7) < 0.1 * high["B_cell"][0])
        #expect(high.value("C1", at: 28) < 0.9 * none.value("C1", at: 28))
        #expect(high.value("C1", at: 28) < low.value("C1", at: 28) && low.value("C1", at: 28) < none.value("C1", at: 28))
        let second = try Self.blood("obinutuzumab", mg: 1000)
        #expect(second.value("C1", at: 28) < high.value("C1", at: 28))
        let absent = try Self.blood("rituximab", mg: 700, density: 0)
        #expect(abs(absent.value("C1", at: 28) / none.value("C1", at: 28) - 1) < 0.02, "without CD20 on its cells nothing is gained")
        #expect(absent.value("B_cell", at: 7) < 0.2 * absent["B_cell"][0])
    }

    @Test func `a conjugate kills by its target, and its payload hurts the marrow`() throws {
        func run(_ density: Double, mg: Double) throws -> Simulation {
            let library = try TestCancers.library(["CD30": density])
            return try Simulation(
                ModelPlan(cancer: "test_solid", agents: ["brentuximab_vedotin"]), in: library, days: 42, steps: 168, observe: ["C1", "ANC"],
                settings: Self.lesion, doses: [0.01, 21].map { .init(time: $0, species: "brentuximab_vedotin_central", amount: mg * 1e6 / 153000) })
        }
        let (none, given, absent) = (try run(150_000, mg: 0), try run(150_000, mg: 130), try run(0, mg: 130))
        #expect(given["C1"].last! < 0.8 * none["C1"].last!)
        #expect(absent["C1"].last! > 0.9 * none["C1"].last!)
        #expect(given["ANC"].min()! < 0.85 * none["ANC"].min()!)
    }

    @Test func `antibodies against the drug raise its clearance, in those who make them`() throws {
        func clearance(_ responder: Double, dose: Double) throws -> Double {
            let run = try Simulation(
                ModelPlan(cancer: "nsclc", agents: ["atezolizumab"], values: ["atezolizumab_antidrug_responder": responder]), days: 300, steps: 300,
                observe: ["atezolizumab_clearance"],
                doses: (0..<14).map { .init(time: 0.01 + 21 * Double($0), species: "atezolizumab_central", amount: dose) })
            return run["atezolizumab_clearance"].last!
        }
        let gain = try clearance(1, dose: 8276) / clearance(0, dose: 8276)
        // Stroh 2017: 15.9 % at the full titre.
        #expect((1.12...1.16).contains(gain), "\(gain)")
        #expect(try clearance(1, dose: 0) == clearance(0, dose: 0))
    }
}
