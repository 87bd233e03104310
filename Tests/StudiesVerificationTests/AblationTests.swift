import ImmuneModels
import Testing

@testable import Studies

@Suite struct AblationTests {
    private static func rows(_ mechanisms: Set<String>) throws -> [String: Ablation.Row] {
        let wanted = try Ablation.all().filter { mechanisms.contains($0.mechanism) }
        let rows = try Ablation.table(wanted, library: try ModelLibrary.builtIn(), patients: 40, days: 365, seed: 3, threads: 2)
        return Dictionary(rows.map { ($0.mechanism, $0) }) { first, _ in first }
    }

    @Test func `without killing by T cells checkpoint inhibitors do nothing`() throws {
        let row = try #require(try Self.rows(["killing by T cells"])["killing by T cells"])
        #expect(row.whole.response >= 25 && row.without.response <= row.whole.response / 3, "\(row)")
        #expect(!row.isInert)
    }

    @Test func `without autoimmunity immune-related events are gone`() throws {
        let row = try #require(try Self.rows(["autoimmunity"])["autoimmunity"])
        #expect(row.without.severeToxicity < row.whole.severeToxicity, "\(row)")
    }

    @Test("every mechanism of a cancer can be switched off", arguments: ["lbcl", "breast-her2", "nsclc"])
    func switches(cancer: String) throws {
        let wanted = try Ablation.all().filter { $0.cancer == cancer }
        let rows = try Ablation.table(wanted, library: try ModelLibrary.builtIn(), patients: 8, days: 180, seed: 3, threads: 2)
        #expect(rows.count == wanted.count && !rows.isEmpty)
        #expect(rows.contains { !$0.isInert }, "something matters")
    }
}
