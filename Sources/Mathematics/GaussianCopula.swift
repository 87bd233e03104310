/// Correlated uniform numbers: normal ones with a given correlation, mapped by Φ.
///
/// Any margins can be joined: `quantile` of each distribution turns its uniform number into a value, and the rank
/// correlation survives (Spearman's ρ = 6/π asin(r/2) for normal correlation r).
package struct GaussianCopula: Sendable {
    private let factor: SymmetricMatrix

    /// - Returns: nil when `correlation` is not symmetric with a unit diagonal and positive semidefinite.
    package init?(correlation: [[Double]]) {
        let matrix = SymmetricMatrix(rows: correlation)
        for i in 0..<matrix.size {
            if matrix[i, i] != 1 { return nil }
            for j in 0..<i where matrix[i, j] != matrix[j, i] { return nil }
        }
        guard let l = matrix.cholesky(semidefinite: true) else { return nil }
        factor = l
    }

    /// Correlated uniforms from independent ones.
    package func correlated(_ independent: [Double]) -> [Double] {
        let z = independent.map(Normal.quantile)
        return (0..<factor.size).map { i in
            var sum = 0.0
            for k in 0...i { sum += factor[i, k] * z[k] }
            return min(1 - 0x1p-53, max(0x1p-53, Normal.cumulative(sum)))
        }
    }

    package func sample(from stream: inout RandomStream) -> [Double] {
        correlated((0..<factor.size).map { _ in stream.uniform() })
    }
}
