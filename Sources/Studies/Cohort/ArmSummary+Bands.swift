import ImmuneModels
import ModelIR
import Survival
import VirtualTrials

extension ArmSummary {
    /// What the report shows, and in which group.
    static let shown: [(id: String, group: Band.Group)] = [
        ("diameter_tumour", .other), ("C_total", .cells), ("effectorCD8_tumour", .cells), ("exhaustedCD8_tumour", .cells),
        ("progenitorCD8_tumour", .cells), ("Treg_tumour", .cells), ("M1", .cells), ("M2", .cells), ("MDSC", .cells),
        ("mAPC_node", .cells), ("neo_effector", .cells), ("NK_blood", .cells), ("IFNg_tumour", .cytokines),
        ("TGFb_tumour", .cytokines), ("IL10_tumour", .cytokines), ("IL12_tumour", .cytokines), ("IL2_node", .cytokines),
        ("IL6_plasma", .cytokines), ("CRP", .laboratory), ("ANC", .laboratory), ("ALC", .laboratory),
        ("I_PD1_tumour", .other), ("killRate_C1", .other),
        ("migration_mAPC__tumour", .other), ("neo_exiting8", .other), ("neo_arriving", .other),
    ]

    /// Quantiles over the patients under observation, week by week.
    var bands: [Band] {
        let columns = Dictionary(observables.enumerated().map { ($1.id, $0) }) { first, _ in first }
        let drugs = regimen.agents.map { (id: "\($0)_concentration", group: Band.Group.drugs) }
        let days = records.map(\.outputDays).max { $0.count < $1.count } ?? []
        return (Self.shown + drugs).compactMap { id, group -> Band? in
            guard let column = columns[id] else { return nil }
            var counts: [Int] = []
            var quantiles = [[Double]](repeating: [], count: 5)
            var kept: [Double] = []
            for (row, day) in days.enumerated() {
                let values = records.compactMap { record -> Double? in
                    let index = row * observables.count + column
                    guard row < record.outputDays.count, index < record.outputs.count else { return nil }
                    return record.outputs[index]
                }
                let five = Quantiles.five(values)
                guard five.count == 5, values.count >= 3 || values.count == records.count else { break }
                kept.append(day)
                counts.append(values.count)
                for i in 0..<5 { quantiles[i].append(five[i]) }
            }
            guard !kept.isEmpty else { return nil }
            return band(observables[column], group, days: kept, counts: counts, quantiles: quantiles)
        }
    }

    /// The same from quantile sketches, for trials whose time courses don't fit into memory: values are within the
    /// sketches' relative error.
    func bands(_ sketches: BandSketches) -> [Band] {
        let columns = Dictionary(observables.enumerated().map { ($1.id, $0) }) { first, _ in first }
        let drugs = regimen.agents.map { (id: "\($0)_concentration", group: Band.Group.drugs) }
        return (Self.shown + drugs).compactMap { id, group -> Band? in
            guard let column = columns[id] else { return nil }
            let rows = sketches.days.indices.prefix { sketches[day: $0, column].count >= 3 }
            guard !rows.isEmpty else { return nil }
            let cells = rows.map { sketches[day: $0, column] }
            return band(
                observables[column], group, days: rows.map { sketches.days[$0] }, counts: cells.map(\.count),
                quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map { q in cells.map { $0.quantile(q) ?? .nan } })
        }
    }

    private func band(
        _ observable: ImmuneModels.Observable, _ group: Band.Group, days: [Double], counts: [Int], quantiles: [[Double]]
    ) -> Band {
        let agent = group == .drugs ? regimen.agents.first { observable.id == "\($0)_concentration" } : nil
        return Band(
            id: observable.id, meaning: agent.map { "\($0) in plasma" } ?? observable.meaning,
            unit: observable.unit == "dimensionless" ? "fraction" : unitInWords(observable.unit), group: group, days: days, counts: counts, quantiles: quantiles)
    }

    /// Scales by term; what isn't named here is graded by CTCAE.
    private static let scales = ["cytokine release syndrome": "ASTCT 2019", "neurotoxicity (ICANS)": "ASTCT 2019"]

    /// Each patient once a term, at the worst grade.
    var toxicity: [ToxicityRow] {
        let treated = records.filter { $0.endOfTreatment != .neverStarted }
        let terms = Set(records.flatMap { $0.ownAdverseEvents.map(\.term) }).sorted()
        return terms.compactMap { term in
            guard !treated.isEmpty else { return nil }
            var byGrade = [Int](repeating: 0, count: 5)
            for record in treated {
                let worst = record.ownAdverseEvents.filter { $0.term == term }.map(\.grade).max() ?? 0
                if worst > 0 { byGrade[min(5, worst) - 1] += 1 }
            }
            let total = byGrade.reduce(0, +)
            return ToxicityRow(
                term: term, scale: Self.scales[term] ?? "CTCAE 5.0", byGrade: byGrade, patients: treated.count,
                any: Interval(percent: Proportion(total, of: treated.count).clopperPearson()),
                severe: Interval(percent: Proportion(byGrade[2...].reduce(0, +), of: treated.count).clopperPearson()))
        }
    }
}
