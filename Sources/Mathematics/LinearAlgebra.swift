/// Small dense symmetric matrices, row by row in one array.
package struct SymmetricMatrix: Sendable {
    package let size: Int
    package var values: [Double]

    package init(size: Int) {
        self.size = size
        values = Array(repeating: 0, count: size * size)
    }
    package init(rows: [[Double]]) {
        size = rows.count
        values = rows.flatMap { $0 }
        precondition(values.count == size * size, "a matrix of \(size) rows has \(values.count) values")
    }
    package subscript(row: Int, column: Int) -> Double {
        get { values[row * size + column] }
        set { values[row * size + column] = newValue }
    }

    /// The lower triangle L with L Lᵀ = A, or nil when A is not positive definite beyond `tolerance` (relative to the
    /// diagonal). With `semidefinite`, a column whose pivot vanishes becomes zero instead.
    package func cholesky(tolerance: Double = 1e-13, semidefinite: Bool = false) -> SymmetricMatrix? {
        var l = SymmetricMatrix(size: size)
        for j in 0..<size {
            var pivot = self[j, j]
            for k in 0..<j { pivot -= l[j, k] * l[j, k] }
            if pivot <= tolerance * abs(self[j, j]) {
                if !semidefinite || pivot < -1e-8 * abs(self[j, j]) { return nil }
                continue
            }
            l[j, j] = pivot.squareRoot()
            for i in (j + 1)..<max(size, j + 1) {
                var sum = self[i, j]
                for k in 0..<j { sum -= l[i, k] * l[j, k] }
                l[i, j] = sum / l[j, j]
            }
        }
        return l
    }

    /// A⁻¹ of a positive definite matrix.
    package func inverse() -> SymmetricMatrix? {
        guard let l = cholesky() else { return nil }
        var result = SymmetricMatrix(size: size)
        for column in 0..<size {
            var x = Array(repeating: 0.0, count: size)
            x[column] = 1
            for i in 0..<size {
                for k in 0..<i { x[i] -= l[i, k] * x[k] }
                x[i] /= l[i, i]
            }
            for i in stride(from: size - 1, through: 0, by: -1) {
                for k in (i + 1)..<max(size, i + 1) { x[i] -= l[k, i] * x[k] }
                x[i] /= l[i, i]
            }
            for row in 0..<size { result[row, column] = x[row] }
        }
        return result
    }

    package func times(_ x: [Double]) -> [Double] {
        (0..<size).map { row in
            var sum = 0.0
            for column in 0..<size { sum += self[row, column] * x[column] }
            return sum
        }
    }

    /// xᵀ A x
    package func quadraticForm(_ x: [Double]) -> Double {
        zip(x, times(x)).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

extension SymmetricMatrix {
    /// Eigenvalues, the smallest first, and their eigenvectors of length 1, by Jacobi's rotations.
    ///
    /// Each rotation makes one off-diagonal element zero; sweeps go on until what is off the diagonal is below 1e-14 of it.
    /// Made for a few dozen rows. Source: Golub & Van Loan, *Matrix Computations*, 4th ed., algorithm 8.5.2.
    package func eigen() -> (values: [Double], vectors: [[Double]]) {
        let n = size
        var a = (0..<n).map { i in (0..<n).map { j in self[i, j] } }
        var v = (0..<n).map { i in (0..<n).map { j in i == j ? 1.0 : 0 } }
        for _ in 0..<100 {
            var off = 0.0
            var diagonal = 0.0
            for i in 0..<n {
                diagonal += a[i][i] * a[i][i]
                for j in 0..<i { off += 2 * a[i][j] * a[i][j] }
            }
            if off <= 1e-28 * diagonal || off == 0 { break }
            for p in 0..<n {
                for q in (p + 1)..<max(n, p + 1) where a[p][q] != 0 {
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let t = (theta >= 0 ? 1.0 : -1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    let s = t * c
                    for k in 0..<n {
                        let (x, y) = (a[k][p], a[k][q])
                        a[k][p] = c * x - s * y
                        a[k][q] = s * x + c * y
                    }
                    for k in 0..<n {
                        let (x, y) = (a[p][k], a[q][k])
                        a[p][k] = c * x - s * y
                        a[q][k] = s * x + c * y
                    }
                    for k in 0..<n {
                        let (x, y) = (v[k][p], v[k][q])
                        v[k][p] = c * x - s * y
                        v[k][q] = s * x + c * y
                    }
                }
            }
        }
        let order = (0..<n).sorted { a[$0][$0] < a[$1][$1] }
        return (order.map { a[$0][$0] }, order.map { column in (0..<n).map { v[$0][column] } })
    }
}
