import Foundation
import ImmuneModels
import Studies
import Testing

/// What a patient does in an arm depends on that arm alone, to the last bit.
@Suite struct IndependenceTests {
    private static func study(_ therapies: [String]) throws -> CohortResult {
        let plan = CohortPlan(
            title: "independence", cancer: "nsclc", arms: therapies.map { CohortPlan.Arm(name: $0, therapy: $0) }, patients: 24, seed: 3,
            horizon: 365, threads: 2)
        return try CohortStudy(plan, library: ModelLibrary.builtIn()).run()
    }

    /// Everything of an arm in full precision.
    private static func text(_ arm: ArmResult) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(arm), as: UTF8.self)
    }

    @Test func `agents that only other arms give leave no trace`() throws {
        let docetaxel = "docetaxel 75 mg/m2 q3w x 6"
        let alone = try Self.study([docetaxel])
        let beside = try Self.study(["pembrolizumab 200 mg q3w", docetaxel, "ipilimumab 3 mg/kg q3w x 4 + nivolumab 1 mg/kg q3w", "none"])
        #expect(alone.screening.growthDays == beside.screening.growthDays)
        #expect(try Self.text(alone.arms[0]) == Self.text(beside.arms[1]))
        #expect(try Self.text(try Self.study(["none"]).arms[0]) == Self.text(beside.arms[3]))
        #expect(try Self.text(alone.arms[0]) != Self.text(beside.arms[3]))
    }

    @Test func `agents of a regimen are given in any order`() throws {
        let parts = ["docetaxel 75 mg/m2 q3w", "carboplatin AUC 5 q3w"]
        let arms = try Self.study([parts.joined(separator: " + "), parts.reversed().joined(separator: " + ")]).arms
        #expect(arms[0].patients.map(\.bestChange) == arms[1].patients.map(\.bestChange))
    }
}
