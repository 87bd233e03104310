import Dynamics
import Foundation
import Integrators
import SystemFixtures
import Testing

/// SBML's event semantics; Hucka et al. 2019, SBML Level 3 Version 2 Core, §4.11.
@Suite struct EventTests {
    /// x falls from 1 at unit relative rate; `log` is a state that nothing moves.
    static func decay(_ events: [WrittenEvent], scheduled: [Double] = []) throws -> Integrator {
        var system = WrittenSystem(["x", "log"], initial: [1, 0]) { s in [-s.y[0], s.number(0)] }
        system.inputs = [("a", 0), ("b", 0)]
        system.events = events
        if !scheduled.isEmpty { system.scheduledTimes = { s in scheduled.map { s.p[0] + $0 } } }
        return try Integrator(system.compiled())
    }

    static func run(
        _ events: [WrittenEvent], scheduled: [Double] = [], until end: Double = 3, outputs: [Double] = [],
        key: RandomKey = RandomKey()
    ) throws -> PatientResult {
        try decay(events, scheduled: scheduled).run(
            PatientInput(inputs: [0, 0], endTime: end, outputTimes: outputs, randomKey: key))
    }

    /// Remembers the time of the event in `log`.
    static func noting(_ id: String, when trigger: @escaping (Symbols) -> Formula) -> WrittenEvent {
        WrittenEvent(id, when: trigger, set: [(.state(1), { $0.time })])
    }

    @Test("a falling state's threshold is located to the accuracy of the solution", arguments: [1e-3, 1e-6, 1e-9], IntegrationMethod.all)
    func located(_ tolerance: Double, _ method: IntegrationMethod) throws {
        var system = WrittenSystem(["x", "log"], initial: [1, 0]) { s in [-s.p[0] * s.y[0], s.number(0)] }
        system.inputs = [("k", 1)]
        system.events = [Self.noting("low") { 0.1 - $0.y[0] }]
        let integrator = try Integrator(system.compiled(), method: method, tolerances: Tolerances(relative: tolerance))
        let rates = (1...20).map { 0.3 * Double($0) }
        for (k, result) in zip(rates, integrator.run(rates.map { PatientInput(inputs: [$0], endTime: 9) })) {
            let exact = Foundation.log(10.0) / k
            #expect(result.failure == nil)
            #expect(abs(result.finalState[1] - exact) < 10 * tolerance * exact, "k \(k): \(result.finalState[1]) \(exact)")
        }
    }

    @Test func `a bouncing ball keeps its event times`() throws {
        // Falls from 1 at g = 2, keeps half its speed: impacts at 1, 2, 2.5, 2.75, …
        var system = WrittenSystem(["height", "speed", "count"], initial: [1, 0, 0]) { s in
            [s.y[1], s.number(-2), s.number(0)]
        }
        system.events = [
            WrittenEvent("bounce", when: { -$0.y[0] }, set: [
                (.state(1), { -0.5 * $0.y[1] }), (.state(0), { $0.number(0) }), (.state(2), { $0.y[2] + 1 }),
            ])
        ]
        system.observables = [("height", { $0.y[0] }), ("count", { $0.y[2] })]
        let outputs = [0.5, 0.999, 1.001, 1.5, 1.999, 2.001, 2.499, 2.501, 2.7]
        let result = try Integrator(system.compiled()).run(PatientInput(inputs: [], endTime: 2.7, outputTimes: outputs))
        #expect(result.failure == nil)
        let counts: [Double] = outputs.indices.map { result.outputs[2 * $0 + 1] }
        let expected: [Double] = [0, 0, 1, 1, 1, 2, 2, 3, 3]
        #expect(counts == expected)
        #expect(abs(result.outputs[0] - 0.75) < 1e-6)
        #expect(abs(result.outputs[6] - 0.25) < 1e-5)
    }

    @Test func `a trigger that is true only for part of a step is seen`() throws {
        // Linear growth lets steps grow; the window is a quarter of the longest.
        var system = WrittenSystem(["x", "log"], initial: [0, 0]) { s in [s.number(1), s.number(0)] }
        system.events = [Self.noting("window") { minimum($0.y[0] - 5, 5.6 - $0.y[0]) }]
        let result = try Integrator(system.compiled(), tolerances: Tolerances(maximumStep: 2))
            .run(PatientInput(inputs: [], endTime: 20))
        #expect(abs(result.finalState[1] - 5) < 1e-6)
    }

    @Test func `a trigger that is true at an output time is seen, however long the step`() throws {
        var system = WrittenSystem(["x", "log"], initial: [0, 0]) { s in [s.number(1), s.number(0)] }
        system.events = [Self.noting("window") { minimum($0.y[0] - 6.95, 7.05 - $0.y[0]) }]
        let result = try Integrator(system.compiled())
            .run(PatientInput(inputs: [], endTime: 20, outputTimes: (0...20).map(Double.init)))
        #expect(abs(result.finalState[1] - 6.95) < 1e-6)
    }

    @Test func `a trigger that follows the clock is seen though no state moves`() throws {
        var system = WrittenSystem(["count"], initial: [0]) { s in [s.number(0)] }
        var event = WrittenEvent("beat", when: { -sin(10 * $0.time) }, set: [(.state(0), { $0.y[0] + 1 })])
        event.delay = { $0.number(2) }
        event.usesValuesFromTriggerTime = false
        system.events = [event]
        let result = try Integrator(system.compiled())
            .run(PatientInput(inputs: [], endTime: 4, outputTimes: (0...100).map { Double($0) * 0.04 }))
        // Triggers before 2 at π/10, 3π/10 and 5π/10.
        #expect(result.finalState[0] == 3)
    }

    @Test("the initial value of the trigger decides whether it fires at the start", arguments: [true, false])
    func initialValue(_ value: Bool) throws {
        var event = WrittenEvent("start", when: { $0.y[0] - 0.5 }, set: [(.state(1), { $0.number(7) })])
        event.initialValue = value
        let result = try Self.run([event], outputs: [0])
        #expect(result.outputs[1] == (value ? 0 : 7))
    }

    @Test("scheduled triggers stop exactly, with > as with >=", arguments: [false, true])
    func scheduled(_ inclusive: Bool) throws {
        var event = WrittenEvent(
            "later", when: { s in
                // ≥ is positive where equal.
                inclusive ? choose(2 - s.time, s.number(-1), s.number(1)) : s.time - 2
            }, set: [(.state(0), { $0.number(5) }), (.state(1), { $0.time })])
        event.isScheduled = true
        let result = try Self.run([event], scheduled: [2], outputs: [1.9999, 2, 3])
        #expect(abs(result.outputs[0] - exp(-1.9999)) < 1e-6)
        #expect(result.outputs[2] == 5)
        #expect(abs(result.outputs[3] - 2) < 1e-14)
        #expect(abs(result.outputs[4] - 5 * exp(-1)) < 1e-5)
    }

    @Test func `a parameter that an event sets moves later scheduled times`() throws {
        var first = WrittenEvent("first", when: { $0.time - $0.p[0] - 1 }, set: [(.parameter(0), { $0.number(0.5) })])
        var second = Self.noting("second") { $0.time - $0.p[0] - 2 }
        first.isScheduled = true
        second.isScheduled = true
        let result = try Self.run([first, second], scheduled: [1, 2], until: 4)
        #expect(abs(result.finalState[1] - 2.5) < 1e-14)
    }

    @Test("delayed events use values from the trigger time or from their own", arguments: [true, false])
    func delays(_ fromTrigger: Bool) throws {
        var event = WrittenEvent("delayed", when: { 0.5 - $0.y[0] }, set: [(.state(1), { $0.y[0] })])
        event.delay = { $0.number(1) }
        event.usesValuesFromTriggerTime = fromTrigger
        let trigger = Foundation.log(2.0)
        let result = try Self.run([event], until: 3, outputs: [trigger + 0.9999, trigger + 1.0001])
        #expect(result.outputs[1] == 0)
        #expect(abs(result.outputs[3] - (fromTrigger ? 0.5 : 0.5 * exp(-1))) < 1e-5)
    }

    @Test("an event that doesn't persist is cancelled when its trigger turns false", arguments: [true, false])
    func persistence(_ persists: Bool) throws {
        // True while x is between 0.5 and 0.25, for ln 2 ≈ 0.69; the delay is longer.
        var event = WrittenEvent(
            "window", when: { minimum(0.5 - $0.y[0], $0.y[0] - 0.25) }, set: [(.state(1), { $0.number(1) })])
        event.delay = { $0.number(1) }
        event.isPersistent = persists
        let result = try Self.run([event])
        #expect(result.finalState[1] == (persists ? 1 : 0))
    }

    @Test func `of simultaneous events the one of higher priority goes first, and may call the other off`() throws {
        func event(_ id: String, _ priority: Double, _ value: Double, persists: Bool) -> WrittenEvent {
            var event = WrittenEvent(
                id, when: { minimum($0.time - 1, 10 - $0.p[0]) },
                set: [(.state(1), { 10 * $0.y[1] + value }), (.parameter(0), { $0.p[0] + (persists ? 0 : 20) })])
            event.priority = { $0.number(priority) }
            event.isScheduled = true
            event.isPersistent = persists
            event.usesValuesFromTriggerTime = false
            return event
        }
        let both = try Self.run([event("a", 1, 1, persists: true), event("b", 2, 2, persists: true)], scheduled: [1])
        #expect(both.finalState[1] == 21)
        let one = try Self.run([event("a", 1, 1, persists: false), event("b", 2, 2, persists: false)], scheduled: [1])
        #expect(one.finalState[1] == 2)
    }

    @Test func `equal priorities are ordered by the patient's lot`() throws {
        func event(_ id: String, _ value: Double) -> WrittenEvent {
            var event = WrittenEvent(id, when: { $0.time - 1 }, set: [(.state(1), { 10 * $0.y[1] + value })])
            event.priority = { $0.number(1) }
            event.isScheduled = true
            event.usesValuesFromTriggerTime = false
            return event
        }
        let integrator = try Self.decay([event("a", 1), event("b", 2)], scheduled: [1])
        let inputs = (0..<200).map {
            PatientInput(inputs: [0, 0], endTime: 2, randomKey: RandomKey(seed: 3, patient: UInt64($0)))
        }
        let logs = integrator.run(inputs).map { $0.finalState[1] }
        #expect(Set(logs) == [12, 21])
        // 200 fair coins: 5 standard deviations are 35.
        #expect(abs(logs.filter { $0 == 12 }.count - 100) < 35)
        #expect(integrator.run(inputs.reversed()).map { $0.finalState[1] } == logs.reversed())
    }

    @Test func `an assignment sets off the next event at the same time`() throws {
        let first = WrittenEvent("first", when: { 0.5 - $0.y[0] }, set: [(.state(1), { $0.number(1) })])
        let second = WrittenEvent("second", when: { $0.y[1] - 0.5 }, set: [(.parameter(0), { $0.time })])
        let third = WrittenEvent("third", when: { $0.p[0] - 0.1 }, set: [(.parameter(1), { $0.time })])
        let result = try Self.run([first, second, third])
        #expect(abs(result.finalParameters[0] - Foundation.log(2.0)) < 1e-6)
        #expect(result.finalParameters[1] == result.finalParameters[0])
    }

    @Test func `events that set each other off for ever are named`() throws {
        let up = WrittenEvent("up", when: { 0.5 - $0.y[1] }, set: [(.state(1), { $0.number(1) })])
        var down = WrittenEvent("down", when: { $0.y[1] - 0.5 }, set: [(.state(1), { $0.number(0) })])
        down.initialValue = false
        let result = try Self.run([up, down, WrittenEvent("kick", when: { 0.5 - $0.y[0] }, set: [(.state(1), { $0.number(1) })])])
        #expect(result.failure?.reason == .eventLoop)
        #expect(abs((result.failure?.time ?? 0) - Foundation.log(2.0)) < 1e-6)
    }

    @Test func `a terminal event ends the run after its assignments`() throws {
        var event = WrittenEvent("diagnosis", when: { 0.2 - $0.y[0] }, set: [(.state(1), { $0.number(3) })])
        event.isTerminal = true
        let result = try Self.run([event], outputs: [0, 1, 2, 3])
        #expect(result.endedBy == "diagnosis")
        #expect(abs(result.finalTime - Foundation.log(5.0)) < 1e-6)
        #expect(result.outputCount == 2 && result.outputs.count == 4)
        #expect(result.finalState[1] == 3)
    }

    @Test func `an event is not missed or repeated when a dose jumps over its threshold`() throws {
        let event = WrittenEvent("high", when: { $0.y[0] - 2 }, set: [(.state(1), { $0.y[1] + 1 })])
        let stops = [1.0, 2, 3].map { Stop(time: $0, .addToState(0, 2.5)) }
        let result = try Self.decay([event]).run(PatientInput(inputs: [0, 0], endTime: 5, stops: stops))
        #expect(result.finalState[1] == 3)
    }
}
