import Quantities

/// A place in a source text; line and column count from 1.
public struct SourceLocation: Hashable, Sendable {
    public var file: String
    public var line: Int
    public var column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

/// One finding about a model, with its place and a remedy.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Sendable { case error, warning, note }

    /// Why the model can't be used; decides the exit status of a command.
    public enum Kind: String, Sendable {
        /// The text is malformed or contradicts itself (exit 2).
        case invalid
        /// The text is sound, but uses a construct that Perforin declines by name (exit 3).
        case unsupported
        /// Dimensions disagree.
        case units
    }

    public var severity: Severity
    public var kind: Kind
    public var message: String
    public var location: SourceLocation?
    /// What to try.
    public var remedy: String?

    public init(
        _ severity: Severity, _ kind: Kind, _ message: String,
        at location: SourceLocation? = nil, remedy: String? = nil
    ) {
        self.severity = severity
        self.kind = kind
        self.message = message
        self.location = location
        self.remedy = remedy
    }

    /// `file:line:column: error: message`, then an indented note with the remedy.
    public var description: String {
        let place = location.map { "\($0.file):\($0.line):\($0.column): " } ?? ""
        let note = remedy.map { "\n  note: \($0)" } ?? ""
        return "\(place)\(severity.rawValue): \(message)\(note)"
    }
}

/// "did you mean 'x'?" for the candidate that differs least from `name`; nil when none is near.
package func suggestion(for name: String, among candidates: some Sequence<String>) -> String? {
    closestMatch(to: name, among: candidates).map { "did you mean '\($0)'?" }
}

/// Everything that is wrong with a model, found in one pass.
public struct InvalidModel: Error, CustomStringConvertible {
    public var diagnostics: [Diagnostic]

    public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    /// True when nothing is malformed and the only errors are constructs declined by name (exit 3).
    public var isOnlyUnsupported: Bool {
        diagnostics.filter { $0.severity == .error }.allSatisfy { $0.kind == .unsupported }
    }

    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
