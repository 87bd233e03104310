import ImmuneModels
import Studies
import Testing

/// Directions that trials have found, in cohorts of 400 with one covariate held low or high.
@Suite struct BiomarkerTests {
    private static func study(_ therapies: [String], fixed: [String: Double] = [:]) throws -> [ArmResult] {
        let plan = CohortPlan(
            title: "directions", cancer: "nsclc", arms: therapies.map { CohortPlan.Arm(name: $0, therapy: $0) }, patients: 400,
            seed: 11, horizon: 365, fixed: fixed, threads: 2)
        return try CohortStudy(plan, library: ModelLibrary.builtIn()).run().arms
    }

    /// Percent of patients whose best response is complete or partial.
    private static func responders(_ arm: ArmResult) -> Double {
        100 * Double(arm.patients.count { ["CR", "PR"].contains($0.bestResponse) }) / Double(arm.patients.count)
    }

    private static func meanBestChange(_ arm: ArmResult) -> Double {
        let changes = arm.patients.compactMap(\.bestChange)
        return changes.reduce(0, +) / Double(changes.count)
    }

    @Test("response to PD-1 blockade rises with the biomarker", arguments: [("PDL1_fraction", 0.01, 0.8), ("TMB", 2.0, 20)])
    func rises(covariate: String, low: Double, high: Double) throws {
        let therapy = ["pembrolizumab 200 mg q3w x 35"]
        let (few, many) = (try Self.study(therapy, fixed: [covariate: low])[0], try Self.study(therapy, fixed: [covariate: high])[0])
        #expect(few.patients.count == 400 && many.patients.count == 400)
        let (a, b) = (Self.responders(few), Self.responders(many))
        print("\(covariate) \(low) and \(high): response \(a) and \(b) %, mean best change \(Self.meanBestChange(few)) and \(Self.meanBestChange(many)) %")
        #expect(b > a)
    }

    @Test func `tumours shrink more with more docetaxel`() throws {
        let arms = try Self.study(["docetaxel 0.75 mg/m2 q3w", "docetaxel 37.5 mg/m2 q3w", "docetaxel 75 mg/m2 q3w"])
        let changes = arms.map(Self.meanBestChange)
        print("docetaxel 1, 50, 100 % of 75 mg/m2: response \(arms.map(Self.responders)) %, mean best change \(changes) %")
        #expect(changes[0] > changes[1] && changes[1] > changes[2])
    }
}
