import Foundation
import ModelIR

/// A table that comes with a target: rows by column name, with their line for messages.
package struct ResourceTable {
    package var rows: [(line: Int, cells: [String: String])]
    let file: String

    /// - Parameter bundle: Of the target that has the table; nil is this one.
    /// - Throws: `InvalidModel` for a missing file or a row with the wrong number of cells.
    package init(_ name: String, in bundle: Bundle? = nil) throws {
        file = "\(name).csv"
        guard let url = (bundle ?? .module).url(forResource: name, withExtension: "csv", subdirectory: "Resources") else {
            throw InvalidModel([Diagnostic(.error, .invalid, "'\(name).csv' is missing from the installation")])
        }
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
        let header = Self.cells(of: String(lines[0]))
        rows = []
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let cells = Self.cells(of: String(line))
            guard cells.count == header.count else {
                throw InvalidModel([
                    Diagnostic(.error, .invalid, "\(cells.count) cells, the header has \(header.count)", at: SourceLocation(file: file, line: index + 1, column: 1))
                ])
            }
            rows.append((index + 1, Dictionary(uniqueKeysWithValues: zip(header, cells))))
        }
    }

    package func place(_ line: Int) -> SourceLocation { SourceLocation(file: file, line: line, column: 1) }

    private static func cells(of line: String) -> [String] {
        var cells = [""]
        var isQuoted = false
        for character in line {
            if character == "\"" { isQuoted.toggle() } else if character == ",", !isQuoted { cells.append("") } else { cells[cells.count - 1].append(character) }
        }
        return cells
    }
}
