import Dynamics
import Integrators
import SystemFixtures
import Testing

@Suite struct FirstStepsTests {
    @Test("exponential decay is followed to the tolerance", arguments: IntegrationMethod.all)
    func decay(_ method: IntegrationMethod) throws {
        var system = WrittenSystem(["x"], initial: [1]) { s in [-s.p[0] * s.y[0]] }
        system.inputs = [("k", 1)]
        let integrator = try Integrator(system.compiled(), method: method)
        let times = (0...10).map(Double.init)
        let results = integrator.run((0..<20).map { PatientInput(inputs: [0.1 * Double($0)], endTime: 10, outputTimes: times) })
        for (i, result) in results.enumerated() {
            #expect(result.failure == nil)
            #expect(result.outputCount == 11)
            for (t, x) in zip(times, result.outputs) {
                var exact = 1.0
                let k = 0.1 * Double(i)
                exact = expReference(-k * t)
                #expect(abs(x - exact) < 2e-6, "k \(k) t \(t): \(x) \(exact)")
            }
        }
    }
}

import Foundation
func expReference(_ x: Double) -> Double { Foundation.exp(x) }
