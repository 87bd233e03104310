import Testing

@testable import Explanation
import ImmuneModels

@Suite struct ConditionTests {
    @Test(
        "conditions are three-valued: what is not known matters only where it decides",
        arguments: [
            ("line = 1 and pdl1 >= 50", ["line": "1", "pdl1": "80"], true), ("line = 1 and pdl1 >= 50", ["line": "2"], false),
            ("line = 1 and pdl1 >= 50", ["line": "1"], nil), ("line = 1 or pdl1 >= 50", ["line": "1"], true),
            ("not prior has pd1", ["prior": "platinum pd1"], false), ("transplant in heart|lung", ["transplant": "lung"], true),
            ("not ( age < 65 or age > 70 )", ["age": "66"], true), ("pdl1 >= 50", ["pdl1": "50"], true), ("pdl1 > 50", ["pdl1": "50"], false),
        ] as [(String, [String: String], Bool?)])
    func threeValued(text: String, facts: [String: String], expected: Bool?) throws {
        #expect(try Condition(parsing: text).holds(for: facts) == expected)
    }

    @Test(arguments: ["line", "line = ", "(line = 1", "line == 1", "line = 1 line = 2", "and", "not"])
    func `a malformed condition is refused`(text: String) {
        #expect(throws: (any Error).self) { try Condition(parsing: text) }
    }
}

@Suite struct EligibilityTests {
    let eligibility: Eligibility
    init() throws { eligibility = try Eligibility(library: try ModelLibrary.builtIn()) }

    private func verdict(_ therapy: String, _ facts: [String: String]) throws -> TherapyOption {
        try eligibility.option(named: therapy, for: PatientProfile(cancer: "nsclc", facts: facts))
    }

    @Test func `PD-L1 decides who may have first-line pembrolizumab alone`() throws {
        #expect(try verdict("pembrolizumab", ["pdl1": "80%", "line": "1"]).verdict == .eligible)
        let low = try verdict("pembrolizumab", ["pdl1": "0", "line": "1"])
        #expect(low.verdict == .excluded)
        #expect(low.reasons.contains { $0.contains("pdl1 >= 1 (here 0)") }, "\(low.reasons)")
        #expect(try verdict("pembrolizumab", ["pdl1": "10", "line": "1", "platinum": "unfit"]).verdict == .eligible)
    }

    @Test func `a heart transplant, severe autoimmune disease and an EGFR driver each exclude checkpoint inhibitors, with the source`() throws {
        for facts in [["transplant": "heart"], ["autoimmune": "severe"], ["driver": "egfr"]] {
            let option = try verdict("atezolizumab", facts.merging(["line": "2"]) { $1 })
            #expect(option.verdict == .excluded, "\(facts)")
            #expect(option.reasons.allSatisfy { $0.contains("[") }, "a reason names its source")
        }
        #expect(try verdict("docetaxel", ["transplant": "heart", "line": "2"]).verdict == .eligible)
    }

    @Test func `a dose of one's own keeps the rules of the same agents`() throws {
        #expect(try verdict("pembrolizumab 100 mg q3w", ["pdl1": "0", "line": "1"]).verdict == .excluded)
        #expect(try verdict("pembrolizumab 100 mg q3w", ["pdl1": "90", "line": "1"]).verdict == .eligible)
    }

    @Test func `an unknown fact is refused by name`() {
        #expect(throws: (any Error).self) { try verdict("docetaxel", ["shoe": "42"]) }
        #expect(throws: (any Error).self) { try verdict("docetaxel", ["age": "old"]) }
    }

    @Test func `every vignette uses known facts, and practice's choice is a regimen that the rules allow`() throws {
        let vignettes = try Vignette.all()
        #expect(vignettes.count >= 40)
        for vignette in vignettes {
            let options = try eligibility.options(for: PatientProfile(cancer: vignette.cancer, facts: vignette.facts))
            for name in vignette.practice {
                let option = try #require(options.first { $0.name == name }, "\(vignette.id): \(name) is no regimen of \(vignette.cancer)")
                #expect(option.verdict != .excluded, "\(vignette.id): \(name): \(option.reasons)")
            }
        }
    }

    @Test func `patterns match as globs`() {
        #expect(Mechanism.matches("neo_kill", "*_kill"))
        #expect(!Mechanism.matches("neo_killers", "*_kill"))
        #expect(Mechanism.matches("killRate_C1__docetaxel", "killRate_*__docetaxel"))
        #expect(Mechanism.matches("C2", "C2") && !Mechanism.matches("C21", "C2"))
    }
}
