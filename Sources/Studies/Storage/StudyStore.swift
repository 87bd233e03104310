public import Foundation

/// Where parts of runs are kept by content: a key names everything that the part depends on, so that asking again for
/// what was computed returns it, whichever study it belonged to.
public protocol PartStore: Sendable {
    func part(forKey key: String) throws -> Data?
    /// Keeps a part; one that is there already under the key stays.
    func save(part: Data, forKey key: String) throws
}

/// Where finished studies are kept, so that they can be found, compared and reused. `RunStore` keeps them in SQLite.
public protocol StudyStore: PartStore {
    /// An arm that was computed before under the same content key, whichever study it belonged to.
    func arm(forKey key: String) throws -> ArmResult?

    /// Keeps a study whole, or not at all. Saving one that is there already changes nothing.
    func save(_ study: StoredStudy) throws
}

/// A finished study with what identifies it.
public struct StoredStudy: Sendable {
    /// Content hash of everything that the result depends on.
    public var hash: String
    public var result: CohortResult
    /// Content key of each arm, in the order of `result.arms`.
    public var armKeys: [String]
    /// What `perforin rerun` needs, as JSON.
    public var manifest: Data

    public init(hash: String, result: CohortResult, armKeys: [String], manifest: Data) {
        precondition(armKeys.count == result.arms.count, "\(armKeys.count) keys for \(result.arms.count) arms")
        self.hash = hash
        self.result = result
        self.armKeys = armKeys
        self.manifest = manifest
    }
}
