import Integrators
import Testing

/// The printed coefficients are held against the order conditions of rooted trees.
///
/// Back from the transformed form: Γ = (1/γ I − C)⁻¹, α = AΓ, β = α + Γ, b = mΓ. A method has order p if for every
/// rooted tree t of at most p nodes b·φ(t) = 1/γ(t), where φ uses β for a node with one child and α for others.
/// (Hairer & Wanner II, §IV.7, theorem 7.4.) With interpolation weights the right-hand side is θ^|t| / γ(t).
@Suite struct TableauTests {
    /// A rooted tree as the list of its root's subtrees.
    indirect enum Tree: Hashable {
        case node([Tree])
        var children: [Tree] { if case .node(let children) = self { children } else { [] } }
        var order: Int { 1 + children.map(\.order).reduce(0, +) }
        var density: Double { Double(order) * children.map(\.density).reduce(1, *) }
    }

    /// All trees of an order, some several times (as ordered trees), which does no harm.
    static func trees(of order: Int) -> [Tree] {
        func forests(_ size: Int) -> [[Tree]] {
            if size == 0 { return [[]] }
            return (1...size).flatMap { first in
                trees(of: first).flatMap { tree in forests(size - first).map { [tree] + $0 } }
            }
        }
        return forests(order - 1).map { .node($0) }
    }

    struct Original {
        var alpha, beta, gamma: [[Double]]
        var b, embedded: [Double]
        var dense: [[Double]]

        init(_ t: RosenbrockTableau) {
            let s = t.stageCount
            // Γ by forward substitution: (1/γ I − C) Γ = I
            var g = [[Double]](repeating: Array(repeating: 0, count: s), count: s)
            for i in 0..<s {
                for j in 0...i {
                    var sum = i == j ? 1.0 : 0.0
                    for k in 0..<i { sum += t.C[i][k] * g[k][j] }
                    g[i][j] = sum * t.gamma
                }
            }
            func timesGamma(_ row: [Double]) -> [Double] {
                (0..<s).map { j in row.indices.map { row[$0] * g[$0][j] }.reduce(0, +) }
            }
            gamma = g
            alpha = t.A.map(timesGamma)
            beta = zip(alpha, g).map { zip($0, $1).map(+) }
            let m = t.A[s - 1] + [1]
            b = timesGamma(m)
            embedded = timesGamma(t.A[s - 1])
            dense = t.H.map(timesGamma)
        }

        func phi(_ tree: Tree) -> [Double] {
            let matrix = tree.children.count == 1 ? beta : alpha
            return tree.children.reduce(Array(repeating: 1.0, count: b.count)) { product, child in
                let inner = phi(child)
                return zip(product, matrix).map { $0 * zip($1, inner).map(*).reduce(0, +) }
            }
        }

        func defect(_ weights: [Double], _ tree: Tree, theta: Double = 1) -> Double {
            var target = 1 / tree.density
            for _ in 0..<tree.order { target *= theta }
            return abs(zip(weights, phi(tree)).map(*).reduce(0, +) - target)
        }
    }

    @Test("the order conditions hold to rounding, and fail one order higher", arguments: [RosenbrockTableau.rodas4P2, .rodas5P])
    func orderConditions(_ tableau: RosenbrockTableau) {
        let method = Original(tableau)
        for order in 1...tableau.order {
            for tree in Self.trees(of: order) {
                #expect(method.defect(method.b, tree) < 5e-14)
                if order < tableau.order { #expect(method.defect(method.embedded, tree) < 5e-14) }
                if order <= tableau.denseOrder {
                    for theta in [0.1, 0.5, 0.8] {
                        let k = (0..<tableau.stageCount).map { j in
                            method.dense.indices.reversed().reduce(0.0) { $0 * theta + method.dense[$1][j] }
                        }
                        let weights = zip(method.b, k).map { theta * ($0 + (1 - theta) * $1) }
                        #expect(method.defect(weights, tree, theta: theta) < 5e-14)
                    }
                }
            }
        }
        #expect(Self.trees(of: tableau.order).contains { method.defect(method.embedded, $0) > 1e-3 })
    }

    @Test("abscissae and time-derivative weights are the row sums", arguments: [RosenbrockTableau.rodas4P2, .rodas5P])
    func rowSums(_ tableau: RosenbrockTableau) {
        let method = Original(tableau)
        for s in 0..<tableau.stageCount {
            #expect(abs(method.alpha[s].reduce(0, +) - tableau.c[s]) < 2e-14)
            #expect(abs(method.gamma[s].reduce(0, +) - tableau.d[s]) < 2e-14)
        }
        // Stiffly accurate: the last row of β is b.
        for (x, y) in zip(method.beta[tableau.stageCount - 1], method.b) { #expect(abs(x - y) < 1e-14) }
    }
}
