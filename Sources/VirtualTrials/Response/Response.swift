/// A response at one assessment or over all of them.
public enum Response: String, Sendable, Hashable, Codable, CaseIterable {
    case complete = "CR"
    case partial = "PR"
    case stable = "SD"
    /// Non-target disease only, neither gone nor progressed.
    case nonCompleteNonProgressive = "NON-CR/NON-PD"
    case progression = "PD"
    case notEvaluable = "NE"

    public var isObjective: Bool { self == .complete || self == .partial }
    public var isControlled: Bool { isObjective || self == .stable || self == .nonCompleteNonProgressive }
}
