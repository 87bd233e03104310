import Kernels

/// Kernels that factor and solve with A = w·M − J, fully unrolled for one sparsity pattern.
///
/// ```
/// A = L·U by rows, in the order of `EliminationOrder`; the diagonal is stored as its reciprocal
/// ```
/// Pivots are static, so the program is the same for all patients; a pivot that vanishes gives a non-finite
/// factor, which the integrator rejects.
///
/// Signs are kept here and not in memory, so that nothing is negated, and entries that are equal up to the sign share a
/// slot. Rows whose predecessors are all known stand side by side, so that a processor has independent sums to work on.
struct SparseLU {
    /// Buffers: [w, jacobian, factors].
    let factorKernel: Kernel
    /// Buffers: [factors, x].
    let solveKernel: Kernel
    /// Distinct values among the factors.
    let slotCount: Int
    /// Entries of L + U, diagonal included.
    let entryCount: Int

    /// A value up to its sign.
    private struct Signed {
        var value: Kernel.Value
        var isNegated: Bool
    }

    /// A factor's slot, and whether the entry is the negative of what is there.
    private struct Place {
        var slot: Int
        var isNegated: Bool
    }

    /// - Parameter jacobian: Slot in the Jacobian buffer, and whether the entry is its negative, by row and column.
    init(_ order: EliminationOrder, mass: [Double], jacobian: [[Int: (slot: Int, isNegated: Bool)]]) {
        let rows = Rows(order)
        entryCount = order.filledRows.reduce(0) { $0 + $1.count }
        var builder = KernelBuilder(name: "factor", buffers: ["w", "jacobian", "factors"])
        let w = builder.load(0, slot: 0)
        let one = builder.constant(1)
        var factors = [[Int: Signed]](repeating: [:], count: mass.count)
        var slotOfValue: [Kernel.Value: Int] = [:]
        var places = [[Int: Place]](repeating: [:], count: mass.count)
        for i in rows.forward {
            let (lower, upper) = (rows.lower[i], rows.upper[i])
            var row: [Int: Signed] = [:]
            for j in lower + [i] + upper {
                let weight = i == j && mass[i] != 0 ? builder.multiply(w, builder.constant(mass[i])) : nil
                row[j] = Self.entry(jacobian[i][j], weight: weight, &builder)
            }
            for k in lower {
                guard let value = row[k], let pivot = factors[k][k] else { continue }
                let multiplier = Signed(value: builder.multiply(value.value, pivot.value), isNegated: value.isNegated != pivot.isNegated)
                row[k] = multiplier
                for j in rows.upper[k] {
                    guard let above = factors[k][j] else { continue }
                    let isNegated = multiplier.isNegated != above.isNegated
                    if let old = row[j] {
                        let operation: Operation = isNegated == old.isNegated ? .negativeMultiplyAdd : .multiplyAdd
                        row[j]!.value = builder.apply(operation, multiplier.value, above.value, old.value)
                    } else {
                        row[j] = Signed(value: builder.multiply(multiplier.value, above.value), isNegated: !isNegated)
                    }
                }
            }
            let diagonal = row[i] ?? Signed(value: builder.constant(0), isNegated: false)
            row[i] = Signed(
                value: builder.divide(one, diagonal.isNegated ? builder.negate(diagonal.value) : diagonal.value), isNegated: false)
            for j in lower + [i] + upper {
                guard let entry = row[j] else { continue }
                if slotOfValue[entry.value] == nil {
                    slotOfValue[entry.value] = slotOfValue.count
                    builder.store(entry.value, to: 2, slot: slotOfValue[entry.value]!)
                }
                places[i][j] = Place(slot: slotOfValue[entry.value]!, isNegated: entry.isNegated)
            }
            factors[i] = row
        }
        factorKernel = builder.finish()
        slotCount = slotOfValue.count
        solveKernel = Self.solve(rows, places)
    }

    /// (w·M − J)ᵢⱼ before elimination; nil where it is structurally zero.
    private static func entry(
        _ source: (slot: Int, isNegated: Bool)?, weight: Kernel.Value?, _ builder: inout KernelBuilder
    ) -> Signed? {
        guard let source else { return weight.map { Signed(value: $0, isNegated: false) } }
        let value = builder.load(1, slot: source.slot)
        guard let weight else { return Signed(value: value, isNegated: !source.isNegated) }
        return Signed(value: source.isNegated ? builder.add(weight, value) : builder.subtract(weight, value), isNegated: false)
    }

    private static func solve(_ rows: Rows, _ places: [[Int: Place]]) -> Kernel {
        var builder = KernelBuilder(name: "solve", buffers: ["factors", "x"])
        var x = places.indices.map { builder.load(1, slot: $0) }
        func subtract(_ place: Place?, times other: Kernel.Value, from sum: inout Kernel.Value) {
            guard let place else { return }
            sum = builder.apply(
                place.isNegated ? .multiplyAdd : .negativeMultiplyAdd, builder.load(0, slot: place.slot), other, sum)
        }
        for i in rows.forward {
            for k in rows.lower[i] { subtract(places[i][k], times: x[k], from: &x[i]) }
        }
        for i in rows.backward {
            for j in rows.upper[i] { subtract(places[i][j], times: x[j], from: &x[i]) }
            x[i] = builder.multiply(x[i], builder.load(0, slot: places[i][i]!.slot))
            builder.store(x[i], to: 1, slot: i)
        }
        return builder.finish()
    }

    /// The rows' entries, and the orders in which they can be worked on.
    private struct Rows {
        /// Columns of each row before and behind the diagonal, those that are known first in front.
        var lower: [[Int]]
        var upper: [[Int]]
        /// Rows by the length of the chain of rows that each waits for, in elimination and in back substitution.
        var forward: [Int]
        var backward: [Int]

        init(_ order: EliminationOrder) {
            let n = order.pivots.count
            var position = [Int](repeating: 0, count: n)
            for (p, variable) in order.pivots.enumerated() { position[variable] = p }
            lower = order.filledRows.enumerated().map { row, columns in
                columns.filter { position[$0] < position[row] }.sorted { position[$0] < position[$1] }
            }
            upper = order.filledRows.enumerated().map { row, columns in
                columns.filter { position[$0] > position[row] }.sorted { position[$0] > position[$1] }
            }
            var depth = [Int](repeating: 0, count: n)
            for i in order.pivots { depth[i] = (lower[i].map { depth[$0] + 1 }.max() ?? 0) }
            forward = order.pivots.sorted { (depth[$0], position[$0]) < (depth[$1], position[$1]) }
            var height = [Int](repeating: 0, count: n)
            for i in order.pivots.reversed() { height[i] = (upper[i].map { height[$0] + 1 }.max() ?? 0) }
            backward = order.pivots.reversed().sorted { (height[$0], -position[$0]) < (height[$1], -position[$1]) }
        }
    }
}
