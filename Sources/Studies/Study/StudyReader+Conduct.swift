import ModelIR
import VirtualTrials
import Yams

/// Visits, criteria, side effects: how the study is conducted.
extension StudyReader {
    func visits(_ top: Fields, duration: Double) -> Study.Visits {
        let fields = Fields(
            top.required("visits"), "visits", keys: ["every", "first", "then_every", "after", "window", "jitter", "missed", "screening"], findings)
        let every = fields.required("every").flatMap { _ in fields.days("every") } ?? 42
        let first = fields.days("first")
        let later = fields.days("then_every")
        let after = fields.days("after")
        if (later == nil) != (after == nil) {
            findings.report("`then_every` and `after` belong together", at: fields.place(later == nil ? "after" : "then_every"))
        }
        if duration > 0, first ?? every > duration {
            findings.report("no visit falls into the follow-up", at: fields.place(first == nil ? "every" : "first"), remedy: "lengthen follow_up or bring the first visit forward")
        }
        let window = fields.days("window", orZero: true) ?? 7
        if window >= every / 2 { findings.report("visits with this window overlap", at: fields.place("window"), remedy: "use less than half of `every`") }
        return Study.Visits(
            every: every, first: first, changeAfter: after, laterEvery: later, window: window, jitter: fields.days("jitter", orZero: true) ?? 3,
            missed: fields.share("missed") ?? 0.02, screening: fields.days("screening", orZero: true) ?? 12)
    }

    func assessment(_ top: Fields) -> Study.Assessment {
        let fields = Fields(
            top["assessment"], "assessment", keys: ["criteria", "confirmation", "minimum_stable_disease", "measurement_error", "residual_cells"], findings)
        var confirmation: Double?
        if fields.text("confirmation")?.lowercased() != "none", fields["confirmation"]?.bool != false { confirmation = fields.days("confirmation") }
        return Study.Assessment(
            criteria: fields.choice("criteria", as: Study.Criteria.self), confirmation: confirmation,
            minimumStableDisease: fields.days("minimum_stable_disease") ?? 35, measurementError: fields.share("measurement_error") ?? 0.05,
            residualCells: fields.number("residual_cells", 0...1e12) ?? 1e6, place: top.place("assessment"))
    }

    func toxicity(_ treatment: Fields) -> [Study.Toxicity] {
        treatment.list("toxicity").compactMap { node in
            let fields = Fields(node, "a rule on side effects", keys: ["when", "action", "agents"], findings)
            guard let (observable, limit) = condition(fields) else { return nil }
            _ = fields.required("action")
            let agents = fields.list("agents").compactMap(\.string)
            return Study.Toxicity(
                observable: observable, limit: limit, action: fields.choice("action", as: ToxicityRule.Action.self) ?? .hold, agents: agents,
                place: fields.place("when"))
        }
    }

    func rescues(_ treatment: Fields) -> [Study.Rescue] {
        treatment.list("rescue").compactMap { node in
            let fields = Fields(node, "a rescue", keys: ["when", "give", "times"], findings)
            guard let (observable, limit) = condition(fields) else { return nil }
            return Study.Rescue(
                observable: observable, limit: limit, therapy: fields.requiredText("give"), times: fields.integer("times", 1...100) ?? 1,
                place: fields.place("when"), therapyPlace: fields.place("give"))
        }
    }

    /// `CRS_grade >= 2`.
    private func condition(_ fields: Fields) -> (String, Double)? {
        guard fields.required("when") != nil, let text = fields.text("when") else { return nil }
        guard let match = text.wholeMatch(of: /\s*([A-Za-z]\w*)\s*>=\s*([0-9.]+)\s*/), let limit = Double(match.2) else {
            findings.report("'\(text)' is not a condition", at: fields.place("when"), remedy: "write `CRS_grade >= 2`")
            return nil
        }
        return (String(match.1), limit)
    }

    func endpoints(_ fields: Fields, _ key: String, fallback: [Study.Endpoint]) -> [Study.Endpoint] {
        guard fields[key] != nil else { return fallback }
        return fields.list(key).compactMap { node in
            let text = node.string ?? ""
            if let endpoint = Study.Endpoint(rawValue: text) { return endpoint }
            let known = Study.Endpoint.allCases.map(\.rawValue)
            findings.report(
                "unknown endpoint '\(text)'", at: findings.place(node),
                remedy: suggestion(for: text, among: known) ?? "known: \(known.joined(separator: ", "))")
            return nil
        }
    }
}
