import ImmuneModels
import Testing

@testable import Studies

@Suite struct FactorTableTests {
    private static func rows(_ therapyClass: String, _ factor: String? = nil, patients: Int = 300) throws -> [FactorTable.Row] {
        let table = try FactorTable()
        let wanted = table.therapies.filter { $0.therapyClass.hasPrefix(therapyClass) }
        #expect(!wanted.isEmpty)
        return try table.rows(wanted, library: try ModelLibrary.builtIn(), patients: patients, days: 365, seed: 2, threads: 2, factor: factor)
    }

    @Test func `every class of therapy has its factors, each says how it acts and where its direction comes from`() throws {
        let table = try FactorTable()
        let library = try ModelLibrary.builtIn()
        #expect(table.factors.allSatisfy { !$0.acts.isEmpty && !$0.source.isEmpty && Set($0.low.keys) == Set($0.high.keys) })
        for therapy in table.therapies {
            let factors = try table.factors(of: therapy, library: library)
            #expect(factors.count >= 6, "\(therapy.therapyClass): \(factors.map(\.name))")
        }
    }

    @Test("burden and performance status shorten survival under blockade", arguments: ["burden", "performance"])
    func prognostic(factor: String) throws {
        let row = try #require(try Self.rows("checkpoint inhibitor, anti-PD-1", factor).first)
        #expect(row.direction(\.alive) == "-", "\(row)")
        #expect(row.direction(\.aliveUntreated) == "-", "in the untreated as well")
    }

    @Test func `response to blockade rises with PD-L1, and age is not predictive`() throws {
        let PDL1 = try #require(try Self.rows("checkpoint inhibitor, anti-PD-1", "PD-L1").first)
        #expect(PDL1.direction(\.response) == "+", "\(PDL1)")
        let age = try #require(try Self.rows("checkpoint inhibitor, anti-PD-1", "age").first)
        #expect(age.direction(\.response) == "0" && !age.isPredictive, "\(age)")
    }

    @Test func `what acts through the hazard alone is prognostic, and costs response by deaths before a scan at most`() throws {
        let row = try #require(try Self.rows("CAR-T", "performance").first)
        #expect(row.factor.isPrognosticOnly && row.direction(\.response) != "+" && !row.isPredictive, "\(row)")
        #expect(row.low.response - row.high.response <= row.low.alive - row.high.alive, "\(row)")
        #expect(row.direction(\.alive) == "-")
    }
}
