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
