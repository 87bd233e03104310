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
    public var notice = "Simulated patients. Research and education only: not medical advice."
}

extension TrialResult {
    public var summary: TrialSummary {
        TrialSummary(
            study: study.id, title: study.title, design: study.design.rawValue, seed: study.seed, flow: flow,
            arms: cohort.arms.map { arm in
                TrialSummary.Arm(name: arm.name, therapy: arm.therapy, patients: arm.response.patients, endpoints: arm.endpoints(comparisons: cohort.comparisons))
            }, comparisons: cohort.comparisons, subgroups: subgroups, plan: manifest.plan)
    }
}

extension ArmResult {
    /// Figures by column of the observed table; a column without a figure is absent.
    func endpoints(comparisons: [Comparison]) -> [String: Interval] {
        var values: [String: Interval] = [
            "orr_pct": response.objectiveResponse, "cr_pct": response.completeResponse, "dcr_pct": response.diseaseControl,
        ]
        for (code, lead) in [("PFS", "pfs"), ("OS", "os"), ("DOR", "dor")] {
            guard let curve = survival.first(where: { $0.code == code }) else { continue }
            values["\(lead)_median_months"] = curve.median
            for landmark in curve.landmarks where landmark.percent.value != nil {
                values["\(lead)_\(Int(landmark.months))mo_pct"] = landmark.percent
            }
        }
        for comparison in comparisons where comparison.arm == name {
            values["hr_\(comparison.endpoint.lowercased())"] = comparison.hazardRatio
        }
        for row in toxicity {
            let lead = row.term.hasPrefix("cytokine") ? "crs" : row.term.contains("ICANS") ? "icans" : nil
            guard let lead else { continue }
            values["\(lead)_any_pct"] = row.any
            values["\(lead)_ge3_pct"] = row.severe
        }
        return values
    }
}
