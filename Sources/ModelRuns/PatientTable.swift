import Foundation
import ModelIR

/// A CSV with one row per patient and one column per parameter or species, perhaps with names in a leading column
/// `id` or `patient`.
public struct PatientTable: Sendable {
    /// Names of the patients; their numbers from 1 where the table gives none.
    public var names: [String]
    /// Ids that vary.
    public var ids: [String]
    /// Row-major, shape `[patients, ids]`.
    public var values: [Double]

    public var count: Int { names.count }
    func row(_ patient: Int) -> [Double] { Array(values[patient * ids.count..<(patient + 1) * ids.count]) }

    public init(at path: String) throws(InvalidModel) {
        let data = try readFile(path)
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw InvalidModel("\(path) is not text in UTF-8")
        }
        try self.init(text, file: path)
    }

    public init(_ text: String, file: String) throws(InvalidModel) {
        var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { String($0) }
        if lines.first?.hasPrefix("\u{FEFF}") == true { lines[0].removeFirst() }
        guard let header = lines.first.map(Self.fields), header != [""] else {
            throw InvalidModel("\(file): the table is empty", remedy: "its first line names parameters or species")
        }
        let hasNames = ["id", "patient"].contains(header[0].lowercased())
        ids = Array(header.dropFirst(hasNames ? 1 : 0))
        names = []
        values = []
        var findings: [Diagnostic] = []
        if Set(ids).count != ids.count || ids.contains("") {
            findings.append(
                Diagnostic(
                    .error, .invalid, "column names are empty or repeated",
                    at: SourceLocation(file: file, line: 1, column: 1)))
        }
        for (number, line) in lines.enumerated().dropFirst() where !line.allSatisfy(\.isWhitespace) {
            let fields = Self.fields(line)
            let place = SourceLocation(file: file, line: number + 1, column: 1)
            if fields.count != header.count {
                findings.append(
                    Diagnostic(.error, .invalid, "\(fields.count) fields, the header has \(header.count)", at: place))
                continue
            }
            names.append(hasNames ? fields[0] : String(names.count + 1))
            for (id, field) in zip(ids, fields.dropFirst(hasNames ? 1 : 0)) {
                guard let value = Double(field), value.isFinite else {
                    findings.append(
                        Diagnostic(.error, .invalid, "'\(field)' of column '\(id)' is not a number", at: place))
                    continue
                }
                values.append(value)
            }
            if findings.count > 50 { break }
        }
        if findings.isEmpty, names.isEmpty {
            findings.append(Diagnostic(.error, .invalid, "\(file): the table has no patients"))
        }
        if !findings.isEmpty { throw InvalidModel(findings) }
    }

    /// Fields of one line; quoted ones may contain commas and doubled quotes.
    private static func fields(_ line: String) -> [String] {
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        var characters = line.makeIterator()
        var pending: Character?
        while let character = pending ?? characters.next() {
            pending = nil
            if isQuoted {
                if character != "\"" {
                    field.append(character)
                } else if let next = characters.next() {
                    if next == "\"" { field.append("\"") } else { isQuoted = false; pending = next }
                } else {
                    isQuoted = false
                }
            } else if character == "\"" {
                isQuoted = true
            } else if character == "," {
                fields.append(field.trimmingCharacters(in: .whitespaces))
                field = ""
            } else {
                field.append(character)
            }
        }
        return fields + [field.trimmingCharacters(in: .whitespaces)]
    }
}
