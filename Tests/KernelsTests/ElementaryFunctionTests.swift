import Foundation
import Testing

@testable import Kernels

let specialValues: [Double] = [
    0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 1.5, -2.5, 1e-300, -1e-300, 1e300, -1e300, .infinity, -.infinity, .nan,
    0x1p-1022, 0x1p53, 0x1p53 + 2, -0x1p52 - 1,
]

func same(_ a: Double, _ b: Double) -> Bool { a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern }

@Suite struct ElementaryFunctionTests {
    @Test func `pow follows C99 at special values`() throws {
        let kernel = function(2) { b, x in b.pow(x[0], x[1]) }
        let pairs = specialValues.flatMap { x in specialValues.map { [x, $0] } }
        let results = try outputs(of: kernel, count: 1, inputs: pairs, backend: .virtualMachine(lanes: 8))
        for (pair, result) in zip(pairs, results) {
            var expected = Foundation.pow(pair[0], pair[1])
            if expected.isSubnormal { expected = expected.sign == .minus ? -0.0 : 0 }
            let isClose = abs(result[0] / expected - 1) < 4e-16
            #expect(same(result[0], expected) || isClose, "pow(\(pair[0]), \(pair[1])): \(result[0]), not \(expected)")
        }
    }

    @Test func `exp and logarithms at special values`() throws {
        let functions: [(String, Kernel, (Double) -> Double)] = [
            ("exp", function(1) { b, x in b.exp(x[0]) }, Foundation.exp),
            ("log", function(1) { b, x in b.log(x[0]) }, Foundation.log),
            ("log2", function(1) { b, x in b.log2(x[0]) }, Foundation.log2),
            ("log10", function(1) { b, x in b.log10(x[0]) }, Foundation.log10),
        ]
        for (name, kernel, reference) in functions {
            let results = try outputs(
                of: kernel, count: 1, inputs: specialValues.map { [$0] }, backend: .virtualMachine(lanes: 8))
            for (x, result) in zip(specialValues, results) {
                let expected = reference(x)
                let isClose = abs(result[0] / expected - 1) < 4e-16
                #expect(same(result[0], expected) || isClose, "\(name)(\(x)): \(result[0]), not \(expected)")
            }
        }
    }

    @Test func `powers of ten and two have exact logarithms`() throws {
        let ten = function(1) { b, x in b.log10(x[0]) }
        let two = function(1) { b, x in b.log2(x[0]) }
        for n in -300...300 {
            let backend = Backend.virtualMachine(lanes: 1)
            // Nearest doubles of powers of ten, from their decimal form.
            let power = Double("1e\(n)")!
            #expect(try outputs(of: ten, count: 1, inputs: [[power]], backend: backend)[0][0] == Double(n))
            let binary = Double(sign: .plus, exponent: n, significand: 1)
            #expect(try outputs(of: two, count: 1, inputs: [[binary]], backend: backend)[0][0] == Double(n))
        }
    }

    @Test func `constants are folded to what runs`() throws {
        for x in [0.3, 1.7, 12.5] {
            let running = function(1) { b, v in b.pow(v[0], b.exp(b.negate(v[0]))) }
            let folded = function(0) { b, _ in
                let c = b.constant(x)
                return b.pow(c, b.exp(b.negate(c)))
            }
            #expect(folded.instructions.count == 2)
            let backend = Backend.virtualMachine(lanes: 1)
            #expect(
                try outputs(of: running, count: 1, inputs: [[x]], backend: backend)
                    == outputs(of: folded, count: 1, inputs: [[]], backend: backend))
        }
    }
}
