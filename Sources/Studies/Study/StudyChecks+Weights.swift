import ImmuneModels
import ModelIR
import Quantities
import VirtualTrials

extension StudyChecks {
    /// Plausible patients that weights are found from; apart from those of the study.
    private static let poolSize = 400

    /// The screening with the study's weights, found from a pool of patients of its own.
    ///
    /// - Throws: `InvalidModel` for quantities that no patient has, and shares that no weights meet.
    func weighted(_ screening: VirtualTrials.Screening, _ models: ArmModels) throws -> VirtualTrials.Screening {
        guard !study.weighting.isEmpty else { return screening }
        var pool = screening
        pool.sampler.seed = study.seed &+ 0x706F_6F6C
        pool.weighed = study.weighting.map(\.quantity)
        let example = pool.sampler.patient(0)
        let known = Set(example.covariates.keys).union(example.values.keys).union(models.growth.observables.map(\.id)).union(["doubling_days"])
        let problems = study.weighting.filter { !known.contains($0.quantity) }.map { weight in
            Diagnostic(
                .error, .invalid, "no patient has a '\(weight.quantity)' at diagnosis", at: weight.place,
                remedy: suggestion(for: weight.quantity, among: known) ?? "covariates, observables of the model without drugs, or doubling_days")
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
        let patients = try pool.enrol(0..<Self.poolSize).compactMap(\.patient)
        // a quantity that grew to no value (a doubling time of a tumour that shrank) belongs to no class
        let values = patients.map(\.weighed).filter { $0.allSatisfy(\.isFinite) }
        guard values.count >= 20 else {
            throw InvalidModel([
                Diagnostic(.error, .invalid, "only \(values.count) plausible patients to weight", at: study.weighting[0].place, remedy: "loosen the criteria")
            ])
        }
        var weighted = screening
        weighted.weighed = pool.weighed
        do {
            weighted.weights = try PopulationWeights(
                study.weighting.map { PopulationWeights.Target(quantity: $0.quantity, limits: $0.limits, shares: $0.shares) }, pool: values)
        } catch {
            throw InvalidModel(error.diagnostics.map { Diagnostic($0.severity, $0.kind, $0.message, at: study.weighting[0].place, remedy: $0.remedy) })
        }
        return weighted
    }
}

/// How a pool of plausible patients was weighted to what was observed.
public struct WeightingSummary: Sendable, Codable, Hashable {
    public struct Row: Sendable, Codable, Hashable {
        public var quantity: String
        public var level: String
        /// Percent of the pool as drawn, as weighted, and as observed.
        public var drawn: Double
        public var weighted: Double
        public var observed: Double
    }
    /// Plausible patients that weights were found from.
    public var pool: Int
    /// (Σw)² / Σw² of the pool; far below its size, the weights rest on few patients.
    public var effectiveSize: Double
    public var rows: [Row]

    init(_ weights: PopulationWeights) {
        pool = weights.poolSize
        effectiveSize = weights.effectiveSize
        rows = weights.targets.enumerated().flatMap { index, target in
            target.shares.indices.map { level in
                Row(
                    quantity: target.quantity, level: target.name(of: level), drawn: 100 * weights.pool[index][level],
                    weighted: 100 * weights.weighted[index][level], observed: 100 * target.shares[level])
            }
        }
    }
}
