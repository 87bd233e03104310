import Foundation
import Mathematics

/// The posterior over the parameters' scores given the emulated figures: prior N(0, 1), Gaussian misfits.
struct CalibrationFit: Sendable {
    let best: [Double]
    let objective: Double
    /// Accepted vectors, thinned.
    let ensemble: [[Double]]
    /// The lowest objective after each stage, and the walk's every so many steps.
    let trace: [TraceStep]

    struct TraceStep: Sendable, Codable, Hashable {
        var stage: String
        var step: Int
        var objective: Double
    }

    /// Random-walk Metropolis from the best of many starts, then a coordinate search; deterministic for its seed.
    ///
    /// - Parameter samples: Vectors in the ensemble.
    init(_ emulators: [Emulator], parameters: Int, samples: Int = 24, steps: Int = 12_000, seed: UInt64 = 11) {
        func cost(_ z: [Double]) -> Double {
            // beyond the design the quadratic knows nothing: a wall at three standard deviations
            if z.contains(where: { abs($0) > 3 }) { return .infinity }
            return emulators.reduce(0) { $0 + $1.misfit(z) } + z.reduce(0) { $0 + $1 * $1 }
        }
        var stream = RandomStream(seed: seed, patient: 0, purpose: "calibration")
        var best = [Double](repeating: 0, count: parameters)
        var lowest = cost(best)
        var trace = [TraceStep(stage: "tables' values", step: 0, objective: lowest)]
        // global: random starts
        for _ in 0..<2000 {
            let z = (0..<parameters).map { _ in max(-2.5, min(2.5, stream.normal())) }
            let value = cost(z)
            if value < lowest { (best, lowest) = (z, value) }
        }
        func refine() {
            var step = 0.5
            while step > 1e-3 {
                var improved = false
                for i in 0..<parameters {
                    for direction in [-step, step] {
                        var z = best
                        z[i] += direction
                        let value = cost(z)
                        if value < lowest - 1e-9 {
                            (best, lowest) = (z, value)
                            improved = true
                        }
                    }
                }
                if !improved { step /= 2 }
            }
        }
        trace.append(TraceStep(stage: "random starts", step: 2000, objective: lowest))
        refine()
        trace.append(TraceStep(stage: "coordinate search", step: 0, objective: lowest))
        var here = best
        var value = lowest
        var accepted: [[Double]] = []
        let width = 0.6 / Double(max(1, parameters)).squareRoot()
        for step in 0..<steps {
            let z = here.map { $0 + width * stream.normal() }
            let next = cost(z)
            if log(stream.uniform()) < (value - next) / 2 { (here, value) = (z, next) }
            if value < lowest { (best, lowest) = (here, value) }
            if step % max(1, steps / 24) == 0 { trace.append(TraceStep(stage: "walk", step: step, objective: value)) }
            if step >= steps / 4, step % max(1, (steps - steps / 4) / samples) == 0, accepted.count < samples { accepted.append(here) }
        }
        refine()
        trace.append(TraceStep(stage: "coordinate search", step: steps, objective: lowest))
        self.trace = trace
        self.best = best
        objective = lowest
        ensemble = accepted.isEmpty ? [best] : accepted
        objectiveStart = cost([Double](repeating: 0, count: parameters))
    }

    /// The objective at the tables' own values.
    let objectiveStart: Double
}
