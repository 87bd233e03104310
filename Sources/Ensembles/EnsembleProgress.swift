import Synchronization

/// How far an ensemble is.
public struct EnsembleProgress: Sendable, Hashable {
    public var done: Int
    public var failed: Int
    public var total: Int
    public var elapsed: Duration

    /// Patients per second; 0 at the very start.
    public var rate: Double {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        return seconds > 0 ? Double(done) / seconds : 0
    }

    /// Nil until the rate is known.
    public var timeLeft: Duration? { rate > 0 ? .seconds(Double(total - done) / rate) : nil }
}

/// A switch that ends an ensemble between two steps; from any thread or signal handler.
public final class Cancellation: Sendable {
    private let flag = Atomic(false)
    public init() {}
    public func cancel() { flag.store(true, ordering: .relaxed) }
    public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

/// Counts finished patients and reports at most ten times a second.
final class ProgressMeter: Sendable {
    private struct State {
        var done = 0
        var failed = 0
        var lastReport: ContinuousClock.Instant
    }
    private let state: Mutex<State>
    private let start = ContinuousClock.now
    private let total: Int
    private let report: (@Sendable (EnsembleProgress) -> Void)?

    init(total: Int, report: (@Sendable (EnsembleProgress) -> Void)?) {
        self.total = total
        self.report = report
        state = Mutex(State(lastReport: start))
    }

    func count(failed: Bool) {
        guard let report else { return }
        state.withLock { state in
            state.done += 1
            if failed { state.failed += 1 }
            let now = ContinuousClock.now
            guard now - state.lastReport > .milliseconds(100) || state.done == total else { return }
            state.lastReport = now
            // Within the lock: reports arrive one at a time and in order.
            report(EnsembleProgress(done: state.done, failed: state.failed, total: total, elapsed: now - start))
        }
    }
}
