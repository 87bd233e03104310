import ImmuneModels
import Studies
import Testing

/// One factor at a time: which way the outcome moves with burden and performance status, cohorts of 300.
///
/// | factor | acts through | direction |
/// | --- | --- | --- |
/// | PD-L1, TMB | states (modules 12, 9) | `BiomarkerTests` |
/// | diameter at diagnosis | states and hazard | larger: fewer responses (Joseph 2018 PMC6916264: 44 against 23 %), shorter survival |
/// | ECOG | hazard and clearance: prognostic | higher: shorter survival (Dall'Olio 2020 PMID 32417680) |
@Suite struct OneFactorTests {
    private static func arm(_ cancer: String, _ therapy: String, _ fixed: [String: Double], lesions: Int = 1) throws -> ArmResult {
        let plan = CohortPlan(
            title: "one factor", cancer: cancer, arms: [.init(name: "a", therapy: therapy)], patients: 300, seed: 5, horizon: 730, fixed: fixed,
            threads: 2, lesions: lesions)
        return try CohortStudy(plan, library: ModelLibrary.builtIn()).run().arms[0]
    }

    private static func responders(_ arm: ArmResult) -> Double {
        100 * Double(arm.patients.count { ["CR", "PR"].contains($0.bestResponse) }) / Double(arm.patients.count)
    }

    private static func alive(_ arm: ArmResult, months: Double) -> Double {
        arm.survival.first { $0.code == "OS" }!.landmarks.first { $0.months == months }!.percent.value!
    }

    @Test func `survival is shorter with a larger burden and with a worse performance status`() throws {
        let small = try Self.arm("melanoma", "nivolumab", ["diagnosisDiameter": 20])
        let large = try Self.arm("melanoma", "nivolumab", ["diagnosisDiameter": 90])
        let fit = try Self.arm("melanoma", "nivolumab", ["ECOG": 0])
        let frail = try Self.arm("melanoma", "nivolumab", ["ECOG": 2])
        print("diameter 20 and 90 mm: response \(Self.responders(small)) and \(Self.responders(large)) %, alive at 12 mo \(Self.alive(small, months: 12)) and \(Self.alive(large, months: 12)) %")
        print("ECOG 0 and 2: response \(Self.responders(fit)) and \(Self.responders(frail)) %, alive at 12 mo \(Self.alive(fit, months: 12)) and \(Self.alive(frail, months: 12)) %")
        #expect(Self.alive(small, months: 12) > Self.alive(large, months: 12))
        #expect(Self.alive(fit, months: 12) > Self.alive(frail, months: 12))
    }

    @Test func `several lesions grow, are treated and differ`() throws {
        let arm = try Self.arm("melanoma", "nivolumab", [:], lesions: 3)
        print("melanoma, up to three lesions: response \(Self.responders(arm)) %, failures \(arm.failures)")
        #expect(arm.patients.count == 300)
    }
}
