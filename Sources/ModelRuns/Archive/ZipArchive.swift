import Foundation
import ModelIR

/// The files of a zip archive, stored or deflated, held in memory.
///
/// Source: PKWARE APPNOTE 6.3.10, sections 4.3.12 and 4.3.16. Declined by name: encryption, zip64, other compression.
struct ZipArchive {
    private(set) var files: [String: Data] = [:]

    /// More than this is refused: a small archive can state a huge size.
    static let largestContents = 512 << 20

    init(_ data: Data, name: String) throws(InvalidModel) {
        let bytes = [UInt8](data)
        func failure(_ message: String, kind: Diagnostic.Kind = .invalid) -> InvalidModel {
            InvalidModel("\(name): \(message)", remedy: nil, kind: kind)
        }
        func number(_ offset: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        guard bytes.count >= 22 else { throw failure("the archive is cut short") }
        let earliest = max(0, bytes.count - 22 - 65535)
        guard
            let end = stride(from: bytes.count - 22, through: earliest, by: -1).first(where: {
                number($0, 4) == 0x0605_4B50
            })
        else { throw failure("no zip directory; the archive is cut short or is no zip file") }
        let count = number(end + 10, 2)
        var offset = number(end + 16, 4)
        if count == 0xFFFF || offset == 0xFFFF_FFFF {
            throw failure("zip64 archives are not supported", kind: .unsupported)
        }
        var total = 0
        for _ in 0..<count {
            guard offset + 46 <= bytes.count, number(offset, 4) == 0x0201_4B50 else {
                throw failure("its directory is malformed")
            }
            let flags = number(offset + 8, 2)
            let method = number(offset + 10, 2)
            let checksum = number(offset + 16, 4)
            let packed = number(offset + 20, 4)
            let size = number(offset + 24, 4)
            let nameLength = number(offset + 28, 2)
            let local = number(offset + 42, 4)
            guard offset + 46 + nameLength <= bytes.count else { throw failure("its directory is malformed") }
            let path = String(decoding: bytes[offset + 46..<offset + 46 + nameLength], as: UTF8.self)
            offset += 46 + nameLength + number(offset + 30, 2) + number(offset + 32, 2)
            if path.hasSuffix("/") { continue }
            if flags & 1 != 0 { throw failure("'\(path)' is encrypted, which is not supported", kind: .unsupported) }
            guard local + 30 <= bytes.count, number(local, 4) == 0x0403_4B50 else {
                throw failure("'\(path)' is missing")
            }
            let start = local + 30 + number(local + 26, 2) + number(local + 28, 2)
            guard start + packed <= bytes.count else { throw failure("'\(path)' is cut short") }
            total += size
            if total > Self.largestContents {
                throw failure("its contents are larger than \(Self.largestContents >> 20) MB")
            }
            let raw = Array(bytes[start..<start + packed])
            let contents: [UInt8]
            switch method {
            case 0: contents = raw
            case 8:
                do throws(Inflate.Failure) { contents = try Inflate.bytes(raw, size: size) } catch {
                    throw failure("'\(path)' can't be decompressed (\(error))")
                }
            default:
                throw failure("'\(path)' is compressed by method \(method), which is not supported", kind: .unsupported)
            }
            guard contents.count == size, Int(Self.checksum(contents)) == checksum else {
                throw failure("'\(path)' is damaged: its checksum is wrong")
            }
            files[Self.normal(path)] = Data(contents)
        }
    }

    /// Relative to the archive's top, without `.` and `..`.
    static func normal(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    /// CRC-32 as zip files use it.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
    }
}
