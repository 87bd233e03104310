import Foundation
#if canImport(Glibc)
    import Glibc
#endif

/// Says what to do when the process runs out of memory, before and when it happens.
///
/// Swift can't recover from a failed allocation, and Dispatch waits for ever for a thread that can't be made. So a
/// limit that is plainly too small is refused before the first thread starts, and for the rest a handler writes one
/// line as the process ends. Finished shards are on disk either way.
package enum MemoryLimit {
    /// Address space of a run with one thread, measured as VmPeak of a small trial on 64-bit Linux (331 MB), with a margin.
    private static let needed = 352 << 20

    /// To be called before anything else; ends the process with status 2 when `ulimit -v` is too small to work in.
    package static func check() {
        sayWhatEndedIt()
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < needed else { return }
        say("error: the memory limit of \(limit.rlim_cur >> 20) MB (ulimit -v) is too small to work in; it takes at least \(needed >> 20) MB. Nothing was changed\n")
        exit(ExitStatus.badInput.rawValue)
    }

    private static func say(_ text: String) {
        var text = text
        text.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
    }

    /// Writes a line, only with what is allowed in a signal handler, and leaves the rest to who was there before: Swift's
    /// own handler, which prints where it happened.
    private static func sayWhatEndedIt() {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT] {
            var action = Action()
            action.__sigaction_handler.sa_handler = { number in
                let message: StaticString =
                    "error: perforin ends abnormally, most likely out of memory (ulimit -v, a container's limit), or by a fault of its own. Finished shards are whole: the same command goes on; with fewer --threads it needs less memory\n"
                _ = write(2, message.utf8Start, message.utf8CodeUnitCount)
                sigaction(number, &MemoryLimit.previous[Int(number)], nil)
                raise(number)
            }
            action.sa_flags = Int32(bitPattern: UInt32(SA_NODEFER)) | SA_ONSTACK
            sigaction(number, &action, &previous[Int(number)])
        }
    }

    private typealias Action = sigaction

    /// Handlers that were there, by signal; written before any thread starts.
    private nonisolated(unsafe) static var previous : [Action] = Array(repeating: Action(), count: 64)
}
