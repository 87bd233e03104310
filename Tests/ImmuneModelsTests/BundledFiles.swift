import Foundation

@testable import ImmuneModels

/// The resource files as they lie in the repository.
enum BundledFiles {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/ImmuneModels/Resources")

    static func names(in subfolder: String, suffix: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(subfolder).path)) ?? []
        return files.filter { $0.hasSuffix(suffix) }.sorted()
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
    }

    static func table(_ module: String) throws -> ParameterTable {
        try ParameterTable(csv: text("parameters/\(module).csv"), file: "\(module).csv")
    }

    static func values(_ module: String) throws -> [String: Double] {
        Dictionary(try table(module).rows.map { ($0.id, $0.value) }) { first, _ in first }
    }
}
