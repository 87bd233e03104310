import Foundation

/// One part of a run: the third of a hundred is `3/100`.
public struct ShardIndex: Sendable, Codable, Hashable, CustomStringConvertible {
    /// From 1.
    public var number: Int
    public var count: Int

    public static let most = 100_000

    public init(_ number: Int, of count: Int) {
        precondition(1...Self.most ~= count && 1...count ~= number, "shard \(number) of \(count)")
        self.number = number
        self.count = count
    }

    /// Reads `3/100`, or `auto/100`: then the number is the array index that the scheduler gave this process.
    ///
    /// `SLURM_ARRAY_TASK_ID` and `SGE_TASK_ID` count from 1, Kubernetes' `JOB_COMPLETION_INDEX` from 0.
    public init(parsing text: String, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[1]), 1...Self.most ~= count else {
            throw Malformed(description: "'\(text)' is not a shard such as 3/100 or auto/100 (at most \(Self.most))")
        }
        var number = Int(parts[0])
        if parts[0] == "auto" {
            let given = [("SLURM_ARRAY_TASK_ID", 0), ("SGE_TASK_ID", 0), ("JOB_COMPLETION_INDEX", 1)]
                .compactMap { name, first in environment[name].flatMap { Int($0) }.map { $0 + first } }.first
            guard let given else {
                throw Malformed(description: "'\(text)' asks for a scheduler's index, but none of SLURM_ARRAY_TASK_ID, SGE_TASK_ID and JOB_COMPLETION_INDEX is a number")
            }
            number = given
        }
        guard let number, 1...count ~= number else {
            throw Malformed(description: "shard \(number.map { "\($0)" } ?? "'\(parts[0])'") is not among 1 to \(count)")
        }
        self.init(number, of: count)
    }

    public struct Malformed: Error, CustomStringConvertible {
        public var description: String
    }

    public var description: String { "\(number)/\(count)" }

    /// The part of `0..<total` that belongs to this shard: parts follow each other and differ by one at most.
    public func range(of total: Int) -> Range<Int> {
        let (size, larger) = total.quotientAndRemainder(dividingBy: count)
        let before = number - 1
        let start = before * size + min(before, larger)
        return start..<start + size + (before < larger ? 1 : 0)
    }
}
