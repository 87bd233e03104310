import Explanation
import Foundation

/// A comparison in columns for a terminal.
public struct ComparisonText {
    public let result: TherapyComparisonResult
    public init(_ result: TherapyComparisonResult) { self.result = result }

    private static func number(_ x: Double?, _ digits: Int = 0) -> String { x.map { String(format: "%.\(digits)f", $0) } ?? "–" }
    /// Without limits where they can't be given: nobody is left, or all are.
    private static func range(_ x: Interval) -> String { x.lower == nil ? number(x.value) : "\(number(x.value)) (\(number(x.lower))–\(number(x.upper)))" }
    private static func days(_ x: Interval) -> String { "\(number(x.value, 1)) (\(number(x.lower, 1))–\(number(x.upper, 1)))" }
    private static func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }

    public var text: String {
        var lines = ["\(result.cancerName): " + result.facts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")]
        if !result.assumed.isEmpty { lines.append("not said, so taken as standard: " + result.assumed.joined(separator: ", ")) }
        let refused = result.options.filter { $0.verdict != .eligible }
        for option in refused { lines.append("  \(option.verdict.rawValue): \(option.name) — \(option.reasons.joined(separator: "; "))") }
        for option in result.options where option.verdict == .eligible && !option.cautions.isEmpty {
            lines.append("  caution: \(option.name) — \(option.cautions.joined(separator: "; "))")
        }
        lines.append("")
        let width = (result.therapies.map(\.name.count).max() ?? 8) + 2
        lines.append(
            Self.pad("therapy", width) + Self.pad("response [%]", 15) + Self.pad("complete [%]", 15) + Self.pad("PFS 12 mo [%]", 15)
                + Self.pad("OS 12 mo [%]", 15) + Self.pad("OS 24 mo [%]", 15) + Self.pad("hospital [days]", 17) + "grade 3+ [%]")
        for therapy in result.therapies {
            func landmark(_ list: [TherapyResult.Landmark], _ months: Double) -> String { list.first { $0.months == months }.map { Self.range($0.percent) } ?? "–" }
            let harms = therapy.toxicity.map { "\($0.event) \($0.isModelled ? Self.range($0.percent) : "not modelled")" }.joined(separator: ", ")
            lines.append(
                Self.pad(therapy.name, width) + Self.pad(Self.range(therapy.response), 15) + Self.pad(Self.range(therapy.completeResponse), 15)
                    + Self.pad(landmark(therapy.progressionFree, 12), 15) + Self.pad(landmark(therapy.overallSurvival, 12), 15)
                    + Self.pad(landmark(therapy.overallSurvival, 24), 15)
                    + Self.pad(Self.days(therapy.hospital.days), 17) + harms)
        }
        lines.append("")
        for therapy in result.therapies where !therapy.hospital.causes.isEmpty {
            let causes = therapy.hospital.causes.map { "\($0.cause) \(Self.number($0.days, 1))" }.joined(separator: ", ")
            lines.append("in hospital under \(therapy.name): \(Self.range(therapy.hospital.admitted)) % of twins; mean days by cause: \(causes)")
        }
        lines.append("")
        let w = result.weights
        lines.append("ranking (survival \(w.survival), progression \(w.progression), response \(w.response), toxicity -\(w.toxicity), a quarter of it for low neutrophils alone, days in hospital -\(w.hospital)); \(result.twins) twins, 95 % intervals")
        for (place, entry) in result.ranking.enumerated() {
            lines.append(
                "\(place + 1). " + Self.pad(entry.name, width)
                    + "score \(Self.number(entry.score.value, 3)) (\(Self.number(entry.score.lower, 3)) to \(Self.number(entry.score.upper, 3))); best or equal in \(Self.number(entry.bestInTwins)) % of twins, first in \(Self.number(entry.bestInResamples)) % of resamples")
        }
        for attribution in result.why { lines += [""] + Self.lines(attribution) }
        if let method = result.why.first?.method { lines += ["", "how: " + method] }
        if let first = result.flips.first {
            lines += ["", "what would turn it (\(first.first) against \(first.second), one fact changed at a time):"] + result.flips.map { "  - \($0.sentence)\n      run: \($0.run)" }
        }
        for birth in result.fromBirth {
            lines += ["", "had there never been \(birth.name):"] + birth.statements.map { "  - \($0.text)\n      run: \($0.run)" }
        }
        if let drivers = result.drivers, !drivers.isEmpty {
            lines += ["", "what it rests on (rank correlation over the twins with \(result.ranking.count > 1 ? "the first's gain over the second" : "the score")):"]
            lines += drivers.map { "  \(Self.pad($0.parameter, 26))\(String(format: "%+.2f", $0.correlation))  \($0.confidence ?? "covariate"), \($0.meaning)" }
        }
        if result.therapies.count < 2 { lines += ["", "one therapy alone: there is nothing to explain, to turn or to leave out"] }
        let failed = result.therapies.map(\.failures).reduce(0, +)
        lines.append("")
        lines.append("\(result.drawn) draws, \(result.twins) twins; \(failed) of \(result.twins * result.therapies.count) treated twins failed")
        return lines.joined(separator: "\n")
    }

    private static func lines(_ a: Attribution) -> [String] {
        func amount(_ x: Attribution.Amount) -> String { String(format: "%+7.1f ± %.1f", x.value, x.error) }
        let width = (a.parts.map(\.name.count) + [12]).max()! + 2
        var lines = ["why: \(a.measure.words) [\(a.unit)], \(a.treated) minus \(a.reference) (\(a.twins) twins, \(a.runs) runs; ± one standard error)"]
        lines.append("  " + pad("mechanism", width) + pad("share", 18) + pad("released alone", 18) + "held alone, lost")
        for part in a.parts {
            lines.append("  " + pad(part.name, width) + pad(amount(part.share), 18) + pad(part.alone.map(amount) ?? "      –", 18) + (part.last.map(amount) ?? "      –"))
        }
        lines.append("  " + pad("other paths", width) + amount(a.remainder))
        lines.append("  " + pad("whole", width) + amount(a.whole))
        if !a.inert.isEmpty { lines.append("  moved nothing when released or held: \(a.inert.joined(separator: ", "))") }
        for statement in a.statements { lines.append("  - \(statement.text)\n      run: \(statement.run)") }
        return lines
    }
}
