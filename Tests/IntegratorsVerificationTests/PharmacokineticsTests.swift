import Dynamics
import Foundation
import Integrators
import SystemFixtures
import Testing

/// Closed forms of linear pharmacokinetics; Gabrielsson & Weiner, *Pharmacokinetic and Pharmacodynamic Data
/// Analysis*, 5th ed., chapters 2 and 3.
@Suite struct PharmacokineticsTests {
    static let outputs = (0...84).map { Double($0) * 0.5 }

    /// Amounts in a central and a peripheral compartment; the infusion rate is a control. Inputs k10, k12, k21.
    static let twoCompartments: DynamicalSystem = {
        var system = WrittenSystem(["central", "peripheral"], initial: [0, 0]) { s in
            let k10 = s.p[0], k12 = s.p[1], k21 = s.p[2], infusion = s.p[3]
            let exchange = k12 * s.y[0] - k21 * s.y[1]
            return [infusion - k10 * s.y[0] - exchange, exchange]
        }
        system.inputs = [("k10", 0.2), ("k12", 0.3), ("k21", 0.15)]
        system.controls = ["infusion"]
        system.typical = [100, 100]
        return system.compiled()
    }()

    /// Amount in the central compartment a time t after a unit bolus: A e^(−αt) + B e^(−βt).
    static func unitBolus(_ k: [Double], _ t: Double) -> Double {
        guard t >= 0 else { return 0 }
        let (alpha, beta, a, b) = exponents(k)
        return a * exp(-alpha * t) + b * exp(-beta * t)
    }

    /// The same for an infusion of unit rate that lasts a time T.
    static func unitInfusion(_ k: [Double], _ t: Double, lasting T: Double) -> Double {
        guard t >= 0 else { return 0 }
        let (alpha, beta, a, b) = exponents(k)
        func part(_ weight: Double, _ rate: Double) -> Double {
            weight / rate * (exp(-rate * max(0, t - T)) - exp(-rate * t))
        }
        return part(a, alpha) + part(b, beta)
    }

    static func exponents(_ k: [Double]) -> (Double, Double, Double, Double) {
        let sum = k[0] + k[1] + k[2]
        let root = (sum * sum - 4 * k[0] * k[2]).squareRoot()
        let alpha = (sum + root) / 2, beta = (sum - root) / 2
        return (alpha, beta, (alpha - k[2]) / (alpha - beta), (k[2] - beta) / (alpha - beta))
    }

    static let patients: [[Double]] = [[0.2, 0.3, 0.15], [1.5, 0.01, 0.4], [0.03, 2, 1], [0.5, 1e-9, 0.7]]

    @Test("boluses and infusions superpose as in the closed form", arguments: IntegrationMethod.all)
    func dosing(_ method: IntegrationMethod) throws {
        var stops: [Stop] = []
        for dose in 0..<4 { stops.append(Stop(time: 7 * Double(dose), .addToState(0, 100))) }
        for start in [3.25, 17.0] {
            stops.append(Stop(time: start, .addToParameter(3, 40)))
            stops.append(Stop(time: start + 1.5, .addToParameter(3, -40)))
        }
        let tolerance = 1e-7
        let integrator = try Integrator(
            Self.twoCompartments, method: method, tolerances: Tolerances(relative: tolerance))
        let results = integrator.run(
            Self.patients.map {
                PatientInput(inputs: $0, endTime: 42, stops: stops.shuffled(), outputTimes: Self.outputs)
            })
        for (k, result) in zip(Self.patients, results) {
            #expect(result.failure == nil && result.outputCount == Self.outputs.count)
            for (index, t) in Self.outputs.enumerated() {
                var exact = 0.0
                for dose in 0..<4 { exact += 100 * Self.unitBolus(k, t - 7 * Double(dose)) }
                for start in [3.25, 17.0] { exact += 40 * Self.unitInfusion(k, t - start, lasting: 1.5) }
                let x = result.outputs[2 * index]
                #expect(abs(x - exact) < 20 * tolerance * (100 + exact) * 0.1, "k \(k), t \(t): \(x), exact \(exact)")
            }
            // 12 discontinuities; a cold start after each must not cost dozens of steps.
            #expect(result.acceptedSteps < 700, "\(result.acceptedSteps) steps")
            #expect(result.rejectedSteps < result.acceptedSteps / 5, "\(result.rejectedSteps) rejected")
        }
    }

    @Test func `an output at the time of a dose is taken after it`() throws {
        let integrator = try Integrator(Self.twoCompartments)
        let result = integrator.run(
            PatientInput(
                inputs: [0.2, 0.3, 0.15], endTime: 7, stops: [Stop(time: 7, .addToState(0, 5)), Stop(time: 0, .addToState(0, 1))],
                outputTimes: [0, 7]))
        #expect(result.outputs[0] == 1)
        #expect(result.outputs[2] > 5)
        #expect(result.finalState[0] == result.outputs[2])
    }

    @Test("one compartment, one bolus", arguments: IntegrationMethod.all)
    func singleCompartment(_ method: IntegrationMethod) throws {
        var system = WrittenSystem(["amount"], initial: [0]) { s in [-s.p[0] * s.y[0]] }
        system.inputs = [("k", 0.1)]
        system.typical = [100]
        let integrator = try Integrator(system.compiled(), method: method)
        let rates = (0..<40).map { 0.01 * Foundation.pow(1.2, Double($0)) }
        let results = integrator.run(
            rates.map {
                PatientInput(
                    inputs: [$0], endTime: 42, stops: [Stop(time: 1, .addToState(0, 100))], outputTimes: Self.outputs)
            })
        for (k, result) in zip(rates, results) {
            for (t, x) in zip(Self.outputs, result.outputs) {
                let exact = t < 1 ? 0 : 100 * exp(-k * (t - 1))
                #expect(abs(x - exact) < 5e-5, "k \(k), t \(t)")
            }
        }
    }
}
