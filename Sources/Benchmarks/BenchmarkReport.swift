import Foundation

/// Everything one run of the benchmark found.
package struct BenchmarkReport: Codable, Sendable {
    package struct Problem: Codable, Sendable {
        package var id: String
        package var title: String
        package var states: Int
        package var jacobianEntries: Int
        package var factorEntries: Int
        package var parametersVaried: Int
        package var doseTimes: Int
        package var patients: Int
        /// Largest difference between our reference and CVODE at 1e-12, by the error measure, over a few patients.
        package var referenceCheck: Double?
        package var curves: [WorkPrecisionCurve]
        package var ratios: [Ratio]
        package var remarks: [String]
    }
    /// Our best form against a peer, at one error.
    package struct Ratio: Codable, Sendable {
        package var peer: String
        package var error: Double
        package var ratio: Double?
        package var ours: Double?
        package var theirs: Double?
    }

    package var schema = "perforin-bench-1"
    package var version: String
    package var date: String
    package var processor: String
    package var system: String
    package var pinnedCore: Int?
    package var rounds: Int
    package var seed: UInt64
    package var peakMemoryMiB: Double
    package var problems: [Problem]
    package var setups: [SetupTime]
    package var populations: [PopulationRun] = []
    package var missing: [String]
    package var command: String
}

extension BenchmarkReport {
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try encoder.encode(self)
    }

    /// The tables that a terminal shows.
    package var text: String {
        var lines: [String] = []
        for problem in problems {
            lines.append("\(problem.id): \(problem.title); \(problem.states) states, \(problem.jacobianEntries) Jacobian entries, "
                + "\(problem.factorEntries) distinct in L+U, \(problem.parametersVaried) parameters vary, \(problem.doseTimes) dosing times, "
                + "\(problem.patients) patients")
            lines += problem.remarks.map { "  note: \($0)" }
            if let check = problem.referenceCheck { lines.append("  reference against CVODE at 1e-12: \(Self.short(check))") }
            lines.append(Self.row("code", "rtol", "patients/s", "error", "p90", "steps", "failed"))
            for curve in problem.curves {
                for point in curve.points {
                    lines.append(
                        Self.row(
                            curve.code, Self.short(point.relativeTolerance), Self.short(point.rate), Self.short(point.errorMedian),
                            Self.short(point.errorP90), point.steps.map { String(Int($0.rounded())) } ?? "-", String(point.failed)))
                    if let breakdown = point.breakdown { lines.append("    \(breakdown)") }
                }
            }
            for ratio in problem.ratios {
                let value = ratio.ratio.map { Self.short($0) + " times" } ?? "not measured"
                lines.append("  at error \(Self.short(ratio.error)): \(value) \(ratio.peer)")
            }
            lines.append("")
        }
        for setup in setups {
            lines.append(
                "set-up: \(setup.states) states, \(setup.bytes / 1024) KiB of SBML: read \(Self.short(setup.read)) s, compiled "
                    + "\(Self.short(setup.compiled)) s, machine code \(Self.short(setup.encoded)) s, first patient "
                    + "\(Self.short(setup.integrated)) s; together \(Self.short(setup.total)) s")
        }
        for run in populations {
            lines.append(
                "population: \(run.problem), \(run.patients) patients, CV x\(Self.short(run.variationFactor)), rtol \(Self.short(run.relativeTolerance)), "
                    + "\(run.threads) thread(s): \(Self.short(run.rate)) patients/s, \(run.failed) failed, \(run.restarted) begun anew, peak memory \(Int(run.peakMemoryMiB)) MiB")
        }
        lines += missing
        lines.append("peak memory \(Int(peakMemoryMiB)) MiB; \(processor)")
        return lines.joined(separator: "\n")
    }

    private static func row(_ fields: String...) -> String {
        let widths = [24, 8, 11, 10, 10, 8, 7]
        return "  " + zip(fields, widths).enumerated().map { index, item in
            let padding = String(repeating: " ", count: max(0, item.1 - item.0.count))
            return index == 0 ? item.0 + padding : padding + item.0
        }.joined(separator: " ")
    }

    static func short(_ x: Double) -> String {
        guard x.isFinite else { return "-" }
        if x != 0, x.magnitude < 0.01 || x.magnitude >= 1e5 {
            return String(format: "%.1e", x).replacing("e-0", with: "e-").replacing("e+0", with: "e")
        }
        return String(format: x.magnitude >= 100 ? "%.0f" : x.magnitude >= 10 ? "%.1f" : "%.2f", x)
    }
}
