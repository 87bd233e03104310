import Foundation

/// The unit of a model's symbol as people write it: `mg_per_L` is mg/L, `cell` is cells, `dimensionless` is nothing.
///
/// - Parameter id: Identifier of a unit in the modules' texts; what has no words of its own comes back as it is.
public func unitInWords(_ id: String) -> String {
    if let words = unitWords[id] { return words }
    let parts = id.components(separatedBy: "_per_").map { unitWords[$0] ?? $0 }
    return id.hasPrefix("per_") ? "1/" + unitInWords(String(id.dropFirst(4))) : parts.joined(separator: "/")
}

private let unitWords = [
    "cell": "cells", "dimensionless": "", "degree_C": "°C", "uL": "µL", "uM": "µM", "ug": "µg", "um": "µm", "TCID50_mL": "TCID50/mL",
]
