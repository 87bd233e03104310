import Kernels

/// Kernels that factor and solve with A = w·M − J, fully unrolled for one sparsity pattern.
///
/// ```
/// A = L·U by rows, in the order of `EliminationOrder`; the diagonal is stored as its reciprocal
/// ```
/// Pivots are static, so the program is the same for all patients; a pivot that vanishes gives a non-finite
/// factor, which the integrator rejects.
struct SparseLU {
    let order: EliminationOrder
    let mass: [Double]
    /// Slot in the Jacobian buffer, and whether the entry is the negative of that slot, by row and column.
    let jacobian: [[Int: (slot: Int, isNegated: Bool)]]
    /// Slot in the factors buffer by row and column.
    private let slots: [[Int: Int]]
    /// Columns of each row in the order of elimination: those before the diagonal (L), those after it (U).
    private let rows: [(lower: [Int], upper: [Int])]
    let slotCount: Int

    init(_ order: EliminationOrder, mass: [Double], jacobian: [[Int: (slot: Int, isNegated: Bool)]]) {
        self.order = order
        self.mass = mass
        self.jacobian = jacobian
        var position = [Int](repeating: 0, count: mass.count)
        for (p, variable) in order.pivots.enumerated() { position[variable] = p }
        let columns = order.filledRows.map { row in row.sorted { position[$0] < position[$1] } }
        rows = columns.enumerated().map { row, columns in
            (columns.filter { position[$0] < position[row] }, columns.filter { position[$0] > position[row] })
        }
        var next = 0
        var slots = [[Int: Int]](repeating: [:], count: mass.count)
        for row in order.pivots {
            for column in columns[row] {
                slots[row][column] = next
                next += 1
            }
        }
        self.slots = slots
        slotCount = next
    }

    /// Buffers: [w, jacobian, factors].
    func factorKernel() -> Kernel {
        var builder = KernelBuilder(name: "factor", buffers: ["w", "jacobian", "factors"])
        var factors = [[Int: Kernel.Value]](repeating: [:], count: mass.count)
        let w = builder.load(0, slot: 0)
        let one = builder.constant(1)
        for i in order.pivots {
            var row: [Int: Kernel.Value] = [:]
            let (lower, upper) = rows[i]
            for j in lower + [i] + upper { row[j] = entry(i, j, w, &builder) }
            for k in lower {
                guard let value = row[k] else { continue }
                let multiplier = builder.apply(.multiply, value, factors[k][k]!)
                row[k] = multiplier
                for j in rows[k].upper {
                    guard let above = factors[k][j] else { continue }
                    row[j] = builder.apply(.negativeMultiplyAdd, multiplier, above, row[j] ?? builder.constant(0))
                }
            }
            let diagonal = row[i] ?? builder.constant(0)
            row[i] = builder.apply(.divide, one, diagonal)
            for j in lower + [i] + upper {
                builder.store(row[j] ?? builder.constant(0), to: 2, slot: slots[i][j]!)
            }
            factors[i] = row
        }
        return builder.finish()
    }

    /// (w·M − J)ᵢⱼ before elimination; nil where it is structurally zero.
    private func entry(_ i: Int, _ j: Int, _ w: Kernel.Value, _ builder: inout KernelBuilder) -> Kernel.Value? {
        let diagonal: Kernel.Value? =
            i == j && mass[i] != 0
            ? (mass[i] == 1 ? w : builder.apply(.multiply, w, builder.constant(mass[i]))) : nil
        guard let source = jacobian[i][j] else { return diagonal }
        let value = builder.load(1, slot: source.slot)
        switch (diagonal, source.isNegated) {
        case (let diagonal?, false): return builder.apply(.subtract, diagonal, value)
        case (let diagonal?, true): return builder.apply(.add, diagonal, value)
        case (nil, false): return builder.apply(.negate, value)
        case (nil, true): return value
        }
    }

    /// Buffers: [factors, x].
    func solveKernel() -> Kernel {
        var builder = KernelBuilder(name: "solve", buffers: ["factors", "x"])
        var x = (0..<mass.count).map { builder.load(1, slot: $0) }
        for i in order.pivots {
            for k in rows[i].lower {
                x[i] = builder.apply(.negativeMultiplyAdd, builder.load(0, slot: slots[i][k]!), x[k], x[i])
            }
        }
        for i in order.pivots.reversed() {
            for j in rows[i].upper {
                x[i] = builder.apply(.negativeMultiplyAdd, builder.load(0, slot: slots[i][j]!), x[j], x[i])
            }
            x[i] = builder.apply(.multiply, x[i], builder.load(0, slot: slots[i][i]!))
        }
        for i in 0..<mass.count { builder.store(x[i], to: 1, slot: i) }
        return builder.finish()
    }
}
