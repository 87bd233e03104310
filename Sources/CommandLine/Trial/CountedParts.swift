import Foundation
import Studies
import Synchronization

/// Parts of a trial by content, counting what was there already, so that reuse is said and not only felt.
final class CountedParts: PartStore, Sendable {
    private let store: any PartStore
    private let counts = Mutex((asked: 0, found: 0))

    init(_ store: any PartStore) { self.store = store }

    func part(forKey key: String) throws -> Data? {
        let part = try store.part(forKey: key)
        counts.withLock { counts in
            counts.asked += 1
            if part != nil { counts.found += 1 }
        }
        return part
    }

    func save(part: Data, forKey key: String) throws { try store.save(part: part, forKey: key) }

    var words: String {
        counts.withLock { $0.found == 0 ? "nothing; all was computed" : "\($0.found) of \($0.asked) parts; the rest was computed" }
    }
}
