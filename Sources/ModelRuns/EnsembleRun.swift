public import Ensembles
import Foundation
import ModelIR
import Synchronization

/// What became of a run of many patients.
public struct EnsembleRun: Sendable {
    public var patients: Int
    /// `completed`, or why and when the integration of a patient failed.
    public var outcomes: [String]
    public var failed: Int
    /// Seconds for reading and compiling, integrating, and writing.
    public var setupSeconds: Double
    public var solveSeconds: Double
    public var writeSeconds: Double
}

/// Where the results of an ensemble go.
public enum EnsembleOutput: Sendable, Hashable {
    /// float64 of shape `[patients, steps + 1, columns]`, with a `.json` of the same name beside it.
    case numPy(path: String)
    /// `patient,time,name,value`; nil: standard output.
    case csv(path: String?)
}

extension PreparedModel {
    /// Runs the model once for each patient of the table. A patient whose integration fails is reported, and its
    /// missing values are NaN; the others go on.
    ///
    /// - Parameter setupSeconds: What reading and compiling took, for the report.
    public func run(
        _ table: PatientTable, into output: EnsembleOutput, setupSeconds: Double,
        progress: (@Sendable (EnsembleProgress) -> Void)? = nil
    ) throws -> EnsembleRun {
        switch output {
        case .numPy(let path): try runToNumPy(table, path, setupSeconds, progress)
        case .csv(let path): try runToCSV(table, path, setupSeconds, progress)
        }
    }

    private func runToNumPy(
        _ table: PatientTable, _ path: String, _ setupSeconds: Double,
        _ progress: (@Sendable (EnsembleProgress) -> Void)?
    ) throws -> EnsembleRun {
        let start = ContinuousClock.now
        let slots = try slots(of: table.ids)
        let block = options.times.count * columns.count
        let array = try NumPyArray(path: path, shape: [table.count, options.times.count, columns.count])
        let ensemble = Ensemble(integrator, threads: options.threads, progress: progress)
        let solveStart = ContinuousClock.now
        let outcomes = try ensemble.map(0..<table.count) { patient in
            input(slots: slots, values: table.row(patient))
        } _: { patient, result -> String in
            array.write(result.outputs, at: patient * block, length: block)
            return result.failure.map(\.description) ?? "completed"
        }
        let writeStart = ContinuousClock.now
        array.finish()
        var run = EnsembleRun(
            patients: table.count, outcomes: outcomes, failed: outcomes.count { $0 != "completed" },
            setupSeconds: setupSeconds + seconds(from: start, to: solveStart),
            solveSeconds: seconds(from: solveStart, to: writeStart), writeSeconds: 0)
        run.writeSeconds = seconds(from: writeStart, to: .now)
        let sidecar = URL(fileURLWithPath: path).deletingPathExtension().appendingPathExtension("json")
        try description(of: run, table).write(to: sidecar)
        return run
    }

    /// Patients are run in batches, so that a long table is written in order without holding it whole.
    private func runToCSV(
        _ table: PatientTable, _ path: String?, _ setupSeconds: Double,
        _ progress: (@Sendable (EnsembleProgress) -> Void)?
    ) throws -> EnsembleRun {
        let slots = try slots(of: table.ids)
        let file = try OutputFile(path: path)
        defer { file.close() }
        let times = options.times
        var run = EnsembleRun(
            patients: table.count, outcomes: [], failed: 0, setupSeconds: setupSeconds, solveSeconds: 0, writeSeconds: 0
        )
        try file.write(Array("patient,time,name,value\n".utf8))
        let batch = 256 * options.threads
        for first in stride(from: 0, to: table.count, by: batch) {
            let range = first..<min(first + batch, table.count)
            let start = ContinuousClock.now
            let failedBefore = run.failed
            let ensemble = Ensemble(integrator, threads: options.threads) { state in
                var whole = state
                whole.done += first
                whole.total = table.count
                whole.failed += failedBefore
                progress?(whole)
            }
            let parts = try ensemble.map(range) { patient in
                input(slots: slots, values: table.row(patient))
            } _: { patient, result -> (text: [UInt8], outcome: String) in
                (
                    longRows(table.names[patient], times, result.outputs, result.outputCount),
                    result.failure.map(\.description) ?? "completed"
                )
            }
            let solved = ContinuousClock.now
            for part in parts {
                try file.write(part.text)
                run.outcomes.append(part.outcome)
                if part.outcome != "completed" { run.failed += 1 }
            }
            run.solveSeconds += seconds(from: start, to: solved)
            run.writeSeconds += seconds(from: solved, to: .now)
        }
        return run
    }

    private func longRows(_ name: String, _ times: [Double], _ values: [Double], _ reached: Int) -> [UInt8] {
        var field = ByteBuffer()
        field.append(field: name)
        var buffer = ByteBuffer()
        buffer.bytes.reserveCapacity(times.count * columns.count * 40)
        for row in 0..<min(reached, times.count) {
            for column in columns.indices {
                buffer.bytes.append(contentsOf: field.bytes)
                buffer.append(",")
                buffer.append(times[row])
                buffer.append(",")
                buffer.append(columns[column])
                buffer.append(",")
                buffer.append(values[row * columns.count + column])
                buffer.append("\n")
            }
        }
        return buffer.bytes
    }

    /// The `.json` beside a `.npy`.
    private func description(of run: EnsembleRun, _ table: PatientTable) -> Data {
        var buffer = ByteBuffer()
        buffer.append(
            "{\"version\":1,\"model\":\(jsonText(model.id)),\"shape\":[\(table.count),\(options.times.count),\(columns.count)],"
        )
        buffer.append(
            "\"ids\":\(jsonList(columns)),\"units\":\(jsonList(units)),\"timeUnit\":\(jsonText(ModelSymbols(model).timeUnit)),\"time\":"
        )
        buffer.append(json: options.times)
        buffer.append(
            ",\"patients\":\(jsonList(table.names)),\"outcomes\":\(jsonList(run.outcomes)),\"failed\":\(run.failed),")
        buffer.append(
            "\"rtol\":\(options.relativeTolerance),\"setup_s\":\(run.setupSeconds),\"solve_s\":\(run.solveSeconds),\"write_s\":\(run.writeSeconds)}\n"
        )
        return Data(buffer.bytes)
    }

    private func seconds(from start: ContinuousClock.Instant, to end: ContinuousClock.Instant) -> Double {
        let parts = (end - start).components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}

/// A file, or standard output, that is written as a whole or not at all by its name's owner.
final class OutputFile {
    private let descriptor: Int32
    private let path: String?

    init(path: String?) throws(InvalidModel) {
        self.path = path
        descriptor = path.map { open($0, O_WRONLY | O_CREAT | O_TRUNC, 0o644) } ?? 1
        if descriptor < 0 { throw InvalidModel("can't write '\(path ?? "")': \(String(cString: strerror(errno)))") }
    }

    func write(_ bytes: [UInt8]) throws(InvalidModel) {
        var offset = 0
        while offset < bytes.count {
            let written = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress! + offset, bytes.count - offset)
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw InvalidModel("can't write '\(path ?? "standard output")': \(String(cString: strerror(errno)))")
            }
            offset += written
        }
    }

    func close() { if path != nil { Foundation.close(descriptor) } }
}
