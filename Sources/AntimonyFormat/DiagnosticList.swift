import ModelIR

/// What was found wrong so far; stops growing at a limit, so that hostile input can't fill the memory.
struct DiagnosticList {
    static let limit = 200
    private(set) var all: [Diagnostic] = []
    private(set) var errorCount = 0

    mutating func append(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { errorCount += 1 }
        if all.count < Self.limit {
            all.append(diagnostic)
        } else if all.count == Self.limit {
            all.append(Diagnostic(.note, .invalid, "more than \(Self.limit) findings; the rest is not shown"))
        }
    }

    mutating func append(contentsOf other: DiagnosticList) {
        for diagnostic in other.all { append(diagnostic) }
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

    var isFull: Bool { all.count > Self.limit }
}

/// One finding that ends the statement in which it was made.
struct Finding: Error {
    var diagnostic: Diagnostic
    init(_ message: String, at location: SourceLocation?, kind: Diagnostic.Kind = .invalid, remedy: String? = nil) {
        diagnostic = Diagnostic(.error, kind, message, at: location, remedy: remedy)
    }
}
