import Foundation
import ModelIR
import VirtualTrials

/// A parameter that calibration may change: by one factor, in every trial that uses it.
///
/// None belongs to a trial, an arm, or a pair of drug and cancer: a drug's parameter is the same in all cancers, a cancer's the
/// same under all drugs.
public struct FreeParameter: Sendable, Codable, Hashable {
    /// Id in the assembled model; with `cancer` it is that cancer's own.
    public var id: String
    public var cancer: String?
    /// Standard deviation of the logarithm of the factor before any trial is looked at.
    public var spread: Double
    public var note: String

    /// Its name in tables: `hazard_base (nsclc)`.
    public var name: String { cancer.map { "\(id) (\($0))" } ?? id }

    /// The list that comes with Perforin.
    public static func shipped() throws -> [FreeParameter] {
        guard let url = Bundle.module.url(forResource: "free_parameters", withExtension: "csv", subdirectory: "Resources/calibration") else {
            throw InvalidModel([Diagnostic(.error, .invalid, "the list of free parameters is missing beside the program")])
        }
        return try list(csv: String(contentsOf: url, encoding: .utf8), file: "free_parameters.csv")
    }

    public static func list(csv: String, file: String) throws -> [FreeParameter] {
        try csv.split(whereSeparator: \.isNewline).enumerated().dropFirst().map { index, line in
            let cells = line.split(separator: ",", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            guard cells.count == 4, !cells[0].isEmpty, let spread = Double(cells[2]), spread > 0 else {
                throw InvalidModel([
                    Diagnostic(
                        .error, .invalid, "'\(line)' is not id, cancer, spread, note", at: SourceLocation(file: file, line: index + 1, column: 1))
                ])
            }
            return FreeParameter(id: cells[0], cancer: cells[1].isEmpty ? nil : cells[1], spread: spread, note: cells[3])
        }
    }
}
