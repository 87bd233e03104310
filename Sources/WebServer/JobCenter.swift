import Foundation

/// Runs long work for the web app: bounded in number and time, watched, cancellable, stopped when abandoned.
public actor JobCenter {
    public enum Phase: String, Sendable { case waiting, running, done, failed, cancelled }

    /// What a watcher sees of a job.
    public struct Status: Sendable {
        public var id: String
        public var phase: Phase
        public var done: Int
        public var total: Int
        /// Partial result as JSON text, when the work reports any.
        public var partial: String?
        /// Why it failed, in words for the user.
        public var message: String?

        var isOver: Bool { phase == .done || phase == .failed || phase == .cancelled }
    }

    /// What work uses to report: finished and total units, and an optional partial result as JSON text.
    public typealias Report = @Sendable (_ done: Int, _ total: Int, _ partial: String?) -> Void
    /// The work of a job; returns its result as JSON text.
    public typealias Work = @Sendable (@escaping Report) async throws -> String

    public struct Busy: Error {}

    private struct Job {
        var status: Status
        var result: String?
        var task: Task<Void, Never>?
        var lastAsked: ContinuousClock.Instant
        var version = 0
    }

    private var jobs: [String: Job] = [:]
    private var queue: [(id: String, work: Work)] = []
    private var running = 0
    private let threads = ComputeThreads()
    private let configuration: WebConfiguration
    private let describe: @Sendable (any Error) -> String

    /// - Parameter describe: Words for an error that work throws.
    public init(_ configuration: WebConfiguration, describe: @escaping @Sendable (any Error) -> String) {
        self.configuration = configuration
        self.describe = describe
    }

    /// Queues work and returns the job's id.
    public func start(_ work: @escaping Work) throws(Busy) -> String {
        sweep()
        guard queue.count < configuration.waitingJobs else { throw Busy() }
        let id = WebConfiguration.randomToken()
        jobs[id] = Job(status: Status(id: id, phase: .waiting, done: 0, total: 0), lastAsked: .now)
        queue.append((id, work))
        startNext()
        return id
    }

    public func status(_ id: String) -> Status? {
        jobs[id]?.lastAsked = .now
        return jobs[id]?.status
    }

    /// The result of a finished job as JSON text.
    public func result(_ id: String) -> String? {
        jobs[id]?.lastAsked = .now
        return jobs[id]?.result
    }

    public func cancel(_ id: String) {
        guard var job = jobs[id], !job.status.isOver else { return }
        job.task?.cancel()
        job.status.phase = .cancelled
        jobs[id] = job
        queue.removeAll { $0.id == id }
    }

    /// Stops jobs that nobody asks about, and forgets old results.
    public func sweep() {
        let now = ContinuousClock.now
        for (id, job) in jobs {
            let silence = now - job.lastAsked
            if job.status.isOver {
                if silence > .seconds(900) { jobs[id] = nil }
            } else if silence > .seconds(configuration.abandonedAfter) {
                cancel(id)
            }
        }
    }

    private func startNext() {
        while running < configuration.concurrentJobs, !queue.isEmpty {
            let (id, work) = queue.removeFirst()
            running += 1
            jobs[id]?.status.phase = .running
            let limit = configuration.runTimeLimit
            jobs[id]?.task = Task { [threads] in
                let outcome = await Self.run(work, limit: limit, on: threads) { done, total, partial in
                    Task { await self.progress(id, done, total, partial) }
                }
                self.finish(id, outcome)
            }
        }
    }

    private struct TimedOut: Error {}

    private static func run(
        _ work: @escaping Work, limit: Double, on threads: ComputeThreads, report: @escaping Report
    ) async -> Result<String, any Error> {
        await withTaskGroup(of: Result<String, any Error>.self) { group in
            group.addTask(executorPreference: threads) {
                do { return .success(try await work(report)) } catch { return .failure(error) }
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(limit))
                return .failure(TimedOut())
            }
            let first = await group.next() ?? .failure(CancellationError())
            group.cancelAll()
            return first
        }
    }

    private func progress(_ id: String, _ done: Int, _ total: Int, _ partial: String?) {
        guard var job = jobs[id], job.status.phase == .running, done >= job.status.done else { return }
        job.status.done = done
        job.status.total = total
        if let partial { job.status.partial = partial }
        jobs[id] = job
    }

    private func finish(_ id: String, _ outcome: Result<String, any Error>) {
        running -= 1
        if var job = jobs[id], !job.status.isOver {
            switch outcome {
            case .success(let text):
                job.status.phase = .done
                job.result = text
            case .failure(is CancellationError): job.status.phase = .cancelled
            case .failure(is TimedOut):
                job.status.phase = .failed
                job.status.message = "stopped after \(Int(configuration.runTimeLimit)) s, the limit for one run; ask for fewer patients"
            case .failure(let error):
                job.status.phase = .failed
                job.status.message = describe(error)
            }
            job.task = nil
            jobs[id] = job
        }
        startNext()
    }
}
