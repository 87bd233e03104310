/// Empirical quantiles with linear interpolation (type 7 of Hyndman & Fan, Am. Stat. 50 (1996) 361).
enum Quantiles {
    /// Quantile `p` of values sorted ascending; NaN without values.
    static func of(sorted values: [Double], _ p: Double) -> Double {
        guard let last = values.indices.last else { return .nan }
        let position = p * Double(last)
        let below = min(last, Int(position))
        let above = min(last, below + 1)
        return values[below] + (position - Double(below)) * (values[above] - values[below])
    }

    /// 5, 25, 50, 75 and 95 %; empty without values.
    static func five(_ values: [Double]) -> [Double] {
        let sorted = values.sorted()
        return sorted.isEmpty ? [] : [0.05, 0.25, 0.5, 0.75, 0.95].map { of(sorted: sorted, $0) }
    }

    /// 25, 50 and 75 %; empty without values.
    static func quartiles(_ values: [Double]) -> [Double] {
        let sorted = values.sorted()
        return sorted.isEmpty ? [] : [0.25, 0.5, 0.75].map { of(sorted: sorted, $0) }
    }
}
