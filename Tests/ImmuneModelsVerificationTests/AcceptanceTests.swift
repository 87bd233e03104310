import Foundation
import ImmuneModels
import ModelIR
import ModelRuns
import Testing

/// Checks that hold for every assembled model: no state below zero, results that don't hang on the tolerance, escape of what
/// T cells can't see. Documentation/Biology.md says which tests hold the others.
@Suite struct AcceptanceTests {
    struct Case: CustomStringConvertible, Sendable {
        var cancer: String
        var agents: [String]
        /// Days of growth before treatment.
        var start: Double
        var description: String { "\(cancer), \(agents.joined(separator: " + "))" }
    }

    static let cases = [
        Case(cancer: "nsclc", agents: ["pembrolizumab", "carboplatin"], start: 1500), Case(cancer: "melanoma", agents: ["ipilimumab", "nivolumab"], start: 900),
        Case(cancer: "lbcl", agents: ["axicabtagene_ciloleucel"], start: 200), Case(cancer: "b-all-adult", agents: ["blinatumomab"], start: 200),
        Case(cancer: "breast-her2", agents: ["trastuzumab"], start: 900), Case(cancer: "prostate", agents: ["sipuleucel_t"], start: 1200),
    ]

    private static func run(_ `case`: Case, tolerance: Double) throws -> (states: [String], simulation: Simulation) {
        let plan = ModelPlan(cancer: `case`.cancer, agents: `case`.agents)
        let assembled = try Simulation.library.assemble(plan)
        let states = assembled.model.rules.compactMap { if case .rate(let variable) = $0.kind { variable } else { nil } }
        let doses = try `case`.agents.flatMap { agent in
            let target = try #require(assembled.doseTargets[agent])
            let amount = (target.amountPerUnit["mg"].map { 200 * $0 }) ?? target.amountPerUnit["cell"].map { 1e8 * $0 } ?? 1
            return (0..<4).map { Simulation.Dose(time: `case`.start + 0.3 + 21 * Double($0), species: target.species, amount: amount) }
        }
        return (states, try Simulation(plan, days: `case`.start + 200, steps: 400, observe: states, doses: doses, relativeTolerance: tolerance))
    }

    @Test("no state falls below zero, and a thousand times tighter tolerances change nothing", arguments: cases)
    func tolerance(_ case: Case) throws {
        let (states, loose) = try Self.run(`case`, tolerance: 1e-6)
        let tight = try Self.run(`case`, tolerance: 1e-9).simulation
        var worst = 0.0
        var state = ""
        for id in states {
            let (a, b) = (loose[id], tight[id])
            let size = b.map(abs).max()!
            let range = max(b.max()! - b.min()!, 1e-3 * size)
            // an integrator may overshoot zero by its tolerance
            #expect(b.min()! >= -1e-7 * size, "\(id) falls to \(b.min()!)")
            guard range > 0 else { continue }
            let deviation = zip(a, b).map { abs($0 - $1) }.max()! / range
            if deviation > worst { (worst, state) = (deviation, id) }
        }
        print("\(`case`): 1e-6 against 1e-9, worst \(state) \(worst) of its range")
        // local errors of 1e-6 add up over some thousand steps
        #expect(worst < 1e-3)
    }

    @Test func `what lost MHC class I grows out under a strong response to PD-1 blockade, not without drug`() throws {
        // 1e10 cells, a hundred thousandth without MHC class I, PD-L1 on most, and T cells that kill five times faster than usual.
        func share(_ given: Bool) throws -> Double {
            let plan = ModelPlan(cancer: "melanoma", agents: ["nivolumab"], values: ["neo_kill_T": 20, "loss_MHC": 1e-6, "PDL1_fraction": 0.7])
            let target = try #require(try Simulation.library.assemble(plan).doseTargets["nivolumab"])
            let doses = given ? (0..<52).map { Simulation.Dose(time: 1 + 14 * Double($0), species: target.species, amount: 240 * target.amountPerUnit["mg"]!) } : []
            let run = try Simulation(
                plan, days: 730, steps: 73, observe: ["C3", "C_total"],
                settings: ["C1": 1e10, "C3": 1e5, "capacity": 3e10, "neo_progenitor_tumour": 1e7], doses: doses)
            return run["C3"].last! / run["C_total"].last!
        }
        let (treated, not) = (try share(true), try share(false))
        print("share without MHC class I after two years: treated \(treated), untreated \(not), at the start 1e-5")
        #expect(treated > 5 * not && not < 1e-4)
    }
}
