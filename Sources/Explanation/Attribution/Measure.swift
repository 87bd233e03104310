/// One number that a therapy makes of a twin, for attribution.
public enum Measure: String, Sendable, Hashable, Codable, CaseIterable {
    case response
    case progressionFree = "progression-free"
    case survival
    case shrinkage

    public var unit: String {
        switch self {
        case .response: "of 100 twins"
        case .progressionFree, .survival: "months"
        case .shrinkage: "percentage points"
        }
    }

    public var words: String {
        switch self {
        case .response: "twins with a response"
        case .progressionFree: "months without progression"
        case .survival: "months of survival"
        case .shrinkage: "shrinkage at best"
        }
    }

    static let month = 30.4375

    func value(of outcome: TwinOutcome, horizon: Double) -> Double {
        switch self {
        case .response: outcome.responds ? 100 : 0
        case .progressionFree: min(outcome.progressionFreeDays, horizon) / Self.month
        case .survival: min(outcome.survivalDays, horizon) / Self.month
        case .shrinkage: -min(outcome.bestChange ?? 0, 100)
        }
    }
}
