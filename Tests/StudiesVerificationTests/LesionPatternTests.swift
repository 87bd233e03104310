import ImmuneModels
import Studies
import Testing

/// What several lesions of one patient do under blockade.
@Suite struct LesionPatternTests {
    private static func arm(lesions: Int) throws -> ArmResult {
        let plan = CohortPlan(
            title: "patterns", cancer: "melanoma", arms: [.init(name: "a", therapy: "nivolumab")], patients: 300, seed: 9, horizon: 540, threads: 2,
            lesions: lesions)
        return try CohortStudy(plan, library: ModelLibrary.builtIn()).run().arms[0]
    }

    @Test func `mixed responses emerge from lesions that differ, and one lesion has none`() throws {
        let (several, one) = (try #require(try Self.arm(lesions: 3).lesionPatterns), try #require(try Self.arm(lesions: 1).lesionPatterns))
        print("melanoma, nivolumab, up to three lesions: mixed \(several.mixed), pseudo-progression \(several.pseudo); one lesion: \(one)")
        #expect(one.patients == 0 && several.patients > 100)
        #expect((0.3...40).contains(try #require(several.mixed.value)))
        #expect(try #require(several.pseudo.value) < 15)
    }

    @Test func `lesions of one patient are in organs`() throws {
        let arm = try Self.arm(lesions: 3)
        let organs = arm.patients.compactMap { $0.covariates["L2_organ"] }
        #expect(organs.count == arm.patients.count && Set(organs).count >= 3)
    }
}
