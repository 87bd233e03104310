import Mathematics
import Testing

@testable import Survival

@Suite struct PowerSimulationTests {
    /// Exponential times on a grid of quantiles, all events: a pool whose hazard ratio is known.
    static func pool(hazard: Double, count: Int = 2000) -> SurvivalTimes {
        let times = (0..<count).map { -Elementary.log((Double($0) + 0.5) / Double(count)) / hazard }
        return SurvivalTimes(times: times, isEvent: Array(repeating: true, count: count))
    }

    @Test func `proportional hazards have the power that Schoenfeld's formula gives`() {
        let simulated = PowerSimulation(control: Self.pool(hazard: 1), treated: Self.pool(hazard: 0.7), patientsPerArm: 120)
        let formula = SampleSize.power(hazardRatio: 0.7, events: 240)
        // 400 trials: a standard error of 0.022; the formula itself errs by a point or two at this size
        #expect(abs(simulated.logRank.value! - formula) < 0.08, "\(simulated.logRank), formula \(formula)")
        // max-combo pays a small price when hazards are proportional
        #expect(simulated.maxCombo.value! <= simulated.logRank.value! + 0.02)
    }

    @Test func `without an effect a trial is significant as often as its level says`() {
        let pool = Self.pool(hazard: 1)
        let simulated = PowerSimulation(control: pool, treated: pool, patientsPerArm: 100)
        // 5 % of 400, three standard errors
        #expect(simulated.logRank.value! < 0.05 + 3 * 0.011)
        #expect(simulated.maxCombo.value! < 0.05 + 3 * 0.011)
    }

    @Test func `an effect that begins late is found better by max-combo`() {
        // treated patients die as controls do until time 0.7, then at a third of the rate
        let late = Self.pool(hazard: 1).times.map { $0 < 0.7 ? $0 : 0.7 + ($0 - 0.7) * 3 }
        let treated = SurvivalTimes(times: late, isEvent: Array(repeating: true, count: late.count))
        let simulated = PowerSimulation(control: Self.pool(hazard: 1), treated: treated, patientsPerArm: 60)
        #expect(simulated.maxCombo.value! > simulated.logRank.value! + 0.05, "\(simulated.maxCombo), \(simulated.logRank)")
    }
}
