import Survival

/// Each arm against the first.
enum ArmComparison {
    static func all(_ arms: [ArmResult]) -> [Comparison] {
        guard let reference = arms.first else { return [] }
        return arms.dropFirst().flatMap { arm in ["PFS", "OS"].map { compare(arm, reference, endpoint: $0) } }
    }

    private static func compare(_ arm: ArmResult, _ reference: ArmResult, endpoint: String) -> Comparison {
        func time(_ patient: PatientResult) -> (Double, Bool) {
            endpoint == "PFS" ? (patient.progressionFreeDays, patient.hasProgressedOrDied) : (patient.survivalDays, patient.hasDied)
        }
        var rows: [CoxRegression.Row] = []
        var grouped: [GroupedTime] = []
        for (group, member) in [reference, arm].enumerated() {
            for patient in member.patients {
                let (days, isEvent) = time(patient)
                rows.append(CoxRegression.Row(time: max(0, days), isEvent: isEvent, covariates: [Double(group)]))
                grouped.append(GroupedTime(time: max(0, days), isEvent: isEvent, group: group))
            }
        }
        let events = grouped.count { $0.isEvent }
        let cox = events > 1 ? try? CoxRegression(rows) : nil
        func responders(_ result: ArmResult) -> Proportion {
            Proportion(result.response.counts.prefix(2).map(\.count).reduce(0, +), of: result.response.patients)
        }
        return Comparison(
            arm: arm.name, reference: reference.name, endpoint: endpoint,
            hazardRatio: cox.map { Interval($0.hazardRatio()) } ?? Interval(nil, nil, nil),
            logRank: events > 0 ? LogRank(grouped).pValue : nil, maxCombo: events > 0 ? MaxCombo(grouped).pValue : nil,
            proportionalHazards: cox?.proportionalHazardsTest().globalPValue,
            responseDifference: Interval(percent: responders(arm).difference(from: responders(reference))),
            restrictedMeanDifference: Interval(nil, nil, nil), horizonMonths: nil, isPaired: true)
    }
}
