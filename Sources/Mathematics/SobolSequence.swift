/// Sobol' points: a low-discrepancy sequence in up to 64 dimensions, with a digital shift drawn from a seed.
///
/// Best used in whole powers of two; point 0 is included (the shift moves it off the corner).
///
/// Source: direction numbers of Joe & Kuo, SIAM J. Sci. Comput. 30 (2008) 2635, file new-joe-kuo-6 (BSD licence,
/// © 2008 Frances Y. Kuo and Stephen Joe).
package struct SobolSequence: Sendable {
    package let dimensions: Int
    private let directions: [[UInt64]]
    private let shifts: [UInt64]
    private static let bits = 52

    package static let maximumDimensions = initialNumbers.count

    /// - Parameter seed: nil for the plain sequence.
    package init(dimensions: Int, seed: UInt64?) {
        precondition(1...Self.maximumDimensions ~= dimensions, "\(dimensions) dimensions")
        self.dimensions = dimensions
        directions = (0..<dimensions).map(Self.directions)
        shifts = (0..<dimensions).map { axis in
            guard let seed else { return 0 }
            var stream = RandomStream(seed: seed, patient: UInt64(axis), purpose: "Sobol shift")
            return stream.next() >> UInt64(64 - Self.bits)
        }
    }

    /// Point `index` with coordinates in [0, 1), in (0, 1) when shifted.
    package func point(_ index: UInt64) -> [Double] {
        let gray = index ^ (index >> 1)
        return (0..<dimensions).map { axis in
            var x = shifts[axis]
            var rest = gray
            while rest != 0 {
                x ^= directions[axis][rest.trailingZeroBitCount]
                rest &= rest - 1
            }
            return Double(x) * 0x1p-52
        }
    }

    private static func directions(of axis: Int) -> [UInt64] {
        var m = initialNumbers[axis]
        let degree = m.count
        if axis == 0 {
            m = Array(repeating: 1, count: bits)
        } else {
            let polynomial = polynomials[axis]
            for i in degree..<bits {
                var value = m[i - degree] ^ (m[i - degree] << UInt64(degree))
                for k in 1..<max(degree, 1) where (polynomial >> UInt64(degree - k)) & 1 == 1 {
                    value ^= m[i - k] << UInt64(k)
                }
                m.append(value)
            }
        }
        return m.enumerated().map { $1 << UInt64(bits - 1 - $0) }
    }

    /// Primitive polynomials over GF(2), all coefficients as bits.
    private static let polynomials: [UInt64] = [
        1, 3, 7, 11, 13, 19, 25, 37, 41, 47, 55, 59, 61, 67, 91, 97, 103, 109, 115, 131, 137, 143, 145, 157,
        167, 171, 185, 191, 193, 203, 211, 213, 229, 239, 241, 247, 253, 285, 299, 301, 333, 351, 355, 357, 361,
        369, 391, 397, 425, 451, 463, 487, 501, 529, 539, 545, 557, 563, 601, 607, 617, 623, 631, 637,
    ]

    private static let initialNumbers: [[UInt64]] = [
        [1], [1], [1, 3], [1, 3, 1], [1, 1, 1], [1, 1, 3, 3], [1, 3, 5, 13], [1, 1, 5, 5, 17], [1, 1, 5, 5, 5],
        [1, 1, 7, 11, 19], [1, 1, 5, 1, 1], [1, 1, 1, 3, 11], [1, 3, 5, 5, 31], [1, 3, 3, 9, 7, 49],
        [1, 1, 1, 15, 21, 21], [1, 3, 1, 13, 27, 49], [1, 1, 1, 15, 7, 5], [1, 3, 1, 15, 13, 25], [1, 1, 5, 5, 19, 61],
        [1, 3, 7, 11, 23, 15, 103], [1, 3, 7, 13, 13, 15, 69], [1, 1, 3, 13, 7, 35, 63], [1, 3, 5, 9, 1, 25, 53],
        [1, 3, 1, 13, 9, 35, 107], [1, 3, 1, 5, 27, 61, 31], [1, 1, 5, 11, 19, 41, 61], [1, 3, 5, 3, 3, 13, 69],
        [1, 1, 7, 13, 1, 19, 1], [1, 3, 7, 5, 13, 19, 59], [1, 1, 3, 9, 25, 29, 41], [1, 3, 5, 13, 23, 1, 55],
        [1, 3, 7, 3, 13, 59, 17], [1, 3, 1, 3, 5, 53, 69], [1, 1, 5, 5, 23, 33, 13], [1, 1, 7, 7, 1, 61, 123],
        [1, 1, 7, 9, 13, 61, 49], [1, 3, 3, 5, 3, 55, 33], [1, 3, 1, 15, 31, 13, 49, 245], [1, 3, 5, 15, 31, 59, 63, 97],
        [1, 3, 1, 11, 11, 11, 77, 249], [1, 3, 1, 11, 27, 43, 71, 9], [1, 1, 7, 15, 21, 11, 81, 45],
        [1, 3, 7, 3, 25, 31, 65, 79], [1, 3, 1, 1, 19, 11, 3, 205], [1, 1, 5, 9, 19, 21, 29, 157],
        [1, 3, 7, 11, 1, 33, 89, 185], [1, 3, 3, 3, 15, 9, 79, 71], [1, 3, 7, 11, 15, 39, 119, 27],
        [1, 1, 3, 1, 11, 31, 97, 225], [1, 1, 1, 3, 23, 43, 57, 177], [1, 3, 7, 7, 17, 17, 37, 71],
        [1, 3, 1, 5, 27, 63, 123, 213], [1, 1, 3, 5, 11, 43, 53, 133], [1, 3, 5, 5, 29, 17, 47, 173, 479],
        [1, 3, 3, 11, 3, 1, 109, 9, 69], [1, 1, 1, 5, 17, 39, 23, 5, 343], [1, 3, 1, 5, 25, 15, 31, 103, 499],
        [1, 1, 1, 11, 11, 17, 63, 105, 183], [1, 1, 5, 11, 9, 29, 97, 231, 363], [1, 1, 5, 15, 19, 45, 41, 7, 383],
        [1, 3, 7, 7, 31, 19, 83, 137, 221], [1, 1, 1, 3, 23, 15, 111, 223, 83], [1, 1, 5, 13, 31, 15, 55, 25, 161],
        [1, 1, 3, 13, 25, 47, 39, 87, 257],
    ]
}
