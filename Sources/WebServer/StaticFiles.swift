import Foundation

/// The files of the web app, read once at start: no request ever reaches the file system.
struct StaticFiles: Sendable {
    struct File: Sendable {
        var content: Data
        var type: String
    }

    private var files: [String: File] = [:]

    /// Everything below a folder, by path from it.
    init(folder: URL) throws {
        let root = folder.standardizedFileURL.path
        guard let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey]) else { return }
        for case let url as URL in all {
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            let path = String(url.standardizedFileURL.path.dropFirst(root.count))
            files[path] = File(content: try Data(contentsOf: url), type: Self.type(of: url.pathExtension))
        }
    }

    mutating func add(_ path: String, _ text: String, type: String) {
        files[path] = File(content: Data(text.utf8), type: type)
    }

    /// The file for a path of a request; the app's pages are one document.
    func file(_ path: String) -> File? {
        files[path == "/" ? "/index.html" : path]
    }

    static func type(of fileExtension: String) -> String {
        switch fileExtension {
        case "html": "text/html; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json": "application/json"
        case "svg": "image/svg+xml"
        case "md", "txt", "ant", "csv": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
