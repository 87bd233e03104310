import ImmuneModels
import ModelIR
import ModelRuns
import Studies

/// What an exhibit came to: lines with or without bands, ready to draw.
public struct ExhibitResult: Sendable {
    public struct Line: Sendable, Hashable {
        public var name: String
        public var x: [Double]
        /// Quantiles 5, 25, 50, 75, 95 % for a cohort; the value five times for one person.
        public var quantiles: [[Double]]
        public var values: [Double] { quantiles[2] }
    }
    public struct Drawing: Sendable, Hashable {
        public var panel: Panel
        public var xQuantity: String
        public var xIsLogarithmic: Bool
        public var lines: [Line]
    }
    public var exhibit: Exhibit
    public var drawings: [Drawing]
}

extension Exhibit {
    /// Simulates it.
    ///
    /// - Throws: `InvalidModel` for what can't be assembled; `RunFailure` when an integration fails.
    public func run(_ library: ModelLibrary) throws -> ExhibitResult {
        switch content {
        case .course(let conditions, let days, let axis): try course(conditions, days, axis, library)
        case .sweep(let conditions, let sweep, let days): try swept(conditions, sweep, days, library)
        case .papillomavirus(let years): try papillomavirus(years, library)
        case .cohorts(let plans): try cohorts(plans, library)
        }
    }

    private func course(
        _ conditions: [Condition], _ days: Double, _ axis: TimeAxis, _ library: ModelLibrary
    ) throws -> ExhibitResult {
        let ids = panels.flatMap { [$0.observable] + $0.others.keys.sorted() }
        let runs = try conditions.map { try ($0.name, $0.run(library, days: days, observing: ids)) }
        let (title, scale, offset) =
            switch axis {
            case .days: ("days", 1.0, 0.0)
            case .years(let from): (from > 0 ? "age (years)" : "years", 1 / 365.25, from)
            }
        let drawings = panels.indices.map { index in
            ExhibitResult.Drawing(
                panel: panels[index], xQuantity: title, xIsLogarithmic: false,
                lines: runs.flatMap { name, run in
                    let panel = panels[index]
                    return ([(panel.observable, panel.name)] + panel.others.sorted { $0.key < $1.key }).map { id, words in
                        let label = [conditions.count > 1 || words.isEmpty ? name : "", words].filter { !$0.isEmpty }.joined(separator: ", ")
                        return ExhibitResult.Line(
                            name: label, x: run.times.map { offset + $0 * scale },
                            quantiles: .init(repeating: run.column(ids.firstIndex(of: id)!), count: 5))
                    }
                })
        }
        return ExhibitResult(exhibit: self, drawings: drawings)
    }

    private func swept(
        _ conditions: [Condition], _ sweep: Sweep, _ days: Double, _ library: ModelLibrary
    ) throws -> ExhibitResult {
        let ids = panels.map(\.observable)
        var lines = [[ExhibitResult.Line]](repeating: [], count: panels.count)
        for condition in conditions {
            let runs = try sweep.values.map { try sweep.apply(condition, $0).run(library, days: days, observing: ids) }
            for index in panels.indices {
                let values = runs.map { sweep.reading.value(of: $0.column(index)) }
                lines[index].append(.init(name: condition.name, x: sweep.values, quantiles: .init(repeating: values, count: 5)))
            }
        }
        let isLogarithmic = sweep.values.allSatisfy { $0 > 0 } && sweep.values.last! > 50 * sweep.values[0]
        return ExhibitResult(
            exhibit: self,
            drawings: zip(panels, lines).map {
                ExhibitResult.Drawing(panel: $0, xQuantity: sweep.quantity, xIsLogarithmic: isLogarithmic, lines: $1)
            })
    }

    private func papillomavirus(_ years: Double, _ library: ModelLibrary) throws -> ExhibitResult {
        let courses = try ScenarioRun(.hpv, age: 0, days: years * 365.25, command: "").result(library: library).courses
        return ExhibitResult(
            exhibit: self,
            drawings: panels.map { panel in
                ExhibitResult.Drawing(
                    panel: panel, xQuantity: "years", xIsLogarithmic: false,
                    lines: courses.filter { $0.quantity == panel.observable }.map {
                        .init(name: $0.series, x: $0.times, quantiles: .init(repeating: $0.values, count: 5))
                    })
            })
    }

    /// A panel is a band of the results, or the Kaplan-Meier curve of an endpoint in months.
    private func cohorts(_ plans: [CohortPlan], _ library: ModelLibrary) throws -> ExhibitResult {
        let arms = try plans.flatMap { plan in
            try CohortStudy(plan, library: library).run().arms.map { arm in
                (
                    name: plans.count == 1 ? arm.name : plan.arms.count == 1 ? plan.title : "\(plan.title), \(arm.name)",
                    bands: arm.bands, survival: arm.survival
                )
            }
        }
        return ExhibitResult(
            exhibit: self,
            drawings: panels.map { panel in
                let isCurve = arms.contains { $0.survival.contains { $0.code == panel.observable } }
                return ExhibitResult.Drawing(
                    panel: panel, xQuantity: isCurve ? "months since start of treatment" : "days since start of treatment", xIsLogarithmic: false,
                    lines: arms.compactMap { arm in
                        if let curve = arm.survival.first(where: { $0.code == panel.observable }) {
                            return .init(name: arm.name, x: curve.months, quantiles: .init(repeating: curve.survival.map { 100 * $0 }, count: 5))
                        }
                        return arm.bands.first { $0.id == panel.observable }.map { .init(name: arm.name, x: $0.days, quantiles: $0.quantiles) }
                    })
            })
    }
}

extension Sweep.Reading {
    func value(of column: [Double]) -> Double {
        switch self {
        case .first: column.first ?? .nan
        case .last: column.last ?? .nan
        case .maximum: column.max() ?? .nan
        case .minimum: column.min() ?? .nan
        }
    }
}

extension Condition {
    /// Eight rows a day up to 600 rows in all; doses are events of the model.
    func run(_ library: ModelLibrary, days: Double, observing ids: [String]) throws -> TimeCourse {
        var model = try library.assemble(plan).model
        for dose in doses {
            model.events.append(
                Event(
                    trigger: .apply(.geq, [.time, .number(dose.day)]),
                    assignments: [.init(variable: dose.species, math: .symbol(dose.species) + .number(dose.amount))]))
        }
        var options = RunOptions()
        options.duration = days
        options.steps = min(600, max(1, Int(days * 8)))
        options.observed = ids
        options.settings = settings
        return try PreparedModel(model, options: options).run()
    }
}
