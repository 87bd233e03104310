import Studies

extension TrialReport {
    /// The counts of a CONSORT diagram, from screening to analysis.
    var flow: Report.Section {
        let flow = result.flow
        let screening = [["screened", "\(flow.screened)"]] + flow.excluded.map { ["excluded: \($0.name)", "\($0.count)"] }
            + [[flow.isRandomised ? "randomised" : "enrolled", "\(flow.enrolled)"]]
            + (flow.unfilled > 0 ? [["places for which no draw made a patient", "\(flow.unfilled)"]] : [])
        func row(_ name: String, _ value: (PatientFlow.Arm) -> Int) -> [String] { [name] + flow.arms.map { "\(value($0))" } }
        var rows = [row("allocated") { $0.allocated }, row("treated") { $0.treated }]
        for reason in flow.arms.first?.endOfTreatment.map(\.name) ?? [] {
            let counts = { (arm: PatientFlow.Arm) in arm.endOfTreatment.first { $0.name == reason }?.count ?? 0 }
            if flow.arms.contains(where: { counts($0) > 0 }) {
                rows.append(row(reason == "ongoing" ? "still on treatment at the end" : "treatment ended: \(reason)", counts))
            }
        }
        if flow.arms.contains(where: { $0.crossedOver > 0 }) { rows.append(row("crossed over after progression") { $0.crossedOver }) }
        rows.append(row("lost to follow-up") { $0.lost })
        for cause in flow.arms.first?.deaths.map(\.name) ?? [] {
            rows.append(row("died: \(cause)") { $0.deaths.first { $0.name == cause }?.count ?? 0 })
        }
        rows.append(row("could not be simulated to the end") { $0.failures })
        rows.append(row("analysed") { $0.analysed })
        return .init(
            "Flow of patients",
            [
                .table(Table(header: ["screening", "draws"], rows: screening), caption: "From draws to patients on study."),
                .table(Table(header: ["arm"] + flow.arms.map(\.name), rows: rows), caption: "From allocation to analysis; all allocated patients are analysed, those not simulated to the end as non-responders."),
            ])
    }
}
