import Foundation
import ImmuneModels
import Testing

@testable import Studies

@Suite struct CohortStudyTests {
    static func result(threads: Int, patients: Int = 24, arms: [CohortPlan.Arm]? = nil) throws -> CohortResult {
        var plan = try CohortPlan.demo(patients: patients, seed: 3, threads: threads, command: "test")
        plan.horizon = 365
        if let arms { plan.arms = arms }
        return try CohortStudy(plan, library: ModelLibrary.builtIn()).run()
    }

    /// Everything but the seconds that it took.
    static func content(_ result: CohortResult) -> CohortResult {
        var result = result
        result.provenance.seconds = [:]
        return result
    }

    @Test func `one and two threads give the same result to the last bit`() throws {
        #expect(try Self.content(Self.result(threads: 1)) == Self.content(Self.result(threads: 2)))
    }

    @Test func `a patient's result does not depend on how many others there are`() throws {
        let few = try Self.result(threads: 1, patients: 10)
        let many = try Self.result(threads: 1, patients: 24)
        for (a, b) in zip(few.arms, many.arms) { #expect(a.patients == Array(b.patients.prefix(10))) }
    }

    @Test func `every draw is accepted or turned down for a reason, every patient counted`() throws {
        let result = try Self.result(threads: 2)
        #expect(result.screening.drawn == result.screening.accepted + result.screening.rejections.map(\.count).reduce(0, +))
        for arm in result.arms {
            #expect(arm.patients.count == result.screening.accepted)
            #expect(arm.response.counts.map(\.count).reduce(0, +) == arm.patients.count)
        }
    }

    @Test func `a drug that the arm does not give changes nothing, though the model holds it`() throws {
        let arms = [CohortPlan.Arm(name: "docetaxel", therapy: "docetaxel 75 mg/m2 q3w")]
        let alone = try Self.result(threads: 1, arms: arms)
        let together = try Self.result(threads: 1)
        for (a, b) in zip(alone.arms[0].patients, together.arms[0].patients) {
            #expect(a.bestResponse == b.bestResponse)
            #expect(abs(a.progressionFreeDays - b.progressionFreeDays) <= 42)
        }
    }

    @Test func `malformed therapy names its place and a near match`() throws {
        var plan = try CohortPlan.demo(patients: 1, seed: 1, threads: 1, command: "test")
        plan.arms = [CohortPlan.Arm(name: "x", therapy: "pembrolizumap 200 mg q3w")]
        let library = try ModelLibrary.builtIn()
        let error = #expect(throws: (any Error).self) { try CohortStudy(plan, library: library) }
        #expect(String(describing: try #require(error)).contains("pembrolizumab"))
    }

    @Test func `the distance of two samples is that of their distribution functions`() {
        #expect(ObservedData.kolmogorovSmirnov([1, 2, 3], [1, 2, 3]) == 0)
        #expect(ObservedData.kolmogorovSmirnov([1, 2], [3, 4]) == 1)
        #expect(abs(ObservedData.kolmogorovSmirnov([1, 2, 3, 4], [3, 4, 5, 6]) - 0.5) < 1e-12)
    }

    @Test func `POPLAR's arms hold as many patients with three readings as the paper's data`() throws {
        let data = try ObservedData.poplar(atezolizumab: "a", docetaxel: "d")
        #expect(data.arms.map(\.courses.count) == [88, 75])
    }
}
