import Ensembles
import Foundation
import VirtualTrials

/// Parts of a trial by content: an arm of a shard depends on the model, the seed, who is screened and how this arm is
/// treated, not on the study's title or on the other arms; so a study with one arm changed computes that arm alone.
extension TrialStudy {
    /// What a shard says beside its arms.
    private struct Enrolled: Codable {
        var drawn: Int
        var rejections: [String: Int]
        var unfilled: Int
        var growthDays: [Double]
        var doublingDays: [Double]
    }

    private var screeningKey: ContentHash {
        var hash = ContentHash()
        for input in manifest.inputs where !["study", "patients", "model"].contains(input.name) {
            hash.combine(input.name)
            hash.combine(input.value)
        }
        hash.combine(models.growth.hash.description)
        let population = screening.sampler.population
        for (name, row) in population.rows.sorted(by: { $0.key < $1.key }) { hash.combine("\(name) \(row)") }
        for (name, value) in population.fixed.sorted(by: { $0.key < $1.key }) { hash.combine("\(name) \(value)") }
        for (name, range) in population.limits.sorted(by: { $0.key < $1.key }) { hash.combine("\(name) \(range)") }
        for (name, value) in screening.sampler.overrides.sorted(by: { $0.key < $1.key }) { hash.combine("\(name) = \(value)") }
        for (name, factor) in screening.sampler.factors.sorted(by: { $0.key < $1.key }) { hash.combine("\(name) × \(factor)") }
        for weight in study.weighting { hash.combine("\(weight.quantity) \(weight.limits) \(weight.shares)") }
        for criterion in study.eligibility {
            hash.combine("\(criterion.covariate) \(criterion.range)")
            // a parameter of a drug may decide who is let in
            for row in models.union.parameters where row.id == criterion.covariate { hash.combine("\(row.value) \(row.distribution)") }
        }
        return hash
    }

    /// Everything that an arm's records depend on but the shard.
    private func armKey(_ arm: Int) -> ContentHash {
        var hash = screeningKey
        hash.combine(study.design.rawValue)
        if study.design == .randomised {
            hash.combine(UInt64(arm))
            for one in study.arms { hash.combine(UInt64(one.allocation)) }
            for split in study.strata { hash.combine("\(split.covariate) \(split.limit ?? .nan)") }
            hash.combine(UInt64(randomisation.block))
        }
        hash.combine(models.model(giving: protocols[arm].agents).hash.description)
        hash.combine("\(protocols[arm])")
        return hash
    }

    /// Content key of each arm of the whole trial, for the archive.
    public var armKeys: [String] {
        study.arms.indices.map { arm in
            var hash = armKey(arm)
            hash.combine(study.arms[arm].name)
            hash.combine(UInt64(study.patients))
            return hash.description
        }
    }

    private func key(_ hash: ContentHash, _ shard: Shard) -> String {
        var hash = hash
        hash.combine(UInt64(shard.index))
        hash.combine(UInt64(shard.first))
        hash.combine(UInt64(shard.end))
        return hash.description
    }

    /// A shard whose every arm was computed before.
    func reused(_ shard: Shard, from parts: (any PartStore)?) throws -> ShardResult? {
        guard let parts, let data = try parts.part(forKey: key(screeningKey, shard)),
            let enrolled = try? JSONDecoder().decode(Enrolled.self, from: data)
        else { return nil }
        var arms: [[SubjectRecord]] = []
        for arm in study.arms.indices {
            guard let records = try reused(arm: arm, of: shard, from: parts) else { return nil }
            arms.append(records)
        }
        return ShardResult(
            shard: shard, drawn: enrolled.drawn, rejections: enrolled.rejections, unfilled: enrolled.unfilled,
            growthDays: enrolled.growthDays, doublingDays: enrolled.doublingDays, arms: arms)
    }

    /// One arm of a shard, when it was computed before; a part that can't be read is computed again.
    func reused(arm: Int, of shard: Shard, from parts: (any PartStore)?) throws -> [SubjectRecord]? {
        try parts?.part(forKey: key(armKey(arm), shard)).flatMap { try? JSONDecoder().decode([SubjectRecord].self, from: $0) }
    }

    func keep(_ result: ShardResult, in parts: any PartStore) throws {
        let encoder = JSONEncoder()
        let enrolled = Enrolled(
            drawn: result.drawn, rejections: result.rejections, unfilled: result.unfilled, growthDays: result.growthDays,
            doublingDays: result.doublingDays)
        for (arm, records) in result.arms.enumerated() {
            try parts.save(part: try encoder.encode(records), forKey: key(armKey(arm), result.shard))
        }
        try parts.save(part: try encoder.encode(enrolled), forKey: key(screeningKey, result.shard))
    }
}
