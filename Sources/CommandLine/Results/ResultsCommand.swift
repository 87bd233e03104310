import ArgumentParser
import Foundation
import RunStore
import Studies

/// `perforin results`: the archive of finished studies.
struct ResultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "List, show, export, compare and delete archived studies.",
        discussion: """
            The archive is one SQLite file: --archive, else PERFORIN_ARCHIVE, else perforin/archive.sqlite in the user's data
            folder. Studies are named by the first characters of their hash, or by title.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin results list
              perforin results compare 3f2a91c0 77b1e2d4
            """,
        subcommands: [
            ResultsListCommand.self, ResultsShowCommand.self, ResultsExportCommand.self, ResultsCompareCommand.self,
            ResultsDeleteCommand.self,
        ])
}

/// Which archive, and how to print.
struct ArchiveOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The archive's file.", valueName: "path")) var archive: String?
    @Flag(help: "Print as JSON, in full precision.") var json = false

    func open() throws -> Archive {
        let path = archive ?? Archive.standardPath()
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandOutcome(.badInput, "error: there is no archive at '\(path)'; give one with --archive, or run a trial with --archive first")
        }
        return try Archive(path: path)
    }

    func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

struct ResultsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List studies, the newest first.",
        discussion: """
            EXAMPLES:
              perforin results list
              perforin results list --archive lab.sqlite --json
            """)
    @OptionGroup var options: ArchiveOptions

    func run() throws {
        let studies = try options.open().studies()
        if options.json { return try options.printJSON(studies) }
        let header = ["study", "saved", "cancer", "seed", "version", "patients", "arms", "title"]
        let rows = studies.map { study in
            [
                study.shortHash, String(study.created.prefix(16)), study.cancer, String(study.seed), study.version,
                String(study.arms.map(\.patients).reduce(0, +)), study.arms.map(\.name).joined(separator: ","), study.title,
            ]
        }
        print(ResultsTable.text([header] + rows))
    }
}

struct ResultsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a study's arms and endpoints, or its manifest.",
        discussion: """
            EXAMPLES:
              perforin results show 3f2a91c0
              perforin results show 3f2a91c0 --manifest
            """)
    @Argument(help: "First characters of the study's hash (at least four), or its title.") var study: String
    @Flag(help: "Print the manifest that `perforin rerun` reads.") var manifest = false
    @OptionGroup var options: ArchiveOptions

    func run() throws {
        let archive = try options.open()
        let entry = try archive.study(named: study)
        if manifest { return print(String(decoding: try archive.manifest(of: entry), as: UTF8.self)) }
        if options.json { return try options.printJSON(entry) }
        print("\(entry.title)  (\(entry.hash))")
        print("\(entry.cancer), seed \(entry.seed), version \(entry.version), saved \(entry.created)\n")
        let rows = entry.arms.flatMap { arm in
            arm.endpoints.map { [arm.name, String(arm.patients), String(arm.failures), $0.code, $0.unit] + ResultsTable.numbers($0) }
        }
        print(ResultsTable.text([["arm", "patients", "failed", "endpoint", "unit", "value", "lower", "upper"]] + rows))
    }
}

struct ResultsExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a study as JSON, or its patients as CSV.",
        discussion: """
            EXAMPLES:
              perforin results export 3f2a91c0 --out study.json
              perforin results export 3f2a91c0 --out patients.csv
            """)
    @Argument(help: "First characters of the study's hash (at least four), or its title.") var study: String
    @Option(name: .shortAndLong, help: ArgumentHelp("A file that ends in .json or .csv.", valueName: "path")) var out: String
    @OptionGroup var options: ArchiveOptions

    func validate() throws {
        guard out.hasSuffix(".json") || out.hasSuffix(".csv") else {
            throw ValidationError("--out must end in .json (everything) or .csv (one row a patient), got '\(out)'.")
        }
    }

    func run() throws {
        try StudyRun.checkWritable(out)
        let archive = try options.open()
        let result = try archive.result(of: try archive.study(named: study))
        let text = out.hasSuffix(".json") ? try StudyRun.json(result) : ResultsTable.patients(result)
        try text.write(toFile: out, atomically: true, encoding: .utf8)
    }
}

struct ResultsCompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Lay the endpoints of two or more studies side by side.",
        discussion: """
            EXAMPLES:
              perforin results compare 3f2a91c0 77b1e2d4
              perforin results compare 3f2a91c0 77b1e2d4 --json
            """)
    @Argument(help: "Studies by the first characters of their hash, or by title.") var studies: [String]
    @OptionGroup var options: ArchiveOptions

    func validate() throws {
        guard studies.count >= 2 else { throw ValidationError("compare takes two studies or more, got \(studies.count).") }
    }

    func run() throws {
        let archive = try options.open()
        let entries = try studies.map { try archive.study(named: $0) }
        if options.json { return try options.printJSON(entries) }
        for entry in entries { print("\(entry.shortHash)  \(entry.title), seed \(entry.seed), version \(entry.version), saved \(entry.created.prefix(16))") }
        print()
        // a row for every arm and endpoint that any of them has, a column for each study
        var rows = [["arm", "endpoint", "unit"] + entries.map(\.shortHash)]
        var arms: [String] = []
        for arm in entries.flatMap(\.arms) where !arms.contains(arm.name) { arms.append(arm.name) }
        for name in arms {
            let own = entries.map { entry in entry.arms.first { $0.name == name } }
            rows.append([name, "patients", ""] + own.map { $0.map { String($0.patients) } ?? "–" })
            var endpoints: [EndpointRow] = []
            for endpoint in own.compactMap(\.self).flatMap(\.endpoints) where !endpoints.contains(where: { $0.code == endpoint.code }) { endpoints.append(endpoint) }
            for endpoint in endpoints {
                let cells = own.map { arm in
                    arm?.endpoints.first { $0.code == endpoint.code }.map { found in
                        let numbers = ResultsTable.numbers(found)
                        return found.lower == nil ? numbers[0] : "\(numbers[0]) (\(numbers[1]) to \(numbers[2]))"
                    } ?? "–"
                }
                rows.append([name, endpoint.code, endpoint.unit] + cells)
            }
        }
        print(ResultsTable.text(rows))
        let keys = entries.map { Set($0.arms.map(\.key)) }
        let shared = keys.dropFirst().reduce(keys[0]) { $0.intersection($1) }
        let names = entries[0].arms.filter { shared.contains($0.key) }.map(\.name)
        if !names.isEmpty { print("the same arm in all: \(names.joined(separator: ", "))") }
    }
}

struct ResultsDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete studies, and the arms that no other study uses.",
        discussion: """
            EXAMPLES:
              perforin results delete 3f2a91c0
              perforin results delete 3f2a91c0 77b1e2d4 --archive lab.sqlite
            """)
    @Argument(help: "Studies by the first characters of their hash, or by title.") var studies: [String]
    @OptionGroup var options: ArchiveOptions

    func run() throws {
        let archive = try options.open()
        for entry in try studies.map({ try archive.study(named: $0) }) {
            try archive.delete(entry)
            FileHandle.standardError.write(Data("deleted \(entry.shortHash) '\(entry.title)'\n".utf8))
        }
    }
}
