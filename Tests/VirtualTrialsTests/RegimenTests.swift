import ImmuneModels
import ModelIR
import Testing

@testable import VirtualTrials

@Suite struct RegimenTests {
    static let library = Result { try ModelLibrary.builtIn() }

    static func regimen(_ text: String) throws -> Regimen { try Regimen(parsing: text, library: try library.get()) }

    @Test func `a protocol's words give doses on their days`() throws {
        let planned = try Self.regimen("pembrolizumab 200 mg IV q3w x 3").planned(phase: 0, before: 1000)
        #expect(planned.map(\.day) == [0, 21, 42])
        #expect(planned.allSatisfy { $0.agent == "pembrolizumab" && $0.dose.amount == 200 })
    }

    @Test func `without a dose the label's schedule holds`() throws {
        let planned = try Self.regimen("atezolizumab").planned(phase: 0, before: 50)
        #expect(planned.map(\.day) == [0, 21, 42])
        #expect(planned.first?.dose.amount == 1200)
    }

    @Test func `plus runs side by side, then follows`() throws {
        let regimen = try Self.regimen("ipilimumab 3 mg/kg q3w x 4 + nivolumab 1 mg/kg q3w x 4 then nivolumab 240 mg q2w")
        #expect(regimen.phases.count == 2)
        #expect(regimen.agents == ["ipilimumab", "nivolumab"])
        #expect(regimen.phases[0].length == 84)
    }

    @Test("doses scale with the patient", arguments: [("docetaxel 75 mg/m2 q3w", 135.0), ("ipilimumab 3 mg/kg q3w", 240), ("pembrolizumab 200 mg q3w", 200)])
    func scaling(text: String, expected: Double) throws {
        let dose = try #require(try Self.regimen(text).planned(phase: 0, before: 1).first?.dose)
        let scaled = dose.scaled(weight: 80, bodySurface: 1.8, glomerularFiltration: 90)
        #expect(abs(scaled.amount - expected) < 1e-9)
        #expect(scaled.unit == "mg")
    }

    @Test("what can't be read is refused with its place", arguments: [
        "pembrolizumap 200 mg q3w", "pembrolizumab 200 mgg q3w", "pembrolizumab -200 mg q3w", "pembrolizumab 200 mg q3w +", "",
    ])
    func malformed(text: String) throws {
        let library = try Self.library.get()
        let error = #expect(throws: InvalidModel.self) { try Regimen(parsing: text, library: library, source: "--therapy") }
        #expect(error?.diagnostics.first?.location?.file == "--therapy")
    }

    @Test func `none is a regimen without doses`() throws { #expect(try Self.regimen("none").agents.isEmpty) }
}

@Suite struct VisitCalendarTests {
    @Test func `scans lie within their window about every sixth week, and the same for the same patient`() {
        let calendar = VisitCalendar()
        let days = calendar.visits(seed: 1, patient: 7, before: 400)
        #expect(days == calendar.visits(seed: 1, patient: 7, before: 400))
        #expect(days.count >= 7)
        for day in days {
            let nearest = (day / 42).rounded() * 42
            #expect(abs(day - nearest) <= 7)
        }
    }

    @Test func `a reading has no bias and the spread that was asked for`() {
        let model = MeasurementModel(logStandardDeviation: 0.05, rounding: 0)
        let logs = (0..<4000).map { model.reading(of: 40, seed: 3, patient: $0, visit: 1, lesion: 0) / 40 }
        let mean = logs.reduce(0, +) / 4000
        #expect(abs(mean - 1) < 0.005)
        #expect(model.reading(of: 3, seed: 3, patient: 1, visit: 1, lesion: 0) == 5)
        #expect(model.reading(of: 1, seed: 3, patient: 1, visit: 1, lesion: 0) == 0)
    }
}
