import ImmuneModels
import Studies
import Testing

/// With immunity a share of draws never reaches diagnosis; without attack by T cells and macrophages none is held.
@Suite struct ImmuneControlTests {
    /// Percent of 300 or more draws whose tumour never reached the diameter of diagnosis.
    private static func held(_ cancer: String, _ fixed: [String: Double] = [:]) throws -> Double {
        var plan = CohortPlan(
            title: "control", cancer: cancer, arms: [.init(name: "none", therapy: "none")], patients: 300, seed: 7, horizon: 1,
            fixed: fixed, threads: 2)
        plan.drawsPerPatient = 10
        let screening = try CohortStudy(plan, library: ModelLibrary.builtIn()).run().screening
        let none = screening.rejections.first { $0.name == "no tumour" }?.count ?? 0
        return 100 * Double(none) / Double(screening.drawn)
    }

    @Test("draws that never become patients are held by immunity", arguments: ["nsclc", "melanoma"])
    func control(cancer: String) throws {
        let attack = ["neo_kill_T": 0.0, "taa_kill_T": 0, "phagocytosis": 0]
        let (whole, without) = (try Self.held(cancer), try Self.held(cancer, attack))
        print("\(cancer): \(whole) % of draws never reach diagnosis, without attack \(without) %")
        #expect(whole > without)
        #expect((0.5...60).contains(whole))
    }
}
