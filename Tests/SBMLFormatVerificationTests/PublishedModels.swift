import Foundation

/// Folders with models that are not part of the repository.
enum Collections {
    /// The 140 published tumour-immune models, or nil.
    static var published: URL? { folder("PERFORIN_BIOMODELS", "../shared/models/biomodels") }
    /// The semantic cases of the SBML Test Suite, or nil.
    static var suite: URL? {
        guard let root = folder("PERFORIN_SBML_SUITE", nil) else { return nil }
        for inner in ["cases/semantic", "semantic", "."] {
            let candidate = root.appending(path: inner)
            if FileManager.default.fileExists(atPath: candidate.appending(path: "00001").path) { return candidate }
        }
        return nil
    }

    private static func folder(_ variable: String, _ fallback: String?) -> URL? {
        let path = ProcessInfo.processInfo.environment[variable] ?? fallback
        guard let path, FileManager.default.fileExists(atPath: path) else { return nil }
        return URL(filePath: path)
    }

    static func files(in folder: URL, suffix: String) -> [URL] {
        let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (found?.compactMap { $0 as? URL } ?? []).filter { $0.path.hasSuffix(suffix) }.sorted { $0.path < $1.path }
    }
}
