import Foundation
import ImmuneModels
import Testing

/// CAR-T cells after fludarabine and cyclophosphamide; infusion on day 6 of the simulation.
@Suite struct CellTherapyTests {
    static let plan = ModelPlan(
        agents: ["fludarabine", "cyclophosphamide", "tocilizumab"], modulesOn: ["15-crs", "27-corticosteroid", "28-blood-cancer"],
        instances: [ModuleInstance("20-car-t", name: "CAR")])
    static let observed = [
        "CAR_count", "CAR_memory", "C1", "C2", "B_cell", "IL6_pg", "IFNg_pg", "TNF_pg", "IL10_pg", "CRP", "IL15_relative", "IL7_relative",
        "endothelium", "fever", "neurotoxicity", "CRS_grade", "IgG_plasma",
    ]
    static let infusion = 6.0

    static func run(
        burden: Double = 3e11, lost: Double = 0, cells: Double = 1e8, lymphodepletion: Bool = true, tocilizumab: Double? = nil,
        dexamethasone: [Double] = [], days: Double = 400
    ) throws -> Simulation {
        var doses = [Simulation.Dose(time: infusion, species: "CAR_infused", amount: cells)]
        if lymphodepletion {
            for day in [1.0, 2, 3] {
                // 30 mg/m² of 365 g/mol and 500 mg/m² of 261 g/mol at 1.8 m², in µmol
                doses.append(.init(time: day, species: "fludarabine_central", amount: 30 * 1.8 * 1000 / 365))
                doses.append(.init(time: day, species: "cyclophosphamide_central", amount: 500 * 1.8 * 1000 / 261))
            }
        }
        if let tocilizumab { doses.append(.init(time: infusion + tocilizumab, species: "tocilizumab_central", amount: 560e3 / 148)) }
        for day in dexamethasone { doses.append(.init(time: infusion + day, species: "dexamethasone", amount: 10)) }
        return try Simulation(plan, days: days, steps: Int(days * 4), observe: observed, settings: ["C1": burden, "C2": lost], doses: doses)
    }

    @Test func `expansion and decline are those of tisagenlecleucel`() throws {
        let run = try Self.run()
        func count(_ day: Double) -> Double { run.value("CAR_count", at: Self.infusion + day) }
        let peak = run.time(ofMaximum: "CAR_count") - Self.infusion
        // Stein 2019: Tmax 9.3 d, doubling time 0.78 d, 3,900-fold, 0.16 then 0.0032 per day; Lichtenstein 2021: median peak 551 per µL.
        #expect((8.0...12).contains(peak), "peak on day \(peak)")
        #expect((300.0...1100).contains(run.maximum("CAR_count")))
        let growth = log(count(7) / count(3)) / 4
        #expect((0.75...1.0).contains(growth), "\(growth) per day")
        let fold = run.maximum("CAR_count") / (count(3) * exp(-3 * growth))
        #expect((2000.0...8000).contains(fold), "\(fold)-fold")
        let contraction = log(count(peak + 6) / count(peak + 16)) / 10
        #expect((0.13...0.19).contains(contraction), "\(contraction) per day")
        let persistence = log(count(60) / count(200)) / 140
        #expect((0.0015...0.0065).contains(persistence), "\(persistence) per day")
    }

    @Test func `interleukins rise after lymphodepletion, and without it expansion fails in time`() throws {
        let run = try Self.run(days: 60)
        #expect((2.5...6).contains(run.value("IL15_relative", at: Self.infusion)))
        #expect((1.8...4).contains(run.value("IL7_relative", at: Self.infusion)))
        #expect(run.value("IL15_relative", at: Self.infusion + 14) < 0.7 * run.value("IL15_relative", at: Self.infusion))
        let without = try Self.run(lymphodepletion: false, days: 60)
        #expect(run.value("C1", at: Self.infusion + 28) < 1e4)
        #expect(without.value("C1", at: Self.infusion + 28) > 1e11)
    }

    @Test func `B cells stay away while CAR-T cells persist, IgG falls, and B cells return`() throws {
        let run = try Self.run(days: 700)
        let before = run["B_cell"][0]
        #expect(run.value("B_cell", at: Self.infusion + 28) < 0.01 * before)
        #expect(run.value("B_cell", at: Self.infusion + 150) < 0.05 * before)
        #expect(run.value("IgG_plasma", at: Self.infusion + 200) < 0.6 * run["IgG_plasma"][0])
        // They are held down for most of a year, then come back in part: what is left of the memory cells goes on killing.
        #expect(run.value("B_cell", at: 700) > 0.1 * before && run.value("B_cell", at: 700) > 20 * run.value("B_cell", at: Self.infusion + 150))
    }

    @Test func `a clone without the antigen is not touched and grows out`() throws {
        let run = try Self.run(lost: 1000, days: 400)
        #expect(run.value("C1", at: 200) < 1e6)
        #expect(run.value("C2", at: 380) > 1e11)
    }

    @Test func `more burden, more cytokines and a higher grade; dose moves the peak, not its height`() throws {
        let runs = try [1e8, 1e10, 1e11, 3e11, 1e12].map { try Self.run(burden: $0, days: 60) }
        for (less, more) in zip(runs, runs.dropFirst()) {
            #expect(more.maximum("IFNg_pg") > less.maximum("IFNg_pg"))
            #expect(more.maximum("endothelium") > less.maximum("endothelium"))
            #expect(more.maximum("CRS_grade") >= less.maximum("CRS_grade"))
            #expect(more.maximum("neurotoxicity") >= less.maximum("neurotoxicity"))
        }
        #expect(runs[0].maximum("CRS_grade") == 0 && runs[4].maximum("CRS_grade") >= 2)
        // Peaks of the 52 patients with CRS in Lichtenstein 2021: middle half.
        let typical = runs[3]
        #expect((343.0...2815).contains(typical.maximum("IFNg_pg")))
        #expect((39.0...899).contains(typical.maximum("IL6_pg")))
        #expect((51.0...406).contains(typical.maximum("IL10_pg")))
        #expect((31.0...191).contains(typical.maximum("CRP")))
        let (low, high) = (try Self.run(cells: 1e7, days: 60), try Self.run(cells: 3e8, days: 60))
        #expect(low.time(ofMaximum: "CAR_count") > high.time(ofMaximum: "CAR_count") + 2)
        #expect(abs(low.maximum("CAR_count") / high.maximum("CAR_count") - 1) < 0.2)
    }

    @Test func `tocilizumab cuts CRP and fever while interleukin 6 rises and CAR-T cells go on; steroid calms brain and endothelium`() throws {
        let (plain, treated) = (try Self.run(days: 60), try Self.run(tocilizumab: 6, days: 60))
        #expect(treated.maximum("IL6_pg") > 2 * plain.maximum("IL6_pg"))
        #expect(treated.maximum("CRP") < 0.3 * plain.maximum("CRP"))
        #expect(treated.maximum("endothelium") < 0.7 * plain.maximum("endothelium"))
        #expect(abs(treated.maximum("CAR_count") / plain.maximum("CAR_count") - 1) < 0.05)
        let steroid = try Self.run(burden: 1e12, dexamethasone: [8, 8.5, 9, 9.5, 10, 11, 12, 13], days: 60)
        let heavy = try Self.run(burden: 1e12, days: 60)
        #expect(steroid.maximum("neurotoxicity") < 0.7 * heavy.maximum("neurotoxicity"))
        #expect(steroid.maximum("endothelium") < heavy.maximum("endothelium"))
        #expect(steroid.maximum("CAR_count") > 0.5 * heavy.maximum("CAR_count"))
    }

    @Test func `no cells is no therapy, bit for bit, and without target the benefit is gone`() throws {
        let (none, absent) = (try Self.run(cells: 0, lymphodepletion: false, days: 60), try Self.withoutProduct())
        for name in ["C1", "B_cell", "IL6_pg", "IL15_relative"] { #expect(none[name] == absent[name], "\(name)") }
        let lost = try Self.run(burden: 1, lost: 3e11, days: 60)
        #expect(lost.value("C2", at: 60) > 3e11)
    }

    /// The same model with nothing dosed at all.
    private static func withoutProduct() throws -> Simulation {
        try Simulation(
            plan, days: 60, steps: 240, observe: observed, settings: ["C1": 3e11, "C2": 0],
            doses: [.init(time: infusion, species: "CAR_infused", amount: 0)])
    }
}
