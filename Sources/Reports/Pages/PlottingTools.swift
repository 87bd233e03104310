import Foundation

/// The plotting tools that set-up leaves behind: the Vega bundle for pages, and vl-convert for SVG, PNG and PDF.
public struct PlottingTools: Sendable {
    /// The folder that holds `.cache` and `.venv`.
    public var home: URL

    /// The installation: `PERFORIN_HOME`, else the folder above the program's `.build`, else the working directory.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        if let path = environment["PERFORIN_HOME"] {
            home = URL(fileURLWithPath: path)
        } else {
            let program = Self.program
            let marker = program.pathComponents.firstIndex(of: ".build")
            home =
                marker.map { URL(fileURLWithPath: "/" + program.pathComponents[1..<$0].joined(separator: "/")) }
                ?? URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        }
    }

    /// The running executable, wherever it was started from.
    private static var program: URL {
        (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments.first ?? ".")).resolvingSymlinksInPath()
    }

    /// What is missing and what to do about it.
    public struct Missing: Error, CustomStringConvertible {
        public var description: String
    }

    /// JavaScript that defines `vegaEmbed`: what set-up left in `home`, else what was packaged beside the program.
    public func bundle() throws(Missing) -> String {
        let file = home.appendingPathComponent(".cache/vega-bundle.js")
        let packaged = Self.program.deletingLastPathComponent().appendingPathComponent("vega-bundle.js")
        guard let text = (try? String(contentsOf: file, encoding: .utf8)) ?? (try? String(contentsOf: packaged, encoding: .utf8))
        else {
            throw Missing(description: "no plotting bundle at '\(file.path)'; run `scripts/setup demo` once")
        }
        return text
    }

    public enum Format: String, Sendable { case svg, png, pdf }

    /// Draws figures into a folder as `<id>.<format>`.
    ///
    /// - Throws: `Missing` when the Python environment is not there or drawing fails, with the tool's last line.
    public func draw(_ figures: [Figure], as formats: [Format], into folder: URL) throws {
        let python = home.appendingPathComponent(".venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw Missing(description: "no Python environment at '\(python.path)'; run `scripts/setup demo` once")
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let list = JSON.array(
            figures.map { figure in
                var specification = figure.specification
                if specification["width"] == "container" { specification["width"] = 640 }
                specification["config"] = Theme.configuration
                return [
                    "id": .string(figure.id), "spec": specification,
                    "formats": .array(formats.map { .string($0.rawValue) }),
                ]
            })
        guard let script = Bundle.module.url(forResource: "draw_figures", withExtension: "py", subdirectory: "Resources")
        else { throw Missing(description: "the resource draw_figures.py is missing beside the program") }
        let process = Process()
        process.executableURL = python
        process.arguments = [script.path, folder.path]
        let input = Pipe()
        let errors = Pipe()
        process.standardInput = input
        process.standardError = errors
        try process.run()
        let data = Data(list.text.utf8)
        DispatchQueue.global().async {
            try? input.fileHandleForWriting.write(contentsOf: data)
            try? input.fileHandleForWriting.close()
        }
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let last = complaint.split(separator: "\n").last ?? "no message"
            throw Missing(description: "the figures could not be drawn: \(last)")
        }
    }

    /// SVG text by figure id.
    public func svg(_ figures: [Figure]) throws -> [String: String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("perforin-figures-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try draw(figures, as: [.svg], into: folder)
        return try Dictionary(
            uniqueKeysWithValues: figures.map { figure in
                (figure.id, try String(contentsOf: folder.appendingPathComponent("\(figure.id).svg"), encoding: .utf8))
            })
    }
}
