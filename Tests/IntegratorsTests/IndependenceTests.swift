import Dynamics
import Integrators
import Kernels
import SystemFixtures
import Testing

/// A patient's result is a function of its input alone, bit for bit.
@Suite struct IndependenceTests {
    /// Stiff binding with doses, infusions, a located event and one with delay; lengths and parameters vary much.
    static let system: DynamicalSystem = {
        var system = WrittenSystem(["drug", "target", "complex", "tumour"], initial: [0, 1, 0, 1]) { s in
            let drug = s.y[0], target = s.y[1], complex = s.y[2], tumour = s.y[3]
            let binding = 1e4 * drug * target - 10 * complex
            return [
                s.p[2] - s.p[0] * drug - binding, 0.1 - 0.1 * target - binding, binding - complex,
                s.p[1] * tumour * (1 - tumour / 50) - complex * tumour,
            ]
        }
        system.inputs = [("elimination", 0.1), ("growth", 0.2)]
        system.controls = ["infusion"]
        var rebound = WrittenEvent("rebound", when: { $0.y[3] - 2 }, set: [(.state(0), { $0.y[0] + 0.5 })])
        rebound.delay = { $0.number(0.75) }
        system.events = [rebound, WrittenEvent("cure", when: { 1e-3 - $0.y[3] }, set: [(.parameter(1), { 0.5 * $0.p[1] })])]
        return system.compiled()
    }()

    static let inputs: [PatientInput] = (0..<37).map { patient in
        var stops: [Stop] = []
        let interval = 3 + Double(patient % 5)
        for dose in 0..<(patient % 4 + 1) {
            stops.append(Stop(time: interval * Double(dose), .addToState(0, 0.3 + 0.1 * Double(patient % 7))))
            stops.append(Stop(time: interval * Double(dose) + 1, .addToParameter(2, 0.4)))
            stops.append(Stop(time: interval * Double(dose) + 1.5, .addToParameter(2, -0.4)))
        }
        let end = 10 + 2 * Double((patient * 7) % 11)
        return PatientInput(
            inputs: [0.05 * Double(patient % 9 + 1), 0.02 * Double(patient % 13 + 1)], endTime: end, stops: stops,
            outputTimes: (0...20).map { Double($0) * end / 20 }, randomKey: RandomKey(seed: 1, patient: UInt64(patient)))
    }

    static func bits(_ result: PatientResult) -> [UInt64] {
        (result.outputs + result.finalState + result.finalParameters + [result.finalTime, result.lastStepSize])
            .map(\.bitPattern) + [UInt64(result.acceptedSteps), UInt64(result.rejectedSteps)]
    }

    static func reference(_ method: IntegrationMethod) throws -> [[UInt64]] {
        let integrator = try Integrator(system, method: method, backend: .virtualMachine(lanes: 1))
        let results = inputs.map { integrator.run($0) }
        #expect(results.allSatisfy { $0.failure == nil })
        #expect(Set(results.map(\.acceptedSteps)).count > 10)
        return results.map(bits)
    }

    @Test("lanes, batches and order make no difference", arguments: IntegrationMethod.all)
    func independence(_ method: IntegrationMethod) throws {
        let reference = try Self.reference(method)
        for lanes in [4, 8, 32] {
            let integrator = try Integrator(Self.system, method: method, backend: .virtualMachine(lanes: lanes))
            #expect(integrator.run(Self.inputs).map(Self.bits) == reference, "\(lanes) lanes")
            #expect(integrator.run(Self.inputs.reversed()).map(Self.bits) == reference.reversed(), "reversed")
            #expect(integrator.run(Array(Self.inputs[5..<9])).map(Self.bits) == Array(reference[5..<9]), "a batch of 4")
        }
        // The machine's own forms; AVX-512 with four and with eight lanes.
        for backend in Backend.available {
            let integrator = try Integrator(Self.system, method: method, backend: backend)
            #expect(integrator.run(Self.inputs).map(Self.bits) == reference, "\(backend)")
        }
    }

    @Test("going on from a snapshot is going on", arguments: IntegrationMethod.all)
    func snapshots(_ method: IntegrationMethod) throws {
        let integrator = try Integrator(Self.system, method: method)
        for input in Self.inputs.prefix(12) {
            // A stop that changes nothing, so that both runs step to the same time.
            var whole = input
            whole.stops.append(Stop(time: 5.5, .addToState(0, 0)))
            whole.outputTimes = input.outputTimes.filter { $0 > 6 }
            var first = whole
            first.endTime = 5.5
            first.outputTimes = []
            first.keepsSnapshot = true
            let middle = integrator.run(first)
            var second = whole
            second.snapshot = middle.snapshot
            second.stops.removeAll { $0.time <= 5.5 }
            let continued = integrator.run(second)
            let uninterrupted = integrator.run(whole)
            #expect(continued.outputs.map(\.bitPattern) == uninterrupted.outputs.map(\.bitPattern))
            #expect(continued.finalState.map(\.bitPattern) == uninterrupted.finalState.map(\.bitPattern))
            #expect(middle.acceptedSteps + continued.acceptedSteps == uninterrupted.acceptedSteps)
        }
    }
}
