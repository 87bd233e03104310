import Foundation
import ImmuneModels
import Testing

/// Stem cells of a donor, and what blocks the androgen receptor.
@Suite struct TransplantTests {
    /// A leukaemia of 1e8 cells; conditioning on days 0 to 4 as high-dose melphalan and fludarabine, graft on day 7.
    private static func graft(
        _ cells: Double, conditioning: Double = 1, values: [String: Double] = [:], days: Double = 200
    ) throws -> Simulation {
        let own = Dictionary(uniqueKeysWithValues: values.map { ("allogeneic_stem_cells_\($0)", $1) })
        let plan = ModelPlan(cancer: "cll", agents: ["allogeneic_stem_cells", "fludarabine", "melphalan"], values: own)
        let targets = try Simulation.library.assemble(plan).doseTargets
        let fludarabine = targets["fludarabine"]!, melphalan = targets["melphalan"]!
        let doses =
            (0..<5).map {
                Simulation.Dose(time: 0.01 + Double($0), species: fludarabine.species, amount: conditioning * 30 * 1.85 * fludarabine.amountPerUnit["mg"]!)
            } + [
                .init(time: 4.01, species: melphalan.species, amount: conditioning * 140 * 1.85 * melphalan.amountPerUnit["mg"]!),
                .init(time: 7, species: "allogeneic_stem_cells_graft", amount: cells),
            ]
        return try Simulation(
            plan, days: days, steps: Int(days), observe: ["C_total", "ANC", "GVHD_grade", "allogeneic_stem_cells_GVHD", "allogeneic_stem_cells_against", "allogeneic_stem_cells_donor"],
            settings: ["C1": 1e8], doses: doses)
    }

    @Test func `donor T cells kill leukaemia and injure, by their number, and neither without a graft`() throws {
        let runs = try [0.0, 2e-4, 5e-3].map { try Self.graft(4e8, values: ["alloreactive": $0]) }
        for (less, more) in zip(runs, runs.dropFirst()) {
            #expect(more["C_total"].last! < less["C_total"].last!)
            #expect(more.maximum("allogeneic_stem_cells_GVHD") > less.maximum("allogeneic_stem_cells_GVHD"))
        }
        #expect(runs[0].maximum("allogeneic_stem_cells_GVHD") == 0 && runs[2].maximum("GVHD_grade") >= 2)
        let without = try Self.graft(0)
        #expect(without.maximum("allogeneic_stem_cells_donor") == 0 && without.maximum("GVHD_grade") == 0)
        #expect(runs[2]["C_total"].last! < 0.01 * without["C_total"].last!)
    }

    @Test func `fewer T cells in the graft, less disease and less effect; prophylaxis holds both`() throws {
        let (full, depleted) = (try Self.graft(4e8, values: ["alloreactive": 2e-3]), try Self.graft(4e8, values: ["alloreactive": 2e-3, "T_per_stem": 0.5]))
        #expect(depleted.maximum("allogeneic_stem_cells_GVHD") < full.maximum("allogeneic_stem_cells_GVHD"))
        #expect(depleted.value("C_total", at: 60) > full.value("C_total", at: 60))
        let bare = try Self.graft(4e8, values: ["alloreactive": 2e-3, "prophylaxis_max": 0])
        #expect(bare.maximum("allogeneic_stem_cells_GVHD") > full.maximum("allogeneic_stem_cells_GVHD"))
    }

    @Test func `without conditioning the graft is rejected`() throws {
        let (with, without) = (try Self.graft(4e8), try Self.graft(4e8, conditioning: 0))
        #expect(without.maximum("allogeneic_stem_cells_donor") < 0.2 * with.maximum("allogeneic_stem_cells_donor"))
    }

    @Test func `a donor's cells make no sense against cancers that are not of blood`() throws {
        #expect(throws: (any Error).self) { try Simulation.library.assemble(ModelPlan(cancer: "nsclc", agents: ["allogeneic_stem_cells"])) }
    }

    @Test("what blocks the androgen receptor lowers PSA and holds growth, by dose, not where cells don't need it", arguments: ["enzalutamide", "abiraterone"])
    func androgenReceptor(agent: String) throws {
        func run(_ share: Double, dependence: Double = 0.85) throws -> Simulation {
            let plan = ModelPlan(cancer: "prostate", agents: [agent], values: ["receptor_dependence": dependence])
            let target = try #require(try Simulation.library.assemble(plan).doseTargets[agent])
            let daily = share * (agent == "enzalutamide" ? 160 : 1000) * target.amountPerUnit["mg"]!
            return try Simulation(
                plan, days: 1580, steps: 158, observe: ["PSA", "C1", "C4", "diameter_tumour"],
                doses: (0..<180).map { .init(time: 1400 + Double($0), species: target.species, amount: daily) })
        }
        let (none, low, label, independent) = (try run(0), try run(0.01), try run(1), try run(1, dependence: 0))
        func end(_ run: Simulation, _ id: String) -> Double { run[id].last! }
        #expect(end(label, "PSA") < 0.5 * end(none, "PSA"))
        #expect(end(label, "C1") < end(low, "C1") && end(low, "C1") < end(none, "C1"))
        #expect(abs(end(independent, "C1") / end(none, "C1") - 1) < 1e-4)
        #expect(end(label, "C4") > 0.9 * end(none, "C4"), "the resistant clone has outgrown the receptor")
    }
}
