import Foundation
import Testing

@testable import Mathematics

enum Fixture {
    static func lines(_ name: String) throws -> [[String]] {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)")
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }
}

@Suite struct SpecialFunctionTests {
    struct Case: CustomTestStringConvertible {
        var name: String
        /// Relative. A function that ends in exp(x) inherits |x| roundings: 1e-13 at 37 standard deviations.
        var tolerance: Double
        var evaluate: @Sendable ([Double]) -> Double
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "exp", tolerance: 4.5e-16) { Elementary.exp($0[0]) },
        Case(name: "log", tolerance: 4.5e-16) { Elementary.log($0[0]) },
        Case(name: "log1p", tolerance: 6e-16) { Elementary.log1p($0[0]) },
        Case(name: "expm1", tolerance: 2e-15) { Elementary.expm1($0[0]) },
        Case(name: "logGamma", tolerance: 1e-14) { Special.logGamma($0[0]) },
        Case(name: "normalCumulative", tolerance: 3e-13) { Normal.cumulative($0[0]) },
        Case(name: "gammaP", tolerance: 2e-12) { Special.gammaP($0[0], $0[1]) },
        Case(name: "gammaQ", tolerance: 2e-12) { Special.gammaQ($0[0], $0[1]) },
        Case(name: "betaI", tolerance: 1e-11) { Special.betaI($0[0], $0[1], $0[2]) },
        Case(name: "studentCumulative", tolerance: 1e-12) {
            StudentDistribution(degreesOfFreedom: $0[0]).cumulative($0[1])
        },
    ]

    @Test("agrees with 50-digit arithmetic", arguments: cases)
    func agrees(with function: Case) throws {
        let rows = try Fixture.lines("special.csv").filter { $0[0] == function.name }
        #expect(rows.count >= 60)
        var worst = (error: 0.0, arguments: "")
        for row in rows {
            let expected = Double(row[2])!
            let value = function.evaluate(row[1].split(separator: " ").map { Double($0)! })
            // a probability near 1 or a logarithm near 0 can't be better than one rounding of the whole
            let scale = max(abs(expected), function.name == "logGamma" ? 1 : 1e-300)
            let error = expected < 1e-290 && value < 1e-290 ? 0 : abs(value - expected) / scale
            if error > worst.error { worst = (error, row[1]) }
        }
        #expect(worst.error < function.tolerance, "\(function.name)(\(worst.arguments)): relative error \(worst.error)")
    }

    @Test func `the ends of the range are what IEEE 754 says`() {
        #expect(Elementary.exp(-.infinity) == 0 && Elementary.exp(.infinity) == .infinity && Elementary.exp(0) == 1)
        #expect(Elementary.log(0) == -.infinity && Elementary.log(-1).isNaN && Elementary.log(1) == 0)
        #expect(abs(Elementary.exp(-744) / Double.leastNonzeroMagnitude - 2) < 1 && Elementary.exp(710) == .infinity)
        #expect(abs(Elementary.log(.leastNonzeroMagnitude) + 744.4400719213812) < 1e-12)
    }

    @Test("quantiles invert their distribution functions", arguments: [
        1e-300, 1e-20, 1e-9, 0.001, 0.02, 0.3, 0.5, 0.77, 0.975, 0.9999, 1 - 1e-12,
    ])
    func inverse(p: Double) {
        let all: [any ContinuousDistribution] = [
            NormalDistribution(mean: 0, standardDeviation: 3), LogNormalDistribution(median: 2, logStandardDeviation: 0.7),
            BetaDistribution(0.6, 4), BetaDistribution(40, 3), GammaDistribution(shape: 0.4, scale: 2),
            GammaDistribution(shape: 90), ChiSquareDistribution(degreesOfFreedom: 3), StudentDistribution(degreesOfFreedom: 4.5),
            UniformDistribution(from: 0, to: 7), LogUniformDistribution(from: 0.01, to: 50),
            LogitNormalDistribution(median: 0.2, logitStandardDeviation: 1.5),
            NormalDistribution().truncated(from: -1, to: 2.5), GammaDistribution(shape: 3).truncated(to: 4),
        ]
        for distribution in all {
            let x = distribution.quantile(p)
            let back = distribution.cumulative(x)
            // near 1 a step of x moves p by the density times one unit of x
            let isTail = p < 1e-15
            #expect(isTail ? back >= 0 && back < 1e-15 : abs(back - p) < 2e-12 * max(p, 1e-3), "\(distribution): \(p) -> \(x) -> \(back)")
        }
    }

    @Test func `known quantiles of tables`() {
        #expect(abs(Normal.quantile(0.975) - 1.959963984540054) < 1e-15)
        #expect(abs(Normal.quantile(1e-300) + 37.0470964) < 1e-6)
        #expect(abs(StudentDistribution(degreesOfFreedom: 10).quantile(0.975) - 2.2281388519862747) < 1e-12)
        #expect(abs(ChiSquareDistribution(degreesOfFreedom: 1).quantile(0.95) - 3.841458820694124) < 1e-12)
        #expect(abs(ChiSquareDistribution(degreesOfFreedom: 2).upperTail(200) / 3.720075976020836e-44 - 1) < 1e-12)
    }
}
