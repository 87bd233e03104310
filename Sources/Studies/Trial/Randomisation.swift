import Mathematics
import VirtualTrials

/// Lots in blocks within strata: every full block of a stratum holds each arm as often as the allocation says.
struct Randomisation: Sendable {
    var allocation: [Int]
    var strata: [Study.Split]
    /// Patients in a block.
    var block: Int
    var seed: UInt64

    /// - Parameter block: nil: twice the sum of the allocation.
    init(allocation: [Int], strata: [Study.Split], block: Int?, seed: UInt64) {
        self.allocation = allocation
        self.strata = strata
        self.block = block ?? 2 * allocation.reduce(0, +)
        self.seed = seed
    }

    /// Arm of each patient of one shard, in their order.
    func arms(of patients: [VirtualPatient], in shard: Shard) -> [Int] {
        var waiting: [[Int]: [Int]] = [:]
        var blocks: [[Int]: Int] = [:]
        return patients.map { patient in
            let stratum = strata.map { $0.level(patient.covariates) }
            if waiting[stratum, default: []].isEmpty {
                let number = blocks[stratum, default: 0]
                blocks[stratum] = number + 1
                var stream = RandomStream(seed: seed, patient: UInt64(shard.index), purpose: "block \(stratum) \(number)")
                let repeats = block / allocation.reduce(0, +)
                let lots = allocation.enumerated().flatMap { arm, count in Array(repeating: arm, count: count * repeats) }
                waiting[stratum] = stream.permutation(of: lots.count).map { lots[$0] }
            }
            return waiting[stratum]!.removeLast()
        }
    }
}
