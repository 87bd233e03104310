import Mathematics

extension CoxRegression {
    /// Test of a coefficient that drifts with time, β(t) = β + θ g(t), with g(t) = 1 − S(t−) of all patients.
    package struct ProportionalHazardsTest: Sendable {
        package var chiSquare: [Double]
        package var pValue: [Double]
        package var globalChiSquare: Double
        package var globalPValue: Double
    }

    /// Score test of θ = 0, one covariate at a time and all together; same as R's `cox.zph` from survival 3.0 on.
    ///
    /// Source: Grambsch & Therneau, Biometrika 81 (1994) 515; the score test itself in place of their
    /// approximation, which assumed a constant variance.
    package func proportionalHazardsTest() -> ProportionalHazardsTest {
        let p = coefficients.count
        let pooled = KaplanMeier(SurvivalTimes(times: rows.map(\.time), isEvent: rows.map(\.isEvent)))
        var before: [Double: Double] = [:]
        var survival = 1.0
        for step in pooled.steps {
            before[step.time] = 1 - survival
            survival = step.survival
        }
        var score = Array(repeating: 0.0, count: 2 * p)
        var information = SymmetricMatrix(size: 2 * p)
        Self.forEachEventTime(rows, coefficients, ties) { event in
            let g = before[event.time]!
            for i in 0..<p {
                score[p + i] += g * event.residual[i]
                for j in 0..<p {
                    let v = event.variance[i, j]
                    information[i, j] += v
                    information[i, p + j] += g * v
                    information[p + i, j] += g * v
                    information[p + i, p + j] += g * g * v
                }
            }
        }
        func test(_ added: [Int]) -> Double {
            let kept = Array(0..<p) + added
            var part = SymmetricMatrix(size: kept.count)
            for (i, a) in kept.enumerated() { for (j, b) in kept.enumerated() { part[i, j] = information[a, b] } }
            return part.inverse()?.quadraticForm(kept.map { score[$0] }) ?? .nan
        }
        let single = (0..<p).map { test([p + $0]) }
        let global = test(Array(p..<2 * p))
        return ProportionalHazardsTest(
            chiSquare: single, pValue: single.map { ChiSquareDistribution(degreesOfFreedom: 1).upperTail($0) },
            globalChiSquare: global, globalPValue: ChiSquareDistribution(degreesOfFreedom: Double(p)).upperTail(global))
    }
}
