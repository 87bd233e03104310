import Survival

/// Each arm against a reference, stratified where a study says so.
struct ArmComparison {
    var isPaired = true
    /// Code of the time to progression, recurrence or death.
    var progression = "PFS"
    /// Stratum of a patient; one for all when there are none.
    var stratum: (PatientResult) -> Int = { _ in 0 }

    func all(_ arms: [ArmResult], reference: Int = 0) -> [Comparison] {
        guard arms.indices.contains(reference) else { return [] }
        return arms.indices.filter { $0 != reference }.flatMap { arm in
            [progression, "OS"].map { compare(arms[arm], arms[reference], endpoint: $0) }
        }
    }

    private func time(_ patient: PatientResult, _ endpoint: String) -> (days: Double, isEvent: Bool) {
        endpoint == "OS"
            ? (max(0, patient.survivalDays), patient.hasDied) : (max(0, patient.progressionFreeDays), patient.hasProgressedOrDied)
    }

    /// The hazard ratio of two groups of patients; nil without events in the model's reach.
    func hazardRatio(_ treated: [PatientResult], over control: [PatientResult], endpoint: String) -> CoxRegression? {
        let rows = [control, treated].enumerated().flatMap { group, patients in
            patients.map { patient in
                let (days, isEvent) = time(patient, endpoint)
                return CoxRegression.Row(time: days, isEvent: isEvent, covariates: [Double(group)], stratum: stratum(patient))
            }
        }
        return rows.count { $0.isEvent } > 1 ? try? CoxRegression(rows) : nil
    }

    private func compare(_ arm: ArmResult, _ reference: ArmResult, endpoint: String) -> Comparison {
        let grouped = [reference, arm].enumerated().flatMap { group, member in
            member.patients.map { patient in
                let (days, isEvent) = time(patient, endpoint)
                return GroupedTime(time: days, isEvent: isEvent, group: group, stratum: stratum(patient))
            }
        }
        let cox = hazardRatio(arm.patients, over: reference.patients, endpoint: endpoint)
        let canTest = grouped.contains(where: \.isEvent) && Set(grouped.map(\.group)).count == 2
        let (difference, horizon) = restrictedMeans(arm, reference, endpoint: endpoint)
        func responders(_ result: ArmResult) -> Proportion? {
            result.response.patients == 0
                ? nil : Proportion(result.response.counts.prefix(2).map(\.count).reduce(0, +), of: result.response.patients)
        }
        let rates = [arm, reference].compactMap(responders)
        return Comparison(
            arm: arm.name, reference: reference.name, endpoint: endpoint,
            hazardRatio: cox.map { Interval($0.hazardRatio()) } ?? Interval(nil, nil, nil),
            logRank: canTest ? LogRank(grouped).pValue : nil, maxCombo: canTest ? MaxCombo(grouped).pValue : nil,
            proportionalHazards: cox?.proportionalHazardsTest().globalPValue,
            responseDifference: rates.count == 2 ? Interval(percent: rates[0].difference(from: rates[1])) : Interval(nil, nil, nil),
            restrictedMeanDifference: difference, horizonMonths: horizon, isPaired: isPaired)
    }

    /// Difference of restricted means in months, to the last whole quarter that both arms reach.
    private func restrictedMeans(_ arm: ArmResult, _ reference: ArmResult, endpoint: String) -> (Interval, Double?) {
        let curves = [arm, reference].map { result -> KaplanMeier in
            var data = SurvivalTimes()
            for patient in result.patients {
                let (days, isEvent) = time(patient, endpoint)
                data.append(time: days / 30.4375, isEvent: isEvent)
            }
            return KaplanMeier(data)
        }
        let reach = curves.map { $0.steps.last?.time ?? 0 }.min() ?? 0
        let horizon = (reach / 3).rounded(.down) * 3
        guard horizon > 0, let a = curves[0].restrictedMean(to: horizon), let b = curves[1].restrictedMean(to: horizon) else {
            return (Interval(nil, nil, nil), nil)
        }
        let error = 1.959_963_984_540_054 * (a.standardError * a.standardError + b.standardError * b.standardError).squareRoot()
        let value = a.mean - b.mean
        return (Interval(value, value - error, value + error), horizon)
    }
}
