import Foundation
import Kernels
import ModelIR
import SBMLFormat
import Testing

@testable import Benchmarks

@Suite struct BenchmarkTests {
    @Test func `the error is relative to the reference, with a thousandth of the state's largest value added`() {
        let measure = ErrorMeasure(reference: [[1, 0, 2, 0, 4, 0]], stateCount: 2)
        #expect(measure.error(of: [1, 0, 2, 0, 4, 0], patient: 0) == 0)
        // one of six entries is off by 0.4 of 4 + 0.004
        let expected = (0.4 / 4.004) / 6.0.squareRoot()
        #expect(abs(measure.error(of: [1, 0, 2, 0, 4.4, 0], patient: 0) - expected) < 1e-15)
        #expect(measure.error(of: [1, 0, 2, 0, 4, 1e-9], patient: 0) == .infinity, "a state that is zero throughout isn't")
        #expect(measure.error(of: [], patient: 0) == .infinity, "a patient that failed has no table")
    }

    private func point(_ rate: Double, _ error: Double) -> WorkPrecisionPoint {
        WorkPrecisionPoint(
            relativeTolerance: error, method: "", patients: 1, failed: 0, rates: [rate], errorMedian: error, errorP90: error)
    }

    @Test func `rates at equal error lie on straight lines between logarithms, and nowhere beyond them`() {
        let curve = WorkPrecisionCurve(
            code: "", version: "", setupSeconds: 0, points: [point(100, 1e-2), point(10, 1e-4), point(5, 1e-5), point(7, 1e-6)])
        #expect(abs(curve.rate(atError: 1e-3, round: nil)! - 1000.0.squareRoot()) < 1e-9)
        // the point at 1e-5 is slower than a more accurate one: no way to go
        #expect(abs(curve.rate(atError: 1e-5, round: nil)! - 70.0.squareRoot()) < 1e-9)
        #expect(curve.rate(atError: 1e-7, round: nil) == nil)
        #expect(abs(curve.rate(atError: 1, round: nil)! - 100) < 1e-9)
        #expect(abs(curve.ratio(to: curve, atError: 3e-5)! - 1) < 1e-12)
    }

    @Test("patients of the synthetic model finish however much they vary", arguments: [1.0, 2, 4])
    func robustness(factor: Double) throws {
        let prepared = try PreparedProblem(.checkpoint(lesions: 1), seed: 5, variationFactor: factor)
        let results = try prepared.integrator(relative: 1e-4).run((0..<256).map { prepared.input(of: $0) })
        let failures = results.compactMap(\.failure)
        #expect(failures.isEmpty, "\(failures.count) of 256: \(failures.first.map(String.init(describing:)) ?? "")")
    }

    @Test func `machine code of the synthetic models gives the bits of the virtual machine`() throws {
        for lesions in [1, 5] {
            let prepared = try PreparedProblem(.checkpoint(lesions: lesions), seed: 2)
            let inputs = (0..<9).map { prepared.input(of: $0) }
            let expected = try prepared.integrator(relative: 1e-4, backend: .virtualMachine()).run(inputs)
            for backend in Backend.available where backend.form != .virtualMachine {
                let results = try prepared.integrator(relative: 1e-4, backend: backend).run(inputs)
                #expect(zip(results, expected).allSatisfy { $0.outputs == $1.outputs }, "\(backend), \(lesions) lesions")
            }
        }
    }

    @Test func `the error falls with the tolerance over six decades`() throws {
        let prepared = try PreparedProblem(.checkpoint(lesions: 1), seed: 3)
        let inputs = (0..<16).map { prepared.input(of: $0) }
        let exact = try prepared.integrator(relative: 1e-11, method: .rodas5P).run(inputs)
        let measure = ErrorMeasure(reference: exact.map(\.outputs), stateCount: prepared.stateCount)
        for decade in 3...8 {
            let relative = pow(10, -Double(decade))
            let results = try prepared.integrator(relative: relative).run(inputs)
            let error = measure.summary(of: results.map(\.outputs)).median
            #expect(error < 2 * relative, "median error \(error) at rtol \(relative)")
            #expect(error > relative / 200, "median error \(error) at rtol \(relative)")
        }
    }

    @Test func `the text of a kernel in C names every operation`() throws {
        let header = KernelSource.header(for: try PreparedProblem(.checkpoint(lesions: 1), seed: 1).system)
        for name in ["model_derive", "model_initial", "model_rates", "model_jacobian", "model_observe"] {
            #expect(header.contains("static void \(name)("))
        }
        #expect(header.contains("STATES = 98"))
    }
}
