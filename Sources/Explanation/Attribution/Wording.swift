import Foundation

/// Sentences about an attribution, each with the run behind it; what is within two standard errors is said to be so.
enum Wording {
    static func number(_ x: Double) -> String { String(format: "%+.1f", x) }
    static func amount(_ x: Attribution.Amount) -> String { "\(number(x.value)) ± \(String(format: "%.1f", x.error))" }

    static func statements(_ a: Attribution) -> [Attribution.Statement] {
        let runs = "\(a.twins) twins, \(Int(a.horizonDays)) days, seed \(a.seed)"
        let unit = a.measure == .response ? "points of response rate" : a.measure == .shrinkage ? "points of shrinkage" : a.measure.words
        func isClear(_ x: Attribution.Amount) -> Bool { abs(x.value) > 2 * x.error && x.value != 0 }
        var result: [Attribution.Statement] = []
        result.append(
            .init(
                text: isClear(a.whole)
                    ? "\(a.treated) gives \(amount(a.whole)) \(unit) compared with \(a.reference)."
                    : "\(a.treated) and \(a.reference) do not differ beyond the sampling error: \(amount(a.whole)) \(unit).",
                run: "\(a.treated) and \(a.reference) on the same twins (\(runs))", effect: a.whole))
        for part in a.parts where isClear(part.share) {
            result.append(
                .init(
                    text: "\(amount(part.share)) of these come through \(part.name); holding it as under \(a.reference) in the full arm takes \(amount(part.last)) away.",
                    run: "\(a.treated) with \(part.name) clamped to its course under \(a.reference), in random orders of release and alone (\(runs))",
                    effect: part.share))
        }
        for pair in a.interactions where pair.kind != "none" {
            let stronger = abs(pair.alone.value) >= abs(pair.inCompany.value) ? pair.alone : pair.inCompany
            result.append(
                .init(
                    text: pair.kind == "synergy"
                        ? "\(pair.first) and \(pair.second) need each other: together they do \(amount(stronger)) more than the sum of each."
                        : "\(pair.first) and \(pair.second) stand in for each other: together they do \(amount(stronger)) beside the sum of each.",
                    run: "\(a.treated) with both, either and neither clamped to \(a.reference) (\(runs))", effect: stronger))
        }
        if isClear(a.remainder) {
            result.append(
                .init(
                    text: "\(amount(a.remainder)) come through paths that no listed mechanism holds.",
                    run: "\(a.treated) with every listed mechanism clamped to \(a.reference) (\(runs))", effect: a.remainder))
        }
        return result
    }
}
