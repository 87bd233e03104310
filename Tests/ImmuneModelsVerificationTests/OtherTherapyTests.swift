import Foundation
import ImmuneModels
import Testing

/// TIL and TCR-T, NK products, vaccines, engagers of solid tumours, radiation, resection.
@Suite struct OtherTherapyTests {
    private static let lesion = ["C1": 1e10, "capacity": 3e10]

    private static func run(
        _ agents: [String], cancer: String = "test_solid", densities: [String: Double] = [:], values: [String: Double] = [:],
        days: Double, observe: [String], settings: [String: Double] = lesion, doses: [Simulation.Dose]
    ) throws -> Simulation {
        try Simulation(
            ModelPlan(cancer: cancer, agents: agents, values: values), in: TestCancers.library(densities), days: days, steps: Int(max(50, days * 4)), observe: observe,
            settings: settings, doses: doses)
    }

    @Test("radiation kills by the linear-quadratic law, and closer fractions kill more", arguments: [1.0, 2, 8])
    func linearQuadratic(gray: Double) throws {
        let still: [String: Double] = ["growth": 0, "death": 0, "neo_kill_T": 0, "taa_kill_T": 0, "phagocytosis": 0, "radiotherapy_alpha": 0.3]
        func survivors(_ times: [Double]) throws -> Double {
            let run = try Self.run(
                ["radiotherapy"], values: still, days: 12, observe: ["C1"], doses: times.map { .init(time: $0, species: "radiotherapy_unrepaired", amount: gray) })
            return run["C1"].last! / 1e10
        }
        let one = exp(-(0.3 * gray + 0.03 * gray * gray))
        #expect(abs(try survivors([1]) / one - 1) < 1e-3)
        #expect(abs(try survivors([1, 3, 5]) / (one * one * one) - 1) < 3e-3)
        #expect(try survivors([1, 1.02]) < 0.97 * one * one)
    }

    @Test func `an operation leaves the residue, in cancer and immune cells alike, and no dead cells`() throws {
        let run = try Self.run(
            ["surgery"], values: ["surgery_residue": 1e-4, "growth": 0, "death": 0], days: 3, observe: ["C1", "C_dead", "M1_tumour", "diameter_tumour"],
            settings: ["C1": 1e10, "capacity": 3e10, "M1_tumour": 1e8], doses: [.init(time: 1, species: "surgery_pending", amount: 1)])
        #expect(abs(run["C1"].last! / 1e6 - 1) < 0.2, "\(run["C1"].last!)")
        #expect(run["M1_tumour"].last! < 0.01 * run["M1_tumour"][0] && run["C_dead"].last! < 1e6)
        let none = try Self.run(["surgery"], days: 3, observe: ["C1"], doses: [])
        #expect(none["C1"].last! > 0.9e10)
    }

    @Test func `TIL need lymphodepletion and interleukin 2, and dose counts; receptor cells need antigen and HLA`() throws {
        func peak(_ cells: Double, depletion: Bool, interleukin: Bool) throws -> Double {
            var doses = [Simulation.Dose(time: 8, species: "lifileucel_infused", amount: cells)]
            if depletion {
                for day in [1.0, 2] { doses.append(.init(time: day, species: "cyclophosphamide_central", amount: 60 * 75 * 1000 / 261.1)) }
                for day in [3.0, 4, 5, 6, 7] { doses.append(.init(time: day, species: "fludarabine_central", amount: 25 * 1.85 * 1000 / 365.2)) }
            }
            if interleukin { for dose in 0..<6 { doses.append(.init(time: 9 + Double(dose) / 3, species: "IL2", amount: 600e3 * 75 * 3.934e-6)) } }
            let run = try Self.run(["lifileucel", "fludarabine", "cyclophosphamide", "aldesleukin"], days: 40, observe: ["lifileucel_circulating", "neo_effector"], doses: doses)
            return run.maximum("lifileucel_circulating")
        }
        let full = try peak(3e10, depletion: true, interleukin: true)
        #expect(full > 1.0 * (try peak(3e10, depletion: true, interleukin: false)))
        #expect(full > 2 * (try peak(3e10, depletion: false, interleukin: false)))
        let (tenth, nothing) = (try peak(3e9, depletion: true, interleukin: true), try peak(0, depletion: true, interleukin: true))
        #expect(full > tenth && nothing == 0)

        func receptor(_ density: Double, match: Double) throws -> Double {
            try Self.run(
                ["afamitresgene_autoleucel"], densities: ["MAGEA4": density], values: ["afamitresgene_autoleucel_HLA_match": match], days: 30, observe: ["neo_effector"],
                doses: [.init(time: 1, species: "afamitresgene_autoleucel_infused", amount: 5e9)]
            ).maximum("neo_effector")
        }
        let given = try receptor(20000, match: 1)
        let (absent, otherHLA) = (try receptor(0, match: 1), try receptor(20000, match: 0))
        #expect(given > 10 * absent && given > 10 * otherHLA)
    }

    @Test func `transferred NK cells live for weeks after lymphodepletion, are rejected without it, and kill by their receptor`() throws {
        func run(_ density: Double, cells: Double, depletion: Bool = true) throws -> Simulation {
            var doses = [Simulation.Dose(time: 6, species: "car_nk_cd19_cells", amount: cells)]
            for day in depletion ? [1.0, 2, 3] : [] {
                doses.append(.init(time: day, species: "fludarabine_central", amount: 30 * 1.85 * 1000 / 365.2))
                doses.append(.init(time: day, species: "cyclophosphamide_central", amount: 300 * 1.85 * 1000 / 261.1))
            }
            return try Self.run(
                ["car_nk_cd19", "fludarabine", "cyclophosphamide"], cancer: "test_blood", densities: ["CD19": density], days: 34, observe: ["C1", "car_nk_cd19_cells", "CRS_grade"],
                settings: ["C1": 1e10], doses: doses)
        }
        let (given, none, absent, rejected) = (try run(15000, cells: 7e8), try run(15000, cells: 0), try run(0, cells: 7e8), try run(15000, cells: 7e8, depletion: false))
        #expect(given.value("C1", at: 30) < 0.5 * none.value("C1", at: 30))
        #expect(absent.value("C1", at: 30) > 2 * given.value("C1", at: 30))
        #expect(rejected.value("car_nk_cd19_cells", at: 20) < 0.5 * given.value("car_nk_cd19_cells", at: 20))
        #expect(given.maximum("CRS_grade") <= 1)
    }

    @Test func `a vaccine against neoantigens raises their T cells, by dose, and not without HLA`() throws {
        func effectors(_ micrograms: Double, _ values: [String: Double] = [:]) throws -> Double {
            try Self.run(
                ["mrna_4157"], values: values, days: 90, observe: ["neo_effector"], settings: ["C1": 1e6, "capacity": 3e10],
                doses: [1.0, 22, 43].map { .init(time: $0, species: "mrna_4157_mRNA", amount: micrograms) }
            ).maximum("neo_effector")
        }
        let (none, low, high) = (try effectors(0), try effectors(100), try effectors(1000))
        #expect(none < low && low < high && high > 3 * none, "\(none) \(low) \(high)")
        #expect(try effectors(1000, ["HLA_diversity": 0.01]) < 0.3 * high)
    }

    @Test func `the preventive vaccine gives antibody that three doses raise and years keep`() throws {
        let times = [1.0, 61, 183]
        let run = try Simulation(
            ModelPlan(agents: ["hpv_vaccine_9valent"], values: ["age": 15]), days: 1500, steps: 3000, observe: ["hpv_neutralisation", "hpv_memory4"],
            doses: times.map { .init(time: $0, species: "hpv_vaccine_9valent_injected", amount: 270) })
        let peaks = [60.0, 180, 230].map { run.value("hpv_neutralisation", at: $0) }
        #expect(peaks[2] > peaks[0] && peaks[2] > peaks[1], "\(peaks)")
        #expect(run["hpv_neutralisation"].last! > 0.02 * run.maximum("hpv_neutralisation"))
        let without = try Simulation(ModelPlan(agents: ["hpv_vaccine_9valent"]), days: 200, steps: 20, observe: ["hpv_neutralisation"])
        #expect(without.maximum("hpv_neutralisation") < 1e-6 * peaks[2])
    }

    @Test func `an engager of small-cell cancer kills by its antigen and by dose, and steps up to spare interleukin 6`() throws {
        func run(_ density: Double, milligrams: [(Double, Double)]) throws -> Simulation {
            try Self.run(
                ["tarlatamab"], densities: ["DLL3": density], days: 28, observe: ["C1", "IL6_pg", "CRS_grade"],
                doses: milligrams.map { .init(time: $0.0, species: "tarlatamab_central", amount: $0.1 * 1e6 / 105000) })
        }
        let (none, low, label) = (try run(2500, milligrams: []), try run(2500, milligrams: [(0.01, 0.01)]), try run(2500, milligrams: [(0.01, 1), (7, 10), (14, 10)]))
        #expect(label["C1"].last! < low["C1"].last! && low["C1"].last! < none["C1"].last!)
        let absent = try run(0, milligrams: [(0.01, 1), (7, 10), (14, 10)])
        #expect(abs(absent["C1"].last! / none["C1"].last! - 1) < 0.02)
        let flat = try run(2500, milligrams: [(0.01, 10), (7, 10), (14, 10)])
        #expect(label.maximum("IL6_pg") <= flat.maximum("IL6_pg"))
    }

    @Test func `antibody to LAG-3 frees it`() throws {
        let run = try Self.run(
            ["relatlimab"], days: 21, observe: ["I_LAG3_tumour"], doses: [.init(time: 1, species: "relatlimab_central", amount: 160e6 / 145300)])
        #expect(run["I_LAG3_tumour"].last! < 0.1 * run["I_LAG3_tumour"][0])
    }

    @Test func `stem cells shorten neutropenia after a dose that the marrow does not survive`() throws {
        func days(_ cells: Double) throws -> Double {
            let run = try Self.run(
                ["autologous_stem_cells", "melphalan"], cancer: "test_blood", days: 60, observe: ["ANC", "neutropenia_grade"], settings: ["C1": 1e9],
                doses: [.init(time: 0.01, species: "melphalan_central", amount: 200 * 1.85 * 1000 / 305.2), .init(time: 3, species: "autologous_stem_cells_graft", amount: cells)])
            return Double(run["neutropenia_grade"].count { $0 == 4 }) / 4
        }
        let (with, without) = (try days(4e8), try days(0))
        #expect(with < 0.8 * without && (3...16).contains(with), "\(with) days of grade 4 with, \(without) without")
    }
}
