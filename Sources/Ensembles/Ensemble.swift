import Dispatch
public import Dynamics
public import Integrators
import Synchronization

/// Many patients over lanes and threads.
///
/// Patients are numbered; a thread takes the next number whenever one of its lanes is free and asks `input` for what
/// to run. What a patient's result is doesn't depend on threads or lanes; the order in which patients finish does, so
/// outcomes are collected by number or by reductions that commute.
public struct Ensemble: Sendable {
    public let integrator: Integrator
    public var threads: Int
    public var progress: (@Sendable (EnsembleProgress) -> Void)?
    public var cancellation: Cancellation

    /// - Parameters:
    ///   - threads: At least 1.
    ///   - progress: Called at most ten times a second, from a working thread, one call at a time.
    public init(
        _ integrator: Integrator, threads: Int = 1, cancellation: Cancellation = Cancellation(),
        progress: (@Sendable (EnsembleProgress) -> Void)? = nil
    ) {
        precondition(threads >= 1, "an ensemble needs a thread, not \(threads)")
        self.integrator = integrator
        self.threads = threads
        self.cancellation = cancellation
        self.progress = progress
    }

    /// Runs patients `range` and hands each result to `body`, from the thread that made it, in the order of finishing.
    /// - Throws: `CancellationError` if cancelled before all were done; those handed over are whole.
    public func forEach(
        _ range: Range<Int>, input: @Sendable (Int) -> PatientInput,
        _ body: @Sendable (_ patient: Int, _ result: PatientResult) -> Void
    ) throws {
        try work(range, input: input, start: { () }, add: { _, patient, result in body(patient, result) }, end: { _ in })
    }

    /// Runs patients `range` and sums them up; each thread sums its own and the parts are merged.
    /// - Parameter initial: An empty reduction.
    /// - Throws: `CancellationError` if cancelled before all were done.
    public func reduce<Reduction: EnsembleReduction>(
        _ range: Range<Int>, into initial: Reduction, input: @Sendable (Int) -> PatientInput
    ) throws -> Reduction {
        let merged = Mutex(initial)
        try work(range, input: input, start: { initial }, add: { $0.add($2, of: $1) }) { part in
            merged.withLock { $0.merge(part) }
        }
        return merged.withLock { $0 }
    }

    /// What `summarise` makes of each patient, in their order.
    /// - Throws: `CancellationError` if cancelled before all were done.
    public func map<Summary: Sendable>(
        _ range: Range<Int>, input: @Sendable (Int) -> PatientInput,
        _ summarise: @Sendable (_ patient: Int, _ result: PatientResult) -> Summary
    ) throws -> [Summary] {
        let collected = Mutex([Summary?](repeating: nil, count: range.count))
        try forEach(range, input: input) { patient, result in
            let summary = summarise(patient, result)
            collected.withLock { $0[patient - range.lowerBound] = summary }
        }
        return collected.withLock { $0.map { $0! } }
    }

    /// Whole results, in the patients' order; trajectories of all patients are held in memory.
    public func results(_ range: Range<Int>, input: @Sendable (Int) -> PatientInput) throws -> [PatientResult] {
        try map(range, input: input) { $1 }
    }

    private func work<Part: Sendable>(
        _ range: Range<Int>, input: @Sendable (Int) -> PatientInput, start: @Sendable () -> Part,
        add: @Sendable (inout Part, Int, PatientResult) -> Void, end: @Sendable (Part) -> Void
    ) throws {
        let meter = ProgressMeter(total: range.count, report: progress)
        let nextPatient = Atomic(range.lowerBound)
        // A thread without a full group of patients wastes lanes.
        let useful = (range.count + integrator.backend.lanes - 1) / integrator.backend.lanes
        let workers = max(1, min(threads, useful))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            var part = start()
            integrator.run {
                let patient = nextPatient.add(1, ordering: .relaxed).oldValue
                return patient < range.upperBound ? (patient, input(patient)) : nil
            } finish: { patient, result in
                meter.count(failed: result.failure != nil)
                add(&part, patient, result)
            } isCancelled: {
                // Only the calling thread knows the task: it passes the word on to the others.
                if Task.isCancelled { cancellation.cancel() }
                return cancellation.isCancelled
            }
            end(part)
        }
        if cancellation.isCancelled || Task.isCancelled { throw CancellationError() }
    }
}
