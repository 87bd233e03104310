import Dynamics
import Ensembles
import Foundation
import ImmuneModels
import Testing

@testable import VirtualTrials

/// Doses as the integrator receives them, against closed forms of pharmacokinetics.
@Suite struct DosePlannerTests {
    static let library = Result { try ModelLibrary.builtIn() }
    static let patient = VirtualPatient(number: 0, covariates: ["weight": 72, "height": 180, "GFR": 90], values: [:])

    /// A healthy person with docetaxel's central volume alone, so that its plasma is one compartment.
    static func model() throws -> TrialModel {
        let plan = ModelPlan(agents: ["docetaxel", "pembrolizumab"], values: ["docetaxel_Q": 0])
        return try TrialModel(try library.get().assemble(plan), tolerances: .init(relative: 1e-8))
    }

    static func schedule(_ text: String, _ model: TrialModel, until horizon: Double = 400) throws -> DosePlanner.Schedule {
        let regimen = try Regimen(parsing: text, library: try library.get())
        return try DosePlanner(model: model, regimen: regimen).schedule(from: 0, on: 0, until: horizon, zero: 0, patient: patient)
    }

    @Test("an infusion follows the closed form of one compartment", arguments: ["docetaxel 75 mg/m2 q3w", "docetaxel 75 mg/m2 q3w over 3 h"])
    func infusion(text: String) throws {
        let model = try Self.model()
        let schedule = try Self.schedule(text, model, until: 20)
        let duration = try #require(schedule.doses.first).endDay
        #expect(abs(duration - (text.hasSuffix("3 h") ? 0.125 : 1.0 / 24)) < 1e-12)
        let times = [0.25, 0.5, 0.75, 1, 1.5, 3, 10].map { $0 * duration }
        let input = PatientInput(
            inputs: model.compiled.system.inputDefaults, endTime: times.last!, stops: schedule.doses.flatMap(\.stops), outputTimes: times)
        let result = try #require(try Ensemble(model.integrator, threads: 1).map(0..<1) { _ in input } _: { $1 }.first)
        let column = try #require(model.columns["docetaxel_concentration"])
        func constant(_ id: String) throws -> Double { try #require(model.assembled.parameters.first { $0.id == "docetaxel_\(id)" }).value }
        let k = try constant("CL") / constant("Vc")
        let perMilligram = try #require(model.assembled.doseTargets["docetaxel"]?.amountPerUnit["mg"])
        let rate = 75 * Self.patient.bodySurface * perMilligram / duration
        for (row, t) in times.enumerated() {
            // R/k (1 - exp(-k min(t, T))) exp(-k max(0, t - T)), over the volume
            let exact = rate / k * (1 - exp(-k * min(t, duration))) * exp(-k * max(0, t - duration)) / (try constant("Vc"))
            let found = result.outputs[row * model.observables.count + column]
            // the integrator's 1e-8 a step, over some tens of steps, of the highest concentration
            let highest = rate / k * (1 - exp(-k * duration)) / (try constant("Vc"))
            #expect(abs(found - exact) < 1e-6 * highest, "t = \(t): \(found), exact \(exact)")
        }
    }

    @Test func `an infusion that has ended runs at nothing`() throws {
        let model = try Self.model()
        let stops = try Self.schedule("docetaxel 75 mg/m2 q3w x 4", model).doses.flatMap(\.stops)
        #expect(stops.count == 8)
        var rate = 0.0
        for stop in stops {
            guard case .addToParameter(_, let change) = stop.action else { Issue.record("a bolus into a vein"); continue }
            rate += change
            #expect(rate >= 0)
        }
        #expect(rate == 0)
    }

    @Test func `the next phase begins on the day after the last cycle, not at a visit`() throws {
        let model = try Self.model()
        let schedule = try Self.schedule("docetaxel 75 mg/m2 q3w x 2 then pembrolizumab 200 mg q3w x 3 then docetaxel 60 mg/m2 q3w x 1", model)
        #expect(schedule.doses.map(\.given.day) == [0, 21, 42, 63, 84, 105])
        #expect(schedule.doses.map(\.given.agent).filter { $0 == "pembrolizumab" }.count == 3)
        #expect(schedule.starts.map(\.phase) == [0, 1, 2])
        #expect(schedule.starts.map(\.day) == [0, 42, 105])
    }

    @Test func `a phase that lasts until progression holds the later ones back`() throws {
        let model = try Self.model()
        let schedule = try Self.schedule("pembrolizumab 200 mg q3w until progression then docetaxel 75 mg/m2 q3w", model)
        #expect(schedule.starts.map(\.phase) == [0])
        #expect(schedule.doses.allSatisfy { $0.given.agent == "pembrolizumab" })
    }
}
