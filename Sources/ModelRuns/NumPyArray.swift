import Foundation
import ModelIR

/// A file in NumPy's `.npy` format, mapped into memory, so that threads write their parts where they belong.
///
/// Source: NumPy Enhancement Proposal 1, format version 1.0; little-endian float64, C order.
final class NumPyArray: @unchecked Sendable {  // disjoint slices are written by different threads
    private let mapping: UnsafeMutableRawPointer
    private let length: Int
    private let descriptor: Int32
    private let values: UnsafeMutablePointer<Double>
    let count: Int

    /// - Throws: `InvalidModel` when the file can't be made, with the system's reason.
    init(path: String, shape: [Int]) throws(InvalidModel) {
        let shapeText = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(shapeText)), }"
        // Magic, version and length are 10 bytes; the data begins at a multiple of 64.
        let padding = (64 - (10 + header.utf8.count + 1) % 64) % 64
        header += String(repeating: " ", count: padding) + "\n"
        let prefix: [UInt8] =
            [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)]
            + Array(header.utf8)
        count = shape.reduce(1, *)
        length = prefix.count + count * MemoryLayout<Double>.stride
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path) }
        guard ftruncate(descriptor, off_t(length)) == 0 else {
            close(descriptor)
            throw Self.failure(path)
        }
        let map = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let map, map != MAP_FAILED else {
            close(descriptor)
            throw Self.failure(path)
        }
        mapping = map
        map.copyMemory(from: prefix, byteCount: prefix.count)
        values = (map + prefix.count).bindMemory(to: Double.self, capacity: count)
    }

    private static func failure(_ path: String) -> InvalidModel {
        InvalidModel("can't write '\(path)': \(String(cString: strerror(errno)))")
    }

    /// Writes a patient's block; what it doesn't reach is NaN.
    func write(_ block: [Double], at offset: Int, length: Int) {
        block.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { (values + offset).update(from: base, count: min(length, source.count)) }
        }
        for index in min(length, block.count)..<length { values[offset + index] = .nan }
    }

    /// Hands the pages to the file; after this the array is gone.
    func finish() {
        munmap(mapping, length)
        close(descriptor)
    }
}

extension TimeCourse {
    /// float64 of shape `[1, times, columns]`.
    public func writeNumPy(to path: String) throws {
        let array = try NumPyArray(path: path, shape: [1, times.count, columns.count])
        array.write(values, at: 0, length: values.count)
        array.finish()
    }
}
