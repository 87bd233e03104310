/// A run of places on study that is computed, stored and resumed as one.
///
/// Shards have a fixed size, so that what a shard holds depends neither on the number of machines nor on threads:
/// `--shard 2/8` picks whole shards. Lots are drawn within a shard, as centres do it.
public struct Shard: Sendable, Hashable, Codable {
    /// Places in a shard but the last.
    public static let size = 100

    public var index: Int
    /// Numbers of the first place and of the one after the last.
    public var first: Int
    public var end: Int

    public var places: Range<Int> { first..<end }
    public var name: String { "shard-\(String(repeating: "0", count: max(0, 5 - String(index).count)))\(index).json" }

    /// All shards of a trial.
    public static func all(patients: Int) -> [Shard] {
        stride(from: 0, to: patients, by: size).enumerated().map {
            Shard(index: $0.offset, first: $0.element, end: min(patients, $0.element + size))
        }
    }

    /// The shards that part `part` of `parts` computes, counted from 1: every `parts`-th, so that parts are alike.
    public static func part(_ part: Int, of parts: Int, patients: Int) -> [Shard] {
        precondition(1...max(1, parts) ~= part, "part \(part) of \(parts)")
        return all(patients: patients).filter { $0.index % parts == part - 1 }
    }
}
