import ImmuneModels
import Testing
import VirtualTrials

@testable import Explanation

/// The paired model against the arms that it stands for.
@Suite struct CounterfactualTests {
    static let horizon = 182.0

    static func cohort(_ therapies: [String], twins: Int = 12, facts: [String: String] = ["diameter": "40", "line": "2"]) throws -> TwinCohort {
        try TwinCohort(
            of: PatientProfile(cancer: "nsclc", facts: facts), therapies: therapies, twins: twins, seed: 3, threads: 2,
            library: try ModelLibrary.builtIn())
    }

    @Test("all mechanisms released is the treated arm, all held is the reference arm", arguments: [
        ("pembrolizumab", "docetaxel"), ("carboplatin + pemetrexed", "none"), ("nivolumab 1 mg/kg q3w x 4 + ipilimumab 3 mg/kg q3w x 4", "nivolumab"),
    ])
    func ends(treated: String, reference: String) throws {
        let cohort = try Self.cohort([treated, reference])
        var runs = try Counterfactuals(
            cohort, treated: cohort.regimens[0], reference: cohort.regimens[1], horizon: Self.horizon, twins: 12)
        let result = try runs.attribute(.shrinkage, treatedName: treated, referenceName: reference, looking: 4)
        let plain = try cohort.records(of: cohort.regimens[0], horizon: Self.horizon).map { TwinOutcome($0, columns: [:]) }
        let held = try cohort.records(of: cohort.regimens[1], horizon: Self.horizon).map { TwinOutcome($0, columns: [:]) }
        let whole = zip(plain, held).map { Measure.shrinkage.value(of: $0, horizon: 1) - Measure.shrinkage.value(of: $1, horizon: 1) }.reduce(0, +) / 12
        // readings are rounded to 1 mm of about 40: a step of the integration can move one reading by 2.5 points in a few twins
        #expect(abs(result.whole.value - whole) < 1, "paired \(result.whole.value), arms \(whole)")
        #expect(abs(result.remainder.value) < 1 + 0.05 * abs(whole), "other paths \(result.remainder)")
        #expect(abs(result.sum - result.whole.value) < 1e-9, "parts sum to the whole in every twin")
    }
}
