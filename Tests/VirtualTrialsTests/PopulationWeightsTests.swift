import Testing

@testable import VirtualTrials

@Suite struct PopulationWeightsTests {
    /// Half of 200 lie below 1, half above; 80 % shall lie below: weights 1.6 and 0.4, n_eff = n / (½·1.6² + ½·0.4²).
    @Test func `two classes have the weights and the effective size of a sum on paper`() throws {
        let pool = (0..<200).map { [Double($0 % 2) * 2] }
        let weights = try PopulationWeights([.init(quantity: "x", limits: [1], shares: [0.8, 0.2])], pool: pool)
        #expect(abs(weights.effectiveSize - 200 / 1.36) < 1e-6)
        #expect(abs(weights.weighted[0][0] - 0.8) < 1e-9 && abs(weights.pool[0][0] - 0.5) < 1e-9)
        #expect(weights.acceptance([0]) == 1 && abs(weights.acceptance([2]) - 0.25) < 1e-9)
    }

    @Test func `two biomarkers that go together are both met`() throws {
        // correlated: y follows x in three of four
        let pool = (0..<400).map { (i: Int) -> [Double] in
            let x = i % 2
            return [Double(x), Double((i / 2) % 4 == 0 ? 1 - x : x)]
        }
        let targets = [PopulationWeights.Target(quantity: "x", limits: [0.5], shares: [0.3, 0.7]), .init(quantity: "y", limits: [0.5], shares: [0.5, 0.5])]
        let weights = try PopulationWeights(targets, pool: pool)
        for (target, shares) in zip(targets, weights.weighted) {
            for (want, got) in zip(target.shares, shares) {
                let miss: Double = want - got
                #expect(abs(miss) < 1e-3)
            }
        }
        #expect(weights.effectiveSize < 400)
    }

    @Test func `a class that nobody belongs to is named`() {
        let error = #expect(throws: (any Error).self) {
            try PopulationWeights([.init(quantity: "ALC", limits: [1000], shares: [0.5, 0.5])], pool: Array(repeating: [1500], count: 50))
        }
        #expect(error.map { "\($0)".contains("'ALC' below 1") } == true)
    }
}
