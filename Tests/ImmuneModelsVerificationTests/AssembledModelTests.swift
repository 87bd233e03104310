import Foundation
import ImmuneModels
import ModelIR
import ModelRuns
import Testing

/// What the assembled lung-cancer model owes its parts: modules and drugs that are not used leave no trace,
/// what moves is conserved, and nothing but attack holds a tumour below its capacity.
@Suite struct AssembledModelTests {
    /// One agent of each template that makes sense in lung cancer.
    static let agents: [String] = {
        let library = Simulation.library
        let cancer = library.cancer(named: "nsclc")
        var seen: Set<[String]> = []
        return library.agents.filter { library.reasonAgainst($0, in: cancer) == nil && seen.insert([$0.template, $0.targets.joined()] + $0.requires).inserted }.map(\.id)
    }()

    /// Every rate of change and every derived quantity of `model` at day 0, with `settings` for the states.
    private static func rightHandSide(_ model: Model, at settings: [String: Double]) throws -> [String: Double] {
        var model = model
        var observed: [String] = []
        for rule in model.rules {
            guard let variable = rule.variable else { continue }
            if case .rate = rule.kind {
                model.parameters.append(Parameter(id: "slope_of_\(variable)", value: 0, isConstant: false))
                model.rules.append(Rule(.assignment(variable: "slope_of_\(variable)"), rule.math))
                observed.append("slope_of_\(variable)")
            } else {
                observed.append(variable)
            }
        }
        var options = RunOptions()
        options.duration = 1e-6
        options.steps = 1
        options.observed = observed
        options.settings = settings
        let course = try PreparedModel(model, options: options).run()
        return Dictionary(uniqueKeysWithValues: course.columns.indices.map { (course.columns[$0], course.column($0)[0]) })
    }

    private static func states(_ model: Model) -> [String] {
        model.rules.compactMap { if case .rate(let variable) = $0.kind { variable } else { nil } }
    }

    /// Not bit for bit: ports that were constants become variables, which the compiler groups otherwise, and the order
    /// of elimination changes. So studies assemble each arm with its own agents alone (`TrialModel.adopting`).
    @Test("an agent that is not given changes no rate of change and no quantity beyond rounding", arguments: agents)
    func notGiven(agent: String) throws {
        let without = try Simulation.library.assemble(ModelPlan(cancer: "nsclc")).model
        let with = try Simulation.library.assemble(ModelPlan(cancer: "nsclc", agents: [agent])).model
        #expect(Self.states(with).count > Self.states(without).count)
        let grown = try Simulation(ModelPlan(cancer: "nsclc"), days: 1500, steps: 1, observe: Self.states(without))
        let settings = Dictionary(uniqueKeysWithValues: Self.states(without).map { ($0, grown[$0].last!) })
        let (a, b) = (try Self.rightHandSide(without, at: settings), try Self.rightHandSide(with, at: settings))
        for (id, value) in a {
            let other = try #require(b[id], "\(id) is lost with \(agent)")
            // A slope is a difference of flows: its rounding is that of the flows, here at least 1e-4 of the state a day.
            let state = id.hasPrefix("slope_of_") ? settings[String(id.dropFirst(9))] ?? 0 : 0
            let size = max(abs(value), 1e-4 * abs(state))
            #expect(abs(value - other) <= 1e-9 * size, "\(id): \(value) without, \(other) with \(agent)")
        }
    }

    @Test("doses of zero are the same as no doses, to the integrator's tolerance", arguments: agents)
    func doseZero(agent: String) throws {
        let plan = ModelPlan(cancer: "nsclc", agents: [agent])
        let species = try #require(try Simulation.library.assemble(plan).doseTargets[agent]).species
        let names = ["C1", "capacity", "diameter_tumour", "ANC"]
        let never = try Simulation(plan, days: 2200, steps: 11, observe: names)
        let zero = try Simulation(plan, days: 2200, steps: 11, observe: names, doses: [.init(time: 2000, species: species, amount: 0)])
        for name in names {
            for (a, b) in zip(never[name], zero[name]) { #expect(abs(a - b) <= 1e-5 * abs(a), "\(name)") }
        }
    }

    @Test(
        "a module switched on and off is a module absent",
        arguments: Simulation.library.modules.filter { $0.use == .optional && $0.scope == .system }.map(\.id))
    func offIsAbsent(module: String) throws {
        let absent = try Simulation.library.assemble(ModelPlan(cancer: "nsclc")).model
        #expect(try Simulation.library.assemble(ModelPlan(cancer: "nsclc", modulesOff: [module])).model == absent)
        let off = ModelPlan(cancer: "nsclc", modulesOn: [module], modulesOff: [module])
        #expect(try Simulation.library.assemble(off).model == absent)
    }

    @Test func `a drug without clearance stays in the body`() throws {
        let parts = [
            "pembrolizumab": ["central", "peripheral", "depot", "node_amount", "tumour_amount"], "docetaxel": ["central", "peripheral", "depot"],
        ]
        for (agent, compartments) in parts {
            let names = compartments.map { "\(agent)_\($0)" }
            var plan = ModelPlan(cancer: "nsclc", agents: [agent], values: ["\(agent)_CL": 0])
            if agent == "pembrolizumab" { plan.values["pembrolizumab_Vmax"] = 0 }
            let run = try Simulation(plan, days: 2060, steps: 206, observe: names, doses: [.init(time: 1995, species: names[0], amount: 1000)])
            for row in 200...206 {
                let total = names.map { run[$0][row] }.reduce(0, +)
                #expect(abs(total - 1000) < 1e-2, "\(agent): \(total)")
            }
        }
    }

    @Test("T cells that move from node to blood to lesion are none lost and none made", arguments: ["neo", "taa"])
    func cellsMove(group: String) throws {
        // No priming, recall, divisions or deaths; conversion of helper cells to regulatory ones off.
        let off = [
            "activation8", "activation4", "memory_recall", "effector_death", "Th_death", "memory_death", "progenitor_renewal",
            "progenitor_death", "burst_divisions", "IL2_division", "effector_tumour_death", "suppression_Treg", "exhausted_death", "helper_death",
        ]
        var values = Dictionary(uniqueKeysWithValues: off.map { ("\(group)_\($0)", 0.0) })
        values["Treg_induction"] = 0
        values["C_start"] = 3e9
        values["capacity_start"] = 2
        let CD8 = ["effector_node", "effector", "memory8", "progenitor_tumour", "effector_tumour", "exhausted_tumour"].map { "\(group)_\($0)" }
        let CD4 = ["Th", "memory4", "helper_tumour"].map { "\(group)_\($0)" }
        let start = ["\(group)_effector_node": 1e9, "\(group)_effector": 1e7, "\(group)_Th": 1e9]
        let run = try Simulation(ModelPlan(cancer: "nsclc", values: values), days: 200, steps: 40, observe: CD8 + CD4, settings: start)
        func total(_ parts: [String], _ row: Int) -> Double { parts.map { run[$0][row] }.reduce(0, +) }
        for row in run.times.indices {
            #expect(abs(total(CD8, row) / 1.01e9 - 1) < 1e-9, "CD8 on day \(run.times[row]): \(total(CD8, row))")
            #expect(abs(total(CD4, row) / 1e9 - 1) < 1e-9, "CD4 on day \(run.times[row]): \(total(CD4, row))")
        }
        // and they have moved
        #expect(run["\(group)_effector_node"].last! < 1)
        #expect(run["\(group)_exhausted_tumour"].last! + run["\(group)_effector_tumour"].last! > 1e6 && run["\(group)_helper_tumour"].last! > 1e6)
    }

    @Test func `cancer cells that die become dead cells, one for one`() throws {
        // No births, no clearance: the sum of live and dead cells is what there was.
        let plan = ModelPlan(cancer: "nsclc", values: ["growth": 0, "clearance_dead": 0, "C_start": 1e9, "capacity_start": 2])
        let run = try Simulation(plan, days: 400, steps: 40, observe: ["C_total", "C_dead"])
        #expect(run["C_dead"].last! > 1e8)
        for (live, dead) in zip(run["C_total"], run["C_dead"]) { #expect(abs(live + dead - 1e9) < 1e4) }
    }

    @Test func `without attack every one of 50 tumours grows to its capacity`() throws {
        var random = SplitMix(seed: 5)
        let rows = Simulation.library.parameters.filter { $0.module == "10-tumour" && $0.distribution.kind == .lognormal }
        #expect(rows.count >= 5)
        var ratios: [Double] = []
        for draw in 0..<50 {
            var plan = ModelPlan(cancer: "nsclc")
            for row in rows { plan.values[row.id] = row.value * exp(row.distribution.spread * random.normal()) }
            var model = try Simulation.library.assemble(plan).model
            for index in model.rules.indices where model.rules[index].variable?.range(of: "^killRate_C[1-4]$", options: .regularExpression) != nil {
                model.rules[index].math = .zero
            }
            var options = RunOptions()
            options.duration = 60_000
            options.steps = 60
            options.observed = ["C_total", "capacity", "growth", "death", "resistant_fitness"]
            let course = try PreparedModel(model, options: options).run()
            func last(_ column: Int, back: Int = 0) -> Double { course.column(column)[60 - back] }
            // At rest births balance death: ln(capacity/C) = death/growth, up to 1/fitness more for the resistant.
            let rest = last(3) / last(2)
            let ratio = last(0) / last(1)
            ratios.append(ratio / exp(-rest))
            #expect(ratio > 0.98 * exp(-rest / last(4)) && ratio < 1.02 * exp(-rest), "draw \(draw): \(ratio), at rest \(exp(-rest))")
            #expect(last(0) > 1e9 && abs(last(0) / last(0, back: 5) - 1) < 0.05, "draw \(draw): \(last(0)) cells")
        }
        print("cells over capacity relative to rest: \(ratios.min()!) to \(ratios.max()!)")
    }
}

/// A small generator for draws that a test makes by itself.
private struct SplitMix {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    private mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return (Double((z ^ (z >> 31)) >> 11) + 0.5) / 0x1p53
    }
    mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }
}
