/// Points that fill the unit cube evenly: along every axis, one point in each of `count` equal slices.
///
/// Source: McKay, Beckman & Conover, Technometrics 21 (1979) 239.
package struct LatinHypercube: Sendable {
    package let count: Int
    package let dimensions: Int
    private let seed: UInt64
    private let orders: [[Int]]

    package init(count: Int, dimensions: Int, seed: UInt64) {
        self.count = count
        self.dimensions = dimensions
        self.seed = seed
        orders = (0..<dimensions).map { axis in
            var stream = RandomStream(seed: seed, patient: UInt64(axis), purpose: "Latin hypercube order")
            return stream.permutation(of: count)
        }
    }

    /// Point `index`, all coordinates in (0, 1).
    package func point(_ index: Int) -> [Double] {
        var stream = RandomStream(seed: seed, patient: UInt64(index), purpose: "Latin hypercube jitter")
        return (0..<dimensions).map { (Double(orders[$0][index]) + stream.uniform()) / Double(count) }
    }
}
