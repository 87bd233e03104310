#if Web
    import ImmuneModels
    import ModelIR

    extension LessonModel {
        /// Day of the CAR-T infusion; fludarabine and cyclophosphamide go before it.
        static let infusionDay = 6.0

        /// A B-cell leukaemia (module 28) and CAR-T cells against CD19 (module 20), with cytokine release (module 15),
        /// lymphodepletion, tocilizumab and dexamethasone.
        static func cellTherapy(_ library: ModelLibrary) throws -> LessonModel {
            let drugs = ["fludarabine", "cyclophosphamide", "tocilizumab"]
            let areAgents = drugs.allSatisfy { library.agent(named: $0) != nil }
            let plan = ModelPlan(
                agents: areAgents ? drugs : [],
                modulesOn: Set(["15-crs", "27-corticosteroid", "28-blood-cancer"] + (areAgents ? [] : ["21-lymphodepletion", "27-tocilizumab"])),
                instances: [ModuleInstance("20-car-t", name: "CAR")])
            var doses = [Dose(time: .number(infusionDay), target: "CAR_infused", amount: .symbol("infused_cells"))]
            for day in [1.0, 2, 3] {
                doses.append(Dose(time: .number(day), target: "fludarabine_central", amount: .symbol("fludarabine_dose")))
                doses.append(Dose(time: .number(day), target: "cyclophosphamide_central", amount: .symbol("cyclophosphamide_dose")))
            }
            doses.append(Dose(time: .symbol("tocilizumab_day"), target: "tocilizumab_central", amount: .symbol("tocilizumab_dose")))
            // 10 mg twice a day for two days, then once a day for three.
            for after in [0, 0.5, 1, 1.5, 2, 3, 4] {
                doses.append(Dose(time: .symbol("steroid_day") + .number(after), target: "dexamethasone", amount: .symbol("dexamethasone_dose")))
            }
            return try LessonModel(
                plan, library: library,
                observed: [
                    "C1", "C2", "C_total", "C_marrow", "C_blood", "marrowInfiltration", "CAR_count", "CAR_blood", "CAR_effector", "CAR_memory",
                    "CAR_exhausted", "B_cell", "IL6_pg", "IFNg_pg", "TNF_pg", "CRP", "temperature", "MAP", "endothelium", "neurotoxicity",
                    "CRS_grade", "ICANS_grade", "ANC", "IL15_relative",
                ],
                varied: ["C1", "C2"],
                settings: [
                    ("infused_cells", 0, "cell"), ("fludarabine_dose", 0, "umol"), ("cyclophosphamide_dose", 0, "umol"),
                    ("tocilizumab_day", never, "day"), ("tocilizumab_dose", 0, "nmol"), ("steroid_day", never, "day"),
                    ("dexamethasone_dose", 0, "mg"),
                ], doses: doses)
        }
    }
#endif
