import Explanation
import Foundation
public import ImmuneModels
import ModelIR

/// The vignettes of `vignettes.csv`, each with practice's first choice, against the ranking and against the rules alone.
public struct VignetteScore: Sendable, Codable {
    public struct Case: Sendable, Codable {
        public var id: String
        public var cancer: String
        public var story: String
        /// Choices that practice accepts, by the names of the regimens table.
        public var practice: [String]
        /// First of the ranking; nil: nothing could be simulated.
        public var top: String?
        public var agrees: Bool
        /// Share of practice's choices among the eligible: what a blind pick under the rules alone would score.
        public var rulesAlone: Double
        public var eligible: Int
        /// Why it was not simulated.
        public var reason: String?
        public var source: String
    }
    public var cases: [Case]
    public var agreed: Int
    public var simulated: Int
    /// Expected score of the rules alone over the simulated cases, and over all.
    public var rulesAloneOfSimulated: Double
    public var rulesAlone: Double

    public static func run(
        library: ModelLibrary, twins: Int, weights: ComparisonWeights, seed: UInt64, threads: Int
    ) throws -> VignetteScore {
        let eligibility = try Eligibility(library: library)
        let cases = try Vignette.all().map { vignette -> Case in
            let profile = PatientProfile(cancer: vignette.cancer, facts: vignette.facts)
            let options = try eligibility.options(for: profile)
            // the rules know every therapy, modelled or not
            let allowed = options.filter { $0.verdict != .excluded }
            let hits = allowed.count { vignette.practice.contains($0.name) }
            let byRules = allowed.isEmpty ? 0 : Double(hits) / Double(allowed.count)
            func answer(top: String?, reason: String?) -> Case {
                Case(
                    id: vignette.id, cancer: vignette.cancer, story: vignette.story, practice: vignette.practice, top: top,
                    agrees: top.map(vignette.practice.contains) ?? false, rulesAlone: byRules, eligible: allowed.count, reason: reason,
                    source: vignette.source)
            }
            guard options.contains(where: { $0.verdict == .eligible }) else {
                return answer(top: nil, reason: options.isEmpty ? "no regimen is listed for \(vignette.cancer)" : options.first { $0.verdict == .notModelled }?.reasons.first ?? "no option is eligible")
            }
            do {
                let plan = ComparisonPlan(profile: profile, twins: twins, weights: weights, seed: seed, threads: threads)
                let result = try TherapyComparison(plan, library: library).run()
                let missing = vignette.practice.allSatisfy { name in !options.contains { $0.name == name && $0.verdict == .eligible } }
                return answer(top: result.ranking.first?.name, reason: missing ? "practice's choice is not modelled, so it can't be first" : nil)
            } catch let invalid as InvalidModel {
                return answer(top: nil, reason: invalid.diagnostics.first?.message)
            }
        }
        let simulated = cases.filter { $0.top != nil }
        return VignetteScore(
            cases: cases, agreed: cases.count { $0.agrees }, simulated: simulated.count,
            rulesAloneOfSimulated: simulated.map(\.rulesAlone).reduce(0, +), rulesAlone: cases.map(\.rulesAlone).reduce(0, +))
    }

    public var text: String {
        var lines = cases.map { entry in
            let verdict = entry.top == nil ? "not simulated" : entry.agrees ? "agrees" : "differs"
            return "\(entry.id)  \(entry.cancer)  \(verdict): \(entry.top ?? entry.reason ?? "")  [practice: \(entry.practice.joined(separator: " | "))]  rules alone \(String(format: "%.2f", entry.rulesAlone)) of \(entry.eligible)\(entry.top != nil ? entry.reason.map { "  (\($0))" } ?? "" : "")"
        }
        lines.append(
            String(
                format: "%d of %d agree with practice, %d simulated; a blind pick under the rules alone: %.1f of the simulated, %.1f of all",
                agreed, cases.count, simulated, rulesAloneOfSimulated, rulesAlone))
        return lines.joined(separator: "\n")
    }
}
