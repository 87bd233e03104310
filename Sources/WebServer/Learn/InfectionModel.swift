#if Web
    import ImmuneModels
    import ModelIR

    extension LessonModel {
        /// A respiratory virus in a healthy person (modules 0 to 8 and 25), the T cells and antibody that see it (modules
        /// 9 and 24, instance `virus`), and a vaccine that carries its protein (module 23).
        static func infection(_ library: ModelLibrary) throws -> LessonModel {
            let plan = ModelPlan(
                modulesOn: ["07-treg", "08-apc", "12-node-il2", "15-crs", "25-infection"], values: ["ageing": 0],
                instances: [
                    ModuleInstance("09-tcell", name: "virus"), ModuleInstance("24-humoral", name: "virus"),
                    ModuleInstance("23-vaccine", name: "vaccine", mapping: ["GROUP": "virus"]),
                ])
            return try LessonModel(
                plan, library: library,
                observed: [
                    "log10_virus", "virus", "epithelium", "epithelium_infected", "epithelium_resistant", "interferon_airway", "APC_airway",
                    "mAPC_airway", "mAPC_node", "virus_activated8", "virus_effector_node", "virus_effector", "CD8_airway", "virus_memory8",
                    "virus_Th", "virus_GC", "virus_SLPC", "virus_LLPC", "virus_neutralisation", "NK_blood", "IFNa_pg", "IL6_pg", "TNF_pg",
                    "CRP", "temperature", "migration_mAPC__airway", "virus_exiting8", "entering_CD8", "vaccine_mAPC", "vaccine_protein",
                ],
                varied: ["age", "virus_epitopes_fixed", "virus_B_frequency", "protection", "NK_kill", "steroidEffect"],
                settings: [
                    ("inoculum", 0.1, "TCID50_mL"), ("first_contact", 0.001, "day"), ("second_contact", never, "day"),
                    ("vaccine_dose", 0, "ug"), ("vaccination", never, "day"),
                ],
                doses: [
                    Dose(time: .symbol("first_contact"), target: "virus", amount: .symbol("inoculum")),
                    Dose(time: .symbol("second_contact"), target: "virus", amount: .symbol("inoculum")),
                    Dose(time: .symbol("vaccination"), target: "vaccine_mRNA", amount: .symbol("vaccine_dose")),
                ])
        }
    }
#endif
