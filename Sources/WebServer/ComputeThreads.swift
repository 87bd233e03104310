import Foundation

/// Threads for synchronous computing, apart from those that serve requests; a task that runs here stays cancellable.
final class ComputeThreads: TaskExecutor {
    private let queue = DispatchQueue(label: "perforin.runs", qos: .userInitiated, attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
