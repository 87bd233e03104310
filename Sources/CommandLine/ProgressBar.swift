import Foundation
import Synchronization

/// Progress on standard error: a bar with rate and time left on a terminal, a line every 30 s in a log, nothing
/// when quiet.
public final class ProgressBar: Sendable {
    private struct State {
        var started = ContinuousClock.now
        var lastShown: ContinuousClock.Instant?
        var isFinished = false
    }
    private let state = Mutex(State())
    private let label: String
    private let unit: String
    private let isQuiet: Bool
    private let isTerminal: Bool

    /// - Parameter unit: What is counted, in the plural ("patients").
    public init(_ label: String, unit: String, quiet: Bool = false) {
        self.label = label
        self.unit = unit
        isQuiet = quiet
        isTerminal = isatty(STDERR_FILENO) == 1
    }

    /// Shows that `done` of `total` are finished; may be called from any thread, as often as wanted.
    public func update(done: Int, of total: Int, failed: Int = 0) {
        guard !isQuiet else { return }
        let line: String? = state.withLock { state in
            let now = ContinuousClock.now
            let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(30)
            if state.isFinished { return nil }
            if let last = state.lastShown {
                if now - last < pause && done < total { return nil }
            } else if !isTerminal && done < total {
                state.lastShown = now
                return nil
            }
            state.lastShown = now
            return text(done: done, total: total, failed: failed, elapsed: now - state.started)
        }
        guard let line else { return }
        write(isTerminal ? "\r\u{1B}[K\(line)" : "\(line)\n")
    }

    /// Removes the bar from a terminal.
    public func finish() {
        let wasShown = state.withLock { state in
            defer { state.isFinished = true }
            return !state.isFinished && state.lastShown != nil
        }
        if wasShown && isTerminal && !isQuiet { write("\r\u{1B}[K") }
    }

    private func text(done: Int, total: Int, failed: Int, elapsed: Duration) -> String {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        let rate = seconds > 0 ? Double(done) / seconds : 0
        let left = rate > 0 ? Double(total - done) / rate : .infinity
        let width = 24
        let filled = total > 0 ? min(width, done * width / total) : 0
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let failures = failed > 0 ? ", \(failed) failed" : ""
        return "\(label) \(bar) \(done)/\(total) \(unit), \(Self.rounded(rate))/s, \(Self.time(left)) left\(failures)"
    }

    private static func rounded(_ rate: Double) -> String {
        rate >= 10 ? String(Int(rate)) : String(Double(Int(rate * 10)) / 10)
    }

    private static func time(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        let whole = Int(seconds.rounded(.up))
        if whole >= 3600 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
        return whole >= 60 ? "\(whole / 60) min \(whole % 60) s" : "\(whole) s"
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
