import Foundation
import ImmuneModels
import Testing

@Suite struct CytokineTherapyTests {
    /// nmol per international unit: 16.4e6 IU per mg, 15.5 kDa.
    private static let unit = 1e6 / 15500 / 16.4e6
    private static let observed = ["IL2_plasma", "endothelium", "MAP", "NK_count", "fever", "IFNg_pg"]
    private static let plan = ModelPlan(modulesOn: ["15-crs", "26-il2"])

    private static func run(_ doses: [Simulation.Dose], days: Double, steps: Int) throws -> Simulation {
        try Simulation(plan, days: days, steps: steps, observe: observed, doses: doses)
    }

    @Test func `aldesleukin leaves plasma with its two half-lives`() throws {
        let run = try Self.run([.init(time: 1e-4, species: "IL2", amount: 600e3 * 70 * Self.unit)], days: 0.3, steps: 3000)
        let rest = run["IL2_plasma"][0]
        func slope(_ from: Double, _ to: Double) -> Double {
            let (early, late) = (run.value("IL2_plasma", at: from / 1440) - rest, run.value("IL2_plasma", at: to / 1440) - rest)
            return log(2) * (to - from) / log(early / late)
        }
        // Konrad 1990: 12.9 and 85 min. The first minutes hold a little of the slow phase.
        #expect((12.0...15).contains(slope(1, 8)), "\(slope(1, 8)) min")
        #expect((80.0...90).contains(slope(150, 350)), "\(slope(150, 350)) min")
    }

    @Test func `high dose leaks, low dose under the skin does not, and each step up does more`() throws {
        func bolus(_ units: Double) throws -> Simulation {
            try Self.run((0..<14).map { .init(time: 0.01 + Double($0) / 3, species: "IL2", amount: units * 70 * Self.unit) }, days: 8, steps: 800)
        }
        let (high, middle) = (try bolus(600e3), try bolus(72e3))
        let low = try Self.run((0..<8).map { .init(time: 0.01 + Double($0), species: "IL2_depot", amount: 1e6 * Self.unit) }, days: 8, steps: 800)
        #expect(high["MAP"].min()! < 75 && low["MAP"].min()! > 88)
        for name in ["endothelium", "fever", "IFNg_pg", "NK_count"] {
            #expect(high.maximum(name) > middle.maximum(name) && middle.maximum(name) > low.maximum(name), "\(name)")
        }
    }

    @Test func `interferon alpha lowers neutrophils, brings fever and wakes NK cells, by dose`() throws {
        // 2.6e8 IU per mg, 19.3 kDa; three times a week.
        let perMillion = 1e6 / 2.6e8 * 1e6 / 19300
        let runs = try [0.0, 3, 18].map { million in
            try Simulation(
                ModelPlan(agents: ["interferon_alfa_2a"]), days: 28, steps: 560, observe: ["ANC", "fever", "NK_activity"],
                doses: [0.0, 2, 4, 7, 9, 11, 14, 16, 18].map { .init(time: $0 + 0.01, species: "interferon_alfa_2a_depot", amount: million * perMillion) })
        }
        for (less, more) in zip(runs, runs.dropFirst()) {
            #expect(more["ANC"].min()! < less["ANC"].min()! && more.maximum("fever") > less.maximum("fever"))
            #expect(more.maximum("NK_activity") > less.maximum("NK_activity"))
        }
        #expect((1000.0...2300).contains(runs[2]["ANC"].min()!))
    }
}
