import ModelIR
import Testing

@testable import ModelCompiler

/// A small deterministic generator (SplitMix64), so that a failing case can be run again from its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct JacobianTests {
    /// A random smooth formula over states x0… and parameters p0…, all of them positive.
    static func formula(depth: Int, states: Int, _ random: inout SeededGenerator) -> ModelIR.Expression {
        func next() -> ModelIR.Expression { formula(depth: depth - 1, states: states, &random) }
        if depth == 0 {
            return switch Int.random(in: 0..<6, using: &random) {
            case 0: .number(Double.random(in: 0.5...2, using: &random))
            case 1, 2: .symbol("p\(Int.random(in: 0..<3, using: &random))")
            case 3: .time
            default: .symbol("x\(Int.random(in: 0..<states, using: &random))")
            }
        }
        let positive: (ModelIR.Expression) -> ModelIR.Expression = { .number(0.5) + $0 * $0 }
        return switch Int.random(in: 0..<16, using: &random) {
        case 0, 1: next() + next()
        case 2: next() - next()
        case 3, 4, 5: next() * next()
        case 6: next() / positive(next())
        case 7: .apply(.power, [positive(next()), .symbol("p0")])
        case 8: .apply(.power, [next(), .number(Double(Int.random(in: 2...4, using: &random)))])
        case 9: .apply(.exp, [.apply(.tanh, [next()])])
        case 10: .apply(.ln, [positive(next())])
        case 11: .apply(.root, [positive(next())])
        case 12: .apply(Bool.random(using: &random) ? .sin : .cos, [next()])
        case 13: .apply(.arctan, [next()])
        case 14: .apply(.power, [positive(next()), .apply(.sin, [next()])])
        default: .apply(.piecewise, [next(), .apply(.lt, [.symbol("x0"), .symbol("p1")]), next()])
        }
    }

    static func model(seed: UInt64, states n: Int = 5) -> Model {
        var random = SeededGenerator(seed: seed)
        var model = Model(id: "random")
        model.parameters = (0..<3).map { Parameter(id: "p\($0)", value: Double.random(in: 0.5...2, using: &random)) }
        model.parameters += (0..<n).map {
            Parameter(id: "x\($0)", value: Double.random(in: 0.5...2, using: &random), isConstant: false)
        }
        model.rules = (0..<n).map { Rule(.rate(variable: "x\($0)"), formula(depth: 4, states: n, &random)) }
        return model
    }

    @Test("the Jacobian and ∂f/∂t agree with fourth-order differences", arguments: UInt64(0)..<100)
    func differences(seed: UInt64) throws {
        var harness = try KernelHarness(Self.model(seed: seed))
        harness.time = 0.7
        let (matrix, byTime) = try harness.jacobian()
        let n = harness.state.count
        func difference(_ h: Double, _ f: (Double) throws -> [Double]) rethrows -> [Double] {
            let (a, b, c, d) = try (f(-2 * h), f(-h), f(h), f(2 * h))
            return (0..<n).map { (a[$0] - 8 * b[$0] + 8 * c[$0] - d[$0]) / (12 * h) }
        }
        let values = try harness.rates()
        var sharp = 0
        for column in 0...n {
            let shifted: (Double) throws -> [Double] = { h in
                var state = harness.state
                if column < n { state[column] += h }
                return try harness.rates(state, at: column == n ? harness.time + h : harness.time)
            }
            let (coarse, fine) = try (difference(2e-3, shifted), difference(1e-3, shifted))
            for row in 0..<n {
                let symbolic = column == n ? byTime[row] : matrix[row][column]
                // What halving the width changed bounds the truncation (a jump in reach shows there); rounding is
                // 1e-16 of the value over the width.
                let tolerance = 3 * (coarse[row] - fine[row]).magnitude + 1e-11 * (1 + values[row].magnitude)
                #expect(abs(symbolic - fine[row]) <= tolerance, "seed \(seed): row \(row), column \(column)")
                if tolerance < 1e-6 * (1 + symbolic.magnitude) { sharp += 1 }
            }
        }
        #expect(sharp >= n * n / 2, "only \(sharp) entries were compared sharply")
    }

    @Test("derivatives at zero are finite: powers, roots, Hill terms")
    func atZero() throws {
        let x = ModelIR.Expression.symbol("x0")
        let n = ModelIR.Expression.symbol("p0")
        let power: ModelIR.Expression = .apply(.power, [x, n])
        let cases: [(ModelIR.Expression, Double)] = [
            (power, 2), (power, 1), (power, 0.5), (power, 0), (.apply(.root, [x]), 1), (power / (.one + power), 1.5),
        ]
        for (rate, exponent) in cases {
            var model = Self.model(seed: 1, states: 1)
            model.rules = [Rule(.rate(variable: "x0"), rate)]
            var harness = try KernelHarness(model, ["p0": exponent])
            harness.state = [0]
            let slope = try harness.jacobian().matrix[0][0]
            #expect(slope.isFinite, "\(rate) with exponent \(exponent)")
            if exponent == 1, case .apply(.power, _) = rate { #expect(slope == 1) }
        }
    }

    @Test("the sparse solve agrees with Gauss elimination with pivoting", arguments: UInt64(0)..<40)
    func solve(seed: UInt64) throws {
        var harness = try KernelHarness(Self.model(seed: seed, states: 12))
        harness.time = 0.3
        var random = SeededGenerator(seed: seed)
        let n = harness.state.count
        let b = (0..<n).map { _ in Double.random(in: -1...1, using: &random) }
        let (matrix, _) = try harness.jacobian()
        let size = matrix.flatMap { $0 }.map(abs).max()!
        let w = 3 * (size + 1) * Double(n)  // diagonally dominant, as with a small step
        let x = try harness.solve(w: w, b)
        for i in 0..<n {
            let residual = w * x[i] - (0..<n).reduce(0) { $0 + matrix[i][$1] * x[$1] } - b[i]
            #expect(abs(residual) < 1e-13, "seed \(seed), row \(i)")
        }
    }
}
