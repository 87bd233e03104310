/// Summaries of samples. Sums run in the order given, so that an answer depends on the data alone.
package enum Statistics {
    package static func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }

    /// Sample standard deviation (n − 1).
    package static func standardDeviation(_ x: [Double]) -> Double {
        let m = mean(x)
        return (x.reduce(0) { $0 + ($1 - m) * ($1 - m) } / Double(x.count - 1)).squareRoot()
    }

    /// Quantile by linear interpolation of order statistics (type 7 of Hyndman & Fan 1996, R's default).
    package static func quantile(ofSorted x: [Double], _ p: Double) -> Double {
        precondition(!x.isEmpty, "an empty sample has no quantile")
        let h = Double(x.count - 1) * p
        let low = Int(h)
        if low >= x.count - 1 { return x[x.count - 1] }
        return x[low] + (h - Double(low)) * (x[low + 1] - x[low])
    }

    package static func quantiles(_ x: [Double], _ p: [Double]) -> [Double] {
        let sorted = x.sorted()
        return p.map { quantile(ofSorted: sorted, $0) }
    }

    package static func median(_ x: [Double]) -> Double { quantiles(x, [0.5])[0] }

    /// Largest distance between two empirical distribution functions (Kolmogorov-Smirnov).
    package static func kolmogorovDistance(_ x: [Double], _ y: [Double]) -> Double {
        let a = x.sorted()
        let b = y.sorted()
        var (i, j, distance) = (0, 0, 0.0)
        while i < a.count && j < b.count {
            let value = min(a[i], b[j])
            while i < a.count && a[i] <= value { i += 1 }
            while j < b.count && b[j] <= value { j += 1 }
            distance = max(distance, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
        }
        return distance
    }

    /// Ranks from 1, ties share their mean rank.
    package static func ranks(_ x: [Double]) -> [Double] {
        let order = x.indices.sorted { (x[$0], $0) < (x[$1], $1) }
        var result = Array(repeating: 0.0, count: x.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count && x[order[end + 1]] == x[order[start]] { end += 1 }
            for k in start...end { result[order[k]] = Double(start + end) / 2 + 1 }
            start = end + 1
        }
        return result
    }

    package static func correlation(_ x: [Double], _ y: [Double]) -> Double {
        let (mx, my) = (mean(x), mean(y))
        var (sxy, sxx, syy) = (0.0, 0.0, 0.0)
        for (a, b) in zip(x, y) {
            sxy += (a - mx) * (b - my)
            sxx += (a - mx) * (a - mx)
            syy += (b - my) * (b - my)
        }
        return sxx == 0 || syy == 0 ? 0 : sxy / (sxx * syy).squareRoot()
    }

    /// Spearman's rank correlation.
    package static func rankCorrelation(_ x: [Double], _ y: [Double]) -> Double { correlation(ranks(x), ranks(y)) }
}
