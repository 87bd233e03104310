#if Web
    import Foundation
    import ImmuneModels
    import ModelIR
    import ModelRuns

    /// The respiratory infection of the lessons, compiled once: any request only changes values.
    ///
    /// A healthy person (modules 0 to 8), the virus (module 25), the T cells and antibody that see it (modules 9 and 24,
    /// instance `virus`) and a vaccine that carries its protein (module 23).
    struct InfectionModel: Sendable {
        /// What is reported, in the model's units.
        static let observed = [
            "log10_virus", "virus", "epithelium", "epithelium_infected", "epithelium_resistant", "interferon_airway", "APC_airway",
            "mAPC_airway", "mAPC_node", "virus_activated8", "virus_effector_node", "virus_effector", "CD8_airway", "virus_memory8",
            "virus_Th", "virus_GC", "virus_SLPC", "virus_LLPC", "virus_neutralisation", "NK_blood", "IFNa_pg", "IL6_pg", "TNF_pg",
            "CRP", "temperature", "migration_mAPC__airway", "virus_exiting8", "entering_CD8", "vaccine_mAPC", "vaccine_protein",
        ]
        /// Values that a lesson may change.
        static let varied = [
            "age", "virus_epitopes_fixed", "virus_B_frequency", "protection", "NK_kill", "steroidEffect", "inoculum",
            "first_inoculation", "second_inoculation", "vaccine_dose", "vaccination",
        ]
        /// A time that no run reaches.
        static let never = 1e6

        let prepared: PreparedModel
        /// Meaning of each column, in order.
        let meanings: [String]

        init(library: ModelLibrary) throws {
            let plan = ModelPlan(
                modulesOn: ["07-treg", "08-apc", "12-node-il2", "15-crs", "25-infection"], values: ["ageing": 0],
                instances: [
                    ModuleInstance("09-tcell", name: "virus"), ModuleInstance("24-humoral", name: "virus"),
                    ModuleInstance("23-vaccine", name: "vaccine", mapping: ["GROUP": "virus"]),
                ])
            let assembled = try library.assemble(plan)
            var model = assembled.model
            func add(_ id: String, _ value: Double, _ unit: String) {
                model.parameters.append(Parameter(id: id, value: value, unit: unit))
            }
            let time = model.units.time
            add("inoculum", 0.1, "TCID50_mL")
            add("first_inoculation", 0.001, time ?? "")
            add("second_inoculation", Self.never, time ?? "")
            add("vaccine_dose", 0, "ug")
            add("vaccination", Self.never, time ?? "")
            let doses = [
                ("first_inoculation", "virus", "inoculum"), ("second_inoculation", "virus", "inoculum"),
                ("vaccination", "vaccine_mRNA", "vaccine_dose"),
            ]
            for (day, target, amount) in doses {
                model.events.append(
                    Event(
                        id: "at_\(day)", trigger: .apply(.geq, [.time, .symbol(day)]), triggerInitialValue: false,
                        assignments: [.init(variable: target, math: .symbol(target) + .symbol(amount))]))
            }
            var options = RunOptions()
            options.observed = Self.observed
            options.relativeTolerance = 1e-5
            prepared = try PreparedModel(model, options: options, varied: Self.varied)
            let known = Dictionary(assembled.observables.map { ($0.id, $0.meaning) }) { first, _ in first }
            meanings = prepared.columns.map { known[$0] ?? $0 }
        }
    }
#endif
