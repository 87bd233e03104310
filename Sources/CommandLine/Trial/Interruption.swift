import Dispatch
import Foundation
import Ensembles
import Synchronization

/// Turns Ctrl-C and the scheduler's SIGTERM into a cancellation, so that a run ends between patients with everything
/// that was finished on disk. A second signal ends the process at once.
final class Interruption: Sendable {
    let cancellation = Cancellation()
    /// Held so that they live; never touched again.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    init() {
        let flag = SignalFlag()
        let cancellation = cancellation
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if flag.raise() { _exit(128 + number) }
                cancellation.cancel()
            }
            source.resume()
            return source
        }
    }
}

/// Raised once; tells whether it was raised before.
private final class SignalFlag: Sendable {
    private let isRaised = Atomic(false)
    func raise() -> Bool { isRaised.exchange(true, ordering: .relaxed) }
}
