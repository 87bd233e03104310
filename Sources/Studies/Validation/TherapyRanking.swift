/// Whether the model ranks the treatments of a cancer as trials do.
public struct TherapyRanking: Sendable, Codable, Hashable {
    public var cancer: String
    /// Column of the table.
    public var endpoint: String
    public var arms: Int
    /// Spearman's rank correlation between predicted and observed over the arms, mid-ranks for ties.
    public var spearman: Double

    /// Smallest number of arms to rank.
    static let fewestArms = 4

    /// Cancers of the table with at least four arms that have both figures; response, and median survival free of
    /// progression and overall.
    static func all(_ rows: [ValidationResult.Row], observed: ObservedTrials) -> [TherapyRanking] {
        var cancers: [String: String] = [:]
        for row in observed.rows { cancers["\(row.trial)\t\(row.arm)"] = row.cancer }
        return ["orr_pct", "pfs_median_months", "os_median_months"].flatMap { endpoint -> [TherapyRanking] in
            var pairs: [String: [(Double, Double)]] = [:]
            for row in rows where row.endpoint == endpoint {
                guard let predicted = row.predicted, let observed = row.observed, let cancer = cancers["\(row.trial)\t\(row.arm)"] else { continue }
                pairs[cancer, default: []].append((predicted, observed))
            }
            return pairs.filter { $0.value.count >= fewestArms }.sorted { $0.key < $1.key }.map { cancer, values in
                TherapyRanking(
                    cancer: cancer, endpoint: endpoint, arms: values.count, spearman: spearman(values.map(\.0), values.map(\.1)))
            }
        }
    }

    /// Pearson's correlation of mid-ranks; 0 where all of one side are equal.
    static func spearman(_ first: [Double], _ second: [Double]) -> Double {
        func ranks(_ values: [Double]) -> [Double] {
            values.map { x in Double(values.count { $0 < x }) + Double(values.count { $0 == x } - 1) / 2 }
        }
        let (a, b) = (ranks(first), ranks(second))
        let middle = Double(a.count - 1) / 2
        func sum(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - middle) } }
        let spread = (sum(a, a) * sum(b, b)).squareRoot()
        return spread > 0 ? sum(a, b) / spread : 0
    }
}
