import Dynamics
import Foundation
import Integrators
import SystemFixtures
import Testing

@Suite struct DecayTests {
    @Test("exponential decay is followed to the tolerance", arguments: IntegrationMethod.all)
    func decay(_ method: IntegrationMethod) throws {
        var system = WrittenSystem(["x"], initial: [1]) { s in [-s.p[0] * s.y[0]] }
        system.inputs = [("k", 1)]
        let integrator = try Integrator(system.compiled(), method: method)
        let times = (0...10).map(Double.init)
        let rates = (0..<20).map { 0.1 * Double($0) }
        let results = integrator.run(rates.map { PatientInput(inputs: [$0], endTime: 10, outputTimes: times) })
        for (k, result) in zip(rates, results) {
            #expect(result.failure == nil && result.outputCount == 11)
            for (t, x) in zip(times, result.outputs) {
                #expect(abs(x - Foundation.exp(-k * t)) < 2e-6, "k \(k), t \(t)")
            }
        }
    }

    @Test func `a state that nothing moves doesn't move`() throws {
        let system = WrittenSystem(["x", "still"], initial: [1, 1.0 / 3]) { s in [-s.y[0], s.number(0)] }.compiled()
        let times = (0...50).map { Double($0) * 0.11 }
        let result = try Integrator(system).run(PatientInput(inputs: [], endTime: 6, outputTimes: times))
        #expect(times.indices.allSatisfy { result.outputs[2 * $0 + 1] == 1.0 / 3 })
    }

    @Test func `a system without states reports its observables`() throws {
        var system = WrittenSystem([], initial: [], rates: { _ in [] })
        system.observables = [("square", { $0.time * $0.time })]
        let result = try Integrator(system.compiled())
            .run(PatientInput(inputs: [], endTime: 10, outputTimes: [0, 1, 5, 10]))
        #expect(result.outputs == [0, 1, 25, 100])
    }
}
