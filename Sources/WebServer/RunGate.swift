#if Web
    /// Lets a few runs at a time use the processor; others wait their turn, and beyond a number are refused.
    ///
    /// Runs are synchronous and long, so they go to threads of their own: pages are served while they compute. A run whose
    /// client went away is cancelled: while it computes, or when its turn comes.
    actor RunGate {
        private var free: Int
        private let places: Int
        private let limit: Double
        private var waiting: [CheckedContinuation<Void, Never>] = []
        private let threads = ComputeThreads()

        /// - Parameters:
        ///   - width: Runs at the same time.
        ///   - places: Runs that may wait.
        ///   - limit: Longest run, in seconds.
        init(width: Int, places: Int, limit: Double) {
            self.limit = limit
            free = width
            self.places = places
        }

        /// - Throws: `WebFailure` with 503 when too many wait; `CancellationError`; what `work` throws.
        nonisolated func run(_ work: @escaping @Sendable () async throws -> String) async throws -> String {
            try await enter()
            do {
                try Task.checkCancellation()
                let text = try await withThrowingTaskGroup(of: String.self) { group in
                    group.addTask(executorPreference: threads) { try await work() }
                    group.addTask { [limit] in
                        try await Task.sleep(for: .seconds(limit))
                        throw WebFailure(.unprocessableContent, "stopped after \(Int(limit)) s, the limit for one run")
                    }
                    defer { group.cancelAll() }
                    return try await group.next() ?? ""
                }
                await leave()
                return text
            } catch {
                await leave()
                throw error
            }
        }

        private func enter() async throws {
            if free > 0 {
                free -= 1
                return
            }
            guard waiting.count < places else {
                throw WebFailure(.serviceUnavailable, "too many runs are waiting; try again in a few seconds")
            }
            await withCheckedContinuation { waiting.append($0) }
        }

        /// Hands the place to whoever has waited longest.
        private func leave() {
            if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
        }
    }
#endif
