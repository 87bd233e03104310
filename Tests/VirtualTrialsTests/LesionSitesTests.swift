import ImmuneModels
import Testing

@testable import VirtualTrials

@Suite struct LesionSitesTests {
    @Test func `every organ of a solid cancer has a row`() throws {
        let table = try LesionSites()
        let known = Set(table.organs.map(\.name))
        for cancer in try ModelLibrary.builtIn().cancers where cancer.geometry == .solid {
            #expect(Set(cancer.sites).subtracting(known).isEmpty, "\(cancer.id): \(cancer.sites)")
        }
    }

    @Test func `no organ holds more than two lesions, the first of the list most, and a patient keeps theirs`() throws {
        let table = try LesionSites()
        let sites = ["lung", "lymph node", "liver"]
        var counts: [String: Int] = [:]
        for patient in 0..<2000 {
            let drawn = table.draw(4, among: sites, seed: 3, patient: patient)
            #expect(drawn.count == 4 && Set(drawn).allSatisfy { organ in drawn.count { $0 == organ } <= 2 })
            #expect(table.draw(2, among: sites, seed: 3, patient: patient) == Array(drawn.prefix(2)))
            counts[table.organs[drawn[0]].name, default: 0] += 1
        }
        // weights 1, 1/2, 1/3: shares 6/11, 3/11, 2/11; four standard errors of 2000 draws
        #expect(abs(Double(counts["lung"]!) / 2000 - 6.0 / 11) < 0.045 && abs(Double(counts["liver"]!) / 2000 - 2.0 / 11) < 0.035)
        #expect(table.draw(4, among: ["skin"], seed: 1, patient: 0).count == 2)
    }
}
