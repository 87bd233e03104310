import ModelIR
import Testing

@testable import ModelCompiler

@Suite struct TriggerTests {
    /// A state x (rate 0), parameters p and q, and one event on the condition.
    static func harness(_ condition: ModelIR.Expression, _ x: Double = 1, _ inputs: [String: Double] = [:]) throws -> KernelHarness {
        var model = Model(id: "m")
        model.parameters = [
            Parameter(id: "x", value: x, isConstant: false), Parameter(id: "p", value: 3), Parameter(id: "q", value: 0.5),
        ]
        model.rules = [Rule(.rate(variable: "x"), .zero)]
        model.events = [Event(trigger: condition, assignments: [.init(variable: "x", math: .number(7))])]
        return try KernelHarness(model, inputs)
    }

    private static let x = ModelIR.Expression.symbol("x")
    private static let p = ModelIR.Expression.symbol("p")

    struct Case: Sendable {
        var condition: ModelIR.Expression
        var holds: @Sendable (Double) -> Bool
        init(_ op: ModelIR.Operator, _ arguments: [ModelIR.Expression], _ holds: @escaping @Sendable (Double) -> Bool) {
            condition = .apply(op, arguments)
            self.holds = holds
        }
    }

    static let cases: [Case] = {
        func e(_ op: ModelIR.Operator, _ arguments: ModelIR.Expression...) -> ModelIR.Expression { .apply(op, arguments) }
        var list: [Case] = []
        list.append(Case(.lt, [x, p]) { $0 < 3 })
        list.append(Case(.leq, [x, p]) { $0 <= 3 })
        list.append(Case(.gt, [x, p]) { $0 > 3 })
        list.append(Case(.geq, [x, p]) { $0 >= 3 })
        list.append(Case(.eq, [x, p]) { $0 == 3 })
        list.append(Case(.neq, [x, p]) { $0 != 3 })
        list.append(Case(.not, [e(.gt, x, p)]) { !($0 > 3) })
        list.append(Case(.and, [e(.gt, x, .one), e(.leq, x, p)]) { $0 > 1 && $0 <= 3 })
        list.append(Case(.or, [e(.lt, x, .one), e(.not, e(.lt, x, p))]) { $0 < 1 || !($0 < 3) })
        list.append(Case(.xor, [e(.lt, x, .one), e(.lt, x, p)]) { ($0 < 1) != ($0 < 3) })
        list.append(Case(.implies, [e(.gt, x, .one), e(.gt, x, p)]) { !($0 > 1) || $0 > 3 })
        list.append(Case(.lt, [.one, x, p]) { 1 < $0 && $0 < 3 })
        list.append(Case(.piecewise, [e(.lt, x, p), e(.gt, x, .one), e(.geq, x, .zero)]) { $0 > 1 ? $0 < 3 : $0 >= 0 })
        list.append(Case(.minus, [x, p]) { $0 != 3 })
        list.append(Case(.plus, [.one]) { _ in true })
        list.append(Case(.plus, [.zero]) { _ in false })
        list.append(Case(.eq, [e(.gt, x, .one), e(.gt, x, p)]) { ($0 > 1) == ($0 > 3) })
        return list
    }()

    @Test("the trigger is positive exactly where the condition holds", arguments: cases.indices)
    func sign(index: Int) throws {
        for x in [-1, 0, 0.5, 1, 2, 3, 3.0.nextUp, 4, .nan] {
            #expect(try Self.harness(Self.cases[index].condition, x).triggers().prefix(1) == [Self.cases[index].holds(x)], "\(Self.cases[index].condition), x = \(x)")
        }
    }

    @Test("a condition on time and constants is scheduled, and has switched at the scheduled time, not before")
    func scheduled() throws {
        let time = ModelIR.Expression.time
        let q = ModelIR.Expression.symbol("q")
        let falling: ModelIR.Expression = .apply(.leq, [Self.p + .number(0.7), .number(3) * time - q])
        let both: ModelIR.Expression = .apply(.and, [.apply(.gt, [time, Self.p]), .apply(.gt, [time, q])])
        let cases: [(ModelIR.Expression, [String: Double])] = [
            (.apply(.geq, [time, Self.p]), ["p": 0.1]), (.apply(.gt, [time, Self.p]), ["p": 5]), (falling, ["p": 1.0 / 3]),
            (.apply(.gt, [time / .number(7), Self.p]), ["p": 1.1]), (both, ["p": 2]),
        ]
        for (condition, inputs) in cases {
            var harness = try Self.harness(condition, 1, inputs)
            #expect(harness.system.events[0].isScheduled)
            let stop = try harness.scheduledTimes().max()!
            harness.time = stop
            #expect(try harness.triggers() == [true], "\(condition) at \(stop)")
            harness.time = stop - 1e-9
            #expect(try harness.triggers() == [false], "\(condition) before \(stop)")
        }
    }

    @Test("a strict comparison is still false at its switching time itself")
    func strict() throws {
        var harness = try Self.harness(.apply(.gt, [.time, Self.p]), 1, ["p": 5])
        harness.time = 5
        #expect(try harness.triggers() == [false])
        #expect(try harness.scheduledTimes()[0] > 5 && harness.scheduledTimes()[0] < 5 + 1e-13)
    }

    @Test("equality with time holds at its time only")
    func equality() throws {
        var harness = try Self.harness(.apply(.eq, [.time, Self.p]), 1, ["p": 5])
        #expect(harness.system.events[0].isScheduled)
        for (time, holds) in [(4.9, false), (5, true), (5.1, false)] {
            harness.time = time
            #expect(try harness.triggers() == [holds])
        }
        #expect(try harness.scheduledTimes().count == 2)
    }

    @Test("a condition on a state is located")
    func located() throws {
        let harness = try Self.harness(.apply(.and, [.apply(.gt, [.time, Self.p]), .apply(.gt, [Self.x, .one])]))
        #expect(!harness.system.events[0].isScheduled)
        #expect(harness.system.scheduledTimeCount == 1)
    }

    @Test("a slope that a patient's parameters make zero leaves the condition as it stands")
    func zeroSlope() throws {
        let condition = ModelIR.Expression.apply(.geq, [Self.p * .time, .symbol("q")])
        #expect(try Self.harness(condition, 1, ["p": 0, "q": -1]).triggers() == [true])
        #expect(try Self.harness(condition, 1, ["p": 0, "q": 1]).triggers() == [false])
        var falling = try Self.harness(condition, 1, ["p": -2, "q": -6])
        for (time, holds) in [(2.9, true), (3.1, false)] {
            falling.time = time
            #expect(try falling.triggers() == [holds])
        }
    }
}
