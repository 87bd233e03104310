import ModelIR
import Testing

@testable import ModelCompiler

@Suite struct TimeModeTests {
    /// x' = piecewise(dose, start ≤ t < start + 0.01, 0) − x
    static func pulse() -> Model {
        let time = ModelIR.Expression.time
        let start = ModelIR.Expression.symbol("start")
        let window: ModelIR.Expression = .apply(.and, [.apply(.geq, [time, start]), .apply(.lt, [time, start + .number(0.01)])])
        var model = Model(id: "pulse")
        model.parameters = [
            Parameter(id: "x", value: 0, isConstant: false), Parameter(id: "start", value: 100), Parameter(id: "dose", value: 5),
        ]
        model.rules = [Rule(.rate(variable: "x"), .apply(.piecewise, [.symbol("dose"), window, .zero]) - .symbol("x"))]
        return model
    }

    @Test("a pulse in a rate becomes scheduled modes, and the right-hand side no longer sees the time")
    func schedule() throws {
        var harness = try KernelHarness(Self.pulse(), ["start": 50])
        let system = harness.system
        #expect(!system.dependsOnTime)
        #expect(system.controls == ["mode1", "mode2"])
        #expect(system.events.count == 4 && system.events.allSatisfy(\.isScheduled))
        #expect(try Set(harness.scheduledTimes()) == [50, 50.01])

        // At the start the switches put the modes right; at each scheduled time one of them turns.
        var previous = system.events.map(\.initialTriggerValue)
        for (time, rate) in [(0.0, 0.0), (50, 5), (50.01, 0), (60, 0)] {
            harness.time = time
            let now = try harness.triggers()
            for (index, isTrue) in now.enumerated() where isTrue && !previous[index] { try harness.fire(index) }
            previous = now
            #expect(try harness.rates() == [rate], "t = \(time)")
        }
    }

    @Test("observables keep the comparison itself")
    func observables() throws {
        let window: ModelIR.Expression = .apply(.piecewise, [.one, .apply(.lt, [.time, .symbol("start")]), .zero])
        var harness = try KernelHarness(Self.pulse(), options: CompileOptions(observables: [Observable("w", .expression(window))]))
        for (time, value) in [(99.0, 1.0), (100, 0)] {
            harness.time = time
            #expect(try harness.observables() == [value])
        }
    }

    @Test("a pulse that repeats can't be scheduled, and says so")
    func periodic() throws {
        var model = Self.pulse()
        let phase: ModelIR.Expression = .apply(.rem, [.time, .symbol("start")])
        model.rules = [Rule(.rate(variable: "x"), .apply(.piecewise, [.symbol("dose"), .apply(.lt, [phase, .one]), .zero]))]
        let warnings = try compile(model).warnings
        #expect(warnings.contains { $0.severity == .warning && $0.message.contains("jump at times that repeat") })
        #expect(try compile(Self.pulse()).warnings.isEmpty)
    }
}
