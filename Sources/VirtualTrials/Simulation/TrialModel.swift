import Dynamics
import Ensembles
import ImmuneModels
import Integrators
import Kernels
import ModelCompiler
import ModelIR

/// An assembled model, compiled and ready to run patients: growth to diagnosis, then any arm.
public final class TrialModel: Sendable {
    package let assembled: AssembledModel
    package let compiled: CompiledModel
    package let integrator: Integrator
    /// Column of each observable by id.
    package let columns: [String: Int]
    /// Observables that are reported, in order of their columns.
    package let observables: [ImmuneModels.Observable]
    /// Ids of the lesions' diameters, mm.
    package let diameterIDs: [String]
    /// Cells that are left to chance.
    let populations: [CellPopulation]
    /// Hash of the model with all its values and their distributions, method and tolerances.
    package let hash: ContentHash

    package static let diagnosisEvent = "diagnosis"
    package static let deathEvent = "death_from_cancer"
    static let waiting = "awaiting_diagnosis"
    static let deathThreshold = "death_threshold"

    /// - Parameter hasChance: Populations of few cells die out and arise by chance; false leaves the model deterministic.
    /// - Throws: `InvalidModel` when the assembled model can't be compiled.
    package init(
        _ assembled: AssembledModel, tolerances: Tolerances = Tolerances(), backend: Backend = .best, hasChance: Bool = true
    ) throws {
        self.assembled = assembled
        var model = assembled.model
        populations = hasChance ? assembled.populations : []
        model.addChance(to: populations)
        var terminal: Set<String> = []
        if let diagnosis = assembled.diagnosis {
            model.parameters.append(Parameter(id: Self.waiting, value: 1, unit: "dimensionless", isConstant: false))
            model.events.append(
                Event(
                    id: Self.diagnosisEvent,
                    trigger: .apply(.and, [
                        .apply(.gt, [.symbol(Self.waiting), .number(0.5, unit: "dimensionless")]),
                        .apply(.geq, [.symbol(diagnosis.observable), .symbol(diagnosis.threshold)]),
                    ]), triggerInitialValue: false, assignments: [Event.Assignment(variable: Self.waiting, math: .number(0, unit: "dimensionless"))]))
            terminal.insert(Self.diagnosisEvent)
        }
        let ids = Set(assembled.observables.map(\.id))
        if ids.contains("hazard_death_sum") {
            model.parameters.append(Parameter(id: Self.deathThreshold, value: 1e9, unit: "dimensionless"))
            model.events.append(
                Event(
                    id: Self.deathEvent, trigger: .apply(.geq, [.symbol("hazard_death_sum"), .symbol(Self.deathThreshold)]),
                    triggerInitialValue: false, assignments: []))
            terminal.insert(Self.deathEvent)
        }
        observables = Self.reported(assembled)
        var options = CompileOptions(observables: observables.map { ModelCompiler.Observable($0.id) })
        options.terminalEvents = terminal
        options.controls = Set(assembled.doseTargets.values.compactMap(\.infusionRate)).sorted()
        var compiled = try compile(model, options: options)
        compiled.system.addLots(of: populations, slot: compiled.parameter)
        self.compiled = compiled
        integrator = try Integrator(compiled.system, tolerances: tolerances, backend: backend)
        columns = Dictionary(uniqueKeysWithValues: observables.enumerated().map { ($1.id, $0) })
        diameterIDs = observables.map(\.id).filter { $0 == "diameter_tumour" || $0.hasSuffix("_diameter_tumour") }.sorted()
        var hash = ContentHash(of: integrator)
        for row in assembled.parameters {
            hash.combine(row.value)
            if row.distribution.kind != .point { hash.combine("\(row.distribution)") }
        }
        self.hash = hash
    }

    /// What tables and figures may show: all that the assembly names, states of drug depots and tissue left out.
    static func reported(_ assembled: AssembledModel) -> [ImmuneModels.Observable] {
        assembled.observables
    }

    /// Input values of a patient, in slot order.
    package func inputs(of patient: VirtualPatient) -> [Double] {
        var values = compiled.system.inputDefaults
        for (id, value) in patient.values {
            if let slot = compiled.input(id) { values[slot] = value }
        }
        return values
    }

    /// Where doses act: states of boluses and rates of infusions.
    struct DoseSlots: Sendable, Hashable {
        var states: Set<Int> = []
        var rates: Set<Int> = []

        func contains(_ action: Stop.Action) -> Bool {
            switch action {
            case .addToState(let slot, _): states.contains(slot)
            case .addToParameter(let slot, _): rates.contains(slot)
            default: false
            }
        }
    }

    var doseSlots: DoseSlots {
        DoseSlots(
            states: Set(assembled.doseTargets.values.compactMap { compiled.state($0.species) }),
            rates: Set(assembled.doseTargets.values.compactMap { $0.infusionRate.flatMap(compiled.parameter) }))
    }

    /// Criteria of response and the observables that they read.
    package var response: ResponseReading? { assembled.response }

    /// Cells grow as this power of the observable of diagnosis: three for a diameter, one for cells and what follows them.
    package var diagnosisPower: Double {
        guard let diagnosis = assembled.diagnosis else { return 1 }
        return observables.first { $0.id == diagnosis.observable }?.unit == "mm" ? 3 : 1
    }

    /// Largest time of growth, days.
    package var maximumGrowth: Double { assembled.diagnosis?.maximumTime ?? 0 }
}
