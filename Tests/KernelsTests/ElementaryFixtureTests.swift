import Foundation
import Testing

@testable import Kernels

/// exp, logarithms and powers of every form against 50-digit arithmetic.
@Suite struct ElementaryFixtureTests {
    static let rows: [(name: String, arguments: [Double], value: Double)] = {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/elementary.csv")
        let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { line in
            let fields = line.split(separator: ",")
            return (String(fields[0]), fields[1].split(separator: " ").map { Double($0)! }, Double(fields[2])!)
        }
    }()

    @Test(
        "agrees with 50-digit arithmetic",
        arguments: [("exp", 3e-16), ("log", 3e-16), ("log2", 4e-16), ("log10", 4e-16), ("pow", 4e-16)])
    func agrees(name: String, tolerance: Double) throws {
        let rows = Self.rows.filter { $0.name == name }
        try #require(rows.count >= 240)
        let kernel = function(rows[0].arguments.count) { b, x in
            switch name {
            case "exp": b.exp(x[0])
            case "log": b.log(x[0])
            case "log2": b.log2(x[0])
            case "log10": b.log10(x[0])
            default: b.pow(x[0], x[1])
            }
        }
        for backend in Backend.available {
            let results = try outputs(of: kernel, count: 1, inputs: rows.map(\.arguments), backend: backend)
            for (row, result) in zip(rows, results) where row.value.isFinite && row.value.magnitude > 1e-307 {
                let error = abs(result[0] / row.value - 1)
                #expect(error <= tolerance, "\(backend.form): \(name)(\(row.arguments)) is off by \(error)")
            }
        }
    }
}
