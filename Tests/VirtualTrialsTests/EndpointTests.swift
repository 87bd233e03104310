import Testing

@testable import VirtualTrials

@Suite struct EndpointTests {
    private static func stable(_ days: [Double]) -> [RECIST.TimePoint] {
        days.map { RECIST.TimePoint(day: $0, sumOfDiameters: 50, nadir: 50, percentFromBaseline: 0, percentFromNadir: 0, target: .stable, overall: .stable) }
    }

    @Test func `a death after the last planned scan is censored there, as everybody else is`() {
        // follow-up of 365 days, scans every 63: the last on day 315
        let points = Self.stable([63, 126, 189, 252, 315])
        func endpoints(death: Double) -> Endpoints {
            Endpoints(points: points.filter { $0.day < death }, rules: RECIST.Rules(), deathDay: death, visitInterval: 63, lastContactDay: death, lastPlannedScan: 315)
        }
        let late = endpoints(death: 350).progressionFreeSurvival
        #expect(late.days == 315 && !late.isEvent)
        let early = endpoints(death: 300).progressionFreeSurvival
        #expect(early.days == 300 && early.isEvent && early.reason == "death")
        #expect(Endpoints(points: points, rules: RECIST.Rules(), deathDay: 350, visitInterval: 63, lastContactDay: 350).progressionFreeSurvival.isEvent)
    }
}
