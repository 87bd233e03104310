import Foundation
public import ModelIR

/// What a stage says about the size of the primary tumour: `Resources/stages.csv`, each row with its source.
///
/// The models have one lesion, so a stage acts through its size alone; nodes and metastases are not simulated.
public struct StageTable: Sendable {
    public struct Row: Sendable, Hashable {
        public var cancer: String
        public var stage: String
        /// mm
        public var diameter: ClosedRange<Double>
        public var source: String
        public var note: String
    }
    public let rows: [Row]

    /// The shipped table.
    /// - Throws: `InvalidModel` when it is missing or a row can't be read.
    public init() throws {
        guard let url = Bundle.module.url(forResource: "stages", withExtension: "csv", subdirectory: "Resources") else {
            throw InvalidModel([Diagnostic(.error, .invalid, "stages.csv is missing from the installation")])
        }
        rows = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline).enumerated().dropFirst().map { index, line in
            let cells = CommaSeparated.cells(of: String(line))
            guard cells.count == 7, let low = Double(cells[2]), let high = Double(cells[3]), low < high, cells[4] == "mm" else {
                throw InvalidModel([
                    Diagnostic(.error, .invalid, "a row needs 7 columns and limits in mm", at: SourceLocation(file: "stages.csv", line: index + 1, column: 1))
                ])
            }
            return Row(cancer: cells[0], stage: cells[1], diameter: low...high, source: cells[5], note: cells[6])
        }
    }

    /// The row of a stage; `IIIB` and `4` are read as III and IV.
    /// - Throws: `InvalidModel` for a stage or a cancer that the table doesn't have, with those that it has.
    public func row(cancer: String, stage text: String) throws(InvalidModel) -> Row {
        let known = rows.filter { $0.cancer == cancer }
        if known.isEmpty {
            throw InvalidModel([
                Diagnostic(
                    .error, .invalid, "there is no table of stages for '\(cancer)'",
                    remedy: "leave --stage out; there is one for \(Set(rows.map(\.cancer)).sorted().joined(separator: ", "))")
            ])
        }
        let arabic = ["1": "I", "2": "II", "3": "III", "4": "IV"]
        let upper = text.uppercased()
        let roman = arabic[upper] ?? String(upper.reversed().drop { "ABC123".contains($0) }.reversed())
        guard let row = known.first(where: { $0.stage == roman }) else {
            throw InvalidModel([
                Diagnostic(.error, .invalid, "'\(text)' is no stage of \(cancer)", remedy: "expected \(known.map(\.stage).joined(separator: ", "))")
            ])
        }
        return row
    }
}
