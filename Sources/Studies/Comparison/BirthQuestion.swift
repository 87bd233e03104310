public import Explanation
import Foundation
import ImmuneModels
import VirtualTrials

/// Two therapies for people who never had a mechanism: grown without it from birth, not only treated without it.
///
/// The draws are the same as those of the twins, so who gets the tumour either way is compared with himself.
public struct BirthQuestion: Sendable, Codable, Hashable {
    public struct Statement: Sendable, Codable, Hashable {
        public var text: String
        public var run: String
        public var effect: Attribution.Amount
    }
    public var mechanism: String
    public var name: String
    /// Draws that grow this tumour, of how many, with and without the mechanism.
    public var grownWith: Int
    public var drawnWith: Int
    public var grownWithout: Int
    public var drawnWithout: Int
    /// Twins that get the tumour either way.
    public var twins: Int
    public var statements: [Statement]

    /// - Parameters:
    ///   - pair: The two therapies with what became of the twins that have the mechanism.
    ///   - cohort: Those twins.
    /// - Throws: `InvalidModel` when the model hasn't got the mechanism, or nobody gets the tumour without it.
    init(_ absence: Absence, _ pair: [TherapyResult], plan: ComparisonPlan, model cohort: TwinCohort, library: ModelLibrary) throws {
        let other = try TwinCohort(
            of: plan.profile, therapies: pair.map(\.therapy), twins: plan.twins, seed: plan.seed, threads: plan.threads, library: library,
            model: cohort.model, without: absence)
        let without = try other.regimens.map { regimen in
            try other.records(of: regimen, horizon: plan.horizonDays).map { TwinOutcome($0, columns: other.model.columns) }
        }
        let both = Set(pair[0].outcomes.map(\.twin)).intersection(without[0].map(\.twin)).sorted()
        func byTwin(_ outcomes: [TwinOutcome]) -> [TwinOutcome] {
            let known = Dictionary(outcomes.map { ($0.twin, $0) }) { first, _ in first }
            return both.compactMap { known[$0] }
        }
        let (before, after) = (pair.map { byTwin($0.outcomes) }, without.map(byTwin))
        let runs = "\(both.count) twins grown with and without, \(Int(plan.horizonMonths)) months, seed \(plan.seed)"
        func change(_ arm: Int, _ value: (TwinOutcome) -> Double) -> [Double] { zip(after[arm], before[arm]).map { value($0) - value($1) } }
        func response(_ outcome: TwinOutcome) -> Double { outcome.responds ? 100 : 0 }
        func months(_ outcome: TwinOutcome) -> Double { min(outcome.progressionFreeDays, plan.horizonDays) / 30.4375 }
        func text(_ x: Attribution.Amount, _ digits: Int) -> String { String(format: "%+.\(digits)f ± %.\(digits)f", x.value, x.error) }
        var statements: [Statement] = []
        let (shareWith, shareWithout) = (Double(cohort.patients.count) / Double(cohort.drawn), Double(other.patients.count) / Double(other.drawn))
        statements.append(
            Statement(
                text: "Without \(absence.name) from birth, \(other.patients.count) of \(other.drawn) draws come to this diagnosis; with it, \(cohort.patients.count) of \(cohort.drawn). \(both.count) of the twins are found either way.",
                run: "the same draws grown with and without it (seed \(plan.seed))",
                effect: .init(
                    value: 100 * (shareWithout - shareWith),
                    error: 100 * (shareWith * (1 - shareWith) / Double(cohort.drawn) + shareWithout * (1 - shareWithout) / Double(other.drawn)).squareRoot())))
        if both.count >= 2 {
            for (arm, therapy) in pair.enumerated() {
                let (responses, times) = (Attribution.Amount(change(arm, response)), Attribution.Amount(change(arm, months)))
                statements.append(
                    Statement(
                        text: "In those, responses to \(therapy.name) change by \(text(responses, 1)) of 100, and time without progression by \(text(times, 2)) months.",
                        run: "\(therapy.name) (\(runs))", effect: responses))
            }
            let lead = Attribution.Amount(zip(change(0, months), change(1, months)).map { $0 - $1 })
            statements.append(
                Statement(
                    text: abs(lead.value) > 2 * lead.error
                        ? "The lead of \(pair[0].name) over \(pair[1].name) in time without progression changes by \(text(lead, 2)) months."
                        : "The lead of \(pair[0].name) over \(pair[1].name) in time without progression does not change beyond the sampling error: \(text(lead, 2)) months.",
                    run: "\(pair[0].name), and \(pair[1].name) (\(runs))", effect: lead))
        }
        self.init(
            mechanism: absence.id, name: absence.name, grownWith: cohort.patients.count, drawnWith: cohort.drawn,
            grownWithout: other.patients.count, drawnWithout: other.drawn, twins: both.count, statements: statements)
    }

    init(
        mechanism: String, name: String, grownWith: Int, drawnWith: Int, grownWithout: Int, drawnWithout: Int, twins: Int,
        statements: [Statement]
    ) {
        self.mechanism = mechanism
        self.name = name
        self.grownWith = grownWith
        self.drawnWith = drawnWith
        self.grownWithout = grownWithout
        self.drawnWithout = drawnWithout
        self.twins = twins
        self.statements = statements
    }
}
