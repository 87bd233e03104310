import Foundation
import GRDB

/// What is wrong with an archive or a question to it, and what to do.
public struct ArchiveProblem: Error, CustomStringConvertible, Sendable, Hashable {
    public var description: String

    init(_ description: String) { self.description = description }

    init(_ error: any Error, path: String) {
        if let problem = error as? ArchiveProblem {
            self = problem
            return
        }
        guard let error = error as? DatabaseError else {
            self.init("archive '\(path)': \(error.localizedDescription)")
            return
        }
        switch error.resultCode {
        case .SQLITE_NOTADB: self.init("'\(path)' is not an archive; give another file with --archive")
        case .SQLITE_CORRUPT:
            self.init("archive '\(path)' is damaged (\(error.message ?? "no detail")); restore it, or move it away to begin a new one: studies keep their own files")
        case .SQLITE_FULL: self.init("archive '\(path)': the disk is full; nothing was changed, free some space and run the command again")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            self.init("archive '\(path)' can't be opened for writing; check its folder's permissions or give another file with --archive")
        case .SQLITE_BUSY: self.init("archive '\(path)' has been in use by another process for a minute; try again later")
        default: self.init("archive '\(path)': \(error.message ?? "\(error)")")
        }
    }

    static func newer(_ path: String) -> ArchiveProblem {
        ArchiveProblem("archive '\(path)' was written by a newer version of Perforin; update this one, or give another file with --archive")
    }

    static func unknown(_ name: String, _ path: String) -> ArchiveProblem {
        ArchiveProblem("there is no study '\(name)' in '\(path)'; `perforin results list` shows what is there")
    }

    static func ambiguous(_ name: String, _ hashes: [String]) -> ArchiveProblem {
        ArchiveProblem("'\(name)' is more than one study: \(hashes.joined(separator: ", "))")
    }
}
