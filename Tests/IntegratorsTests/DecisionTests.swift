import Dynamics
import Foundation
import Integrators
import SystemFixtures
import Synchronization
import Testing

@Suite struct DecisionTests {
    static let system: DynamicalSystem = {
        var system = WrittenSystem(["x"], initial: [1]) { s in [0.1 * s.y[0]] }
        system.observables = [("size", { 2 * $0.y[0] })]
        return system.compiled()
    }()

    @Test func `a decision sees observables, adds and cancels stops, and may end the run`() throws {
        let seen = Mutex<[Double]>([])
        let visits = (1...5).map { Stop(time: Double($0), .decision) }
        let doses = (1...5).map { Stop(time: Double($0), .addToState(0, 1)) }
        let input = PatientInput(
            inputs: [], endTime: 10, stops: doses + visits, outputTimes: [1, 2, 3, 4],
            decide: { decision in
                seen.withLock { $0.append(decision.observables[0]) }
                switch decision.time {
                case 1: decision.newStops = [Stop(time: 1, .setState(0, 3)), Stop(time: 2.5, .setState(0, 7))]
                case 2: decision.cancels = { $0.action == .addToState(0, 1) }
                case 4:
                    decision.ends = true
                    decision.reason = "progression"
                default: break
                }
            })
        let result = try Integrator(Self.system).run(input)
        #expect(result.failure == nil)
        #expect(result.endedBy == "progression" && result.finalTime == 4)
        // At 1: decision, dose, then the added stop. At 2 all doses go, also the one due then.
        let expected = [2 * exp(0.1), 6 * exp(0.1), 14 * exp(0.05), 14 * exp(0.15)]
        for (x, y) in zip(seen.withLock { $0 }, expected) { #expect(abs(x - y) < 1e-5, "\(x) \(y)") }
        for (x, y) in zip(result.outputs, [6, 6 * exp(0.1), 14 * exp(0.05), 14 * exp(0.15)]) {
            #expect(abs(x - y) < 1e-5, "\(x) \(y)")
        }
    }

    @Test func `a stop added before now is refused`() throws {
        let input = PatientInput(
            inputs: [], endTime: 10, stops: [Stop(time: 5, .decision)],
            decide: { $0.newStops = [Stop(time: 4, .setState(0, 0))] })
        #expect(try Integrator(Self.system).run(input).failure == IntegrationFailure(.invalidInput, at: 5))
    }
}
