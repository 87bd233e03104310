import Survival

/// The figures of a trial by the names of the observed table's columns; what `trial --json` prints.
public struct TrialSummary: Sendable, Codable, Hashable {
    public struct Arm: Sendable, Codable, Hashable {
        public var name: String
        public var therapy: String
        public var patients: Int
        /// By column (`orr_pct`, `pfs_median_months`, ...) with 95 % limits of the sampling error.
        public var endpoints: [String: Interval]
    }
    public var schema = 1
    public var study: String
    public var title: String
    public var design: String
    public var seed: UInt64
    public var flow: PatientFlow
    public var arms: [Arm]
    public var comparisons: [Comparison]
    public var subgroups: [Subgroup]
    public var plan: String
    /// What each arm's result rests on, and assumed values within whose range a clear effect turns.
    public var drivers: [Driver] = []
    public var flips: [Flip] = []
    /// Weights of the pool that patients were drawn from; nil where they come as they are drawn.
    public var weighting: WeightingSummary? = nil
    /// By size, when asked for.
    public var power: [PowerRow] = []
    public var notice = "Simulated patients. Research and education only: not medical advice."
}

extension TrialResult {
    public var summary: TrialSummary {
        TrialSummary(
            study: study.id, title: study.title, design: study.design.rawValue, seed: study.seed, flow: flow,
            arms: cohort.arms.map { arm in
                TrialSummary.Arm(name: arm.name, therapy: arm.therapy, patients: arm.response.patients, endpoints: arm.endpoints(comparisons: cohort.comparisons))
            }, comparisons: cohort.comparisons, subgroups: subgroups, plan: manifest.plan, drivers: drivers, flips: flips, weighting: weighting)
    }
}

/// Power of the log-rank and the max-combo test at a number of patients in each arm.
public struct PowerRow: Sendable, Codable, Hashable {
    public var comparison: String
    public var endpoint: String
    public var patientsPerArm: Int
    /// Percent, with the exact 95 % interval of the simulation.
    public var logRank: Interval
    public var maxCombo: Interval
}

extension TrialResult {
    /// Draws trials of other sizes from the patients of this one.
    public func power(patientsPerArm sizes: [Int]) -> [PowerRow] {
        func times(_ arm: ArmResult, _ endpoint: String) -> SurvivalTimes {
            var data = SurvivalTimes()
            for patient in arm.patients {
                endpoint == "OS"
                    ? data.append(time: max(0, patient.survivalDays), isEvent: patient.hasDied)
                    : data.append(time: max(0, patient.progressionFreeDays), isEvent: patient.hasProgressedOrDied)
            }
            return data
        }
        return cohort.comparisons.flatMap { comparison -> [PowerRow] in
            guard let arm = cohort.arms.first(where: { $0.name == comparison.arm }), let reference = cohort.arms.first(where: { $0.name == comparison.reference }),
                !arm.patients.isEmpty, !reference.patients.isEmpty
            else { return [] }
            return sizes.map { size in
                let power = PowerSimulation(
                    control: times(reference, comparison.endpoint), treated: times(arm, comparison.endpoint), patientsPerArm: size, seed: study.seed)
                return PowerRow(
                    comparison: "\(comparison.arm) against \(comparison.reference)", endpoint: comparison.endpoint, patientsPerArm: size,
                    logRank: Interval(percent: power.logRank), maxCombo: Interval(percent: power.maxCombo))
            }
        }
    }
}

extension ArmResult {
    /// Figures by column of the observed table; a column without a figure is absent.
    func endpoints(comparisons: [Comparison]) -> [String: Interval] {
        var values: [String: Interval] = [
            "orr_pct": response.objectiveResponse, "cr_pct": response.completeResponse, "dcr_pct": response.diseaseControl,
        ]
        values["pcr_pct"] = response.pathologicalResponse
        values["psa50_pct"] = response.markerResponse
        for (code, lead) in [("PFS", "pfs"), ("RFS", "rfs"), ("EFS", "efs"), ("OS", "os"), ("DOR", "dor")] {
            guard let curve = survival.first(where: { $0.code == code }) else { continue }
            values["\(lead)_median_months"] = curve.median
            for landmark in curve.landmarks where landmark.percent.value != nil {
                values["\(lead)_\(Int(landmark.months))mo_pct"] = landmark.percent
            }
        }
        for comparison in comparisons where comparison.arm == name {
            values["hr_\(comparison.endpoint.lowercased())"] = comparison.hazardRatio
        }
        values["grade3plus_trae_pct"] = severeEvents
        for row in toxicity {
            let lead = row.term.hasPrefix("cytokine") ? "crs" : row.term.contains("ICANS") ? "icans" : nil
            guard let lead else { continue }
            values["\(lead)_any_pct"] = row.any
            values["\(lead)_ge3_pct"] = row.severe
        }
        return values
    }
}
