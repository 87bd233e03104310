/// A patient who doesn't exist: who they are, and the values that make their model.
public struct VirtualPatient: Sendable, Hashable, Codable {
    /// Number of the draw; with the seed it determines everything about the patient.
    public var number: Int
    /// Covariates by id (`age`, `male`, `ECOG`, `TMB`, `PDL1_fraction`, ...), those the model doesn't know included.
    public var covariates: [String: Double]
    /// Values of the model's parameters that differ from the tables', by id; covariates the model knows included.
    public var values: [String: Double]

    /// Number on study, from 0: differs from `number` where a place on study may need several draws.
    public var subject: Int

    public init(number: Int, covariates: [String: Double], values: [String: Double], subject: Int? = nil) {
        self.number = number
        self.subject = subject ?? number
        self.covariates = covariates
        self.values = values
    }

    public var weight: Double { covariates["weight"] ?? 75 }
    public var glomerularFiltration: Double { covariates["GFR"] ?? 90 }
    /// Body surface area in m² (Mosteller, N. Engl. J. Med. 317 (1987) 1098).
    public var bodySurface: Double { (weight * (covariates["height"] ?? 170) / 3600).squareRoot() }
}
