import Explanation
import Foundation
import ModelIR
import Quantities
import Yams

/// A patient in a file: YAML with one fact a line, as `perforin compare --facts` lists them.
///
/// ```
/// cancer: nsclc
/// age: 64
/// diameter: 37 mm          # a unit is converted; a bare number is in the fact's unit
/// pdl1: 80 %
/// prior: [platinum, taxane]
/// therapies: [pembrolizumab, docetaxel]     # optional: what to compare
/// ```
public struct PatientFile: Sendable, Hashable {
    public var cancer: String?
    public var facts: [String: String]
    public var therapies: [String]

    /// - Throws: `InvalidModel` with everything that is wrong in it, each with its place.
    public init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "can't read the patient '\(path)'")])
        }
        guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "'\(path)' is no patient: it holds more than a megabyte or isn't UTF-8 text")])
        }
        try self.init(yaml: text, file: URL(fileURLWithPath: path).lastPathComponent)
    }

    public init(yaml text: String, file: String) throws {
        let vocabulary = try PatientProfile.vocabulary()
        let findings = Findings(file: file)
        guard let root = try Study.compose(text, file: file), root.mapping != nil else {
            throw InvalidModel([
                Diagnostic(
                    .error, .invalid, "a patient is a list of `fact: value`", at: SourceLocation(file: file, line: 1, column: 1),
                    remedy: "write it like 'pdl1: 80 %', one fact a line")
            ])
        }
        let fields = Fields(root, "the patient", keys: ["cancer", "therapies"] + vocabulary.map(\.name), findings)
        cancer = fields.text("cancer")
        therapies = fields.list("therapies").compactMap(\.string)
        facts = [:]
        for fact in vocabulary {
            let words = fields.list(fact.name).compactMap(\.string)
            guard !words.isEmpty else { continue }
            var value = words.joined(separator: " ")
            if fact.isNumber, let converted = Self.converted(value, to: fact.unit) { value = converted }
            do {
                _ = try PatientProfile(cancer: cancer ?? "", facts: [fact.name: value]).completed()
            } catch let invalid as InvalidModel {
                findings.report(invalid.diagnostics[0].message, at: fields.place(fact.name))
            }
            facts[fact.name] = value
        }
        if !findings.diagnostics.isEmpty { throw InvalidModel(findings.diagnostics) }
    }

    /// `3.7 cm` in the fact's unit; nil: as it is.
    private static func converted(_ text: String, to unit: String) -> String? {
        guard Double(text) == nil, !text.hasSuffix("%"), let wanted = try? Unit(unit), let value = try? Quantity(text).value(in: wanted) else { return nil }
        return "\(value)"
    }
}
