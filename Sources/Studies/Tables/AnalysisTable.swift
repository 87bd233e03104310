import Foundation

/// One data set in the shape of CDISC's analysis model (ADaM): variables with labels and types, rows of text.
public struct AnalysisTable: Sendable {
    public struct Variable: Sendable, Hashable {
        public enum Kind: String, Sendable { case text, integer, float }
        public var name: String
        public var label: String
        public var kind: Kind
        init(_ name: String, _ label: String, _ kind: Kind = .text) {
            self.name = name
            self.label = label
            self.kind = kind
        }
    }
    public var name: String
    public var label: String
    /// ADaM's class: `SUBJECT LEVEL ANALYSIS DATASET`, `BASIC DATA STRUCTURE`, `OCCURRENCE DATA STRUCTURE`.
    public var structure: String
    public var variables: [Variable]
    /// Names of the variables that identify a row.
    public var keys: [String]
    public var rows: [[String]] = []

    init(_ name: String, _ label: String, structure: String, keys: [String], variables: [Variable]) {
        self.name = name
        self.label = label
        self.structure = structure
        self.keys = keys
        self.variables = variables
    }

    public var fileName: String { "\(name.lowercased()).csv" }

    mutating func append(_ cells: [String]) {
        precondition(cells.count == variables.count, "\(name): \(cells.count) cells for \(variables.count) variables")
        rows.append(cells)
    }

    /// Comma-separated, with the variables' names as header; cells with commas or quotes are quoted (RFC 4180).
    public var csv: String { header + body }

    var header: String { variables.map(\.name).joined(separator: ",") + "\n" }

    /// The rows without the header.
    var body: String {
        var text = ""
        for row in rows {
            text += row.map { $0.contains { ",\"\n".contains($0) } ? "\"\($0.replacingOccurrences(of: "\"", with: "\"\""))\"" : $0 }
                .joined(separator: ",")
            text += "\n"
        }
        return text
    }
}

/// Numbers as tables show them.
enum Cell {
    static func number(_ x: Double?, digits: Int = 1) -> String {
        guard let x, x.isFinite else { return "" }
        let text = String(format: "%.\(digits)f", x)
        return text.contains(".") ? String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed()) : text
    }

    /// Study day as CDISC counts: the first day of treatment is 1, the day before it -1; there is no day 0.
    static func day(_ days: Double?) -> String {
        guard let days, days.isFinite else { return "" }
        let whole = Int(days.rounded(.down))
        return String(whole >= 0 ? whole + 1 : whole)
    }
}
