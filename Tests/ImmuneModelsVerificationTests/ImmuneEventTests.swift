import Foundation
import ImmuneModels
import Testing

/// Immune-related events of a susceptible patient: the gut's self-reactive cells divide often.
@Suite struct ImmuneEventTests {
    private static func run(
        _ agents: [String], susceptible: Bool = true, steroid: [Double] = [], days: Double = 365
    ) throws -> Simulation {
        var plan = ModelPlan(cancer: "nsclc", agents: ["nivolumab", "ipilimumab", "relatlimab", "methylprednisolone"])
        if susceptible { for organ in ["gut", "endocrine"] { plan.values["irAE_divisions_\(organ)"] = 1.45 } }
        let amounts = ["nivolumab": 240e6 / 146000, "ipilimumab": 225e6 / 148000, "relatlimab": 160e6 / 145300]
        var doses: [Simulation.Dose] = []
        for agent in agents {
            let count = agent == "ipilimumab" ? 4 : 17
            doses += (0..<count).map { .init(time: 100 + 21 * Double($0), species: "\(agent)_central", amount: amounts[agent]!) }
        }
        doses += steroid.map { .init(time: 100 + $0, species: "dexamethasone", amount: 15) }
        return try Simulation(
            plan, days: 100 + days, steps: Int(100 + days), observe: ["irAE_grade", "irAE_grade_gut", "damage_gut", "damage_endocrine", "selfReactive_gut", "irAE_release"],
            doses: doses)
    }

    private static func onset(_ run: Simulation, grade: Double = 1) -> Double? {
        run.times.indices.first { run["irAE_grade_gut"][$0] >= grade }.map { run.times[$0] - 100 }
    }

    @Test func `without drug tolerance holds for ever; blockade breaks it, in combination earlier and worse`() throws {
        let (none, single, both) = (try Self.run([]), try Self.run(["nivolumab"]), try Self.run(["nivolumab", "ipilimumab"]))
        #expect(Self.onset(none) == nil && none.maximum("irAE_grade") == 0)
        let (first, combined) = (try #require(Self.onset(single)), try #require(Self.onset(both)))
        #expect(combined < 0.7 * first, "\(combined) against \(first) days")
        #expect((5.0...150).contains(first) && (3.0...70).contains(combined))
        #expect(both.maximum("damage_gut") > single.maximum("damage_gut"))
    }

    @Test func `the typical patient has none of grade 3 under PD-1 alone`() throws {
        #expect(try Self.run(["nivolumab"], susceptible: false).maximum("irAE_grade") < 3)
    }

    @Test func `LAG-3 blockade lifts tolerance a little, steroid gives it back`() throws {
        let (two, one) = (try Self.run(["nivolumab", "relatlimab"]), try Self.run(["nivolumab"]))
        #expect(two.maximum("irAE_release") > 1.05 && abs(one.maximum("irAE_release") - 1) < 0.2)
        let both = try Self.run(["nivolumab", "ipilimumab"])
        let start = try #require(Self.onset(both, grade: 2)).rounded(.up)
        let treated = try Self.run(["nivolumab", "ipilimumab"], steroid: (0..<60).map { start + Double($0) })
        #expect(treated.value("damage_gut", at: 100 + start + 50) < 0.5 * both.value("damage_gut", at: 100 + start + 50))
        // Glands heal far more slowly than the gut.
        #expect(treated.value("damage_endocrine", at: 100 + start + 50) > treated.value("damage_gut", at: 100 + start + 50))
    }
}
