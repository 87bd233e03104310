import ModelIR

/// Collects what a reader finds; bounded, so that a file with a million mistakes does not become a million messages.
final class Findings {
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var errorCount = 0
    /// Messages kept; later ones are only counted.
    static let limit = 200

    func error(_ message: String, at element: Element, remedy: String? = nil) {
        add(Diagnostic(.error, .invalid, message, at: element.location, remedy: remedy))
    }

    func unsupported(_ message: String, at element: Element, remedy: String? = nil) {
        add(Diagnostic(.error, .unsupported, message, at: element.location, remedy: remedy))
    }

    func warning(_ message: String, at element: Element, remedy: String? = nil) {
        add(Diagnostic(.warning, .invalid, message, at: element.location, remedy: remedy))
    }

    func note(_ message: String, at element: Element, remedy: String? = nil) {
        add(Diagnostic(.note, .invalid, message, at: element.location, remedy: remedy))
    }

    func add(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { errorCount += 1 }
        if diagnostics.count < Findings.limit || (diagnostic.severity == .error && errorCount <= Findings.limit) {
            diagnostics.append(diagnostic)
        }
    }
}
