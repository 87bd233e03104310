import ArgumentParser
import Foundation

/// `perforin licenses`: what the program is made of, and under which terms.
struct LicensesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "licenses",
        abstract: "List everything the program contains or uses, with licences.",
        discussion: """
            Libraries, tools, models and data: name, version, licence (SPDX), what it is used for, where it comes from.

            EXAMPLES:
              perforin licenses
              perforin licenses --json
            """,
        aliases: ["licences"])

    @Flag(help: "Print as JSON.") var json = false

    func run() throws {
        let parts = try LicensedPart.all()
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(parts), as: UTF8.self))
            return
        }
        let columns: [KeyPath<LicensedPart, String>] = [\.name, \.version, \.licence, \.purpose]
        let widths = columns.map { column in parts.map { $0[keyPath: column].count }.max() ?? 0 }
        for part in parts {
            let cells = zip(columns, widths).map { column, width in part[keyPath: column].padding(toLength: width, withPad: " ", startingAt: 0) }
            print((cells + [part.note]).joined(separator: "  ").replacing(/\s+$/, with: ""))
        }
    }
}

/// One line of `Resources/licences.csv`; a test holds the table against what the package resolves to.
struct LicensedPart: Codable, Hashable {
    var name: String
    var version: String
    /// `program`, `web app`, `figures`, `tests`, `data` or `model`.
    var purpose: String
    /// SPDX expression.
    var licence: String
    var home: String
    var note: String

    static func all() throws -> [LicensedPart] {
        guard let file = Bundle.module.url(forResource: "licences", withExtension: "csv", subdirectory: "Resources"),
            let text = try? String(contentsOf: file, encoding: .utf8)
        else { throw CommandOutcome(.badInput, "error: the table of licences is missing beside the program") }
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let fields = fields(of: line)
            guard fields.count == 6 else { return nil }
            return LicensedPart(
                name: fields[0], version: fields[1], purpose: fields[2], licence: fields[3], home: fields[4], note: fields[5])
        }
    }

    /// Fields between commas; a quoted field may hold commas.
    private static func fields(of line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}
