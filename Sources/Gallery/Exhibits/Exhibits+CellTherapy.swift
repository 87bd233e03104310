import ImmuneModels

extension Exhibit {
    private static let infusion = 6.0

    /// CAR-T cells against CD19 on day 6 after fludarabine and cyclophosphamide, in a person with blood cancer.
    private static func carT(
        _ name: String, burden: Double = 3e11, lost: Double = 0, cells: Double = 1e8, depletion: Bool = true, tocilizumab: Double? = nil,
        dexamethasone: [Double] = []
    ) -> Condition {
        var doses = [Bolus(day: infusion, species: "CAR_infused", amount: cells)]
        if depletion { doses += fluCy }
        // 560 mg of 148 kDa, in nmol
        if let tocilizumab { doses.append(Bolus(day: infusion + tocilizumab, species: "tocilizumab_central", amount: 560e3 / 148)) }
        doses += dexamethasone.map { Bolus(day: infusion + $0, species: "dexamethasone", amount: 10) }
        return Condition(
            name,
            ModelPlan(
                agents: ["fludarabine", "cyclophosphamide", "tocilizumab"], modulesOn: ["15-crs", "27-corticosteroid", "28-blood-cancer"],
                instances: [ModuleInstance("20-car-t", name: "CAR")]),
            doses: doses, settings: ["C1": burden, "C2": lost])
    }

    static let carTExpansion = Exhibit(
        "car-t-kinetics", .cellTherapy, title: "CAR-T cells expand, clear the leukaemia, and stay",
        message: """
            After lymphodepletion the cells grow some thousandfold to a peak about ten days after infusion, contract, and persist; \
            B cells vanish with the leukaemia. Without lymphodepletion expansion fails. A clone without the antigen grows out.
            """,
        heldBy: "CellTherapyTests",
        content: .course(
            [
                carT("with lymphodepletion"), carT("without lymphodepletion", depletion: false),
                carT("1,000 antigen-negative cells at start", lost: 1000),
            ], days: 365, axis: .days),
        panels: [
            Panel("CAR_count", "CAR-T cells in blood (cells/µL)", logarithmic: true), Panel("C1", "antigen-positive cancer (cells)", logarithmic: true),
            Panel("C2", "antigen-negative cancer (cells)", logarithmic: true), Panel("B_cell", "B cells (cells)", logarithmic: true),
            Panel("IL15_relative", "interleukin 15 (fold)"),
        ])

    static let rescue = Exhibit(
        "car-t-rescue", .risks, title: "Cytokine release: burden drives it, tocilizumab and steroid calm it",
        message: """
            More leukaemia, more cytokine. Tocilizumab lowers fever and C-reactive protein while interleukin 6 rises, since its \
            receptor no longer consumes it, and leaves the CAR-T cells alone; dexamethasone calms endothelium and brain.
            """,
        heldBy: "CellTherapyTests",
        content: .course(
            [
                carT("10^10 cells", burden: 1e10), carT("10^12 cells", burden: 1e12), carT("10^12, tocilizumab day 6", burden: 1e12, tocilizumab: 6),
                carT("10^12, dexamethasone days 8-13", burden: 1e12, dexamethasone: [8, 8.5, 9, 9.5, 10, 11, 12, 13]),
            ], days: 35, axis: .days),
        panels: [
            Panel("CRS_grade", "cytokine release syndrome (grade)"), Panel("IL6_pg", "interleukin 6 (pg/mL)", logarithmic: true),
            Panel("CRP", "C-reactive protein (mg/L)"), Panel("neurotoxicity", "neurotoxicity (score)"),
            Panel("CAR_count", "CAR-T cells in blood (cells/µL)", logarithmic: true),
        ])

    static let cytokineByBurden = Exhibit(
        "car-t-burden", .risks, title: "Severity by burden of disease",
        message: "Peak values over two months after infusion, by leukaemia cells at infusion.", heldBy: "CellTherapyTests",
        content: .sweep(
            [carT("10^8 cells infused"), carT("10^7 cells infused", cells: 1e7)],
            Sweep([1e8, 1e9, 1e10, 3e10, 1e11, 3e11, 1e12], quantity: "leukaemia cells at infusion", reading: .maximum) { condition, burden in
                var condition = condition
                condition.settings["C1"] = burden
                return condition
            }, days: 60),
        panels: [
            Panel("IFNg_pg", "peak interferon gamma (pg/mL)", logarithmic: true), Panel("IL6_pg", "peak interleukin 6 (pg/mL)", logarithmic: true),
            Panel("neurotoxicity", "peak neurotoxicity (score)"),
        ])

    // Blinatumomab-like engager.

    private static let engagerPlan = ModelPlan(
        modulesOn: ["15-crs", "28-blood-cancer"],
        instances: [ModuleInstance("19-bispecific", name: "blin"), ModuleInstance("19-bispecific-blood", name: "blin")])

    /// Hourly doses of µg per day; 54.1 kDa.
    private static func engager(_ name: String, _ rate: (Double) -> Double) -> Condition {
        Condition(
            name, engagerPlan,
            doses: (0..<(14 * 24)).map { hour in
                let day = Double(hour) / 24
                return Bolus(day: max(day, 1e-3), species: "blin_central", amount: rate(day) / 24 / 54.1)
            }, settings: ["C1": 3e11])
    }

    static let stepUp = Exhibit(
        "step-up", .antibodies, title: "Stepping up an engager lowers the first peak of interleukin 6",
        message: "28 µg a day at once, or 9 µg for a week first: the leukaemia is cleared either way, the peak is lower.", heldBy: "EngagerTests",
        content: .course(
            [engager("28 µg/day") { _ in 28 }, engager("9, from day 7 28 µg/day") { $0 < 7 ? 9 : 28 }], days: 14, axis: .days),
        panels: [
            Panel("IL6_pg", "interleukin 6 (pg/mL)", logarithmic: true), Panel("C1", "cancer (cells)", logarithmic: true),
            Panel("CD8_count", "CD8 T cells in blood (cells/µL)"),
        ])

    static let bell = Exhibit(
        "trimer-bell", .antibodies, title: "More engager is not always better",
        message: """
            Trimers of T cell, drug and target are a bell in the concentration: with too much drug every receptor has a drug of \
            its own and nothing is bridged.
            """,
        heldBy: "EngagerTests",
        content: .sweep(
            [Condition("engager", engagerPlan)],
            Sweep((0...16).map { 1e-3 * 10.0.power($0, of: 2) }, quantity: "free drug in tissue (nM)", reading: .first) { condition, concentration in
                var condition = condition
                // free drug in tissue is a tenth of plasma, 5.98 L
                condition.settings["blin_central"] = concentration * 5.98 / 0.1
                return condition
            }, days: 0.001),
        panels: [Panel("blin_trimers", "trimers (per T cell)", logarithmic: true)])
}

extension Double {
    /// self^(step/parts).
    fileprivate func power(_ step: Int, of parts: Int) -> Double {
        var result = 1.0
        for _ in 0..<(step / parts) { result *= self }
        return step % parts == 0 ? result : result * squareRoot()
    }
}
