import Foundation
import ModelIR

/// A file of a similar name in the same folder.
func nearbyFile(_ path: String) -> String? {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return suggestion(for: url.lastPathComponent, among: names)
}

extension InvalidModel {
    /// One error without a place in a model.
    init(_ message: String, remedy: String? = nil, kind: Diagnostic.Kind = .invalid) {
        self.init([Diagnostic(.error, kind, message, remedy: remedy)])
    }
}
