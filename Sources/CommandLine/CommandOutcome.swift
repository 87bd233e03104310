import Foundation
import ModelIR
import RunStore
import Studies

/// The exit statuses that scripts may rely on; usage errors exit with 64 through the argument parser.
public enum ExitStatus: Int32, Sendable {
    case done = 0
    /// A check was not met.
    case checkFailed = 1
    /// Unreadable or contradictory input, or not done.
    case badInput = 2
    /// Declined: an unsupported construct, an ineligible or senseless therapy.
    case declined = 3
    /// A bad option or value.
    case usage = 64
}

/// Why a command ends without success; thrown by commands and printed once.
public struct CommandOutcome: Error, Sendable {
    public var status: ExitStatus
    /// What happened and what to try; for `declined` the last line names the reason.
    public var message: String

    public init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    /// Maps the errors of the layers below; nil for errors that belong to the argument parser.
    init?(_ error: any Error) {
        switch error {
        case let outcome as CommandOutcome: self = outcome
        case let invalid as InvalidModel:
            self.init(invalid.isOnlyUnsupported ? .declined : .badInput, Self.text(of: invalid))
        case let problem as ClusterProblem: self.init(.badInput, "error: \(problem)")
        case let problem as ArchiveProblem: self.init(.badInput, "error: \(problem)")
        case let error as CocoaError:
            let file = error.filePath ?? error.url?.path ?? "a file"
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
            let why = isThere && isFolder.boolValue || file.hasSuffix("/") ? "it is a folder; give the name of a file" : error.localizedDescription
            self.init(.badInput, "error: can't read or write '\(file)': \(why)")
        case is CancellationError:
            self.init(.badInput, "interrupted; run the same command again to go on")
        default: return nil
        }
    }

    /// One screen of diagnostics, errors first; the rest is counted.
    private static func text(of invalid: InvalidModel, limit: Int = 20) -> String {
        let errors = invalid.diagnostics.filter { $0.severity == .error }
        var lines = errors.prefix(limit).map(\.description)
        if errors.count > limit { lines.append("… and \(errors.count - limit) more errors") }
        if invalid.isOnlyUnsupported, let reason = errors.last {
            // the last line says what was declined; said once
            if errors.count <= limit { lines.removeLast() }
            if let remedy = reason.remedy { lines.append("  note: \(remedy)") }
            lines.append("declined: \(reason.location.map { "\($0.file):\($0.line):\($0.column): " } ?? "")\(reason.message)")
        }
        return lines.joined(separator: "\n")
    }

    func printToStandardError() {
        FileHandle.standardError.write(Data((message + "\n").utf8))
    }
}
