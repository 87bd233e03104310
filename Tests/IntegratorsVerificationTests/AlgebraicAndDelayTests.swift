import Dynamics
import Foundation
import Integrators
import SystemFixtures
import Testing

@Suite struct AlgebraicAndDelayTests {
    /// y' = −y z, 0 = z³ + z − y³ − y, so z = y and y = 1/(1 + t).
    @Test("an algebraic state is made consistent and then follows", arguments: IntegrationMethod.all)
    func algebraic(_ method: IntegrationMethod) throws {
        var written = WrittenSystem(["y", "z"], initial: [1, 0.2]) { s in
            let y = s.y[0], z = s.y[1]
            return [-(y * z), z * z * z + z - y * y * y - y]
        }
        written.mass = [1, 0]
        let integrator = try Integrator(written.compiled(), method: method)
        let outputs = [0.0, 0.3, 1, 2, 2.5, 5]
        let result = integrator.run(
            PatientInput(inputs: [], endTime: 5, stops: [Stop(time: 2, .setState(0, 1))], outputTimes: outputs))
        #expect(result.failure == nil)
        for (index, t) in outputs.enumerated() {
            let exact = t < 2 ? 1 / (1 + t) : 1 / (1 + t - 2)
            #expect(abs(result.outputs[2 * index] - exact) < 1e-6, "y at \(t)")
            #expect(abs(result.outputs[2 * index + 1] - exact) < 1e-6, "z at \(t)")
        }
    }

    @Test func `algebraic equations without a solution are named`() throws {
        // z² + 1 + y = 0 has no real root.
        var written = WrittenSystem(["y", "z"], initial: [1, 0.7]) { s in [-s.y[0], s.y[1] * s.y[1] + 1 + s.y[0]] }
        written.mass = [1, 0]
        let result = try Integrator(written.compiled()).run(PatientInput(inputs: [], endTime: 1))
        #expect(result.failure?.reason == .inconsistentInitialState)
    }

    /// y'(t) = −y(t − τ), y = 1 before 0: y = Σₖ (−1)ᵏ (t − (k−1)τ)ᵏ / k! over k with t ≥ (k−1)τ.
    static func stepsSolution(_ t: Double, lag: Double) -> Double {
        var sum = 1.0
        var k = 1
        var factorial = 1.0
        while t > Double(k - 1) * lag {
            factorial *= Double(k)
            sum += (k % 2 == 0 ? 1 : -1) * Foundation.pow(t - Double(k - 1) * lag, Double(k)) / factorial
            k += 1
        }
        return sum
    }

    static let delaySystem: DynamicalSystem = {
        var system = WrittenSystem(["y"], initial: [1]) { s in [-s.delayed[0]] }
        system.inputs = [("tau", 1)]
        system.delays = [(lag: { $0.p[0] }, value: { $0.y[0] })]
        return system.compiled()
    }()

    @Test("a constant lag gives the solution by the method of steps", arguments: IntegrationMethod.all)
    func constantLag(_ method: IntegrationMethod) throws {
        let integrator = try Integrator(Self.delaySystem, method: method)
        let lags = [0.25, 0.5, 1, 1.5, 3, 20, 0.7, 0.9, 1.1, 1.3]
        let outputs = (0...24).map { Double($0) * 0.25 }
        let results = integrator.run(lags.map { PatientInput(inputs: [$0], endTime: 6, outputTimes: outputs) })
        for (lag, result) in zip(lags, results) {
            #expect(result.failure == nil)
            for (t, x) in zip(outputs, result.outputs) {
                let exact = Self.stepsSolution(t, lag: lag)
                #expect(abs(x - exact) < 2e-5 * max(1, abs(exact)), "lag \(lag), t \(t): \(x) \(exact)")
            }
            #expect(result.acceptedSteps < 800, "lag \(lag): \(result.acceptedSteps)")
        }
    }

    /// y' = y(t) y(ln y(t)) / t, y = 1 up to 1: y = t up to e, exp(t/e) up to e². Neves 1975, *ACM TOMS* 1:357.
    @Test("a lag that depends on the state", arguments: IntegrationMethod.all)
    func stateDependentLag(_ method: IntegrationMethod) throws {
        var system = WrittenSystem(["y"], initial: [1]) { s in [s.y[0] * s.delayed[0] / s.time] }
        system.delays = [(lag: { $0.time - log($0.y[0]) }, value: { $0.y[0] })]
        let outputs = [1.5, 2, 2.5, 3, 4, 5, 6, 7]
        let result = try Integrator(system.compiled(), method: method)
            .run(PatientInput(inputs: [], startTime: 1, endTime: 7, outputTimes: outputs))
        #expect(result.failure == nil)
        let e = Foundation.exp(1.0)
        for (t, x) in zip(outputs, result.outputs) {
            let exact = t < e ? t : Foundation.exp(t / e)
            #expect(abs(x - exact) < 5e-5 * exact, "t \(t): \(x) \(exact)")
        }
    }

    /// x' = 1, so x(t) = t; delay(delay(x, a), b) = t − a − b; before the start x is the initial 0, evaluated as t0-free.
    @Test func `delays nest, and look back before the start`() throws {
        var system = WrittenSystem(
            ["x"], initial: { s in [2 * s.time] }, rates: { s in [s.number(1)] })
        system.delays = [
            (lag: { $0.number(0.5) }, value: { $0.y[0] }),
            (lag: { $0.number(0.25) }, value: { $0.delayed[0] }),
        ]
        system.observables = [("once", { $0.delayed[0] }), ("twice", { $0.delayed[1] })]
        let outputs = [0.0, 0.25, 0.6, 1, 3]
        let result = try Integrator(system.compiled()).run(PatientInput(inputs: [], endTime: 3, outputTimes: outputs))
        for (index, t) in outputs.enumerated() {
            func past(_ s: Double) -> Double { s < 0 ? 2 * s : s }
            #expect(abs(result.outputs[2 * index] - past(t - 0.5)) < 1e-9, "t \(t)")
            #expect(abs(result.outputs[2 * index + 1] - past(t - 0.75)) < 1e-9, "t \(t)")
        }
    }

    @Test func `parameters are looked up as they were`() throws {
        // z(t) = a(t − 1) x(t − 1) with x = t; a is 1, then 5 from 2 on by a dose, then 7 from 3 on by an event.
        var system = WrittenSystem(["x"], initial: [0]) { s in [s.number(1)] }
        system.inputs = [("a", 1)]
        system.delays = [(lag: { $0.number(1) }, value: { $0.p[0] * $0.y[0] })]
        system.observables = [("z", { $0.delayed[0] })]
        system.events = [WrittenEvent("switch", when: { $0.y[0] - 3 }, set: [(.parameter(0), { $0.number(7) })])]
        let outputs = [1.5, 2.5, 2.99, 3.5, 3.99, 4.5]
        let result = try Integrator(system.compiled()).run(
            PatientInput(inputs: [1], endTime: 5, stops: [Stop(time: 2, .setParameter(0, 5))], outputTimes: outputs))
        for (x, exact) in zip(result.outputs, [0.5, 1.5, 1.99, 12.5, 14.95, 24.5]) {
            #expect(abs(x - exact) < 1e-6, "\(x) \(exact)")
        }
    }

    @Test func `a lag may itself be delayed`() throws {
        // z = x(t − 1), y = x(t − z): with x = t, y = t up to 1 and 1 after.
        var system = WrittenSystem(["x"], initial: [0]) { s in [s.number(1)] }
        system.delays = [
            (lag: { $0.number(1) }, value: { maximum($0.y[0], $0.number(0)) }),
            (lag: { $0.delayed[0] }, value: { $0.y[0] }),
        ]
        system.observables = [("y", { $0.delayed[1] })]
        let result = try Integrator(system.compiled())
            .run(PatientInput(inputs: [], endTime: 3, outputTimes: [0.5, 1, 1.5, 2, 3]))
        for (x, exact) in zip(result.outputs, [0.5, 1, 1, 1, 1]) { #expect(abs(x - exact) < 1e-6, "\(x) \(exact)") }
    }
}
