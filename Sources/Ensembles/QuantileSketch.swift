import Mathematics

/// Quantiles of a stream of numbers in bounded memory, with a guaranteed relative error.
///
/// Counts in buckets whose bounds grow nearly geometrically, by at most γ = (1 + ε)/(1 − ε): a value x = 2ᵉ(1 + m) falls
/// into bucket ⌈k (e + c(m))⌉, where the cubic c stands for the logarithm, and the harmonic mean of a bucket's bounds is
/// within the relative error ε of every value in it. Negative values have buckets of their own; magnitudes below
/// 1e-250 count as zero. Counts are integers, so sketches merge exactly, in any order.
///
/// Source: Masson, Rim & Lee 2019, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
/// guarantees", *PVLDB* 12:2195-2205, doi:10.14778/3352063.3352135, with the cubic of its authors' implementation.
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
            if index < first || index >= first + counts.count { makeRoom(for: index) }
            counts[index - first] += amount
        }

        /// Grows to whole blocks of 16 buckets, so that a range that widens bit by bit isn't copied each time.
        private mutating func makeRoom(for index: Int) {
            let low = index & ~15
            if counts.isEmpty {
                first = low
                counts = Array(repeating: 0, count: 16)
            } else if index < first {
                counts.insert(contentsOf: repeatElement(0, count: first - low), at: 0)
                first = low
            } else {
                counts.append(contentsOf: repeatElement(0, count: low + 16 - first - counts.count))
            }
        }
    }

    /// Buckets per doubling: the cubic's slope against the logarithm is nowhere below 0.99.
    private let scale: Double

    /// c(m) for m in [0, 1), rising from 0 to 1.
    private static func cubic(_ m: Double) -> Double { ((6.0 / 35 * m - 3.0 / 5) * m + 10.0 / 7) * m }

    private func bucket(_ size: Double) -> Int {
        let m = Double(bitPattern: size.bitPattern & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000) - 1
        let exponent = Int(size.bitPattern >> 52) - 1023
        return Int((scale * (Double(exponent) + Self.cubic(m))).rounded(.up))
    }

    /// The value at which k (e + c(m)) is `index`.
    private func bound(_ index: Int) -> Double {
        let position = Double(index) / scale
        let exponent = position.rounded(.down)
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if Self.cubic(middle) < position - exponent { low = middle } else { high = middle }
        }
        return Double(sign: .plus, exponent: Int(exponent), significand: 1 + high)
    }

    public init(relativeError: Double = 0.005) {
        precondition(relativeError > 0 && relativeError < 0.5, "relative error \(relativeError)")
        self.relativeError = relativeError
        scale = Elementary.log(2) / (0.99 * Elementary.log((1 + relativeError) / (1 - relativeError)))
    }

    /// - Precondition: x isn't NaN.
    public mutating func add(_ x: Double) {
        precondition(!x.isNaN, "a quantile of NaN has no meaning")
        count += 1
        let size = min(abs(x), Double.greatestFiniteMagnitude)
        if size < 1e-250 {
            zeroCount += 1
        } else {
            if x > 0 { positive.add(bucket(size), 1) } else { negative.add(bucket(size), 1) }
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
            let (low, high) = (bound(index - 1), bound(index))
            return 2 * low * (high / (low + high))
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
