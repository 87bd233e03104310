/// Which method integrates.
public enum IntegrationMethod: String, Sendable, Hashable, CaseIterable, Codable {
    /// By tolerance: `rodas4P2` where the relative tolerance is 3e-5 or looser, else `rodas5P`.
    case automatic
    case rodas4P2 = "rodas4p2"
    case rodas5P = "rodas5p"

    /// Relative tolerance from which the method of lower order needs less work for the same error.
    /// Measured on a 101-state model: Rodas4P2 leads at 1e-4, Rodas5P at 1e-5.
    static let looseTolerance = 3e-5

    /// The methods proper; conformance tests run over this list.
    public static let all: [IntegrationMethod] = [.rodas4P2, .rodas5P]

    public func tableau(relativeTolerance: Double) -> RosenbrockTableau {
        switch self {
        case .rodas4P2: .rodas4P2
        case .rodas5P: .rodas5P
        case .automatic: relativeTolerance >= Self.looseTolerance ? .rodas4P2 : .rodas5P
        }
    }
}
