import VirtualTrials

/// What one shard gave: who was screened, and one record a patient and arm.
struct ShardResult: Sendable, Codable {
    var shard: Shard
    var drawn: Int
    /// By reason; places that stayed empty are `unfilled`.
    var rejections: [String: Int]
    var unfilled: Int
    var growthDays: [Double]
    var doublingDays: [Double]
    /// By arm, in the order of the study; within an arm by place.
    var arms: [[SubjectRecord]]
}
