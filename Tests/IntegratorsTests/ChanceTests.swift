import Dynamics
import Foundation
import Integrators
import SystemFixtures
import Testing

/// Keyed random events: extinction and birth of clones.
@Suite struct ChanceTests {
    /// A clone shrinks until 20 cells are left, while a drug fades; then it is a birth-death process whose
    /// extinction has probability (d/b)ⁿ. Inputs: birth, death; control: the lot.
    static let extinction: DynamicalSystem = {
        var system = WrittenSystem(["clone"], initial: [1000]) { s in [-1 * s.y[0]] }
        system.inputs = [("birth", 1), ("death", 0.9)]
        system.controls = ["lot"]
        system.typical = [1000]
        system.randomSlots = [RandomSlot(slot: 2, purpose: 42)]
        var event = WrittenEvent("fewCells", when: { 20 - $0.y[0] }, set: [
            (.state(0), { survivors(of: $0.y[0], birth: $0.p[0], death: $0.p[1], lot: $0.p[2]) })
        ])
        event.draws = [0]
        system.events = [event]
        return system.compiled()
    }()

    @Test func `the share of extinct clones is the extinction probability`() throws {
        let count = 4000
        let integrator = try Integrator(Self.extinction, tolerances: Tolerances(relative: 1e-4))
        let results = integrator.run((0..<count).map {
            PatientInput(inputs: [1, 0.9], endTime: 5, randomKey: RandomKey(seed: 9, patient: UInt64($0)))
        })
        let extinct = results.filter { $0.finalState[0] == 0 }.count
        let p = Foundation.pow(0.9, 20.0)
        let deviation = (p * (1 - p) * Double(count)).squareRoot()
        // Where cells die faster than they divide, all clones die out.
        let doomed = integrator.run(PatientInput(inputs: [1, 1.1], endTime: 5))
        #expect(doomed.finalState[0] == 0)
        #expect(abs(Double(extinct) - p * Double(count)) < 4 * deviation, "\(extinct) of \(count), expected \(p)")
    }

    /// A new clone appears when the cumulated hazard reaches −ln u: exact for any rate. State 1 is the hazard left.
    @Test func `waiting times for a new clone are exponential in the cumulated hazard`() throws {
        var system = WrittenSystem(["parent", "hazard", "clones"], initial: [1, 0, 0]) { s in
            [0.5 * s.y[0], 0.1 * s.y[0], s.number(0)]
        }
        system.controls = ["lot"]
        system.randomSlots = [RandomSlot(slot: 0, purpose: 1)]
        var event = WrittenEvent("mutation", when: { $0.y[1] - waitingHazard(lot: $0.p[0]) }, set: [
            (.state(2), { $0.y[2] + 1 }), (.state(1), { $0.number(0) }),
        ])
        event.draws = [0]
        system.events = [event]
        let count = 2000
        let results = try Integrator(system.compiled(), tolerances: Tolerances(relative: 1e-5)).run((0..<count).map {
            PatientInput(inputs: [], endTime: 5, randomKey: RandomKey(seed: 5, patient: UInt64($0)))
        })
        #expect(results.allSatisfy { $0.failure == nil })
        // Poisson with mean ∫ 0.1 e^(t/2) dt = 0.2 (e^2.5 − 1).
        let mean = 0.2 * (exp(2.5) - 1)
        let clones = results.map { $0.finalState[2] }
        let observed = clones.reduce(0, +) / Double(count)
        let variance = clones.map { ($0 - observed) * ($0 - observed) }.reduce(0, +) / Double(count - 1)
        #expect(abs(observed - mean) < 4 * (mean / Double(count)).squareRoot(), "mean \(observed), expected \(mean)")
        #expect(abs(variance / mean - 1) < 4 * (2 / Double(count)).squareRoot() * 1.2, "variance \(variance)")
    }

    @Test func `keyed numbers are uniform and depend on every part of the key`() {
        let key = RandomKey(seed: 1, patient: 2)
        let u = keyedUniform(key, purpose: 3, draw: 4)
        #expect(u > 0 && u < 1 && u == keyedUniform(key, purpose: 3, draw: 4))
        #expect(u != keyedUniform(RandomKey(seed: 2, patient: 2), purpose: 3, draw: 4))
        #expect(u != keyedUniform(RandomKey(seed: 1, patient: 3), purpose: 3, draw: 4))
        #expect(u != keyedUniform(key, purpose: 4, draw: 4) && u != keyedUniform(key, purpose: 3, draw: 5))
        let sample = (0..<10_000).map { keyedUniform(RandomKey(seed: 7, patient: UInt64($0)), purpose: 0, draw: 0) }
        let mean: Double = sample.reduce(0, +) / 10_000
        // Standard error 0.2887 / √10⁴, four of them.
        #expect(abs(mean - 0.5) < 0.0116)
    }
}
