#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif
import Foundation

/// What the machine says about itself and about the time that was used.
package enum ProcessorTime {
    /// Processor time of the calling thread, seconds: waiting for others doesn't count.
    package static var thread: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Ties the calling thread (and what it starts) to one core.
    /// - Returns: False where the system has no such thing.
    package static func pin(to core: Int) -> Bool {
        #if os(Linux)
        // By name, as Glibc's overlay leaves it out.
        typealias Function = @convention(c) (Int32, Int, UnsafeRawPointer) -> Int32
        guard let symbol = dlsym(nil, "sched_setaffinity") else { return false }
        var set = [UInt8](repeating: 0, count: 128)
        guard core >= 0, core / 8 < set.count else { return false }
        set[core / 8] = 1 << UInt8(core % 8)
        return unsafeBitCast(symbol, to: Function.self)(0, set.count, set) == 0
        #else
        return false
        #endif
    }

    /// Largest resident size of the process so far, MiB.
    package static var peakMemory: Double {
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
        #else
        getrusage(RUSAGE_SELF, &usage)
        return Double(usage.ru_maxrss) / 1_048_576
        #endif
    }

    /// Name of the processor.
    package static var processor: String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        func value(_ key: String) -> String? {
            lines.first { $0.hasPrefix(key) }?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
        }
        let name = value("model name") ?? "unknown processor"
        guard let family = value("cpu family"), let model = value("model\t") else { return name }
        return "\(name) (family \(family), model \(model)), \(ProcessInfo.processInfo.activeProcessorCount) threads"
    }
}
