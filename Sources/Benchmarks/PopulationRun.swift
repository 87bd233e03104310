import Dynamics
import Ensembles
import Foundation
import Integrators

/// A whole population as a trial runs it: summaries of twelve states at 58 weekly times, on some threads.
package struct PopulationRun: Codable, Sendable {
    package var problem: String
    package var states: Int
    package var patients: Int
    package var threads: Int
    /// What the coefficients of variation (30-45 %) are multiplied with.
    package var variationFactor: Double
    package var relativeTolerance: Double
    /// Seconds by the clock on the wall
    package var seconds: Double
    package var failed: Int
    /// Failed patients by reason.
    package var failures: [String: Int]
    /// Patients that were begun anew with tighter tolerances.
    package var restarted: Int
    /// Largest resident size of the process until then
    package var peakMemoryMiB: Double
    package var rate: Double { Double(patients) / seconds }

    /// - Throws: `InvalidModel` for a problem that can't be put together.
    package static func measured(
        _ problem: BenchmarkProblem, patients: Int, threads: Int, variationFactor: Double, relative: Double, seed: UInt64
    ) throws -> PopulationRun {
        let times = Array(stride(from: 0.0, through: problem.duration, by: 7))
        let prepared = try PreparedProblem(problem, seed: seed, variationFactor: variationFactor, observedStates: 12)
        let integrator = try prepared.integrator(relative: relative)
        let started = ContinuousClock.now
        let summary = try Ensemble(integrator, threads: threads).reduce(
            0..<patients, into: EnsembleSummary(timeCount: times.count, observableCount: prepared.system.observables.count)
        ) {
            var input = prepared.input(of: $0)
            input.outputTimes = times
            return input
        }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        return PopulationRun(
            problem: problem.id, states: prepared.stateCount, patients: patients, threads: threads, variationFactor: variationFactor,
            relativeTolerance: relative, seconds: seconds, failed: summary.failedCount,
            failures: Dictionary(uniqueKeysWithValues: summary.failures.map { ($0.key.rawValue, $0.value) }),
            restarted: summary.restartedCount, peakMemoryMiB: ProcessorTime.peakMemory)
    }
}
