import Dynamics
import Foundation
import Integrators
import ModelCompiler
import SBMLFormat

/// Processor time from a model's text to its first patient's results, in seconds.
package struct SetupTime: Codable, Sendable {
    package var states: Int
    package var bytes: Int
    /// SBML text to model
    package var read: Double
    /// Model to kernels: derivatives, elimination order, factorisation
    package var compiled: Double
    /// Kernels to machine code
    package var encoded: Double
    /// One patient over 400 days with doses, all states at 401 times, rtol 1e-4
    package var integrated: Double
    package var total: Double { read + compiled + encoded + integrated }

    /// The synthetic model with one lesion and with twenty-one: 98 and 498 states; each the median of five by total.
    static func all(log: (String) -> Void) throws -> [SetupTime] {
        try [1, 21].map { lesions in
            let problem = try BenchmarkProblem.checkpoint(lesions: lesions)
            let text = Data(try writeSBML(problem.model).utf8)
            let times = try (0..<5).map { _ in try measured(text, problem) }.sorted { $0.total < $1.total }
            log("set-up of \(times[2].states) states: \(times[2].total) s")
            return times[2]
        }
    }

    private static func measured(_ text: Data, _ problem: BenchmarkProblem) throws -> SetupTime {
        var marks = [ProcessorTime.thread]
        let model = try readSBML(text, file: "model.xml")
        marks.append(ProcessorTime.thread)
        var options = CompileOptions()
        options.observables = model.species.map { Observable($0.id) }
        let compiled = try compile(model, options: options)
        marks.append(ProcessorTime.thread)
        let integrator = try Integrator(compiled.system, tolerances: Tolerances(relative: 1e-4))
        marks.append(ProcessorTime.thread)
        let stops = problem.doses.map { Stop(time: $0.time, .addToState(compiled.state($0.species)!, $0.amount)) }
        _ = integrator.run(
            PatientInput(
                inputs: compiled.system.inputDefaults, endTime: problem.duration, stops: stops, outputTimes: problem.outputTimes))
        marks.append(ProcessorTime.thread)
        return SetupTime(
            states: compiled.system.stateCount, bytes: text.count, read: marks[1] - marks[0], compiled: marks[2] - marks[1],
            encoded: marks[3] - marks[2], integrated: marks[4] - marks[3])
    }
}
