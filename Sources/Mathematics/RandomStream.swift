/// Random numbers of one patient for one purpose.
///
/// The key is (seed, patient); the counter holds the purpose and the place in the stream. So adding a purpose (a new
/// covariate, one more visit) leaves all other numbers of all patients as they were, and two arms of a trial that ask
/// for the same purpose share their luck.
package struct RandomStream: RandomNumberGenerator, Sendable {
    package let seed: UInt64
    package let patient: UInt64
    package let purpose: UInt64
    private var block: UInt64 = 0
    private var buffer: Philox.Counter = (0, 0, 0, 0)
    private var used = 4

    package init(seed: UInt64, patient: UInt64, purpose: UInt64) {
        self.seed = seed
        self.patient = patient
        self.purpose = purpose
    }

    /// - Parameter purpose: What the numbers are for, in words: `"covariate age"`.
    package init(seed: UInt64, patient: UInt64, purpose: String) {
        self.init(seed: seed, patient: patient, purpose: Self.hash(of: purpose))
    }

    package mutating func next() -> UInt64 {
        if used == 4 {
            buffer = Philox.words(counter: (block, purpose, 0, 0), key: (seed, patient))
            block += 1
            used = 0
        }
        used += 1
        switch used {
        case 1: return buffer.0
        case 2: return buffer.1
        case 3: return buffer.2
        default: return buffer.3
        }
    }

    /// Uniform in the open interval (0, 1), on a grid of 2⁻⁵².
    package mutating func uniform() -> Double {
        (Double(next() >> 12) + 0.5) * 0x1p-52
    }

    /// Standard normal, by inversion: one uniform makes one normal.
    package mutating func normal() -> Double { Normal.quantile(uniform()) }

    /// Uniform integer in 0..<bound, without bias (Lemire's multiplication with rejection).
    package mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "an empty range has no random element")
        let range = UInt64(bound)
        let threshold = (0 &- range) % range
        while true {
            let product = next().multipliedFullWidth(by: range)
            if product.low >= threshold { return Int(product.high) }
        }
    }

    /// Index of a category drawn with probability proportional to its weight.
    package mutating func category(weights: [Double]) -> Int {
        let total = weights.reduce(0, +)
        precondition(total > 0, "weights sum to \(total)")
        var remaining = uniform() * total
        for (index, weight) in weights.enumerated() {
            remaining -= weight
            if remaining < 0 { return index }
        }
        return weights.lastIndex { $0 > 0 }!
    }

    /// A permutation of 0..<count (Fisher-Yates).
    package mutating func permutation(of count: Int) -> [Int] {
        var order = Array(0..<count)
        for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, integer(below: i + 1)) }
        return order
    }

    /// A 64-bit name of a text: FNV-1a, then a finaliser that spreads every bit (SplitMix64's).
    package static func hash(of text: String) -> UInt64 {
        var h: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { h = (h ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        h = (h ^ (h >> 30)) &* 0xBF58_476D_1CE4_E5B9
        h = (h ^ (h >> 27)) &* 0x94D0_49BB_1331_11EB
        return h ^ (h >> 31)
    }
}
