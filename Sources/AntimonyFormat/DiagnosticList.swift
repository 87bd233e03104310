import ModelIR

/// What was found wrong so far; keeps a limited number of each severity, so that hostile input can't fill the memory.
struct DiagnosticList {
    static let limit = 200
    private var errors: [Diagnostic] = []
    private var others: [Diagnostic] = []
    private(set) var errorCount = 0
    private var otherCount = 0

    /// Errors first.
    var all: [Diagnostic] {
        var list = errors
        if errorCount > errors.count {
            list.append(Diagnostic(.note, .invalid, "and \(errorCount - errors.count) more errors"))
        }
        list += others
        if otherCount > others.count {
            list.append(Diagnostic(.note, .invalid, "and \(otherCount - others.count) more warnings"))
        }
        return list
    }

    mutating func append(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error {
            errorCount += 1
            if errors.count < Self.limit { errors.append(diagnostic) }
        } else {
            otherCount += 1
            if others.count < Self.limit { others.append(diagnostic) }
        }
    }

    mutating func append(contentsOf other: DiagnosticList) {
        for diagnostic in other.errors + other.others { append(diagnostic) }
        errorCount += other.errorCount - other.errors.count
        otherCount += other.otherCount - other.others.count
    }

    mutating func error(
        _ message: String, at location: SourceLocation?, kind: Diagnostic.Kind = .invalid, remedy: String? = nil
    ) {
        append(Diagnostic(.error, kind, message, at: location, remedy: remedy))
    }

    mutating func warning(
        _ message: String, at location: SourceLocation?, kind: Diagnostic.Kind = .invalid, remedy: String? = nil
    ) {
        append(Diagnostic(.warning, kind, message, at: location, remedy: remedy))
    }

    /// True when there are so many errors that reading on helps nobody; warnings never stop anything.
    var isFull: Bool { errorCount > Self.limit }
}

/// One finding that ends the statement in which it was made.
struct Finding: Error {
    var diagnostic: Diagnostic
    init(_ message: String, at location: SourceLocation?, kind: Diagnostic.Kind = .invalid, remedy: String? = nil) {
        diagnostic = Diagnostic(.error, kind, message, at: location, remedy: remedy)
    }
}
