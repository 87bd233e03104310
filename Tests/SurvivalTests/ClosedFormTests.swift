import Foundation
import Testing

@testable import Mathematics
@testable import Survival

@Suite struct ClosedFormTests {
    @Test func `exact and score intervals of response rates are those of the literature`() {
        let hercules = Proportion(13, of: 33).clopperPearson()
        #expect(abs(hercules.lower! - 0.229) < 5e-4 && abs(hercules.upper! - 0.579) < 5e-4)
        let orpheus = Proportion(3, of: 18)
        #expect(abs(orpheus.wilson().lower! - 0.058) < 5e-4 && abs(orpheus.wilson().upper! - 0.392) < 5e-4)
        #expect(abs(orpheus.clopperPearson().lower! - 0.0358) < 5e-5 && abs(orpheus.clopperPearson().upper! - 0.4142) < 5e-5)
        #expect(Proportion(0, of: 20).clopperPearson().lower == 0)
        // closed form: 1 − (α/2)^(1/n)
        #expect(abs(Proportion(0, of: 20).clopperPearson().upper! - (1 - Elementary.pow(0.025, 0.05))) < 1e-13)
    }

    @Test func `Miettinen-Nurminen intervals agree with their closed form`() throws {
        for row in try AgainstRTests.table(AgainstRTests.fixtures.appendingPathComponent("score.csv")) {
            let value = { Double(row[$0]!)! }
            let estimate = Proportion(Int(value("x1")), of: Int(value("n1")))
                .difference(from: Proportion(Int(value("x2")), of: Int(value("n2"))))
            #expect(abs(estimate.lower! - value("lower")) < 1e-7, "\(row) \(estimate)")
            #expect(abs(estimate.upper! - value("upper")) < 1e-7, "\(row) \(estimate)")
        }
        let newcombe = Proportion(56, of: 70).difference(from: Proportion(48, of: 80))
        #expect(abs(newcombe.lower! - 0.0528) < 5e-5 && abs(newcombe.upper! - 0.3382) < 5e-5)
        let extreme = Proportion(10, of: 10).difference(from: Proportion(0, of: 20))
        #expect(extreme.upper == 1 && extreme.lower! > 0.6)
        let none = Proportion(0, of: 10).difference(from: Proportion(0, of: 20))
        #expect(none.lower! < 0 && none.upper! > 0)
    }

    /// Giuliano 2011: 3 cases in 2830.9 person-years against 31 in 2812.2; PIN 0 against 3.
    @Test func `vaccine efficacy has the published exact interval`() {
        let warts = vaccineEfficacy(vaccineCases: 3, vaccinePersonYears: 2830.9, controlCases: 31, controlPersonYears: 2812.2)
        #expect(abs(warts.value! - 0.904) < 5e-4 && abs(warts.lower! - 0.692) < 5e-4 && abs(warts.upper! - 0.981) < 5e-4)
        let pin = vaccineEfficacy(vaccineCases: 0, vaccinePersonYears: 2830, controlCases: 3, controlPersonYears: 2830)
        #expect(pin.value == 1 && pin.upper == 1 && abs(pin.lower! + 1.42) < 0.01)
    }

    @Test func `odds ratios and sample sizes`() {
        let ratio = Proportion(20, of: 100).oddsRatio(over: Proportion(10, of: 100))
        #expect(abs(ratio.value! - 2.25) < 1e-12 && abs(ratio.lower! - 0.9943) < 5e-4 && abs(ratio.upper! - 5.0916) < 5e-4)
        // Schoenfeld 1983: HR 0.667, 90 %, two-sided 5 %: 256 events
        #expect(SampleSize.events(hazardRatio: 2.0 / 3).rounded(.up) == 256)
        #expect(abs(SampleSize.power(hazardRatio: 2.0 / 3, events: SampleSize.events(hazardRatio: 2.0 / 3)) - 0.9) < 1e-9)
        #expect(abs(SampleSize.alphaSpent(fraction: 0.5) - 0.00557) < 1e-5)
    }

    @Test func `weights S and 1 − S add up to the log-rank test`() {
        let data = simulated(seed: 5, count: 200, hazardRatio: 0.6)
        let test = LogRank(data, weights: MaxCombo.defaultWeights)
        let difference = (0..<4).map { test.observed[$0][1] - test.expected[$0][1] }
        #expect(abs(difference[1] + difference[2] - difference[0]) < 1e-10)
    }

    /// 300 trials without an effect: the share below 5 % is within four standard errors (0.0126) of 5 %.
    @Test func `max-combo keeps its level and sees a late effect that the log-rank test misses`() {
        var rejected = 0
        var late = (combo: 0, logRank: 0)
        for seed in UInt64(0)..<300 {
            if MaxCombo(simulated(seed: seed, count: 100, hazardRatio: 1)).pValue < 0.05 { rejected += 1 }
            guard seed < 60 else { continue }
            let delayed = simulated(seed: seed, count: 300, hazardRatio: 0.4, delay: 1.2)
            if MaxCombo(delayed).pValue < 0.05 { late.combo += 1 }
            if LogRank(delayed).pValue < 0.05 { late.logRank += 1 }
        }
        #expect(abs(Double(rejected) / 300 - 0.05) < 0.0504, "\(rejected) of 300")
        #expect(late.combo > late.logRank, "\(late)")
    }

    @Test func `a median that isn't reached is nil and a flat stretch follows the rule asked for`() {
        let curve = KaplanMeier(SurvivalTimes(times: [1, 2, 3, 4], isEvent: [true, true, true, false]))
        #expect(curve.median.value == 2 && curve.quantile(0.5, rule: .middle).value == 2.5)
        let few = KaplanMeier(SurvivalTimes(times: [1, 2, 3, 4], isEvent: [true, false, false, false]))
        #expect(few.median.value == nil && few.survival(at: 9).value == nil && few.survival(at: 0.5).value == 1)
    }

    @Test func `a covariate that separates the events is refused`() {
        let rows = [(1.0, true, 1.0), (2, true, 1), (3, false, 0), (4, false, 0)]
            .map { CoxRegression.Row(time: $0.0, isEvent: $0.1, covariates: [$0.2]) }
        #expect(throws: CoxRegression.FitFailure.self) { try CoxRegression(rows) }
        #expect(throws: CoxRegression.FitFailure.self) {
            try CoxRegression(rows.map { .init(time: $0.time, isEvent: $0.isEvent, covariates: [3]) })
        }
    }

    /// Exponential times, half in each group; group 1 has the hazard ratio from `delay` on; censored at 3.
    func simulated(seed: UInt64, count: Int, hazardRatio: Double, delay: Double = 0) -> [GroupedTime] {
        var stream = RandomStream(seed: seed, patient: 0, purpose: "trial")
        return (0..<count).map { i in
            let exponential = -Elementary.log(stream.uniform())
            let group = i % 2
            let time = group == 0 || exponential < delay ? exponential : delay + (exponential - delay) / hazardRatio
            return GroupedTime(time: min(time, 3), isEvent: time < 3, group: group)
        }
    }
}
