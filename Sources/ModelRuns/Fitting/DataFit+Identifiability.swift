import Foundation
import Mathematics
import ModelIR

/// What the data say about each parameter, and about which they say nothing.
extension DataFit {
    /// Fisher's information of the logarithms at a point, the error model held:
    ///
    /// ```
    /// F = Σ J Jᵀ / v + ½ Σ (∇v/v)(∇v/v)ᵀ,     J = ∂f/∂ln θ by central differences
    /// ```
    func information(at point: [Double]) throws -> SymmetricMatrix {
        let h = 1e-3
        let moved = parameters.indices.flatMap { i in
            [h, -h].map { step in
                var copy = point
                copy[i] += step
                return copy.map { Foundation.exp($0) }
            }
        }
        let all = try predictions([point.map { Foundation.exp($0) }] + moved)
        let (_, additive, proportional) = deviance(all[0])
        let error = (additive: additive, proportional: proportional)
        let slopes = parameters.indices.map { i in zip(all[1 + 2 * i], all[2 + 2 * i]).map { ($0 - $1) / (2 * h) } }
        var matrix = SymmetricMatrix(size: parameters.count)
        for (row, f) in all[0].enumerated() {
            let v = variance(f, error)
            for i in parameters.indices {
                for j in parameters.indices {
                    let change = 2 * proportional * proportional * f / v
                    matrix[i, j] += slopes[i][row] * slopes[j][row] * (1 / v + 0.5 * change * change)
                }
            }
        }
        return matrix
    }

    /// Beyond this standard deviation of a logarithm (a factor of ten) the data do not know a direction.
    static let unknownSpread = log(10.0)

    /// Directions in which parameters can change without the data noticing, from the eigenvectors of the information.
    func unknownDirections(_ information: SymmetricMatrix) -> [DataFitResult.Direction] {
        let (values, vectors) = information.eigen()
        let largest = max(values.max() ?? 0, 1e-300)
        return values.indices.filter { 1 / max(values[$0], 1e-300).squareRoot() > Self.unknownSpread || values[$0] < 1e-10 * largest }.map { index in
            let vector = vectors[index]
            let peak = vector.map(abs).max() ?? 1
            let members = vector.indices.filter { abs(vector[$0]) >= 0.2 * peak }
            return DataFitResult.Direction(
                parameters: members.map { parameters[$0].id }, weights: members.map { vector[$0] / peak },
                spread: 1 / max(values[index], 1e-300).squareRoot())
        }
    }

    /// Profile of one parameter: the deviance above its minimum, the others fitted anew at each value.
    ///
    /// Steps begin with the parameter's own standard error and grow until 3.84 (95 %) is passed or a limit is reached.
    func profile(_ index: Int, around best: [Double], value: Double, standardError: Double) throws -> DataFitResult.Profile {
        var points = [(Foundation.exp(best[index]), 0.0)]
        let range = log(parameters[index].lower)...log(parameters[index].upper)
        let first = max(0.02, min(1, standardError.isFinite ? standardError : 1))
        for direction in [-1.0, 1] {
            var here = best
            var step = first
            for _ in 0..<10 {
                let target = min(range.upperBound, max(range.lowerBound, here[index] + direction * step))
                if abs(target - here[index]) < 1e-9 { break }
                here[index] = target
                let found = try local(from: here, fixed: [index], size: 0.1, steps: 60, rounds: 1, precision: 1e-2)
                here = found.point
                let rise = max(0, found.value - value)
                points.append((Foundation.exp(target), rise))
                if rise > 3.84 + 1 { break }
                if rise < 1 { step *= 1.6 }
            }
        }
        points.sort { $0.0 < $1.0 }
        let lowest = points.firstIndex { $0.1 == 0 }!
        /// Where the profile passes 3.84, between two points on the logarithm; nil: it never does.
        func crossing(_ side: some Sequence<Int>) -> Double? {
            var previous = lowest
            for i in side {
                if points[i].1 >= 3.84 {
                    let (a, b) = (points[previous], points[i])
                    // the deviance rises with the square of the distance: its root is nearly straight
                    let t = (3.84.squareRoot() - a.1.squareRoot()) / max(1e-12, b.1.squareRoot() - a.1.squareRoot())
                    return Foundation.exp(log(a.0) + t * log(b.0 / a.0))
                }
                previous = i
            }
            return nil
        }
        return DataFitResult.Profile(
            parameter: parameters[index].id, values: points.map(\.0), rise: points.map(\.1),
            lower: crossing((0..<lowest).reversed()), upper: crossing((lowest + 1)..<points.count))
    }

    /// The whole fit: global search, local finish, standard errors, profiles.
    ///
    /// - Throws: `InvalidModel` when no values within the limits can be integrated.
    public func run(progress: (@Sendable (_ stage: String, _ done: Int, _ total: Int) -> Void)? = nil) throws -> DataFitResult {
        progress?("global search", 0, 1)
        let start = try global()
        guard start.value.isFinite else {
            throw InvalidModel([Diagnostic(.error, .invalid, "the model can't be integrated anywhere within the limits", remedy: "narrow them with --limits")])
        }
        progress?("local finish", 0, 1)
        let best = try local(from: start.point)
        let information = try information(at: best.point)
        let inverse = information.inverse()
        let directions = unknownDirections(information)
        let unknown = Set(directions.flatMap(\.parameters))
        var profiles: [DataFitResult.Profile] = []
        let errors = parameters.indices.map { i in inverse.map { max(0, $0[i, i]).squareRoot() } ?? .infinity }
        for index in parameters.indices {
            progress?("profiles", index, parameters.count)
            profiles.append(try profile(index, around: best.point, value: best.value, standardError: unknown.contains(parameters[index].id) ? 1 : errors[index]))
        }
        let prediction = try predictions([best.point.map { Foundation.exp($0) }])[0]
        let (value, additive, proportional) = deviance(prediction)
        let errorParameters = errorModel == .combined ? 2 : 1
        let n = data.observationCount
        let total = parameters.count + errorParameters
        var row = 0
        let rows = data.individuals.flatMap { person in
            person.observations.map { observation -> DataFitResult.Row in
                defer { row += 1 }
                let f = prediction[row]
                return DataFitResult.Row(
                    individual: person.id, time: observation.time, output: outputs[observation.output], observed: observation.value, predicted: f,
                    weightedResidual: (observation.value - f) / variance(f, (additive, proportional)).squareRoot())
            }
        }
        return DataFitResult(
            parameters: parameters.indices.map { i in
                let isFlat = profiles[i].lower == nil || profiles[i].upper == nil
                let isUnknown = unknown.contains(parameters[i].id)
                return DataFitResult.Estimate(
                    id: parameters[i].id, unit: units[i], initial: initial[i], value: Foundation.exp(best.point[i]),
                    relativeError: isUnknown || !errors[i].isFinite ? nil : 100 * errors[i], lower: profiles[i].lower, upper: profiles[i].upper,
                    isIdentifiable: !isFlat && !isUnknown)
            }, errorModel: errorModel, additive: additive, proportional: proportional, deviance: value, akaike: value + 2 * Double(total),
            bayes: value + log(Double(n)) * Double(total), observations: n, individuals: data.individuals.count, directions: directions,
            profiles: profiles, rows: rows, trace: start.trace, unusedColumns: data.unused)
    }
}
