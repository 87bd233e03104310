import Foundation
import Mathematics

/// One figure of one arm as a function of the parameters' scores: a quadratic without products, fitted to the design.
///
/// ```
/// y(z) = b₀ + Σ bᵢ zᵢ + Σ cᵢ zᵢ²        ridge regression, λ = 1 on b and c
/// ```
struct Emulator: Sendable {
    let target: Target
    /// Parameters that the trial's model has and that belong to its cancer; the others can't move its figures.
    let relevant: [Int]
    /// By relevant parameter: constant, linear terms, quadratic terms.
    let coefficients: [Double]
    /// Standard deviation of what the quadratic leaves, by leave-one-out.
    let error: Double

    struct Target: Sendable, Hashable {
        var trial: String
        var arm: String
        var endpoint: ObservedTrials.Endpoint
        /// Transformed scale.
        var observed: Double
        var patients: Int
    }

    static func terms(_ z: [Double]) -> [Double] { [1] + z + z.map { $0 * $0 - 1 } }

    /// - Returns: nil with fewer points than a third of the coefficients, or none that varies.
    init?(_ target: Target, relevant: [Int], scores: [[Double]], values: [Double]) {
        let x = scores.map { z in Self.terms(relevant.map { z[$0] }) }
        guard let width = x.first?.count, x.count >= 8 else { return nil }
        var gram = SymmetricMatrix(size: width)
        var moment = [Double](repeating: 0, count: width)
        for (row, y) in zip(x, values) {
            for i in 0..<width {
                moment[i] += row[i] * y
                for j in 0..<width { gram[i, j] += row[i] * row[j] }
            }
        }
        for i in 1..<width { gram[i, i] += 1 }
        guard let inverse = gram.inverse() else { return nil }
        let beta = inverse.times(moment)
        var sum = 0.0
        for (row, y) in zip(x, values) {
            let residual = y - zip(beta, row).reduce(0) { $0 + $1.0 * $1.1 }
            let leverage = min(0.95, inverse.quadraticForm(row))
            sum += (residual / (1 - leverage)) * (residual / (1 - leverage))
        }
        self.target = target
        self.relevant = relevant
        coefficients = beta
        error = (sum / Double(x.count)).squareRoot()
    }

    func value(_ z: [Double]) -> Double {
        zip(coefficients, Self.terms(relevant.map { z[$0] })).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Change of the figure per unit of a parameter's score, at the centre.
    func slope(_ parameter: Int) -> Double {
        relevant.firstIndex(of: parameter).map { coefficients[1 + $0] } ?? 0
    }

    /// Squared distance to the observation in units of its uncertainty, beyond two of them growing only linearly (Huber 1964,
    /// doi:10.1214/aoms/1177703732): a figure that no vector reaches must not drag the others along.
    func misfit(_ z: [Double]) -> Double {
        let spread = ValidationTable.betweenTrials(target.endpoint.scale)
        let sampling = ValidationTable.sampling(target.endpoint, target.endpoint.restored(target.observed), patients: target.patients)
        let variance = spread * spread + sampling * sampling + error * error
        let distance = value(z) - target.observed
        let units = abs(distance) / variance.squareRoot()
        return units <= 2 ? units * units : 4 * units - 4
    }
}
