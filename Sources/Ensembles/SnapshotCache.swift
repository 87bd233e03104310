public import Dynamics
import Synchronization

/// Snapshots by content: runs that start alike (growth to diagnosis, before the arms of a trial part) are made once.
///
/// The key names everything that the snapshot depends on: the system with all its kernels, method and tolerances,
/// the instruction form, and the patient's input.
public final class SnapshotCache: Sendable {
    private let snapshots = Mutex<[ContentHash: Snapshot]>([:])

    public init() {}

    public subscript(key: ContentHash) -> Snapshot? {
        get { snapshots.withLock { $0[key] } }
        set { snapshots.withLock { $0[key] = newValue } }
    }

    public var count: Int { snapshots.withLock { $0.count } }
    public func removeAll() { snapshots.withLock { $0.removeAll() } }
}

extension ContentHash {
    /// What a run depends on.
    /// - Precondition: The input has no `decide`, whose code can't be hashed.
    public init(of input: PatientInput, base: ContentHash) {
        precondition(input.decide == nil, "a run with decisions has no content hash")
        self = base
        combine(input.inputs)
        combine(input.startTime)
        combine(input.endTime)
        combine(input.initialState ?? [])
        combine(input.randomKey.seed)
        combine(input.randomKey.patient)
        combine(input.outputTimes)
        combine(UInt64(input.stops.count))
        for stop in input.stops {
            combine(stop.time)
            switch stop.action {
            case .addToState(let slot, let value): combine([1, Double(slot), value])
            case .addToParameter(let slot, let value): combine([2, Double(slot), value])
            case .setParameter(let slot, let value): combine([3, Double(slot), value])
            case .setState(let slot, let value): combine([4, Double(slot), value])
            case .decision: combine([5])
            }
        }
        if let snapshot = input.snapshot {
            combine(snapshot.time)
            combine(snapshot.state)
            combine(snapshot.parameters)
        }
    }
}
