import ImmuneModels

extension Exhibit {
    /// A respiratory virus in a person; `inocula` in days, 0.1 TCID50/mL each (Hayden 1996 inoculated intranasally).
    static func infected(_ name: String, age: Double, inocula: [Double], settings: [String: Double] = [:]) -> Condition {
        var values = settings
        values["age"] = age
        values["ageing"] = 0
        return Condition(
            name,
            ModelPlan(
                modulesOn: ["07-treg", "08-apc", "12-node-il2", "15-crs", "25-infection"], values: values,
                instances: [ModuleInstance("09-tcell", name: "virus"), ModuleInstance("24-humoral", name: "virus")]),
            doses: inocula.map { Bolus(day: $0 + 0.001, species: "virus", amount: 0.1) })
    }

    static let infection = Exhibit(
        "infection", .infection, title: "A virus comes, is cleared, and is remembered",
        message: """
            Innate cells slow the virus, T cells and antibody clear it in about a week; a second challenge half a year later \
            hardly takes. Without T and B cells it is never cleared; at 80 it takes longer.
            """,
        heldBy: "InfectionTests",
        content: .course(
            [
                infected("age 35", age: 35, inocula: [0, 180]), infected("age 80", age: 80, inocula: [0, 180]),
                infected("age 35, no T and B cells", age: 35, inocula: [0], settings: ["virus_epitopes_fixed": 0, "virus_B_frequency": 0]),
            ], days: 210, axis: .days),
        panels: [
            Panel("log10_virus", "virus (log10 TCID50/mL)"), Panel("virus_effector", "effector T cells (cells)", logarithmic: true),
            Panel("virus_memory8", "memory CD8 T cells (cells)", logarithmic: true),
            Panel("virus_neutralisation", "neutralising antibody (titre)", logarithmic: true), Panel("CRP", "C-reactive protein (mg/L)"),
        ])

    static let ageing = Exhibit(
        "ageing", .health, title: "The immune system grows old",
        message: """
            From 20 to 80 the thymus shrinks and naive CD8 cells dwindle while counts of NK and B cells hardly change. Medians by \
            decade agree with 1,000 healthy adults up to 69; beyond that it is extrapolation.
            """,
        heldBy: "HomeostasisTests",
        content: .course(
            [
                Condition("woman", ModelPlan(values: ["age": 20, "ageing": 1, "male": 0])),
                Condition("man", ModelPlan(values: ["age": 20, "ageing": 1, "male": 1])),
            ], days: 60 * 365.25, axis: .years(from: 20)),
        panels: [
            Panel("thymus", "thymus (share of a young adult's)"), Panel("CD4_count", "CD4 T cells (cells/µL)"),
            Panel("CD8_count", "CD8 T cells (cells/µL)"), Panel("NK_count", "NK cells (cells/µL)"), Panel("B_count", "B cells (cells/µL)"),
        ])

    static let spleen = Exhibit(
        "lymphodepletion", .health, title: "Organs are more than names: lymphodepletion",
        message: """
            Fludarabine and cyclophosphamide on days 1 to 3 empty blood and injure the thymus; interleukins 7 and 15, no longer \
            consumed, rise; CD4 cells take more than half a year to come back.
            """,
        heldBy: "HomeostasisTests, CellTherapyTests",
        content: .course(
            [
                Condition("healthy", ModelPlan(agents: ["fludarabine", "cyclophosphamide"])),
                Condition("Flu/Cy, days 1-3", ModelPlan(agents: ["fludarabine", "cyclophosphamide"]), doses: fluCy),
                Condition("Flu/Cy after splenectomy", ModelPlan(agents: ["fludarabine", "cyclophosphamide"], values: ["spleen": 0]), doses: fluCy),
            ], days: 200, axis: .days),
        panels: [
            Panel("ALC", "lymphocytes (cells/µL)"), Panel("ANC", "neutrophils (cells/µL)"), Panel("thymus", "thymus (share of a young adult's)"),
            Panel("IL7_relative", "interleukin 7 (fold)"), Panel("IL15_relative", "interleukin 15 (fold)"),
        ])

    /// 30 mg/m² fludarabine (365 g/mol) and 500 mg/m² cyclophosphamide (261 g/mol) at 1.8 m², in µmol, days 1 to 3.
    static let fluCy: [Bolus] = [1.0, 2, 3].flatMap { day in
        [
            Bolus(day: day, species: "fludarabine_central", amount: 30 * 1.8 * 1000 / 365),
            Bolus(day: day, species: "cyclophosphamide_central", amount: 500 * 1.8 * 1000 / 261),
        ]
    }
}
