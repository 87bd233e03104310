import ModelIR

/// The parameter rows of one CSV file of `Resources/parameters`.
///
/// Columns: `id, value, unit, distribution, spread, low, high, meaning, source, confidence, note, module`; fields
/// that hold a comma are quoted. Everything wrong is reported at once, each with its line.
public struct ParameterTable: Sendable, Hashable {
    public var rows: [ParameterRow]

    static let columns = [
        "id", "value", "unit", "distribution", "spread", "low", "high", "meaning", "source", "confidence", "note", "module",
    ]

    /// - Parameter firstLine: Line of the header in `file`, when the table is a part of it.
    public init(csv text: String, file: String, firstLine: Int = 1) throws(InvalidModel) {
        rows = []
        var problems: [Diagnostic] = []
        var seen: Set<String> = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let place = SourceLocation(file: file, line: index + firstLine, column: 1)
            if line.allSatisfy(\.isWhitespace) { continue }
            let fields = Self.fields(of: line)
            if index == 0 {
                if fields != Self.columns {
                    problems.append(Diagnostic(.error, .invalid, "the columns are not \(Self.columns.joined(separator: ", "))", at: place))
                    break
                }
                continue
            }
            guard fields.count == Self.columns.count else {
                problems.append(Diagnostic(.error, .invalid, "\(fields.count) fields instead of \(Self.columns.count)", at: place))
                continue
            }
            func number(_ column: Int) -> Double? {
                if fields[column].isEmpty { return nil }
                if let value = Double(fields[column]) { return value }
                problems.append(Diagnostic(.error, .invalid, "\(Self.columns[column]) '\(fields[column])' of '\(fields[0])' is not a number", at: place))
                return nil
            }
            guard let kind = Distribution.Kind(rawValue: fields[3]) else {
                problems.append(Diagnostic(.error, .invalid, "'\(fields[0])' has no known distribution: '\(fields[3])'", at: place))
                continue
            }
            guard let confidence = Confidence(rawValue: fields[9]) else {
                problems.append(Diagnostic(.error, .invalid, "'\(fields[0])' has no confidence: '\(fields[9])'", at: place))
                continue
            }
            guard let value = number(1) else {
                problems.append(Diagnostic(.error, .invalid, "'\(fields[0])' has no value", at: place))
                continue
            }
            if let spread = number(4), spread < 0 {
                problems.append(Diagnostic(.error, .invalid, "the spread of '\(fields[0])' is negative", at: place))
            }
            if kind == .lognormal, value <= 0 || (number(4) ?? 0) <= 0 {
                problems.append(Diagnostic(.error, .invalid, "'\(fields[0])' is lognormal, so value and spread are positive", at: place))
            }
            if !seen.insert(fields[0]).inserted {
                problems.append(Diagnostic(.error, .invalid, "'\(fields[0])' has two rows", at: place))
            }
            rows.append(
                ParameterRow(
                    id: fields[0], value: value, unit: fields[2],
                    distribution: Distribution(kind, spread: number(4) ?? 0, low: number(5), high: number(6)),
                    meaning: fields[7], source: fields[8], confidence: confidence, note: fields[10], module: fields[11]))
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
    }

    public subscript(id: String) -> ParameterRow? { rows.first { $0.id == id } }

    /// The fields of one line; a quote inside a quoted field is doubled.
    private static func fields(of line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        var rest = line[...]
        while let character = rest.popFirst() {
            switch character {
            case "\"" where isQuoted && rest.first == "\"":
                fields[fields.count - 1].append("\"")
                rest.removeFirst()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            case "\r": continue
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}
