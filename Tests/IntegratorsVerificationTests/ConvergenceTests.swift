import Dynamics
import Foundation
import Integrators
import SystemFixtures
import Testing

/// y' = 1 + (y − t)², y(0) = ½: nonlinear, time-dependent, with the exact solution t + 1/(2 − t).
enum Riccati {
    static let system = WrittenSystem(["y"], initial: [0.5]) { s in [1 + (s.y[0] - s.time) * (s.y[0] - s.time)] }.compiled()
    static func exact(_ t: Double) -> Double { t + 1 / (2 - t) }
}

/// Prothero & Robinson 1974: y' = −λ(y − φ(t)) + φ'(t), φ = sin; stiff for large λ.
enum ProtheroRobinson {
    static func system(_ lambda: Double) -> DynamicalSystem {
        WrittenSystem(["y"], initial: [0]) { s in [-lambda * (s.y[0] - sin(s.time)) + cos(s.time)] }.compiled()
    }
}

@Suite struct ConvergenceTests {
    static func observedOrders(_ errors: [Double]) -> [Double] {
        zip(errors, errors.dropFirst()).map { log2($0 / $1) }
    }

    func errors(
        _ system: DynamicalSystem, _ method: IntegrationMethod, steps: [Int], end: Double, outputs: [Double],
        exact: (Double) -> Double
    ) throws -> [Double] {
        try steps.map { count in
            var tolerances = Tolerances(relative: 1e-3)
            tolerances.fixedStep = end / Double(count)
            let result = try Integrator(system, method: method, tolerances: tolerances)
                .run(PatientInput(inputs: [], endTime: end, outputTimes: outputs))
            #expect(result.failure == nil)
            #expect(result.acceptedSteps == count)
            return zip(outputs, result.outputs).map { abs($1 - exact($0)) }.max()!
        }
    }

    @Test("halving the step divides the error by 2^order", arguments: IntegrationMethod.all)
    func order(_ method: IntegrationMethod) throws {
        let order = Double(method.tableau(relativeTolerance: 1).order)
        let errors = try errors(
            Riccati.system, method, steps: [16, 32, 64, 128], end: 1, outputs: [1], exact: Riccati.exact)
        // The last halving of Rodas5P meets rounding (errors near 1e-13).
        let observed = Self.observedOrders(errors)[method == .rodas5P ? 1 : 2]
        #expect(abs(observed - order) < 0.3, "observed order \(observed), errors \(errors)")
    }

    @Test("between the steps the error falls with the order of the interpolant, plus one at most", arguments: IntegrationMethod.all)
    func denseOrder(_ method: IntegrationMethod) throws {
        let order = Double(method.tableau(relativeTolerance: 1).denseOrder)
        let outputs = (1...97).map { Double($0) / 97.5 }
        let errors = try errors(
            Riccati.system, method, steps: [8, 16, 32, 64], end: 1, outputs: outputs, exact: Riccati.exact)
        // One step's interpolation error is of order denseOrder + 1, the accumulated error of the method's order.
        for observed in Self.observedOrders(errors) {
            #expect(observed > order + 0.5, "observed order \(observed), errors \(errors)")
        }
    }

    @Test("on a stiff problem an order of three remains", arguments: IntegrationMethod.all)
    func stiffOrder(_ method: IntegrationMethod) throws {
        let errors = try errors(
            ProtheroRobinson.system(1e4), method, steps: [8, 16, 32], end: 2, outputs: [2], exact: { Foundation.sin($0) })
        for observed in Self.observedOrders(errors) {
            #expect(observed > 2.9, "observed order \(observed), errors \(errors)")
        }
        #expect(errors.last! < 1e-6)
    }

    @Test("the error falls with the tolerance over six decades", arguments: IntegrationMethod.all)
    func toleranceProportionality(_ method: IntegrationMethod) throws {
        // Brusselator, and its reference by the tightest tolerance of the other method.
        let system = WrittenSystem(["x", "y"], initial: [1.5, 3]) { s in
            let x = s.y[0], y = s.y[1]
            return [1 + x * x * y - 4 * x, 3 * x - x * x * y]
        }.compiled()
        let outputs = (1...20).map(Double.init)
        let input = PatientInput(inputs: [], endTime: 20, outputTimes: outputs)
        let other: IntegrationMethod = method == .rodas5P ? .rodas4P2 : .rodas5P
        let reference = try Integrator(system, method: other, tolerances: Tolerances(relative: 1e-12)).run(input).outputs
        var errors: [Double] = []
        for exponent in 3...9 {
            let run = try Integrator(
                system, method: method, tolerances: Tolerances(relative: Foundation.pow(10, -Double(exponent)))).run(input)
            errors.append(zip(run.outputs, reference).map { abs($0 - $1) }.max()!)
        }
        let slope = log10(errors.first! / errors.last!) / 6
        #expect(abs(slope - 1) < 0.2, "errors \(errors)")
        for (coarse, fine) in zip(errors, errors.dropFirst()) {
            #expect(coarse / fine > 1.5 && coarse / fine < 40, "errors \(errors)")
        }
    }
}
