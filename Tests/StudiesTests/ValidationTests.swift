import Foundation
import ImmuneModels
import Testing

@testable import Studies

@Suite struct ValidationTests {
    @Test func `the shipped table holds 80 arms, and a median that was not reached is a cell without a value`() throws {
        let table = try ObservedTrials.shipped()
        #expect(table.rows.count == 80)
        let reached = table.rows.first { $0.trial == "CheckMate 214" && $0.arm == "nivolumab + ipilimumab" }
        let cell = try #require(reached).cells.first { $0.endpoint == .os_median_months }
        #expect(try #require(cell).value == nil)
        let ratio = try #require(table.rows.first { $0.trial == "KEYNOTE-024" && $0.arm == "pembrolizumab" })
        #expect(ratio.limits[.hr_pfs] == 0.37...0.68)
    }

    @Test func `a baseline doesn't look at the trial that it predicts`() throws {
        let rows = try ObservedTrials.shipped().rows
        var changed = rows
        for index in changed.indices where changed[index].trial == "OAK" { changed[index].values[.orr_pct] = 99 }
        let row = try #require(rows.first { $0.trial == "OAK" })
        #expect(Baselines(calibration: rows).naive(row, .orr_pct) == Baselines(calibration: changed).naive(row, .orr_pct))
        #expect(Baselines(calibration: rows).regression(row, .orr_pct) == Baselines(calibration: changed).regression(row, .orr_pct))
    }

    @Test("scales are undone exactly", arguments: [3.0, 47, 88])
    func scales(value: Double) {
        for endpoint in [ObservedTrials.Endpoint.orr_pct, .os_median_months, .hr_pfs] {
            #expect(abs(endpoint.restored(endpoint.transformed(value)) - value) < 1e-9 * value)
        }
    }

    @Test func `an emulator finds a quadratic again, and is blind to parameters that its trial lacks`() throws {
        let design = CalibrationDesign(["a", "b", "c"].map { FreeParameter(id: $0, cancer: nil, spread: 0.5, note: "") }, vectors: 60)
        let target = Emulator.Target(trial: "t", arm: "a", endpoint: .orr_pct, observed: 0, patients: 100)
        let values = design.scores.map { 0.3 + 0.8 * $0[0] - 0.2 * $0[0] * $0[0] + 0.5 * $0[2] }
        let emulator = try #require(Emulator(target, relevant: [0, 2], scores: design.scores, values: values))
        // ridge with λ = 1 over 60 points shrinks slopes by about 2 %
        #expect(abs(emulator.value([1, 5, -1]) - (0.3 + 0.8 - 0.2 - 0.5)) < 0.05)
        #expect(emulator.slope(1) == 0)
        // the fit moves towards what was observed, and the prior holds it near 0
        let fit = CalibrationFit([emulator], parameters: 3, samples: 4, steps: 400)
        #expect(fit.objective < fit.objectiveStart)
        #expect(fit.best[0] < 0 && abs(fit.best[1]) < 1e-2)
    }

    @Test func `a class's central mechanism is named by parameters that its drugs have, and by none of others`() throws {
        let library = try ModelLibrary.builtIn()
        func off(_ name: String, cancer: String, agents: [String]) throws -> [String: Double]? {
            let model = try library.assemble(ModelPlan(cancer: cancer, agents: agents))
            let mechanism = try #require(CentralMechanism.all.first { $0.name == name })
            return mechanism.factors(agents: agents.compactMap { library.agent(named: $0) }, in: model)
        }
        let checkpoint = try #require(try off("checkpoint inhibitors", cancer: "nsclc", agents: ["pembrolizumab", "carboplatin"]))
        #expect(checkpoint == ["pembrolizumab_PD1_Kd": 1e9])
        #expect(try off("chemotherapy", cancer: "nsclc", agents: ["pembrolizumab", "carboplatin"]) == ["carboplatin_kill_max": 0])
        #expect(try off("CAR-T cells", cancer: "lbcl", agents: ["axicabtagene_ciloleucel"]) == ["axicabtagene_ciloleucel_kill": 0])
        #expect(try off("CAR-T cells", cancer: "nsclc", agents: ["pembrolizumab"]) == nil)
    }

    @Test func `no free parameter belongs to a pair of drug and cancer, and none is listed twice`() throws {
        let free = try FreeParameter.shipped()
        #expect(Set(free.map(\.name)).count == free.count)
        let library = try ModelLibrary.builtIn()
        for parameter in free where parameter.cancer != nil {
            #expect(!library.agents.contains { parameter.id.hasPrefix("\($0.id)_") }, "\(parameter.name)")
        }
    }
}
