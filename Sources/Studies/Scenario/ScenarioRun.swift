import Dynamics
import Ensembles
import Foundation
public import ImmuneModels
import Integrators
import ModelIR
import VirtualTrials

/// Runs a scenario for one person (`healthy`, `infection`) or a cohort (`hpv`).
public struct ScenarioRun: Sendable {
    public var scenario: Scenario
    /// Years.
    public var age: Double
    /// Length of follow-up, days.
    public var days: Double
    /// Day of the second infection; nil: only one.
    public var reinfection: Double?
    public var command: String

    public init(_ scenario: Scenario, age: Double, days: Double, reinfection: Double? = nil, command: String) {
        self.scenario = scenario
        self.age = age
        self.days = days
        self.reinfection = reinfection
        self.command = command
    }

    /// - Throws: `InvalidModel` when the library lacks a module or the integration fails.
    public func result(library: ModelLibrary) throws -> ScenarioResult {
        switch scenario {
        case .healthy: try healthy(library)
        case .infection: try infection(library)
        case .hpv: try papillomavirus(library)
        }
    }

    // MARK: One person

    private struct Trajectory {
        var times: [Double]
        var values: [String: [Double]]
        var units: [String: String]
        var meanings: [String: String]
        func course(_ id: String, _ quantity: String, series: String = "this person", logarithmic: Bool = false) -> ScenarioResult.Course? {
            values[id].map {
                .init(
                    quantity: quantity, unit: units[id] ?? "", series: series, timeUnit: "day", times: times, values: $0,
                    isLogarithmic: logarithmic)
            }
        }
    }

    private func trajectory(_ plan: ModelPlan, _ library: ModelLibrary, steps: Int, doses: [(day: Double, species: String, amount: Double)] = []) throws -> Trajectory {
        var plan = plan
        plan.values["age"] = age
        plan.values["ageing"] = 1
        let model = try TrialModel(try library.assemble(plan), tolerances: Tolerances(relative: 1e-7))
        let stops = try doses.map { dose -> Stop in
            guard let state = model.compiled.state(dose.species) else {
                throw InvalidModel([Diagnostic(.error, .invalid, "the model has no '\(dose.species)' to infect with")])
            }
            return Stop(time: dose.day, .addToState(state, dose.amount))
        }
        let times = (0...steps).map { days * Double($0) / Double(steps) }
        let input = PatientInput(inputs: model.compiled.system.inputDefaults, endTime: days, stops: stops, outputTimes: times)
        let result = try Ensemble(model.integrator, threads: 1).results(0..<1) { _ in input }[0]
        if let failure = result.failure { throw InvalidModel([Diagnostic(.error, .invalid, "the integration failed: \(failure)")]) }
        let width = model.observables.count
        var trajectory = Trajectory(times: times, values: [:], units: [:], meanings: [:])
        for (column, observable) in model.observables.enumerated() {
            trajectory.values[observable.id] = times.indices.map { result.outputs[$0 * width + column] }
            trajectory.units[observable.id] = unitInWords(observable.unit)
            trajectory.meanings[observable.id] = observable.meaning
        }
        return trajectory
    }

    private func healthy(_ library: ModelLibrary) throws -> ScenarioResult {
        let run = try trajectory(ModelPlan(), library, steps: 120)
        let shown = ["ALC", "CD4_count", "CD8_count", "B_count", "NK_count", "ANC", "monocyte_count", "IgG_plasma", "IL7_plasma", "IL15_plasma", "CRP"]
        let figures = shown.filter { run.values[$0] != nil }.flatMap { id -> [ScenarioResult.Figure] in
            let name = run.meanings[id].flatMap { $0.isEmpty ? nil : $0 } ?? id
            return [
                .init("\(name), at the start", run.values[id]!.first!, run.units[id]!), .init("\(name), at the end", run.values[id]!.last!, run.units[id]!),
            ]
        }
        return ScenarioResult(
            title: "A healthy person from age \(age.formatted())",
            about: ["The model at its own resting state, ageing with time: thymus, naive and memory T cells, NK, myeloid and B cells, cytokines."],
            figures: figures, courses: shown.compactMap { run.course($0, run.meanings[$0].flatMap { $0.isEmpty ? nil : $0 } ?? $0) }, command: command)
    }

    private func infection(_ library: ModelLibrary) throws -> ScenarioResult {
        let plan = ModelPlan(
            modulesOn: ["07-treg", "08-apc", "12-node-il2", "15-crs", "25-infection"],
            instances: [ModuleInstance("09-tcell", name: "virus"), ModuleInstance("24-humoral", name: "virus")])
        let inocula = [0.001] + (reinfection.map { [$0] } ?? [])
        let run = try trajectory(plan, library, steps: Int((days * 8).rounded()), doses: inocula.map { ($0, "virus", Self.inoculum) })
        func window(_ number: Int) -> [Int] {
            let end = number + 1 < inocula.count ? inocula[number + 1] : .infinity
            return run.times.indices.filter { run.times[$0] >= inocula[number] && run.times[$0] < end }
        }
        func peak(_ id: String, _ rows: [Int]) -> (value: Double, day: Double) {
            let row = rows.max { run.values[id]![$0] < run.values[id]![$1] } ?? 0
            return (run.values[id]![row], run.times[row])
        }
        var figures: [ScenarioResult.Figure] = []
        for (number, start) in inocula.enumerated() {
            let rows = window(number)
            let which = number == 0 ? "first infection" : "second infection"
            let virus = peak("log10_virus", rows)
            let last = rows.last { run.values["epithelium_infected"]![$0] > 1 }
            figures += [
                .init("peak of virus, \(which)", virus.value, "log10 TCID50/mL"), .init("day of the peak, \(which)", virus.day - start, "d"),
                .init("last infected cell, \(which)", last.map { run.times[$0] - start } ?? 0, "d after infection"),
                .init("peak of effector CD8, \(which)", peak("virus_effector", rows).value, "cells"),
                .init("peak of CRP, \(which)", peak("CRP", rows).value, run.units["CRP"]!),
            ]
            if run.values["fever"] != nil { figures.append(.init("peak of temperature rise, \(which)", peak("fever", rows).value, run.units["fever"]!)) }
            if last == rows.last, let end = rows.last, run.values["epithelium_infected"]![end] > 1 {
                figures.append(.init("still infected at the end, \(which)", 1, "yes"))
            }
        }
        figures.append(.init("memory CD8 at the end", run.values["virus_memory8"]!.last!, "cells"))
        figures.append(.init("neutralisation at the end", run.values["virus_neutralisation"]!.last!, "times what halves infection"))
        let shown: [(String, String, Bool)] = [
            ("log10_virus", "virus, log10 of TCID50/mL", false), ("virus_effector", "effector CD8 against the virus", true),
            ("virus_memory8", "memory CD8 against the virus", true), ("virus_neutralisation", "neutralising antibody", true), ("CRP", "C-reactive protein", false),
            ("fever", "rise of temperature", false),
        ]
        return ScenarioResult(
            title: "A respiratory virus at age \(age.formatted())",
            about: [
                "\(Self.inoculum.formatted()) TCID50/mL enter the airway on day 0\(reinfection.map { ", and again on day \($0.formatted())" } ?? "").",
                "Virus, epithelium and interferon (module 25), presentation in the airway, T cells of the group `virus` (module 9), antibody (module 24).",
            ], figures: figures, courses: shown.compactMap { run.course($0, $1, logarithmic: $2) }, command: command)
    }

    /// TCID50 per mL, as in the volunteers of Hayden 1996 that the module is verified with.
    private static let inoculum = 0.1

    // MARK: A cohort

    private func papillomavirus(_ library: ModelLibrary) throws -> ScenarioResult {
        let values = Dictionary(library.parameters.filter { $0.module == "30-hpv" }.map { ($0.id, $0.value) }) { first, _ in first }
        func number(_ id: String) throws -> Double {
            guard let value = values[id] else { throw InvalidModel([Diagnostic(.error, .invalid, "30-hpv.csv has no '\(id)'")]) }
            return value
        }
        let antibody = HPVNaturalHistory.Antibody(
            peak: try number("antibody_peak"), lasting: try number("antibody_lasting"), fastDecay: try number("antibody_fastDecay"),
            slowDecay: try number("antibody_slowDecay"))
        let years = days / 365.25
        var figures: [ScenarioResult.Figure] = []
        var courses: [ScenarioResult.Course] = []
        for site in HPVNaturalHistory.Site.allCases {
            let history = HPVNaturalHistory(site: site, values: values)
            let plain = history.course(years: years)
            let vaccinated = history.course(years: years, antibody: antibody)
            let events: [(String, KeyPath<HPVNaturalHistory.Course, [Double]>)] = [
                ("persistent infections", \.persistentInfections), ("lesions of grade 2 or worse", \.lesions), ("cancers", \.cancers),
            ]
            for (name, path) in events {
                let (without, with) = (plain[keyPath: path].last!, vaccinated[keyPath: path].last!)
                figures += [
                    .init("\(site.rawValue): \(name), not vaccinated", 1e5 * without, "per 100,000"),
                    .init("\(site.rawValue): \(name), vaccinated", 1e5 * with, "per 100,000"),
                    .init("\(site.rawValue): efficacy against \(name)", without > 0 ? 100 * (1 - with / without) : 0, "%"),
                ]
                for (series, course) in [("not vaccinated", plain), ("vaccinated", vaccinated)] {
                    courses.append(
                        .init(
                            quantity: "\(site.rawValue): \(name)", unit: "per 100,000", series: series, timeUnit: "year", times: course.times,
                            values: course[keyPath: path].map { 1e5 * $0 }, isLogarithmic: false))
                }
            }
            // who is infected already gains nothing: the vaccine acts on new infections alone
            let infected = history.course(years: years, initial: .infected, exposure: { _ in 0 })
            let treated = history.course(years: years, initial: .infected, exposure: { _ in 0 }, antibody: antibody)
            figures.append(.init("\(site.rawValue): efficacy in those infected before", 100 * (1 - treated.lesions.last! / infected.lesions.last!), "%"))
        }
        return ScenarioResult(
            title: "Human papillomavirus 16 and 18 over \(years.formatted(.number.precision(.fractionLength(0...1)))) years",
            about: [
                "A cohort without infection at the start, followed by a Markov chain of published yearly probabilities (cervix); for throat and penis the steps are assumed.",
                "Antibody after three doses lowers the risk of infection only; it does nothing to an infection that is there.",
            ], figures: figures, courses: courses, command: command)
    }
}
