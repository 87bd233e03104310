import Foundation
import Mathematics

/// The search for the optimum, on logarithms of the parameters within their limits.
extension DataFit {
    /// -2 log L of several points at once, so that lanes and threads are full.
    func deviances(_ points: [[Double]]) throws -> [Double] {
        try predictions(points.map { $0.map { Foundation.exp($0) } }).map { deviance($0).value }
    }

    private func clamped(_ point: [Double]) -> [Double] {
        zip(point, parameters).map { min(log($1.upper), max(log($1.lower), $0)) }
    }

    /// Differential evolution, rand/1/bin with F = 0.6 and CR = 0.9, from points spread over the limits.
    ///
    /// - Returns: The best point, its deviance, and the best deviance after each generation.
    func global() throws -> (point: [Double], value: Double, trace: [Double]) {
        var random = RandomStream(seed: seed, patient: 0, purpose: "differential evolution")
        let count = max(16, 8 * parameters.count)
        var points = (0..<count).map { _ in parameters.map { log($0.lower) + random.uniform() * log($0.upper / $0.lower) } }
        points[0] = initial.map { log($0) }
        var values = try deviances(points)
        var trace = [values.min()!]
        for _ in 0..<(40 + 20 * parameters.count) {
            let trials = points.indices.map { index -> [Double] in
                let others = (0..<3).map { _ in random.integer(below: count) }
                let forced = random.integer(below: parameters.count)
                return clamped(parameters.indices.map { i in
                    i == forced || random.uniform() < 0.9
                        ? points[others[0]][i] + 0.6 * (points[others[1]][i] - points[others[2]][i]) : points[index][i]
                })
            }
            let found = try deviances(trials)
            for index in points.indices where found[index] <= values[index] { (points[index], values[index]) = (trials[index], found[index]) }
            trace.append(values.min()!)
            // all of them in one basin, which the simplex descends faster
            let finite = values.filter(\.isFinite)
            if finite.count == count, finite.max()! - finite.min()! < 1 { break }
        }
        let best = values.indices.min { values[$0] < values[$1] }!
        return (points[best], values[best], trace)
    }

    /// Nelder & Mead's simplex over the free coordinates, restarted once, since a simplex may collapse.
    ///
    /// - Parameters:
    ///   - fixed: Coordinates that stay as they are.
    ///   - precision: Spread of -2 log L over the simplex at which it has arrived.
    func local(
        from start: [Double], fixed: Set<Int> = [], size: Double = 0.2, steps: Int = 150, rounds: Int = 2, precision: Double = 1e-6
    ) throws -> (point: [Double], value: Double) {
        let free = start.indices.filter { !fixed.contains($0) }
        var best = (point: start, value: try deviances([start])[0])
        if free.isEmpty { return best }
        for round in 0..<rounds {
            let width = round == 0 ? size : size / 4
            var simplex = [best.point] + free.map { i in
                var corner = best.point
                corner[i] += corner[i] + width <= log(parameters[i].upper) ? width : -width
                return clamped(corner)
            }
            var values = try deviances(simplex)
            for _ in 0..<(steps * free.count) {
                let order = values.indices.sorted { values[$0] < values[$1] }
                simplex = order.map { simplex[$0] }
                values = order.map { values[$0] }
                if values.last! - values[0] < precision { break }
                let centre = free.reduce(into: simplex[0]) { point, i in point[i] = simplex.dropLast().reduce(0) { $0 + $1[i] } / Double(free.count) }
                let worst = simplex.last!
                func along(_ t: Double) -> [Double] {
                    clamped(free.reduce(into: worst) { point, i in point[i] = centre[i] + t * (centre[i] - worst[i]) })
                }
                // the four candidates at once: lanes are wide, rounds are what costs
                let candidates = [along(1), along(2), along(0.5), along(-0.5)]
                let found = try deviances(candidates)
                if found[0] < values[0] {
                    let pick = found[1] < found[0] ? 1 : 0
                    (simplex[simplex.count - 1], values[values.count - 1]) = (candidates[pick], found[pick])
                } else if found[0] < values[values.count - 2] {
                    (simplex[simplex.count - 1], values[values.count - 1]) = (candidates[0], found[0])
                } else {
                    let pick = found[0] < values.last! ? 2 : 3
                    if found[pick] < min(found[0], values.last!) {
                        (simplex[simplex.count - 1], values[values.count - 1]) = (candidates[pick], found[pick])
                    } else {
                        for corner in simplex.indices.dropFirst() {
                            for i in free { simplex[corner][i] = (simplex[corner][i] + simplex[0][i]) / 2 }
                        }
                        values = try deviances(simplex)
                    }
                }
            }
            let lowest = values.indices.min { values[$0] < values[$1] }!
            if values[lowest] < best.value { best = (simplex[lowest], values[lowest]) }
        }
        return best
    }
}
