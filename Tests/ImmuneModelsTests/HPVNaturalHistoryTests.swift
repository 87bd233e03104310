import Foundation
import Testing

@testable import ImmuneModels

@Suite struct HPVNaturalHistoryTests {
    private static func values() throws -> [String: Double] { try BundledFiles.values("30-hpv") }
    private static func vaccine() throws -> HPVNaturalHistory.Antibody {
        let values = try values()
        return .init(
            peak: values["antibody_peak"]!, lasting: values["antibody_lasting"]!, fastDecay: values["antibody_fastDecay"]!,
            slowDecay: values["antibody_slowDecay"]!)
    }

    @Test("nobody is lost, and one year reproduces the published probabilities", arguments: HPVNaturalHistory.Site.allCases)
    func bookkeeping(site: HPVNaturalHistory.Site) throws {
        let values = try Self.values()
        let course = HPVNaturalHistory(site: site, values: values).course(years: 60)
        for occupancy in course.occupancy {
            #expect(abs(occupancy.reduce(0, +) - 1) < 1e-12)
            #expect(occupancy.allSatisfy { $0 >= 0 })
        }
        // From cancer there is one exit, so the step is exact.
        let sick = HPVNaturalHistory(site: site, values: values).course(years: 1, initial: .cancer)
        #expect(abs(sick.occupancy.last![HPVNaturalHistory.State.dead.rawValue] - values["cancer_dead"]!) < 1e-9)
    }

    @Test func `infection clears at the published speed`() throws {
        // Leaving infection: rates of 0.41, 0.058, 0.006 and 0.015 a year compete.
        let still = HPVNaturalHistory(site: .cervix, values: try Self.values()).course(years: 1, initial: .infected)
        let expected = (1 - 0.41) * (1 - 0.058) * (1 - 0.006) * (1 - 0.015)
        // A few come back within the year; nobody comes back to infection here but through `well`.
        let occupied = still.occupancy.last![HPVNaturalHistory.State.infected.rawValue]
        #expect(occupied >= expected && occupied < expected + 0.03, "\(occupied) against \(expected)")
        #expect(abs(still.persistentInfections[0] - expected) < 1e-12)
    }

    @Test("a vaccine prevents new infections and lesions, and does nothing to an infection that is there", arguments: HPVNaturalHistory.Site.allCases)
    func vaccine(site: HPVNaturalHistory.Site) throws {
        let history = HPVNaturalHistory(site: site, values: try Self.values())
        let antibody = try Self.vaccine()
        let (plain, vaccinated) = (history.course(years: 8), history.course(years: 8, antibody: antibody))
        let efficacy = 1 - vaccinated.persistentInfections.last! / plain.persistentInfections.last!
        // Trials in type-naive women: 90.9 % against persistence of a year (Costa Rica, bivalent).
        #expect((0.85...0.99).contains(efficacy), "\(efficacy)")
        #expect(1 - vaccinated.lesions.last! / plain.lesions.last! > 0.8)
        // Established infection, no new exposure: the same to the last bit.
        let infected = history.course(years: 8, initial: .infected, exposure: { _ in 0 })
        let treated = history.course(years: 8, initial: .infected, exposure: { _ in 0 }, antibody: antibody)
        #expect(infected == treated)
    }

    @Test func `antibody of the median vaccinee stays above that of natural infection for twelve years`() throws {
        let antibody = try Self.vaccine()
        #expect(antibody.titre(after: 11) > 1 && antibody.titre(after: 13) < 1)
        #expect(antibody.titre(after: 0) == antibody.peak && antibody.titre(after: -1) == 0)
    }

    @Test("outside the cervix the interval of the last step is the interval of the result", arguments: [HPVNaturalHistory.Site.oropharynx, .penis])
    func interval(site: HPVNaturalHistory.Site) throws {
        let row = try BundledFiles.table("30-hpv")["\(site.rawValue)_lesion3_cancer"]!
        #expect(row.confidence == .assumed)
        let values = try Self.values()
        let cancers = [row.distribution.low!, row.value, row.distribution.high!].map {
            HPVNaturalHistory(site: site, values: values, cancer: $0).course(years: 40).cancers.last!
        }
        #expect(cancers[0] < cancers[1] && cancers[1] < cancers[2])
        #expect(cancers[2] / cancers[0] > 5)
    }

    @Test func `a finer step changes nothing that is reported`() throws {
        // Halving the exposure by time or by a constant must agree: the chain is linear in small flows.
        let history = HPVNaturalHistory(site: .oropharynx, values: try Self.values())
        let whole = history.course(years: 5).persistentInfections.last!
        let half = history.course(years: 5, exposure: { _ in 0.5 }).persistentInfections.last!
        #expect(abs(whole / half - 2) < 0.05)
    }
}
