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
        /// Every eligible therapy on the same twins, in the order of the ranking.
        public var outcomes: [Outcome]
        /// Where the first is not practice's choice: what it has over practice's best, by runs on the same twins.
        public var explanation: String?
        /// Share of practice's choices among the eligible: what a blind pick under the rules alone would score.
        public var rulesAlone: Double
        public var eligible: Int
        /// Why it was not simulated.
        public var reason: String?
        public var source: String
    }
    /// What the ranking weighs, for one therapy; percent, or the score's own units.
    public struct Outcome: Sendable, Codable, Hashable {
        public var name: String
        public var score: Interval
        public var response: Double
        public var progressionFree12: Double?
        public var survival12: Double?
        public var survival24: Double?
        public var severe: Double
        /// Side effects of the score that its model has.
        public var modelledHarms: [String]
    }

    public var cases: [Case]
    public var agreed: Int
    public var simulated: Int
    /// Expected score of the rules alone over the simulated cases, and over all.
    public var rulesAloneOfSimulated: Double
    public var rulesAlone: Double

    /// - Parameter progress: Called with vignettes done and how many there are.
    public static func run(
        library: ModelLibrary, twins: Int, weights: ComparisonWeights, seed: UInt64, threads: Int,
        progress: (@Sendable (StudyProgress) -> Void)? = nil
    ) throws -> VignetteScore {
        let eligibility = try Eligibility(library: library)
        let vignettes = try Vignette.all()
        let cases = try vignettes.enumerated().map { index, vignette -> Case in
            progress?(StudyProgress(stage: "vignettes", done: index, total: vignettes.count))
            let profile = PatientProfile(cancer: vignette.cancer, facts: vignette.facts)
            let options = try eligibility.options(for: profile)
            // the rules know every therapy, modelled or not
            let allowed = options.filter { $0.verdict != .excluded }
            let hits = allowed.count { vignette.practice.contains($0.name) }
            var answer = Case(
                id: vignette.id, cancer: vignette.cancer, story: vignette.story, practice: vignette.practice, agrees: false, outcomes: [],
                rulesAlone: allowed.isEmpty ? 0 : Double(hits) / Double(allowed.count), eligible: allowed.count, source: vignette.source)
            guard options.contains(where: { $0.verdict == .eligible }) else {
                answer.reason = options.isEmpty ? "no regimen is listed for \(vignette.cancer)" : options.first { $0.verdict == .notModelled }?.reasons.first ?? "no option is eligible"
                return answer
            }
            do {
                let plan = ComparisonPlan(profile: profile, twins: twins, weights: weights, seed: seed, threads: threads)
                let result = try TherapyComparison(plan, library: library).run()
                answer.top = result.ranking.first?.name
                answer.agrees = answer.top.map(vignette.practice.contains) ?? false
                answer.outcomes = outcomes(result)
                if !answer.agrees { answer.explanation = try explanation(result, practice: vignette.practice, plan: plan, library: library) }
            } catch let invalid as InvalidModel {
                answer.reason = invalid.diagnostics.first?.message
            }
            return answer
        }
        let simulated = cases.filter { $0.top != nil }
        return VignetteScore(
            cases: cases, agreed: cases.count { $0.agrees }, simulated: simulated.count,
            rulesAloneOfSimulated: simulated.map(\.rulesAlone).reduce(0, +), rulesAlone: cases.map(\.rulesAlone).reduce(0, +))
    }

    private static func outcomes(_ result: TherapyComparisonResult) -> [Outcome] {
        zip(result.therapies, result.ranking).map { therapy, ranked in
            Outcome(
                name: therapy.name, score: ranked.score, response: therapy.response.value ?? 0,
                progressionFree12: therapy.progressionFree.first { $0.months == 12 }?.percent.value,
                survival12: therapy.overallSurvival.first { $0.months == 12 }?.percent.value,
                survival24: therapy.overallSurvival.first { $0.months == 24 }?.percent.value,
                severe: 100 * Double(therapy.outcomes.count(where: \.isSeverelyToxic)) / Double(max(1, therapy.outcomes.count)),
                modelledHarms: therapy.toxicity.filter(\.isModelled).map(\.event))
        }
    }

    /// What the first has over practice's best choice: the parts of the score, paired by twin, and the mechanisms behind them.
    private static func explanation(
        _ result: TherapyComparisonResult, practice: [String], plan: ComparisonPlan, library: ModelLibrary
    ) throws -> String {
        guard let first = result.therapies.first, let other = result.therapies.first(where: { practice.contains($0.name) }) else {
            return "practice's choice has no model here, so it can't come first"
        }
        let horizon = plan.horizonDays
        func part(_ name: String, _ value: (TwinOutcome) -> Double) -> String? {
            let differences = zip(first.outcomes, other.outcomes).map { value($0) - value($1) }
            let mean = TherapyComparison.normalInterval(differences)
            guard abs(mean.value!) > 5e-4 else { return nil }
            return String(format: "\(name) %+.3f (%+.3f to %+.3f)", mean.value!, mean.lower!, mean.upper!)
        }
        let w = plan.weights
        let parts = [
            part("survival") { w.survival * min(1, $0.survivalDays / horizon) },
            part("progression") { w.progression * min(1, $0.progressionFreeDays / horizon) },
            part("response") { w.response * ($0.responds ? 1 : 0) }, part("harm") { -w.toxicity * $0.harm },
            part("hospital") { -w.hospital * $0.hospitalDays / horizon },
        ].compactMap(\.self)
        let whole = part("whole") { w.score($0, horizon: horizon) } ?? "no difference"
        var text = "\(first.name) minus \(other.name) in score: \(whole)\(parts.isEmpty ? "" : "; " + parts.joined(separator: ", "))"
        var explained = plan
        explained.therapies = [first.name, other.name]
        explained.explains = true
        explained.explained = [first.name, other.name]
        explained.whyTwins = min(24, plan.twins)
        explained.twins = explained.whyTwins
        let why: [Attribution]
        do { why = try TherapyComparison(explained, library: library).run().why } catch let invalid as InvalidModel {
            return text + ". Mechanisms: \(invalid.diagnostics.first?.message ?? "not explained")"
        }
        // the measure whose difference is clearest
        if let clearest = why.filter({ $0.whole.error > 0 }).max(by: { abs($0.whole.value) / $0.whole.error < abs($1.whole.value) / $1.whole.error }) {
            func amount(_ x: Attribution.Amount) -> String { String(format: "%+.1f ± %.1f", x.value, x.error) }
            let parts = clearest.parts.filter { abs($0.share.value) > 2 * $0.share.error && $0.share.value != 0 }.prefix(2)
            let through = parts.isEmpty ? "no mechanism beyond its error" : parts.map { "\($0.name) \(amount($0.share))" }.joined(separator: ", ")
            let isOpen = abs(clearest.whole.value) <= 2 * clearest.whole.error ? ", not beyond the sampling error" : ""
            text += ". By mechanism, \(clearest.measure.words) \(amount(clearest.whole))\(isOpen): \(through) (\(clearest.twins) twins, \(clearest.runs) runs)"
        }
        return text
    }

    public var text: String {
        func number(_ x: Double?) -> String { x.map { String(format: "%.0f", $0) } ?? "–" }
        var lines: [String] = []
        for entry in cases {
            let verdict = entry.top == nil ? "not simulated" : entry.agrees ? "agrees" : "differs"
            lines.append(
                "\(entry.id)  \(entry.cancer), \(entry.story): \(verdict): \(entry.top ?? entry.reason ?? "")  [practice: \(entry.practice.joined(separator: " | "))]  rules alone \(String(format: "%.2f", entry.rulesAlone)) of \(entry.eligible)")
            for outcome in entry.outcomes {
                lines.append(
                    "      \(String(format: "%.3f", outcome.score.value ?? 0))  \(outcome.name): response \(number(outcome.response)), PFS 12 \(number(outcome.progressionFree12)), OS 12 \(number(outcome.survival12)), OS 24 \(number(outcome.survival24)), harm \(outcome.modelledHarms.isEmpty ? "not modelled" : number(outcome.severe))")
            }
            if let explanation = entry.explanation { lines.append("      why: \(explanation)") }
        }
        lines.append(
            String(
                format: "%d of %d agree with practice, %d simulated; a blind pick under the rules alone: %.1f of the simulated, %.1f of all",
                agreed, cases.count, simulated, rulesAloneOfSimulated, rulesAlone))
        return lines.joined(separator: "\n")
    }
}
