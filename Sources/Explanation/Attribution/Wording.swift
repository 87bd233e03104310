import Foundation

/// Sentences about an attribution, each with the run behind it; what is within two standard errors is said to be so.
enum Wording {
    /// A tenth for percent, a hundredth for months.
    private static func digits(_ measure: Measure) -> Int { measure == .progressionFree || measure == .survival ? 2 : 1 }
    private static func amount(_ x: Attribution.Amount, _ measure: Measure) -> String {
        String(format: "%+.\(digits(measure))f ± %.\(digits(measure))f", x.value, x.error)
    }

    static func statements(_ a: Attribution) -> [Attribution.Statement] {
        let runs = "\(a.twins) twins, \(Int(a.horizonDays.rounded())) days, seed \(a.seed)"
        // beyond two standard errors, and large enough to be written
        let least = 0.5 * (a.measure == .progressionFree || a.measure == .survival ? 0.01 : 0.1)
        func isClear(_ x: Attribution.Amount) -> Bool { abs(x.value) > 2 * x.error && abs(x.value) >= least }
        func text(_ x: Attribution.Amount) -> String { amount(x, a.measure) }
        var result: [Attribution.Statement] = []
        result.append(
            .init(
                text: isClear(a.whole)
                    ? whole(a)
                    : "\(a.treated) and \(a.reference) do not differ in \(a.measure.words) beyond the sampling error: \(text(a.whole)) \(a.unit).",
                run: "\(a.treated), and \(a.reference), on the same twins (\(runs))", effect: a.whole))
        for part in a.parts where isClear(part.share) {
            guard let last = part.last else { continue }
            let isAgainst = isClear(a.whole) && part.share.value * a.whole.value < 0
            result.append(
                .init(
                    text: "\(text(part.share)) \(a.unit) come through \(part.name)\(isAgainst ? ", against the whole" : ""). Held alone as under \(a.reference), while all else runs, the outcome changes by \(text(.init(value: -last.value, error: last.error))).",
                    run: "\(a.treated) with \(part.name) held to its course under \(a.reference): alone, and in random orders of release (\(runs))",
                    effect: part.share))
        }
        for pair in a.interactions where pair.kind != "none" {
            let stronger = abs(pair.alone.value) >= abs(pair.inCompany.value) ? pair.alone : pair.inCompany
            result.append(
                .init(
                    text: pair.kind == "synergy"
                        ? "\(sentenceCase(pair.first)) and \(pair.second) need each other: together they do \(text(stronger)) \(a.unit) beyond the sum of each."
                        : "\(sentenceCase(pair.first)) and \(pair.second) stand in for each other: together they do \(text(stronger)) \(a.unit) beside the sum of each.",
                    run: "\(a.treated) with both, either and neither held as under \(a.reference) (\(runs))", effect: stronger))
        }
        if isClear(a.remainder) {
            result.append(
                .init(
                    text: "\(text(a.remainder)) \(a.unit) come through paths that no listed mechanism holds.",
                    run: "\(a.treated) with every listed mechanism held as under \(a.reference) (\(runs))", effect: a.remainder))
        }
        return result
    }

    /// The difference in a plain sentence.
    private static func whole(_ a: Attribution) -> String {
        let (more, size) = (a.whole.value > 0, String(amount(a.whole, a.measure).dropFirst()))
        let months = String(format: "%.0f", a.horizonDays / Measure.month)
        return switch a.measure {
        case .response: "With \(a.treated), \(size) \(more ? "more" : "fewer") of 100 twins respond than with \(a.reference)."
        case .progressionFree: "With \(a.treated), twins go \(size) months \(more ? "longer" : "shorter") without progression than with \(a.reference), of the first \(months) months."
        case .survival: "With \(a.treated), twins live \(size) months \(more ? "longer" : "shorter") than with \(a.reference), of the first \(months) months."
        case .shrinkage: "With \(a.treated), tumours shrink at best by \(size) percentage points \(more ? "more" : "less") than with \(a.reference)."
        }
    }

    private static func sentenceCase(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
