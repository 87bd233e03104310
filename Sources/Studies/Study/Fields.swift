import Foundation
import ModelIR
import Quantities
import VirtualTrials
import Yams

/// Reads one mapping of a study file: values by key, each with its place; collects what is wrong.
final class Findings {
    let file: String
    private(set) var diagnostics: [Diagnostic] = []

    init(file: String) { self.file = file }

    func place(_ node: Node?) -> SourceLocation {
        let mark = node?.mark
        return SourceLocation(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
    }

    func report(_ message: String, at place: SourceLocation?, remedy: String? = nil) {
        diagnostics.append(Diagnostic(.error, .invalid, message, at: place, remedy: remedy))
    }

    func add(_ invalid: InvalidModel) { diagnostics += invalid.diagnostics }
}

struct Fields {
    let findings: Findings
    /// What the mapping is, for messages: `an arm`.
    let name: String
    let node: Node?
    private let values: [String: Node]

    /// Refuses what isn't a mapping and keys that aren't known.
    init(_ node: Node?, _ name: String, keys: [String], _ findings: Findings) {
        self.findings = findings
        self.name = name
        self.node = node
        var values: [String: Node] = [:]
        if let node {
            if let mapping = node.mapping {
                for (key, value) in mapping {
                    let text = key.string ?? ""
                    if keys.contains(text) {
                        values[text] = value
                    } else {
                        findings.report(
                            "unknown field '\(text)' in \(name)", at: findings.place(key),
                            remedy: suggestion(for: text, among: keys) ?? "fields of \(name): \(keys.joined(separator: ", "))")
                    }
                }
            } else if node.null == nil {
                findings.report("\(name) must be a list of `field: value`", at: findings.place(node))
            }
        }
        self.values = values
    }

    subscript(_ key: String) -> Node? { values[key] }

    func place(_ key: String) -> SourceLocation { findings.place(values[key] ?? node) }

    func required(_ key: String) -> Node? {
        if values[key] == nil { findings.report("\(name) lacks '\(key)'", at: findings.place(node), remedy: "add `\(key): ...`") }
        return values[key]
    }

    func text(_ key: String) -> String? {
        guard let node = values[key] else { return nil }
        guard let text = node.string, !text.isEmpty else {
            findings.report("'\(key)' must be a text", at: findings.place(node))
            return nil
        }
        return text
    }

    func requiredText(_ key: String) -> String {
        guard required(key) != nil else { return "" }
        return text(key) ?? ""
    }

    func number(_ key: String, _ range: ClosedRange<Double>) -> Double? {
        guard let node = values[key] else { return nil }
        guard let value = node.float, value.isFinite, range.contains(value) else {
            findings.report(
                "'\(key)' must be a number between \(range.lowerBound.formatted()) and \(range.upperBound.formatted()), got '\(node.string ?? "a list")'",
                at: findings.place(node))
            return nil
        }
        return value
    }

    func integer(_ key: String, _ range: ClosedRange<Int>) -> Int? {
        guard let node = values[key] else { return nil }
        guard let value = node.int, range.contains(value) else {
            findings.report(
                "'\(key)' must be a whole number between \(range.lowerBound) and \(range.upperBound), got '\(node.string ?? "a list")'",
                at: findings.place(node))
            return nil
        }
        return value
    }

    func flag(_ key: String) -> Bool? {
        guard let node = values[key] else { return nil }
        guard let value = node.bool else {
            findings.report("'\(key)' must be true or false, got '\(node.string ?? "a list")'", at: findings.place(node))
            return nil
        }
        return value
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, as type: Choice.Type) -> Choice? where Choice.RawValue == String {
        guard let text = text(key) else { return nil }
        let words = text.lowercased()
        if let choice = Choice.allCases.first(where: { $0.rawValue.lowercased() == words }) { return choice }
        // without its year or version: `Lugano`, `RECIST`
        let begun = Choice.allCases.filter { $0.rawValue.lowercased().hasPrefix(words + " ") }
        if begun.count == 1 { return begun.first }
        let known = Choice.allCases.map(\.rawValue)
        findings.report(
            "'\(key)' is '\(text)'", at: place(key),
            remedy: suggestion(for: text, among: known) ?? "expected one of \(known.joined(separator: ", "))")
        return nil
    }

    /// A time with its unit, in days; a month is 30.4375 days, a year 365.25.
    func days(_ key: String, orZero: Bool = false) -> Double? {
        guard let node = values[key] else { return nil }
        guard let text = node.string, let days = Self.days(text), days > 0 || orZero && days == 0 else {
            findings.report(
                "'\(key)' must be a positive time, got '\(node.string ?? "a list")'", at: findings.place(node),
                remedy: "write it with its unit: 9 weeks, 21 d, 3 years")
            return nil
        }
        return days
    }

    static func days(_ text: String) -> Double? {
        let trimmed = text.trimmingCharacters(in: .whitespaces).lowercased()
        let digits = trimmed.prefix { $0.isNumber || $0 == "." || $0 == "-" }
        let unit = trimmed.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
        let lengths: [(Set<String>, Double)] = [
            (["d", "day", "days"], 1), (["w", "wk", "week", "weeks"], 7), (["mo", "month", "months"], 30.4375), (["y", "year", "years"], 365.25),
        ]
        guard let number = Double(digits), number.isFinite else { return nil }
        if number == 0 && unit.isEmpty { return 0 }
        return lengths.first { $0.0.contains(unit) }.map { number * $0.1 }
    }

    /// `66 %` or 0.66.
    func share(_ key: String) -> Double? {
        guard let node = values[key] else { return nil }
        guard let value = node.string.flatMap(Self.amount), (0...1).contains(value) else {
            findings.report(
                "'\(key)' must be a share between 0 and 100 %, got '\(node.string ?? "a list")'", at: findings.place(node),
                remedy: "write 66 % or 0.66")
            return nil
        }
        return value
    }

    /// A number, or a percentage as its hundredth.
    static func amount(_ text: String) -> Double? {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        if trimmed.hasSuffix("%") { return Double(trimmed.dropLast().trimmingCharacters(in: .whitespaces)).map { $0 / 100 } }
        return Double(trimmed)
    }

    /// Nodes of a list; a single value is a list of one.
    func list(_ key: String) -> [Node] {
        guard let node = values[key] else { return [] }
        if let sequence = node.sequence { return Array(sequence) }
        return node.null != nil ? [] : [node]
    }
}
