import Mathematics

/// One code at one tolerance: how fast, how right.
package struct WorkPrecisionPoint: Codable, Sendable {
    package var relativeTolerance: Double
    package var method: String
    package var patients: Int
    package var failed: Int
    /// Patients a second in each round.
    package var rates: [Double]
    package var errorMedian: Double
    package var errorP90: Double
    package var steps: Double?
    package var rightHandSides: Double?
    /// Why there are no rates: the code ended or gave no answer in time.
    package var breakdown: String?

    /// The middle round; 0 where the code broke down.
    package var rate: Double { rates.isEmpty ? 0 : rates.sorted()[rates.count / 2] }
}

/// A code's points on one problem.
package struct WorkPrecisionCurve: Codable, Sendable {
    package var code: String
    package var version: String
    package var setupSeconds: Double
    package var points: [WorkPrecisionPoint]

    /// Patients a second at a given error in one round: linear in the logarithms between the neighbouring points of
    /// the fastest way to each error; nil outside what was measured.
    package func rate(atError error: Double, round: Int?) -> Double? {
        let measured = points.filter { $0.errorMedian > 0 && $0.errorMedian.isFinite && !$0.rates.isEmpty }.map { point in
            (x: Elementary.log(point.errorMedian), y: Elementary.log(round.map { point.rates[min($0, point.rates.count - 1)] } ?? point.rate))
        }
        // A point that another beats in both speed and error is no way to go.
        let best = measured.filter { p in !measured.contains { $0.x <= p.x && $0.y > p.y } }.sorted { $0.x < $1.x }
        let x = Elementary.log(error)
        guard let first = best.first, let last = best.last, x >= first.x else { return nil }
        // Looser than the loosest run: that run is at least as right, and as fast as it gets.
        if x >= last.x { return Elementary.exp(last.y) }
        let upper = best.firstIndex { $0.x > x }!
        let (a, b) = (best[upper - 1], best[upper])
        return Elementary.exp(a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x))
    }

    /// Ratio of two codes' rates at one error: median over the rounds.
    package func ratio(to other: WorkPrecisionCurve, atError error: Double) -> Double? {
        let rounds = points.map(\.rates.count).max() ?? 0
        let ratios = (0..<rounds).compactMap { round -> Double? in
            guard let ours = rate(atError: error, round: round), let theirs = other.rate(atError: error, round: round) else { return nil }
            return ours / theirs
        }.sorted()
        return ratios.isEmpty ? nil : ratios[ratios.count / 2]
    }
}
