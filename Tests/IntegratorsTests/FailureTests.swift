import Dynamics
import Foundation
import Integrators
import Synchronization
import SystemFixtures
import Testing

/// One system that does, by its parameter, what can go wrong; good patients in the other lanes must not notice.
@Suite struct FailureTests {
    enum Mischief: Double, CaseIterable {
        case none, blowsUp, isNaNFromTheStart, turnsNaN, neverEnds
    }

    static func system(jacobianScale: Double = 1) -> DynamicalSystem {
        var system = WrittenSystem(["x", "y"], initial: [1, 1]) { s in
            let kind = s.p[0], x = s.y[0], y = s.y[1]
            func when(_ value: Double, _ rate: Formula) -> Formula {
                choose(0.25 - (kind - value) * (kind - value), rate, s.number(0))
            }
            let turn = 1 / choose(0.5 - s.time, s.number(1), s.number(0)) - 1
            return [
                -x + when(1, 3 * x * x) + when(2, log(x - 2)) + when(3, turn) + when(4, 1e7 * cos(1e7 * s.time)),
                -2 * y + x,
            ]
        }
        system.inputs = [("kind", 0)]
        system.jacobianScale = jacobianScale
        return system.compiled()
    }

    static func input(_ mischief: Mischief) -> PatientInput {
        PatientInput(inputs: [mischief.rawValue], endTime: 4, outputTimes: [0.25, 1, 2, 4])
    }

    @Test("each failure is named, and the other lanes don't notice", arguments: IntegrationMethod.all)
    func named(_ method: IntegrationMethod) throws {
        let integrator = try Integrator(
            Self.system(), method: method, tolerances: Tolerances(attemptLimit: 20_000))
        let alone = integrator.run(Self.input(.none))
        #expect(alone.failure == nil)
        let kinds = Mischief.allCases.flatMap { [$0, .none, $0, .none] }
        let results = integrator.run(kinds.map(Self.input))
        for (kind, result) in zip(kinds, results) {
            switch kind {
            case .none:
                #expect(result.outputs.map(\.bitPattern) == alone.outputs.map(\.bitPattern))
                #expect(result.acceptedSteps == alone.acceptedSteps)
            case .blowsUp:
                // x' = −x + 3x², x(0) = 1: infinite at t = ln 1.5.
                #expect([.stepSizeUnderflow, .nonFiniteState].contains(result.failure?.reason))
                #expect(abs((result.failure?.time ?? 0) - Foundation.log(1.5)) < 1e-4)
                #expect(result.outputCount == 1)
            case .isNaNFromTheStart:
                #expect(result.failure == IntegrationFailure(.nonFiniteState, at: 0))
            case .turnsNaN:
                #expect(result.failure?.reason == .nonFiniteState)
                #expect(abs((result.failure?.time ?? 0) - 0.5) < 1e-6)
            case .neverEnds:
                #expect(result.failure?.reason == .tooManySteps)
            }
        }
    }

    /// Decays under treatment until day 1, then grows back to 1 from whatever is left: a negative remainder runs away to a
    /// pole that the solution doesn't have.
    private static let relapsing: DynamicalSystem = {
        var system = WrittenSystem(["x"], initial: [1]) { s in [s.y[0] * (s.p[1] * (1 - s.y[0]) - s.p[0])] }
        system.inputs = [("decay", 0), ("growth", 0)]
        return system.compiled()
    }()

    private static func relapse(decay: Double) -> PatientInput {
        PatientInput(
            inputs: [decay, 0], endTime: 30, stops: [Stop(time: 1, .setParameter(0, 0)), Stop(time: 1, .setParameter(1, 8))],
            outputTimes: [0, 30])
    }

    private static func integrator(restartLimit: Int, _ method: IntegrationMethod) throws -> Integrator {
        var tolerances = Tolerances(relative: 1e-2, absolute: .uniform(1e-2))
        tolerances.restartLimit = restartLimit
        return try Integrator(relapsing, method: method, tolerances: tolerances)
    }

    @Test("a patient that a loose tolerance loses is begun anew with tighter ones", arguments: IntegrationMethod.all)
    func begunAnew(_ method: IntegrationMethod) throws {
        let inputs = stride(from: 20.0, to: 100, by: 2.5).map(Self.relapse)
        let lost = try Self.integrator(restartLimit: 0, method).run(inputs)
        #expect(lost.contains { $0.failure != nil }, "the test needs a patient that is lost")
        let results = try Self.integrator(restartLimit: 3, method).run(inputs)
        for (result, first) in zip(results, lost) {
            #expect(result.failure == nil)
            #expect((result.restarts > 0) == (first.failure != nil))
            if first.failure == nil {
                #expect(result.outputs == first.outputs)
            } else {
                // x(30) = 1 to e^(decay − 232)
                #expect(abs((result.outputs.last ?? .nan) - 1) < 0.05)
            }
        }
        // As ever, it doesn't matter who the neighbours are.
        for (input, result) in zip(inputs, results).prefix(4) {
            #expect(try Self.integrator(restartLimit: 3, method).run(input).outputs == result.outputs)
        }
    }

    @Test func `a patient with decisions is begun anew only if what it remembers can be forgotten`() throws {
        let decay = try #require(
            try stride(from: 20.0, to: 100, by: 2.5).first {
                try Self.integrator(restartLimit: 0, .rodas4P2).run(Self.relapse(decay: $0)).failure != nil
            })
        let calls = Mutex(0)
        var input = Self.relapse(decay: decay)
        input.stops.append(Stop(time: 0.5, .decision))
        input.decide = { _ in calls.withLock { $0 += 1 } }
        let integrator = try Self.integrator(restartLimit: 3, .rodas4P2)
        let first = integrator.run(input)
        #expect(first.restarts == 0)
        try #require(first.failure != nil)
        calls.withLock { $0 = 0 }
        input.restart = { calls.withLock { $0 = 0 } }
        let second = integrator.run(input)
        #expect(second.failure == nil && second.restarts > 0)
        #expect(calls.withLock { $0 } == 1)
    }

    @Test func `a singular matrix is named`() throws {
        // 0 = 0 · z has no unique solution; the algebraic block is singular from the start.
        var written = WrittenSystem(["y", "z"], initial: [1, 0]) { s in [-s.y[0], s.p[0] * s.y[1] * (s.time + 1) - s.p[0] * s.y[0]] }
        written.mass = [1, 0]
        written.inputs = [("a", 1)]
        let integrator = try Integrator(written.compiled())
        #expect(integrator.run(PatientInput(inputs: [1], endTime: 1)).failure == nil)
        let result = integrator.run(
            PatientInput(inputs: [1], endTime: 1, stops: [Stop(time: 0.5, .setParameter(0, 0))]))
        #expect([.singularMatrix, .inconsistentInitialState].contains(result.failure?.reason))
        #expect(result.failure?.time == 0.5)
    }

    @Test func `a wrong Jacobian costs steps, or is named, but neither lies nor spins`() throws {
        let right = try Integrator(Self.system()).run(Self.input(.none))
        for scale in [0.0, -1, 0.5, 30] {
            let wrong = try Integrator(Self.system(jacobianScale: scale), tolerances: Tolerances(attemptLimit: 100_000))
                .run(Self.input(.none))
            if wrong.failure == nil {
                for (x, y) in zip(wrong.outputs, right.outputs) { #expect(abs(x - y) < 1e-4) }
                #expect(wrong.acceptedSteps > right.acceptedSteps)
            }
        }
    }

    @Test("input that makes no sense is refused", arguments: 0..<7)
    func invalid(_ kind: Int) throws {
        var input = Self.input(.none)
        switch kind {
        case 0: input.inputs = []
        case 1: input.endTime = -1
        case 2: input.stops = [Stop(time: 1, .addToState(2, 1))]
        case 3: input.stops = [Stop(time: -1, .addToState(0, 1))]
        case 4: input.outputTimes = [2, 1]
        case 5: input.stops = [Stop(time: 1, .decision)]
        default: input.stops = [Stop(time: 1, .setParameter(0, .nan))]
        }
        #expect(try Integrator(Self.system()).run(input).failure?.reason == .invalidInput)
    }
}
