import Mathematics

/// Quantiles of a stream of numbers in bounded memory, with a guaranteed relative error.
///
/// Counts in buckets whose bounds grow geometrically: a value x > 0 falls into bucket ⌈log_γ x⌉, and the bucket's
/// representative 2γⁱ/(γ+1) is within `relativeError` of every value in it. Negative values have buckets of their own;
/// magnitudes below 1e-250 count as zero. Counts are integers, so sketches merge exactly, in any order.
///
/// Source: Masson, Rim & Lee 2019, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
/// guarantees", *PVLDB* 12:2195-2205, doi:10.14778/3352063.3352135.
public struct QuantileSketch: Sendable, Hashable {
    public let relativeError: Double
    public private(set) var count = 0
    private var zeroCount = 0
    private var positive = Buckets()
    private var negative = Buckets()

    /// Counts of consecutive buckets from `first` on.
    private struct Buckets: Sendable, Hashable {
        var first = 0
        var counts: [UInt32] = []

        mutating func add(_ index: Int, _ amount: UInt32) {
            if counts.isEmpty {
                first = index
            } else if index < first {
                counts.insert(contentsOf: repeatElement(0, count: first - index), at: 0)
                first = index
            }
            if index - first >= counts.count {
                counts.append(contentsOf: repeatElement(0, count: index - first - counts.count + 1))
            }
            counts[index - first] += amount
        }

        var total: Int { counts.reduce(0) { $0 + Int($1) } }
    }

    private var gamma: Double { (1 + relativeError) / (1 - relativeError) }

    public init(relativeError: Double = 0.005) {
        precondition(relativeError > 0 && relativeError < 0.5, "relative error \(relativeError)")
        self.relativeError = relativeError
    }

    /// - Precondition: x isn't NaN.
    public mutating func add(_ x: Double) {
        precondition(!x.isNaN, "a quantile of NaN has no meaning")
        count += 1
        let size = min(abs(x), Double.greatestFiniteMagnitude)
        if size < 1e-250 {
            zeroCount += 1
        } else {
            let index = Int((Elementary.log(size) / Elementary.log(gamma)).rounded(.up))
            if x > 0 { positive.add(index, 1) } else { negative.add(index, 1) }
        }
    }

    public mutating func merge(_ other: QuantileSketch) {
        precondition(relativeError == other.relativeError, "sketches of different accuracy don't merge")
        count += other.count
        zeroCount += other.zeroCount
        for (offset, amount) in other.positive.counts.enumerated() where amount > 0 {
            positive.add(other.positive.first + offset, amount)
        }
        for (offset, amount) in other.negative.counts.enumerated() where amount > 0 {
            negative.add(other.negative.first + offset, amount)
        }
    }

    /// The value of rank ⌊q (count − 1)⌋, within the relative error; nil when empty.
    public func quantile(_ q: Double) -> Double? {
        guard count > 0 else { return nil }
        var rank = Int(min(max(q, 0), 1) * Double(count - 1))
        func representative(_ index: Int) -> Double {
            2 * Elementary.exp(Double(index) * Elementary.log(gamma)) / (gamma + 1)
        }
        for (offset, amount) in negative.counts.enumerated().reversed() {
            if rank < Int(amount) { return -representative(negative.first + offset) }
            rank -= Int(amount)
        }
        if rank < zeroCount { return 0 }
        rank -= zeroCount
        for (offset, amount) in positive.counts.enumerated() {
            if rank < Int(amount) { return representative(positive.first + offset) }
            rank -= Int(amount)
        }
        return nil
    }
}
