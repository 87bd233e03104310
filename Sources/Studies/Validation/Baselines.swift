import Foundation
import Mathematics

/// What one would predict without a mechanism, from other trials alone; a model that doesn't beat these has not earned its keep.
struct Baselines {
    let calibration: [ObservedTrials.Row]

    /// Mean over the other trials of the same cancer and kind of treatment, else of the same kind, else of all.
    func naive(_ row: ObservedTrials.Row, _ endpoint: ObservedTrials.Endpoint) -> Double? {
        let others = calibration.filter { $0.trial != row.trial && ($0.values[endpoint] ?? nil) != nil }
        let groups = [
            others.filter { $0.cancer == row.cancer && $0.kind == row.kind && $0.isControl == row.isControl },
            others.filter { $0.kind == row.kind && $0.isControl == row.isControl }, others.filter { $0.kind == row.kind }, others,
        ]
        guard let group = groups.first(where: { !$0.isEmpty }) else { return nil }
        let values = group.map { endpoint.transformed($0.values[endpoint]!!) }
        return endpoint.restored(values.reduce(0, +) / Double(values.count))
    }

    /// Additive regression on cancer, kind of target, line and chemotherapy, fitted to the other trials.
    ///
    /// Ridge regression on the transformed scale, β = (XᵀX + λI)⁻¹ Xᵀy with λ = 1 and the mean left unpenalised.
    func regression(_ row: ObservedTrials.Row, _ endpoint: ObservedTrials.Endpoint) -> Double? {
        let others = calibration.filter { $0.trial != row.trial && ($0.values[endpoint] ?? nil) != nil }
        guard others.count >= 4 else { return nil }
        let y = others.map { endpoint.transformed($0.values[endpoint]!!) }
        let mean = y.reduce(0, +) / Double(y.count)
        let names = Array(Set(others.flatMap(Self.features))).sorted()
        let x = others.map { other -> [Double] in
            let own = Self.features(other)
            return names.map { own.contains($0) ? 1 : 0 }
        }
        var gram = SymmetricMatrix(size: names.count)
        var moment = [Double](repeating: 0, count: names.count)
        for (features, target) in zip(x, y) {
            for i in names.indices where features[i] != 0 {
                moment[i] += target - mean
                for j in names.indices { gram[i, j] += features[j] }
            }
        }
        for i in names.indices { gram[i, i] += 1 }
        guard let beta = gram.inverse()?.times(moment) else { return nil }
        let own = Self.features(row)
        return endpoint.restored(mean + zip(names, beta).filter { own.contains($0.0) }.map(\.1).reduce(0, +))
    }

    private static func features(_ row: ObservedTrials.Row) -> Set<String> {
        var features: Set = ["cancer \(row.cancer)", "line \(row.line)"]
        let targets = [
            "PD-1", "PD-L1", "CTLA-4", "LAG-3", "CD19", "CD20", "CD3", "HER2", "EGFR", "CAR", "bispecific", "vaccine", "cytokine", "TIL", "tyrosine", "placebo",
        ]
        for target in targets where row.modality.localizedCaseInsensitiveContains(target) { features.insert("target \(target)") }
        if row.hasChemotherapy { features.insert("chemotherapy") }
        if row.isControl { features.insert("control") }
        return features
    }
}
