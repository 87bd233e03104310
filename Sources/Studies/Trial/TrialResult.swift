import VirtualTrials

/// What a trial gave, beyond what any cohort gives: the flow of patients, subgroups, and the records for the tables.
public struct TrialResult: Sendable {
    public var study: Study
    public var manifest: TrialManifest
    public var cohort: CohortResult
    public var flow: PatientFlow
    public var subgroups: [Subgroup]
    /// By arm, what its result rests on.
    public var drivers: [Driver]
    /// Assumed values within whose range a clear effect turns.
    public var flips: [Flip] = []
    /// nil where patients come as they are drawn.
    public var weighting: WeightingSummary? = nil
    /// Code and label of what visits measure.
    package var measure: (code: String, label: String)
    /// By arm, in the order of the study.
    package var records: [[SubjectRecord]]
    /// Names of the tables of a large trial, which were written while its shards were read.
    var tablesOnDisk: [String] = []
}

/// From screening to analysis, as a CONSORT diagram counts it.
public struct PatientFlow: Sendable, Codable, Hashable {
    public struct Arm: Sendable, Codable, Hashable {
        public var name: String
        public var allocated: Int
        public var treated: Int
        /// Reasons for the end of treatment, those still on it as `ongoing`.
        public var endOfTreatment: [Count]
        public var crossedOver: Int
        public var lost: Int
        public var deaths: [Count]
        public var failures: Int
        public var analysed: Int
    }
    public var screened: Int
    public var excluded: [Count]
    /// Places for which no draw made a patient.
    public var unfilled: Int
    /// Patients on study; with twins each is in every arm.
    public var enrolled: Int
    public var isRandomised: Bool
    public var arms: [Arm]
}

/// The effect among patients of one level of a split.
public struct Subgroup: Sendable, Codable, Hashable {
    public var split: String
    public var level: String
    public var arm: String
    public var reference: String
    public var endpoint: String
    public var patients: Int
    public var events: Int
    public var hazardRatio: Interval
}
