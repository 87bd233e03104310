import ImmuneModels
import Survival
import VirtualTrials

extension ArmSummary {
    /// What the report shows, and in which group.
    private static let shown: [(id: String, group: Band.Group)] = [
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
            let observable = observables[column]
            let agent = group == .drugs ? regimen.agents.first { id == "\($0)_concentration" } : nil
            return Band(
                id: id, meaning: agent.map { "\($0) in plasma" } ?? observable.meaning, unit: Self.unitWords[observable.unit] ?? observable.unit, group: group,
                days: kept, counts: counts, quantiles: quantiles)
        }
    }

    /// Units as people write them.
    private static let unitWords = [
        "cell": "cells", "cell_per_day": "cells a day", "per_day": "1/day", "cell_per_uL": "cells/µL", "cells_per_uL": "cells/µL", "mg_per_L": "mg/L",
        "dimensionless": "fraction", "uM": "µM",
    ]

    /// Worst grade of low neutrophils by CTCAE 5.0: below 2000, 1500, 1000, 500 per µL (grade 1: below the lower
    /// limit of normal).
    func neutropenia(of record: SubjectRecord) -> AdverseEvent? {
        guard let column = observables.firstIndex(where: { $0.id == "ANC" }) else { return nil }
        var worst: (grade: Int, day: Double)?
        for (row, day) in record.outputDays.enumerated() {
            let index = row * observables.count + column
            guard index < record.outputs.count else { break }
            let count = record.outputs[index]
            let grade = count < 500 ? 4 : count < 1000 ? 3 : count < 1500 ? 2 : count < 2000 ? 1 : 0
            if grade > worst?.grade ?? 0 { worst = (grade, day) }
        }
        return worst.map { AdverseEvent(term: "neutropenia", grade: $0.grade, startDay: $0.day, endDay: nil) }
    }

    var toxicity: [ToxicityRow] {
        guard observables.contains(where: { $0.id == "ANC" }) else { return [] }
        var byGrade = [Int](repeating: 0, count: 5)
        for record in records {
            if let event = neutropenia(of: record) { byGrade[event.grade - 1] += 1 }
        }
        let total = byGrade.reduce(0, +)
        return [
            ToxicityRow(
                term: "neutropenia (weekly counts)", scale: "CTCAE 5.0", byGrade: byGrade, patients: records.count,
                any: Interval(percent: Proportion(total, of: records.count).clopperPearson()),
                severe: Interval(percent: Proportion(byGrade[2...].reduce(0, +), of: records.count).clopperPearson()))
        ]
    }
}
