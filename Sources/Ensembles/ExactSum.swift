/// A sum of doubles without any rounding, so that it depends neither on the order nor on how it was split over threads
/// or shards.
///
/// Each double is an integer times a power of two; integers are added in bins of 32 exponents, 128 bits wide, so that
/// 2⁴² terms fit. Only the final value is rounded.
///
/// Source: the idea of Kulisch's accumulator, in the binned form of Demmel & Nguyen 2015, "Parallel reproducible
/// summation", *IEEE Trans. Comput.* 64:2060-2070, doi:10.1109/TC.2014.2345391; with exact bins.
public struct ExactSum: Sendable, Hashable {
    private static let binWidth = 32
    /// Bins in ascending order; a run of an observable touches few.
    private var bins: [Bin] = []
    /// Sum of the terms that aren't finite; nil if there was none.
    private var nonFinite: Double?

    private struct Bin: Sendable, Hashable {
        var index: Int32
        var high: Int64
        var low: UInt64
        var value: Int128 {
            get { Int128(truncatingIfNeeded: high) << 64 | Int128(truncatingIfNeeded: low) }
            set {
                high = Int64(truncatingIfNeeded: newValue >> 64)
                low = UInt64(truncatingIfNeeded: newValue)
            }
        }
    }

    public init() {}

    public mutating func add(_ x: Double) {
        guard x.isFinite else {
            nonFinite = (nonFinite ?? 0) + x
            return
        }
        guard x != 0 else { return }
        let field = Int(x.exponentBitPattern)
        let fraction = Int64(x.significandBitPattern)
        // x = integer · 2^(place − 1074), place ≥ 0
        let integer = field == 0 ? fraction : fraction | 1 << 52
        let place = max(field, 1) - 1
        let shifted = Int128(integer) << Int128(place % Self.binWidth)
        add(x < 0 ? -shifted : shifted, toBin: Int32(place / Self.binWidth))
    }

    private mutating func add(_ value: Int128, toBin index: Int32) {
        for place in bins.indices {
            if bins[place].index == index {
                bins[place].value += value
                return
            }
            if bins[place].index > index {
                var bin = Bin(index: index, high: 0, low: 0)
                bin.value = value
                bins.insert(bin, at: place)
                return
            }
        }
        var bin = Bin(index: index, high: 0, low: 0)
        bin.value = value
        bins.append(bin)
    }

    public mutating func merge(_ other: ExactSum) {
        for bin in other.bins { add(bin.value, toBin: bin.index) }
        if let theirs = other.nonFinite { nonFinite = (nonFinite ?? 0) + theirs }
    }

    /// The sum, within a few units in the last place, from carried digits: equal sums give equal doubles.
    public var value: Double {
        if let nonFinite { return nonFinite }
        guard let first = bins.first, let last = bins.last else { return 0 }
        // Digits of 32 bits, all of one sign but the leading: carry from low to high.
        var digits: [Int128] = []
        var carry: Int128 = 0
        var place = 0
        var index = first.index
        while index <= last.index || (carry != 0 && carry != -1) {
            var total = carry
            if place < bins.count, bins[place].index == index {
                total += bins[place].value
                place += 1
            }
            carry = total >> 32
            digits.append(total & 0xFFFF_FFFF)
            index += 1
        }
        if carry == -1 {
            // Negative: digits hold the complement; negate.
            var borrow: Int128 = 1
            for k in digits.indices {
                let flipped = (0xFFFF_FFFF - digits[k]) + borrow
                digits[k] = flipped & 0xFFFF_FFFF
                borrow = flipped >> 32
            }
            if borrow != 0 { digits.append(borrow) }
            return -Self.value(ofDigits: digits, first: Int(first.index))
        }
        return Self.value(ofDigits: digits, first: Int(first.index))
    }

    /// Σ digitₖ 2^(32(first+k) − 1074) from the leading non-zero digits, which carry at least 64 bits.
    private static func value(ofDigits digits: [Int128], first: Int) -> Double {
        guard let top = digits.lastIndex(where: { $0 != 0 }) else { return 0 }
        var sum = 0.0
        for k in (max(0, top - 3)...top) {
            let exponent = 32 * (first + k) - 1074
            sum += scaled(Double(Int64(digits[k])), by: exponent)
        }
        return sum
    }

    private static func scaled(_ x: Double, by exponent: Int) -> Double {
        // In two factors, so that neither over- nor underflows on the way.
        let half = exponent / 2
        return x * Double(sign: .plus, exponent: half, significand: 1)
            * Double(sign: .plus, exponent: exponent - half, significand: 1)
    }
}
