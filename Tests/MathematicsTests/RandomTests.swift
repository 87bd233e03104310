import Testing

@testable import Mathematics

@Suite struct RandomTests {
    typealias Words = Philox.Counter

    @Test func `Philox gives the known answers of Random123`() {
        let all = UInt64.max
        #expect(
            Philox.words(counter: (0, 0, 0, 0), key: (0, 0))
                == (0x1655_4d9e_ca36_314c, 0xdb20_fe9d_672d_0fdc, 0xd7e7_72ce_e186_176b, 0x7e68_b68a_ec7b_a23b))
        #expect(
            Philox.words(counter: (all, all, all, all), key: (all, all))
                == (0x87b0_92c3_013f_e90b, 0x438c_3c67_be8d_0224, 0x9cc7_d7c6_9cd7_77b6, 0xa09c_aebf_594f_0ba0))
        #expect(
            Philox.words(
                counter: (0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89),
                key: (0x4528_21e6_38d0_1377, 0xbe54_66cf_34e9_0c6c))
                == (0xa528_f454_03e6_1d95, 0x38c7_2dbd_566e_9788, 0xa5a1_610e_72fd_18b5, 0x57bd_43b5_e52b_7fe6))
    }

    @Test func `Philox gives what numpy's generator gives`() throws {
        let expected = try Fixture.lines("philox.csv")[0].map { UInt64($0)! }
        var words: [UInt64] = []
        for block in [42, 43] as [UInt64] {
            let w = Philox.words(counter: (block, 3, 5, 7), key: (11, 13))
            words += [w.0, w.1, w.2, w.3]
        }
        #expect(words == expected)
    }

    @Test func `a stream doesn't depend on other streams, and purposes differ`() {
        var a = RandomStream(seed: 7, patient: 3, purpose: "covariate age")
        var b = RandomStream(seed: 7, patient: 3, purpose: "covariate sex")
        var again = RandomStream(seed: 7, patient: 3, purpose: "covariate age")
        let first = (0..<9).map { _ in a.next() }
        let other = (0..<9).map { _ in b.next() }
        #expect(first == (0..<9).map { _ in again.next() })
        #expect(Set(first).isDisjoint(with: other))
    }

    /// The limits are the 1 - 1e-6 points of the Kolmogorov statistic (2.7/√n): a fixed seed, so it can't flicker.
    @Test("samples follow their distribution", arguments: UInt64(1)...4)
    func samples(seed: UInt64) {
        let n = 20_000
        let all: [any ContinuousDistribution] = [
            NormalDistribution(), LogNormalDistribution(median: 3, logStandardDeviation: 0.4), BetaDistribution(2, 5),
            GammaDistribution(shape: 1.7, scale: 2), NormalDistribution().truncated(from: 0.5, to: 3),
        ]
        for (index, distribution) in all.enumerated() {
            var stream = RandomStream(seed: seed, patient: UInt64(index), purpose: "test")
            let sorted = (0..<n).map { _ in distribution.sample(from: &stream) }.sorted()
            let distance = sorted.enumerated().map { abs(distribution.cumulative($0.element) - Double($0.offset) / Double(n)) }.max()!
            #expect(distance < 2.7 / Double(n).squareRoot(), "seed \(seed), \(distribution): \(distance)")
        }
    }

    @Test func `integers below a bound and categories are drawn evenly`() {
        var stream = RandomStream(seed: 1, patient: 2, purpose: "dice")
        var counts = Array(repeating: 0, count: 6)
        for _ in 0..<60_000 { counts[stream.integer(below: 6)] += 1 }
        // five standard deviations of a binomial count: 5 √(60000/6 · 5/6)
        #expect(counts.allSatisfy { abs($0 - 10_000) < 457 }, "\(counts)")
        var categories = [0, 0, 0]
        for _ in 0..<40_000 { categories[stream.category(weights: [1, 0, 3])] += 1 }
        #expect(categories[1] == 0 && abs(categories[0] - 10_000) < 434, "\(categories)")
        #expect(stream.permutation(of: 50).sorted() == Array(0..<50))
    }

    @Test func `uniform numbers stay inside the open interval`() {
        #expect((Double(UInt64.max >> 12) + 0.5) * 0x1p-52 < 1)
        #expect((Double(UInt64(0) >> 12) + 0.5) * 0x1p-52 > 0)
    }

    @Test func `Sobol points are those of scipy, and every axis is balanced`() throws {
        let plain = SobolSequence(dimensions: 64, seed: nil)
        for row in try Fixture.lines("sobol.csv") {
            #expect(plain.point(UInt64(row[0])!) == row.dropFirst().map { Double($0)! }, "point \(row[0])")
        }
        let shifted = SobolSequence(dimensions: 64, seed: 9)
        for axis in 0..<64 {
            let slices = Set((0..<256).map { Int(shifted.point($0)[axis] * 256) })
            #expect(slices.count == 256, "axis \(axis)")
        }
    }

    @Test func `a Latin hypercube puts one point in every slice of every axis`() {
        let cube = LatinHypercube(count: 100, dimensions: 7, seed: 3)
        let points = (0..<100).map(cube.point)
        for axis in 0..<7 { #expect(Set(points.map { Int($0[axis] * 100) }).count == 100) }
    }

    @Test func `a copula gives the rank correlation that theory says`() throws {
        let copula = try #require(GaussianCopula(correlation: [[1, 0.6, 0], [0.6, 1, -0.3], [0, -0.3, 1]]))
        var stream = RandomStream(seed: 4, patient: 0, purpose: "copula")
        let draws = (0..<20_000).map { _ in copula.sample(from: &stream) }
        // Spearman's ρ = 6/π asin(r/2); standard error about 1/√n = 0.007
        #expect(abs(Statistics.rankCorrelation(draws.map { $0[0] }, draws.map { $0[1] }) - 0.5819) < 0.03)
        #expect(abs(Statistics.rankCorrelation(draws.map { $0[1] }, draws.map { $0[2] }) + 0.2876) < 0.03)
        #expect(GaussianCopula(correlation: [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]) == nil)
    }

    @Test func `a probability of a normal box agrees with scipy and with a singular case`() {
        let c = SymmetricMatrix(rows: [[1, 0.5, 0.3], [0.5, 1, 0.2], [0.3, 0.2, 1]])
        let p = MultivariateNormal.probability(low: [-2, -1.5, -1], high: [2, 1.5, 1], correlation: c)
        #expect(abs(p - 0.5779613578) < 5e-5, "\(p)")
        let same = SymmetricMatrix(rows: [[1, 1], [1, 1]])
        let q = MultivariateNormal.probability(low: [-1.96, -1.96], high: [1.96, 1.96], correlation: same)
        #expect(abs(q - 0.9500042) < 1e-5, "\(q)")
    }

    @Test func `quantiles are R's type 7 and ties share ranks`() {
        #expect(Statistics.quantiles([4, 1, 3, 2], [0.25, 0.5, 1]) == [1.75, 2.5, 4])
        #expect(Statistics.ranks([10, 20, 10, 5]) == [2.5, 4, 2.5, 1])
        #expect(Statistics.kolmogorovDistance([1, 2, 3], [4, 5, 6]) == 1)
    }
}
