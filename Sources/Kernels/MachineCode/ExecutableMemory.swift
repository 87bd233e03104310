#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// Machine code in memory that may be executed, and not written any more.
///
/// The pages are written first and then made executable; they are never both.
final class ExecutableMemory: @unchecked Sendable {
    private let start: UnsafeMutableRawPointer
    private let length: Int

    /// - Returns: nil where the operating system doesn't allow it.
    init?(_ bytes: [UInt8]) {
        length = max(4096, (bytes.count + 4095) & ~4095)
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let memory = mmap(nil, length, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED else {
            return nil
        }
        memory.copyMemory(from: bytes, byteCount: bytes.count)
        guard mprotect(memory, length, PROT_READ | PROT_EXEC) == 0 else {
            munmap(memory, length)
            return nil
        }
        start = memory
    }

    deinit { munmap(start, length) }

    /// Whether this process may have executable memory, tried once.
    static let isAllowed: Bool = {
        #if arch(x86_64)
        return ExecutableMemory([0xc3]) != nil
        #else
        return false
        #endif
    }()

    /// Expects the kernels' floating-point mode; see `pk_run_calls`.
    typealias Function = @convention(c) (UnsafePointer<UnsafeMutablePointer<Double>?>?) -> Void

    /// The function whose code begins at an offset.
    func function(at offset: Int) -> Function { unsafeBitCast(start + offset, to: Function.self) }
}
