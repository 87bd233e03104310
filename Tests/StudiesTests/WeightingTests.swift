import ImmuneModels
import Testing

@testable import Studies

/// A pool of plausible patients weighted to observed shares, from the study file to the result.
@Suite struct WeightingTests {
    static func study(_ weights: String, patients: Int = 200) throws -> Study {
        try Study(
            yaml: """
                schema: 1
                id: TEST
                title: A test
                cancer: nsclc
                patients: \(patients)
                population:
                  weights:
                    \(weights)
                arms:
                  - {name: none, therapy: observation}
                visits: {every: 6 weeks}
                follow_up: {duration: 12 weeks}
                """, file: "study.yaml")
    }

    @Test func `shares on study are those observed, and the effective size is said`() throws {
        let result = try TrialStudy(Self.study("age: {below 60: 70 %, above: 30 %}"), library: try ModelLibrary.builtIn()).run(threads: 2)
        let young = result.records[0].count { $0.patient.covariates["age"]! < 60 }
        // binomial: three standard errors of 200
        #expect(abs(Double(young) / 200 - 0.7) < 3 * (0.7 * 0.3 / 200).squareRoot(), "\(young) of 200")
        let weighting = try #require(result.summary.weighting)
        #expect(weighting.pool > 350 && weighting.effectiveSize < Double(weighting.pool))
        #expect(weighting.rows.allSatisfy { abs($0.weighted - $0.observed) < 0.1 })
        #expect(result.flow.excluded.first { $0.name == "not drawn by weight" }.map { $0.count > 0 } == true)
    }

    @Test("weights that can't be meant are refused with their place", arguments: [
        ("age: {below 60: 70 %, above: 20 %}", "sum to 90 %"), ("aeg: {below 60: 70 %, above: 30 %}", "did you mean 'age'"),
        ("age: {below 60: 70 %}", "`above`"), ("age: {below 60: 30 %, below 50: 40 %, above: 30 %}", "must rise"),
        ("age: {below 5: 70 %, above: 30 %}", "none of"),
    ])
    func refused(weights: String, words: String) throws {
        let error = try #require(#expect(throws: (any Error).self) { try TrialStudy(Self.study(weights), library: try ModelLibrary.builtIn()) })
        #expect("\(error)".contains(words) && "\(error)".contains("study.yaml:"), "\(error)")
    }
}
