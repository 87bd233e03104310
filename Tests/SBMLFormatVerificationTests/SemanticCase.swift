import Dispatch
import Dynamics
import Foundation
import Integrators
import ModelCompiler
import ModelIR
import SBMLFormat

/// One semantic case: a model, what to simulate, and the numbers to be met.
///
/// A case passes when |u − c| ≤ absolute + relative·|c| for every variable and point of time (the suite's own rule);
/// NaN meets NaN, and an infinity the same infinity.
struct SemanticCase: Sendable {
    enum Verdict: Sendable, Equatable {
        case pass
        /// Ran to the end with a wrong number: the one verdict that must not occur.
        case wrong(String)
        /// Refused by name.
        case declined(String)
        /// Neither right nor refused by name, but nothing wrong was said: a failure of the integrator, for example.
        case failed(String)
    }

    var name: String
    var model: URL
    var start = 0.0
    var duration = 0.0
    var steps = 0
    var variables: [String] = []
    var amounts: Set<String> = []
    var concentrations: Set<String> = []
    var absolute = 0.0
    var relative = 0.0
    var tags: [String] = []
    var isTimeCourse = true
    /// Expected rows without the column of times, in the order of `variables`.
    var expected: [[Double]] = []

    /// Reads a case in the layout of the SBML Test Suite; nil when it has no model at any level.
    init?(folder: URL) throws {
        name = folder.lastPathComponent
        let levels = ["l3v2", "l3v1", "l2v5", "l2v4", "l2v3", "l2v2", "l2v1", "l1v2"]
        guard let model = levels.map({ folder.appending(path: "\(folder.lastPathComponent)-sbml-\($0).xml") }).first(where: {
            FileManager.default.fileExists(atPath: $0.path)
        }) else { return nil }
        self.model = model
        let settings = SemanticCase.fields(try String(contentsOf: folder.appending(path: "\(name)-settings.txt"), encoding: .utf8))
        func list(_ key: String) -> [String] {
            (settings[key] ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        start = Double(settings["start"] ?? "") ?? 0
        duration = Double(settings["duration"] ?? "") ?? 0
        steps = Int(settings["steps"] ?? "") ?? 0
        variables = list("variables")
        amounts = Set(list("amount"))
        concentrations = Set(list("concentration"))
        absolute = Double(settings["absolute"] ?? "") ?? 0
        relative = Double(settings["relative"] ?? "") ?? 0
        let description = SemanticCase.fields(try String(contentsOf: folder.appending(path: "\(name)-model.m"), encoding: .utf8))
        isTimeCourse = description["testtype"] == "TimeCourse"
        for key in ["componenttags", "testtags"] {
            tags += (description[key] ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        let table = try String(contentsOf: folder.appending(path: "\(name)-results.csv"), encoding: .utf8)
        var lines = table.split(whereSeparator: \.isNewline).map(String.init)
        guard !lines.isEmpty else { return nil }
        let header = lines.removeFirst().split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces.union(["\""])) }
        // The first column is the time, whatever it is called.
        let columns = variables.map { header.dropFirst().firstIndex(of: $0) ?? -1 }
        expected = lines.filter { !$0.trimmingCharacters(in: .whitespaces).isEmpty }.map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            return columns.map { $0 >= 0 && $0 < cells.count ? SemanticCase.number(cells[$0]) : .nan }
        }
    }

    /// `key: value` lines, keys in lower case; the first one of each key.
    private static func fields(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = line[..<colon].trimmingCharacters(in: .whitespaces).lowercased()
            if fields[key] == nil { fields[key] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces) }
        }
        return fields
    }

    private static func number(_ text: String) -> Double {
        switch text.lowercased() {
        case "inf", "+inf", "infinity": .infinity
        case "-inf", "-infinity": -.infinity
        default: Double(text) ?? .nan
        }
    }

    /// Reads, compiles and integrates the model, and holds the result against the expected one.
    func verdict() -> Verdict {
        do {
            let model = try readSBML(Data(contentsOf: model), file: model.path)
            return try verdict(of: model)
        } catch let error as InvalidModel {
            let first = error.diagnostics.first { $0.severity == .error }
            let message = first.map { "\($0.location.map { "\($0.line):\($0.column): " } ?? "")\($0.message)" } ?? "no message"
            return error.isOnlyUnsupported ? .declined(message) : .failed("invalid: " + message)
        } catch {
            return .failed("\(error)")
        }
    }

    func verdict(of model: Model) throws -> Verdict {
        let columns = variables.map { id in
            Observable(id, amounts.contains(id) ? .amount : concentrations.contains(id) ? .concentration : .value)
        }
        let compiled = try compile(model, options: CompileOptions(observables: columns))
        let tolerances = Tolerances(relative: min(1e-9, 1e-4 * relative), absolute: .scaled(1e-12), attemptLimit: 2_000_000)
        let integrator = try Integrator(compiled.system, tolerances: tolerances)
        let times = (0...steps).map { start + duration * Double($0) / Double(steps) }
        let result = integrator.run(
            PatientInput(inputs: compiled.system.inputDefaults, startTime: 0, endTime: start + duration, outputTimes: times))
        if let failure = result.failure { return .failed("\(failure)") }
        guard result.outputCount == times.count else { return .wrong("\(result.outputCount) rows of \(times.count)") }
        guard expected.count == times.count else { return .failed("\(expected.count) expected rows, \(times.count) asked for") }
        for (row, values) in expected.enumerated() {
            for (column, c) in values.enumerated() {
                let u = result.outputs[row * columns.count + column]
                let meets = c.isNaN ? u.isNaN : c.isInfinite ? u == c : abs(u - c) <= absolute + relative * abs(c)
                if !meets { return .wrong("\(variables[column]) at t = \(times[row]): \(u), not \(c)") }
            }
        }
        return .pass
    }
}
