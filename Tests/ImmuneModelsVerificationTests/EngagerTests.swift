import Foundation
import ImmuneModels
import Testing

/// Blinatumomab-like engager by continuous infusion, as closely spaced doses.
@Suite struct EngagerTests {
    private static let plan = ModelPlan(
        modulesOn: ["15-crs", "28-blood-cancer"],
        instances: [ModuleInstance("19-bispecific", name: "blin"), ModuleInstance("19-bispecific-blood", name: "blin")])
    private static let observed = ["CD8_count", "B_count", "IL6_pg", "C1", "blin_trimers", "blin_plasma", "endothelium"]

    /// - Parameter rate: µg per day by day; 54.1 kDa.
    private static func run(burden: Double, bCells: Double? = nil, days: Double = 28, rate: (Double) -> Double) throws -> Simulation {
        let perDay = 24.0
        var doses: [Simulation.Dose] = []
        for index in 0..<Int(days * perDay) {
            let time = Double(index) / perDay
            doses.append(.init(time: max(time, 1e-3), species: "blin_central", amount: rate(time) / perDay / 54.1))
        }
        var settings = ["C1": burden]
        if let bCells { settings["B_cell"] = bCells }
        return try Simulation(plan, days: days, steps: Int(days * 50), observe: observed, settings: settings, doses: doses)
    }

    @Test func `trimers are a bell in the drug with its top where the affinities say`() throws {
        let names = ["blin_trimers"]
        var trimers: [Double] = []
        let exponents = stride(from: -3.0, through: 5, by: 0.5)
        for exponent in exponents {
            // Free drug in tissue is a tenth of plasma.
            let amount = pow(10, exponent) * 5.98 / 0.1
            let run = try Simulation(Self.plan, days: 0.001, steps: 1, observe: names, settings: ["blin_central": amount])
            trimers.append(run["blin_trimers"][0])
        }
        let top = Array(exponents)[trimers.firstIndex(of: trimers.max()!)!]
        #expect(abs(top - log10(sqrt(260 * 1.5))) <= 0.5, "top at 10^\(top) nM")
        #expect(trimers.first! < 0.1 * trimers.max()! && trimers.last! < 0.3 * trimers.max()!)
    }

    @Test func `lymphocytes leave blood within hours and are back within a week`() throws {
        let run = try Self.run(burden: 1e10, bCells: 4.4e9, days: 14) { _ in 27 }
        func relative(_ day: Double) -> Double { run.value("CD8_count", at: day) / run["CD8_count"][0] }
        // Blinatumomab phase II: 0.15 (0.06-0.25) at 6 h, 0.07 (0.03-0.22) at 12 h, 0.33 (0.25-0.45) on day 2.
        #expect((0.06...0.30).contains(relative(0.25)), "\(relative(0.25))")
        #expect((0.03...0.25).contains(relative(0.5)), "\(relative(0.5))")
        #expect((0.2...0.6).contains(relative(2)), "\(relative(2))")
        #expect(relative(7) > 0.7, "\(relative(7)); patients overshoot to 1.77, which the model does not")
        #expect(run.value("B_count", at: 2) < 2)
    }

    @Test("stepping up lowers the peak of interleukin 6, more burden raises it", arguments: [1e10, 1e11, 5e11])
    func stepUp(burden: Double) throws {
        let flat = try Self.run(burden: burden, days: 14) { _ in 28 }
        let stepped = try Self.run(burden: burden, days: 14) { $0 < 7 ? 9 : 28 }
        #expect(stepped.maximum("IL6_pg") < 0.85 * flat.maximum("IL6_pg"))
        // the typical patient: responses of half of adults (TOWER) leave him with less than a twentieth
        #expect(stepped.value("C1", at: 14) < 0.05 * burden)
        let heavier = try Self.run(burden: 3 * burden, days: 14) { _ in 28 }
        #expect(heavier.maximum("IL6_pg") > flat.maximum("IL6_pg"))
    }
}
