import Foundation
import ImmuneModels
import Testing

@testable import Studies

/// Vaccination against infection: a trial of people who have no cancer.
@Suite struct PreventionTests {
    static func study(_ first: String, _ second: String = "placebo", patients: Int = 4000, site: String = "cervix") throws -> Study {
        try Study(
            yaml: """
                schema: 1
                id: TEST
                title: A test
                prevention: {infection: HPV, site: \(site), counted_from: 7 months}
                patients: \(patients)
                design: randomised
                arms:
                  - {name: new, therapy: \(first)}
                  - {name: old, therapy: \(second), reference: true}
                visits: {every: 6 months, first: 7 months, jitter: 0 d, missed: 0 %}
                follow_up: {duration: 3 years}
                """, file: "study.yaml")
    }

    static func row(_ result: PreventionResult, _ endpoint: PreventionTrial.Case) throws -> PreventionResult.Efficacy {
        try #require(result.efficacy.first { $0.population == .perProtocol && $0.endpoint == endpoint })
    }

    @Test func `a vaccine prevents infection, placebo against placebo does nothing that the interval excludes`() throws {
        let library = try ModelLibrary.builtIn()
        let vaccine = try Self.row(PreventionTrial(Self.study("hpv_vaccine_4valent"), library: library).run(), .infection)
        #expect(try #require(vaccine.efficacy.lower) > 80)
        let nothing = try Self.row(PreventionTrial(Self.study("placebo"), library: library).run(), .infection)
        #expect(try #require(nothing.efficacy.lower) < 0 && nothing.efficacy.upper! > 0)
    }

    @Test func `people drawn one by one are infected as often as the cohort of the natural history`() throws {
        let library = try ModelLibrary.builtIn()
        let trial = try PreventionTrial(Self.study("placebo"), library: library)
        let course = trial.history.course(years: 3)
        var random = SystemRandomNumberGenerator()
        let ways = (0..<20_000).map { _ in trial.history.person(years: 3, antibody: nil, using: &random) }
        let lesions = Double(ways.count { $0.contains { $0.state.rawValue >= HPVNaturalHistory.State.lesion2.rawValue } }) / 20_000
        // the cohort counts entries, some people enter twice; binomial error of 20,000 is below 0.2 points
        #expect(abs(lesions - course.lesions.last!) < 0.006, "\(lesions) against \(course.lesions.last!)")
    }

    @Test("a study of prevention that can't be meant is refused", arguments: [
        ("pembrolizumab 200 mg q3w", "prevents no infection"), ("hpv_vaccine_4valen", "unknown agent"),
    ])
    func refused(therapy: String, words: String) throws {
        let error = try #require(#expect(throws: (any Error).self) { try PreventionTrial(Self.study(therapy), library: try ModelLibrary.builtIn()) })
        #expect("\(error)".contains(words) && "\(error)".contains("study.yaml:8"), "\(error)")
        let place = try #require(#expect(throws: (any Error).self) { try Self.study("placebo", site: "penies") })
        #expect("\(place)".contains("penis"))
    }

    @Test func `what stands beside the columns of the table of trials is read as well`() throws {
        let rows = try ObservedTrials.shipped().rows
        func value(_ trial: String, _ arm: String, _ endpoint: ObservedTrials.Endpoint) throws -> Double? {
            try #require(rows.first { $0.trial == trial && $0.arm == arm }).values[endpoint] ?? nil
        }
        #expect(try value("Giuliano (4vHPV men)", "quadrivalent HPV vaccine", .ve_pct) == 90.4)
        #expect(try value("KEYNOTE-756", "placebo + neoadjuvant chemotherapy", .pcr_pct) == 15.6)
        #expect(try value("SWOG 8507 (BCG)", "BCG induction only", .rfs_median_months) == 35.7)
        #expect(try value("KEYNOTE-942", "mRNA-4157 (intismeran) + pembrolizumab", .hr_rfs) == 0.561)
        #expect(try value("KEYNOTE-057", "pembrolizumab cohort B (papillary)", .rfs_12mo_pct) == 43.5)
    }
}
