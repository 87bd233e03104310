import Explanation
import ModelIR
import Testing

@testable import Studies

@Suite struct PatientFileTests {
    @Test func `facts come in their own units, lists become words, and therapies are kept in order`() throws {
        let file = try PatientFile(
            yaml: """
                cancer: nsclc
                age: 64          # years
                diameter: 3.7 cm
                pdl1: 80 %
                prior: [platinum, taxane]
                therapies: [docetaxel, pembrolizumab]
                """, file: "patient.yaml")
        #expect(file.cancer == "nsclc")
        #expect(file.facts["diameter"].flatMap(Double.init).map { abs($0 - 37) < 1e-9 } == true)
        #expect(file.facts["prior"] == "platinum taxane")
        #expect(file.therapies == ["docetaxel", "pembrolizumab"])
        #expect(try PatientProfile(cancer: "nsclc", facts: file.facts).completed().facts["pdl1"] == "80")
    }

    @Test("what is wrong in a patient file is named with its place", arguments: [
        ("cancer: nsclc\nage: old", "patient.yaml:2:6", "age"), ("cancer: nsclc\nagee: 64", "patient.yaml:2:1", "agee"),
        ("cancer: nsclc\nautoimmune: sever", "patient.yaml:2:13", "none, mild, severe"), ("age: 64\nage: 65", "patient.yaml", "twice"),
        ("- nsclc", "patient.yaml:1:1", "fact: value"), ("pdl1: 180 %", "patient.yaml:1:7", "between 0 and 100"),
    ])
    func refusals(text: String, place: String, word: String) {
        do {
            _ = try PatientFile(yaml: text, file: "patient.yaml")
            Issue.record("'\(text)' was read")
        } catch let invalid as InvalidModel {
            let message = invalid.diagnostics.map(\.description).joined(separator: "\n")
            #expect(message.contains(place) && message.contains(word), "\(message)")
        } catch { Issue.record("\(error)") }
    }
}

@Suite struct TherapyRankingTests {
    @Test func `rank correlation is 1 for the same order, -1 for the reverse, and takes mid-ranks for ties`() {
        #expect(TherapyRanking.spearman([1, 2, 3, 4], [10, 20, 30, 400]) == 1)
        #expect(TherapyRanking.spearman([1, 2, 3, 4], [4, 3, 2, 1]) == -1)
        // R: cor(c(1, 2, 2, 4), c(1, 3, 2, 4), method = "spearman") = 0.9486833
        #expect(abs(TherapyRanking.spearman([1, 2, 2, 4], [1, 3, 2, 4]) - 0.948_683_3) < 1e-7)
        #expect(TherapyRanking.spearman([1, 1, 1, 1], [1, 2, 3, 4]) == 0)
    }
}
