import ImmuneModels
import Mathematics

extension ParameterRow {
    /// The value of this parameter in one patient, from a uniform number.
    package func sample(at u: Double) -> Double {
        let low = distribution.low ?? -.infinity
        let high = distribution.high ?? .infinity
        let spread = distribution.spread
        switch distribution.kind {
        case .point: return value
        case .lognormal:
            guard spread > 0, value > 0 else { return value }
            return LogNormalDistribution(median: value, logStandardDeviation: spread).truncated(from: max(0, low), to: high).quantile(u)
        case .normal:
            guard spread > 0 else { return value }
            return NormalDistribution(mean: value, standardDeviation: spread).truncated(from: low, to: high).quantile(u)
        case .uniform: return low.isFinite && high.isFinite ? low + u * (high - low) : value
        case .loguniform:
            return low > 0 && high > low && high.isFinite ? LogUniformDistribution(from: low, to: high).quantile(u) : value
        case .logitnormal:
            guard spread > 0, 0 < value, value < 1 else { return value }
            return LogitNormalDistribution(median: value, logitStandardDeviation: spread).truncated(from: max(0, low), to: min(1, high)).quantile(u)
        case .bernoulli: return u < value ? 1 : 0
        }
    }
}

/// Draws patients: covariates of a population, and the parameters that a model's tables let vary.
package struct PatientSampler: Sendable {
    package var population: Population
    package var seed: UInt64
    /// Rows with a distribution, in the model's order.
    let varying: [ParameterRow]
    let knownIDs: Set<String>
    /// Values that replace draws, by id (a user's patient, a scenario).
    package var overrides: [String: Double] = [:]
    /// Factors on whole distributions, by id: the uncertainty of a number, not its variation between patients.
    package var factors: [String: Double] = [:]
    /// The cancer's organs, for lesions beyond the first.
    private let sites: [String]
    /// Lesions that the model has.
    private let lesions: Int
    /// Values of the constants that have a factor.
    private let constants: [String: ParameterRow]

    package init(population: Population, model: AssembledModel, seed: UInt64) {
        self.population = population
        self.seed = seed
        varying = model.parameters.filter { $0.distribution.kind != .point }
        knownIDs = Set(model.parameters.map(\.id))
        sites = model.sites
        lesions = 1 + (2...5).count { [ids = knownIDs] in ids.contains("L\($0)_site_infiltration") }
        constants = Dictionary(model.parameters.filter { $0.distribution.kind == .point }.map { ($0.id, $0) }) { first, _ in first }
    }

    package var varyingCount: Int { varying.count }

    private func row(_ id: String) -> ParameterRow? { constants[id] ?? varying.first { $0.id == id } }

    /// Patient `number`; the same in every arm and in every model that has the same parameters.
    package func patient(_ number: Int) -> VirtualPatient {
        var covariates = population.covariates(of: number, seed: seed)
        var values: [String: Double] = [:]
        for row in varying {
            var stream = RandomStream(seed: seed, patient: UInt64(number), purpose: "parameter \(row.id)")
            values[row.id] = row.sample(at: stream.uniform())
        }
        if lesions > 1, let table = LesionSites.shared {
            for (index, organ) in table.draw(lesions - 1, among: sites, seed: seed, patient: number).enumerated() {
                covariates["L\(index + 2)_organ"] = Double(organ)
                values["L\(index + 2)_site_infiltration", default: 1] *= table.organs[organ].infiltration
            }
        }
        for (id, factor) in factors {
            guard let value = values[id] ?? constants[id]?.value else { continue }
            // a share stays a share
            let isShare = 0 < value && value < 1 && row(id)?.unit == "dimensionless"
            values[id] = isShare ? value * factor / (1 - value + value * factor) : value * factor
        }
        for (id, value) in overrides {
            if knownIDs.contains(id) { values[id] = value }
            covariates[id] = value
        }
        for (id, value) in covariates where knownIDs.contains(id) { values[id] = value }
        // what the tables let vary but the population doesn't know is a covariate to show as well
        for id in ["TMB", "PDL1_fraction", "diagnosisDiameter"] where covariates[id] == nil { covariates[id] = values[id] }
        return VirtualPatient(number: number, covariates: covariates, values: values)
    }
}
