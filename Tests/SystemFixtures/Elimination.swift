import Dynamics
import Kernels

/// LU factors of w M − J without pivoting, in a given order of the states, as straight-line kernels.
struct Elimination {
    let factor: Kernel
    let solve: Kernel
    let slots: Int

    init(pattern: [DynamicalSystem.Entry], mass: [Double], order given: [Int]) {
        let n = mass.count
        let order = given.isEmpty ? Array(0..<n) : given
        var k = KernelBuilder(name: "factor", buffers: ["w", "jacobian", "factors"])
        var a = [[Kernel.Value?]](repeating: Array(repeating: nil, count: n), count: n)
        let place = order.enumerated().reduce(into: [Int: Int]()) { $0[$1.element] = $1.offset }
        for (slot, entry) in pattern.enumerated() {
            a[place[entry.row]!][place[entry.column]!] = k.negate(k.load(1, slot: slot))
        }
        let w = k.load(0, slot: 0)
        for i in 0..<n where mass[order[i]] != 0 {
            let diagonal = k.multiply(w, k.constant(mass[order[i]]))
            a[i][i] = a[i][i].map { k.add(diagonal, $0) } ?? diagonal
        }
        var inverse: [Kernel.Value] = []
        for p in 0..<n {
            inverse.append(k.divide(k.constant(1), a[p][p] ?? k.constant(0)))
            for i in p + 1..<n {
                guard let below = a[i][p] else { continue }
                let multiplier = k.multiply(below, inverse[p])
                a[i][p] = multiplier
                for j in p + 1..<n {
                    guard let right = a[p][j] else { continue }
                    a[i][j] =
                        a[i][j].map { k.negativeMultiplyAdd(multiplier, right, $0) }
                        ?? k.negate(k.multiply(multiplier, right))
                }
            }
        }
        var slotOf: [[Int?]] = a.map { $0.map { _ in nil } }
        var count = 0
        for i in 0..<n {
            for j in 0..<n where i == j || a[i][j] != nil {
                k.store(i == j ? inverse[i] : a[i][j]!, to: 2, slot: count)
                slotOf[i][j] = count
                count += 1
            }
        }
        factor = k.finish()
        slots = count

        var s = KernelBuilder(name: "solve", buffers: ["factors", "x"])
        var x = order.map { s.load(1, slot: $0) }
        for i in 0..<n {
            for j in 0..<i {
                if let slot = slotOf[i][j] { x[i] = s.negativeMultiplyAdd(s.load(0, slot: slot), x[j], x[i]) }
            }
        }
        for i in (0..<n).reversed() {
            for j in i + 1..<n {
                if let slot = slotOf[i][j] { x[i] = s.negativeMultiplyAdd(s.load(0, slot: slot), x[j], x[i]) }
            }
            x[i] = s.multiply(x[i], s.load(0, slot: slotOf[i][i]!))
        }
        for i in 0..<n { s.store(x[i], to: 1, slot: order[i]) }
        solve = s.finish()
    }
}
