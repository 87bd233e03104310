import Ensembles
import Foundation
import ModelIR

/// Shards on disk: one file each, written beside its place, synced, then renamed, so that a file under its final name is
/// whole; the first line names the plan and holds a checksum of the rest.
struct ShardFolder: Sendable {
    struct Header: Codable, Equatable {
        var schema = 1
        var plan: String
        var shard: Shard
        var bytes: Int
        var checksum: String
    }

    /// Why a file is not a shard of this trial.
    enum Defect: Error, CustomStringConvertible {
        case unreadable, truncated, damaged, foreign
        var description: String {
            switch self {
            case .unreadable: "can't be read as a shard"
            case .truncated: "is shorter or longer than when it was written"
            case .damaged: "does not match its checksum"
            case .foreign: "belongs to another plan"
            }
        }
    }

    let folder: URL
    /// Names the plan that the shards belong to.
    let plan: String

    init(_ folder: URL, plan: String) {
        self.folder = folder.appendingPathComponent("shards")
        self.plan = plan
    }

    func place(of shard: Shard) -> URL { folder.appendingPathComponent(shard.name) }

    func write(_ result: ShardResult) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let payload = try Self.encoder.encode(result)
        let header = Header(plan: plan, shard: result.shard, bytes: payload.count, checksum: Self.checksum(payload))
        var data = try Self.encoder.encode(header)
        data.append(UInt8(ascii: "\n"))
        data.append(payload)
        try AtomicFile.write(data, to: place(of: result.shard))
    }

    /// The stored shard; nil when there is none.
    /// - Throws: `Defect`.
    func read(_ shard: Shard) throws -> ShardResult? {
        try payload(of: shard).map { try JSONDecoder().decode(ShardResult.self, from: $0) }
    }

    private func payload(of shard: Shard) throws -> Data? {
        guard let data = FileManager.default.contents(atPath: place(of: shard).path) else { return nil }
        guard let newline = data.firstIndex(of: UInt8(ascii: "\n")),
            let header = try? JSONDecoder().decode(Header.self, from: data[..<newline])
        else { throw Defect.unreadable }
        guard header.plan == plan, header.shard == shard else { throw Defect.foreign }
        let payload = data[data.index(after: newline)...]
        guard payload.count == header.bytes else { throw Defect.truncated }
        guard Self.checksum(payload) == header.checksum else { throw Defect.damaged }
        return payload
    }

    /// Whether the shard is there and whole; its contents are not decoded.
    /// - Throws: `Defect`.
    func check(_ shard: Shard) throws -> Bool { try payload(of: shard) != nil }

    /// Whether there is a file under the shard's name; since files are renamed when whole, that is enough for a look.
    func isThere(_ shard: Shard) -> Bool { FileManager.default.fileExists(atPath: place(of: shard).path) }

    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return encoder
    }()

    static func checksum(_ data: Data) -> String { data.withUnsafeBytes(ContentHash.init(bytes:)).description }
}

extension ContentHash {
    /// Name of some bytes.
    init(bytes: UnsafeRawBufferPointer) {
        self.init()
        combine(UInt64(bytes.count))
        var index = 0
        while index + 8 <= bytes.count {
            combine(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index += 8
        }
        var rest: UInt64 = 0
        while index < bytes.count {
            rest = rest << 8 | UInt64(bytes[index])
            index += 1
        }
        combine(rest)
    }
}

/// A file that is there whole or not at all.
package enum AtomicFile {
    /// Writes beside the place under a name that no other process of any machine uses, syncs, renames, syncs the folder.
    package static func write(_ data: Data, to url: URL) throws {
        let temporary = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString)")
        guard FileManager.default.createFile(atPath: temporary.path, contents: nil) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "can't write '\(url.path)'", remedy: "is the folder writable, is there room on the disk?")])
        }
        do {
            let handle = try FileHandle(forWritingTo: temporary)
            try handle.write(contentsOf: data)
            try handle.synchronize()
            try handle.close()
            guard rename(temporary.path, url.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
            let folder = open(url.deletingLastPathComponent().path, O_RDONLY)
            if folder >= 0 {
                fsync(folder)
                close(folder)
            }
        } catch {
            try? FileManager.default.removeItem(at: temporary)
            throw InvalidModel([Diagnostic(.error, .invalid, "can't write '\(url.path)': \(error)", remedy: "is the folder writable, is there room on the disk?")])
        }
    }
}
