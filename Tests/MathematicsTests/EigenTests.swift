import Testing

@testable import Mathematics

@Suite struct EigenTests {
    @Test func `two by two by hand`() {
        let (values, vectors) = SymmetricMatrix(rows: [[2, 1], [1, 2]]).eigen()
        #expect(abs(values[0] - 1) < 1e-14 && abs(values[1] - 3) < 1e-14)
        // (1, -1)/√2 for the smaller
        #expect(abs(vectors[0][0] + vectors[0][1]) < 1e-14 && abs(vectors[1][0] - vectors[1][1]) < 1e-14)
    }

    @Test("A v = λ v and the trace is the sum, of random matrices", arguments: UInt64(1)...5)
    func random(seed: UInt64) {
        var stream = RandomStream(seed: seed, patient: 0, purpose: "matrix")
        let n = 6
        var matrix = SymmetricMatrix(size: n)
        for i in 0..<n {
            for j in 0...i {
                matrix[i, j] = stream.normal()
                matrix[j, i] = matrix[i, j]
            }
        }
        let (values, vectors) = matrix.eigen()
        for (value, vector) in zip(values, vectors) {
            for (left, right) in zip(matrix.times(vector), vector) { #expect(abs(left - value * right) < 1e-12) }
        }
        let trace = (0..<n).reduce(0) { $0 + matrix[$1, $1] }
        #expect(abs(values.reduce(0, +) - trace) < 1e-12)
    }
}
