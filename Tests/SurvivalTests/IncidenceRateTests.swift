import Testing

@testable import Survival

@Suite struct IncidenceRateTests {
    /// Garwood's limits as tables of the Poisson distribution have them.
    @Test("exact limits of a rate", arguments: [(0, 0.0, 3.6889), (10, 4.7954, 18.3904), (100, 81.3640, 121.6273)])
    func poisson(cases: Int, low: Double, high: Double) {
        let rate = poissonRate(cases: cases, personYears: 1, per: 1)
        #expect(abs(rate.lower! - low) < 1e-3 && abs(rate.upper! - high) < 1e-3)
    }
}
