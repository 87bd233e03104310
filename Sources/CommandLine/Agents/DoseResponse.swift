import Foundation
import ImmuneModels
import ModelIR
import ModelRuns
import VirtualTrials

/// What a schedule does in the typical patient of a cancer, at several multiples of its doses.
///
/// Every parameter has its table's value: the typical patient, not a population. Without a cancer the person is healthy.
struct DoseResponse {
    struct Row: Encodable {
        /// Doses over those of the schedule.
        var factor: Double
        var firstDose: String
        /// Largest value of each readout while treated (of `MAP` the smallest), but `cancerCells`: at the end, over those without treatment.
        var values: [String: Double]
    }
    struct Readout: Encodable {
        var id: String
        var unit: String
        var meaning: String
    }

    let readouts: [Readout]
    let rows: [Row]

    /// - Parameters:
    ///   - days: Length of the treatment that is simulated.
    ///   - factors: Multiples of the schedule's doses; 0 is no treatment and always among them.
    /// - Throws: `InvalidModel`, `RunFailure`; `CommandOutcome` when the typical tumour never reaches diagnosis.
    init(agent: Agent, therapy: String, cancer: String?, days: Double, factors: [Double], library: ModelLibrary) throws {
        let regimen = try Regimen(parsing: therapy, library: library)
        let assembled = try library.assemble(ModelPlan(cancer: cancer, agents: regimen.agents))
        let ids = Set(assembled.observables.map(\.id))
        let wanted = Self.readouts(of: agent).filter(ids.contains)
        readouts = wanted.map { id in
            let observable = assembled.observables.first { $0.id == id }!
            return Readout(id: id, unit: observable.unit, meaning: observable.meaning)
        }
        let start = try Self.diagnosis(of: assembled)
        let observed = wanted + (ids.contains("C_total") ? ["C_total"] : [])
        var rows: [Row] = []
        var untreated: Double?
        for factor in Set(factors + [0]).sorted() {
            let course = try Self.run(assembled, regimen, start: start, days: days, factor: factor, observe: observed)
            func column(_ id: String) -> [Double] { course.columns.firstIndex(of: id).map(course.column) ?? [] }
            var values: [String: Double] = [:]
            for id in wanted { values[id] = (Self.falling.contains(id) ? column(id).min() : column(id).max()) ?? .nan }
            if let cells = column("C_total").last {
                if factor == 0 { untreated = cells }
                values["cancerCells"] = cells / (untreated ?? cells)
            }
            let dose = regimen.phases.first?.courses.last?.steps.first?.dose
            rows.append(
                Row(
                    factor: factor, firstDose: dose.map { VirtualTrials.Dose($0.amount * factor, $0.unit).text } ?? "", values: values))
        }
        self.rows = rows
    }

    /// Exposure, engagement of the target, effect, and toxicity, as far as the model has them.
    private static func readouts(of agent: Agent) -> [String] {
        let own = ["concentration", "concentration_tumour", "plasma", "count", "circulating", "cells", "trimers", "signal", "effect"]
            + agent.targets.map { "\($0)_occupancy" }
        return own.map { "\(agent.id)_\($0)" }
            + ["binding_PD1_tumour", "binding_PDL1_tumour", "binding_CTLA4_node", "binding_LAG3_tumour", "IL6R_occupancy"]
            .filter { id in agent.targets.contains { id.contains("_\($0)_") || id.hasPrefix("\($0)_") } }
            + ["IL6_pg", "endothelium", "MAP", "CRS_grade", "ICANS_grade", "irAE_grade", "GVHD_grade", "neutropenia_grade"]
    }

    /// Readouts whose smallest value says how bad it was.
    private static let falling: Set = ["MAP"]

    /// Day on which the typical tumour is found; 0 without cancer.
    private static func diagnosis(of assembled: AssembledModel) throws -> Double {
        guard let trigger = assembled.diagnosis else { return 0 }
        var options = RunOptions()
        options.duration = trigger.maximumTime
        options.steps = 800
        options.observed = [trigger.observable]
        let course = try PreparedModel(assembled.model, options: options).run()
        let threshold = assembled.parameters.first { $0.id == trigger.threshold }?.value ?? .infinity
        guard let row = course.column(0).firstIndex(where: { $0 >= threshold }) else {
            throw CommandOutcome(
                .declined, "declined: the typical tumour doesn't reach diagnosis (\(trigger.observable) of \(threshold.formatted())) in \(Int(trigger.maximumTime)) days")
        }
        return course.times[row]
    }

    private static func run(
        _ assembled: AssembledModel, _ regimen: Regimen, start: Double, days: Double, factor: Double, observe: [String]
    ) throws -> TimeCourse {
        var model = assembled.model
        func value(_ id: String, _ otherwise: Double) -> Double { assembled.parameters.first { $0.id == id }?.value ?? otherwise }
        let (weight, height, filtration) = (value("weight", 75), value("height", 170), value("GFR", 90))
        func add(_ time: Double, _ variable: String, _ change: Double) {
            for index in model.parameters.indices where model.parameters[index].id == variable { model.parameters[index].isConstant = false }
            model.events.append(
                Event(
                    trigger: .apply(.geq, [.time, .number(time)]),
                    assignments: [.init(variable: variable, math: .symbol(variable) + .number(change))]))
        }
        var phaseStart = start
        for index in regimen.phases.indices where factor > 0 {
            for planned in regimen.planned(phase: index, before: days - (phaseStart - start)) {
                let target = assembled.doseTargets[planned.agent]!
                let (amount, unit) = planned.dose.scaled(
                    weight: weight, bodySurface: (height * weight / 3600).squareRoot(), glomerularFiltration: filtration)
                guard let perUnit = target.amountPerUnit[unit] else {
                    throw CommandOutcome(.badInput, "error: \(planned.agent) can't be dosed in \(planned.dose.unit.rawValue)")
                }
                let enters = amount * perUnit * factor
                let time = phaseStart + planned.day + 1e-6
                let duration = planned.infusion ?? target.infusionDuration
                if duration > 0, let rate = target.infusionRate {
                    add(time, rate, enters / duration)
                    add(time + duration, rate, -enters / duration)
                } else {
                    add(time, target.species, enters)
                }
            }
            guard let length = regimen.phases[index].length, !regimen.phases[index].untilProgression else { break }
            phaseStart += length
        }
        var options = RunOptions()
        options.duration = start + days
        options.outputStart = start
        // every half hour, so that the peak at the end of an infusion is on the grid
        options.steps = max(50, Int(days * 48))
        options.observed = observe
        return try PreparedModel(model, options: options).run()
    }

    /// One line a dose, columns with units.
    var table: String {
        let hasCells = rows.contains { $0.values["cancerCells"] != nil }
        var lines = ["the factor multiplies every dose of the schedule; every column is the largest value, of blood pressure (MAP) the smallest" + (hasCells ? ", cells at the end over untreated" : "")]
        var header = ["  factor"] + readouts.map { "\($0.id) [\($0.unit)]" }
        if hasCells { header.append("cancer cells over untreated") }
        lines.append(header.joined(separator: "  "))
        for row in rows {
            var cells = [String(format: "%8.3g", row.factor)]
            for (readout, title) in zip(readouts, header.dropFirst()) {
                cells.append(Self.padded(row.values[readout.id] ?? .nan, title.count))
            }
            if hasCells { cells.append(Self.padded(row.values["cancerCells"] ?? .nan, header.last!.count)) }
            lines.append(cells.joined(separator: "  "))
        }
        return lines.joined(separator: "\n")
    }

    private static func padded(_ value: Double, _ width: Int) -> String {
        let text = String(format: "%.4g", value)
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
