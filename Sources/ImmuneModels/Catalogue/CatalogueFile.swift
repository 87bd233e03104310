import Foundation
import ModelIR

/// A text file of the catalogue: `key: value` lines, then after a line `---` a parameter table.
///
/// Lists are separated by `;`, pairs are `a=b`. Lines that begin with `#` are remarks. Every complaint has its line.
struct CatalogueFile {
    let file: String
    private let lines: [String: (value: String, line: Int)]
    let rows: [ParameterRow]
    /// Lines of the rows, by their ids in the file.
    private(set) var rowLines: [String: Int] = [:]

    init(_ text: String, file: String) throws(InvalidModel) {
        self.file = file
        var lines: [String: (value: String, line: Int)] = [:]
        var problems: [Diagnostic] = []
        var table = ""
        var tableLine = 0
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if tableLine > 0 {
                table += line + "\n"
                continue
            }
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            if trimmed == "---" {
                tableLine = index + 2
                continue
            }
            let place = SourceLocation(file: file, line: index + 1, column: 1)
            guard let colon = trimmed.firstIndex(of: ":") else {
                problems.append(Diagnostic(.error, .invalid, "'\(trimmed)' is not 'key: value'", at: place))
                continue
            }
            let key = String(trimmed[..<colon])
            let value = trimmed[trimmed.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            if lines.updateValue((value, index + 1), forKey: key) != nil {
                problems.append(Diagnostic(.error, .invalid, "'\(key)' is given twice", at: place))
            }
        }
        self.lines = lines
        if !problems.isEmpty { throw InvalidModel(problems) }
        rows = tableLine > 0 ? try ParameterTable(csv: table, file: file, firstLine: tableLine).rows : []
        for (offset, line) in table.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let id = line.split(separator: ",").first { rowLines[String(id)] = tableLine + offset }
        }
    }

    /// Refuses keys that the reader doesn't know, so that a slip of the pen is not a silent default.
    func check(knownKeys: Set<String>) throws(InvalidModel) {
        let unknown = lines.filter { !knownKeys.contains($0.key) }.sorted { $0.value.line < $1.value.line }
        if !unknown.isEmpty {
            throw InvalidModel(
                unknown.map { key, entry in
                    Diagnostic(
                        .error, .invalid, "unknown key '\(key)'", at: SourceLocation(file: file, line: entry.line, column: 1),
                        remedy: "known keys: \(knownKeys.sorted().joined(separator: ", "))")
                })
        }
    }

    func text(_ key: String) -> String? { lines[key]?.value }

    func required(_ key: String) throws(InvalidModel) -> String {
        guard let value = lines[key]?.value, !value.isEmpty else {
            throw InvalidModel([
                Diagnostic(.error, .invalid, "'\(key)' is missing", at: SourceLocation(file: file, line: 1, column: 1))
            ])
        }
        return value
    }

    func list(_ key: String) -> [String] {
        (lines[key]?.value ?? "").split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// `a=b` pairs, separated by `;`.
    func pairs(_ key: String) throws(InvalidModel) -> [String: String] {
        var result: [String: String] = [:]
        for pair in list(key) {
            let parts = pair.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, result.updateValue(parts[1], forKey: parts[0]) == nil else { throw invalid(key, "a list `a=b; c=d`") }
        }
        return result
    }

    /// `unit=number` pairs, separated by `;`.
    func numbers(_ key: String) throws(InvalidModel) -> [String: Double] {
        var result: [String: Double] = [:]
        for (name, text) in try pairs(key) {
            guard let value = Double(text), value.isFinite, value > 0 else { throw invalid(key, "a list of units with positive numbers") }
            result[name] = value
        }
        return result
    }

    func flag(_ key: String) throws(InvalidModel) -> Bool {
        switch lines[key]?.value {
        case nil, "no": false
        case "yes": true
        default: throw invalid(key, "yes or no")
        }
    }

    /// Lines of the keys.
    var keyLines: [String: Int] { lines.mapValues(\.line) }

    func place(_ key: String) -> SourceLocation { SourceLocation(file: file, line: lines[key]?.line ?? 1, column: 1) }

    func number(_ key: String) throws(InvalidModel) -> Double? {
        guard let entry = lines[key] else { return nil }
        guard let value = Double(entry.value), value.isFinite else { throw invalid(key, "a number") }
        return value
    }

    /// One of the cases of an enumeration, by its raw value.
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, as type: Choice.Type) throws(InvalidModel) -> Choice
    where Choice.RawValue == String {
        let text = try required(key)
        guard let choice = Choice(rawValue: text) else {
            throw invalid(key, "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    /// `low..high`.
    func range(_ key: String) throws(InvalidModel) -> ClosedRange<Double>? {
        guard let text = lines[key]?.value else { return nil }
        guard let range = Self.range(text) else { throw invalid(key, "low..high") }
        return range
    }

    /// A list of `name=low..high`.
    func ranges(_ key: String) throws(InvalidModel) -> [(name: String, range: ClosedRange<Double>)] {
        var result: [(name: String, range: ClosedRange<Double>)] = []
        for item in list(key) {
            let parts = item.split(separator: "=").map(String.init)
            guard parts.count == 2, let range = Self.range(parts[1]) else { throw invalid(key, "a list of name=low..high") }
            result.append((parts[0], range))
        }
        return result
    }

    private static func range(_ text: String) -> ClosedRange<Double>? {
        guard let dots = text.firstRange(of: ".."), let low = Double(text[..<dots.lowerBound]), let high = Double(text[dots.upperBound...]),
            low <= high
        else { return nil }
        return low...high
    }

    func invalid(_ key: String, _ expected: String) -> InvalidModel {
        InvalidModel([
            Diagnostic(
                .error, .invalid, "'\(key): \(lines[key]?.value ?? "")' is not \(expected)",
                at: SourceLocation(file: file, line: lines[key]?.line ?? 1, column: 1))
        ])
    }
}
