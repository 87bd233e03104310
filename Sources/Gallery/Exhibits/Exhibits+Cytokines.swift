import ImmuneModels

extension Exhibit {
    /// nmol per international unit of aldesleukin: 16.4e6 IU per mg, 15.5 kDa.
    private static let unitOfIL2 = 1e6 / 15500 / 16.4e6
    /// nmol per million units of interferon alfa-2: 2.6e8 IU per mg, 19.3 kDa.
    private static let millionUnitsOfIFN = 1e6 / 2.6e8 * 1e6 / 19300

    /// Fourteen boluses, one every eight hours, of `units` IU per kg at 70 kg.
    private static func aldesleukin(_ units: Double) -> [Bolus] {
        (0..<14).map { Bolus(day: 0.01 + Double($0) / 3, species: "IL2", amount: units * 70 * unitOfIL2) }
    }

    static let interleukin2 = Exhibit(
        "interleukin-2", .cytokines, title: "Interleukin 2 in bulk: benefit and leak grow with dose",
        message: """
            NK and T cells expand; endothelium leaks and blood pressure falls at 600,000 IU/kg every eight hours, not at low doses: \
            the leak limits the dose.
            """,
        heldBy: "CytokineTherapyTests",
        content: .course(
            [0.0, 72e3, 600e3].map { units in
                Condition(
                    units == 0 ? "none" : "\(Int(units / 1000)) thousand IU/kg", ModelPlan(modulesOn: ["15-crs", "26-il2"]), doses: aldesleukin(units))
            }, days: 14, axis: .days),
        panels: [
            Panel("NK_count", "NK cells (cells/µL)"), Panel("IFNg_pg", "interferon gamma (pg/mL)", logarithmic: true),
            Panel("endothelium", "endothelial activation (fraction)"), Panel("MAP", "mean arterial pressure (mmHg)"),
        ])

    static let interferonAlpha = Exhibit(
        "interferon-alpha", .cytokines, title: "Interferon alfa: NK cells wake, neutrophils fall, fever",
        message: "Nine million units three times a week; effects follow dose.", heldBy: "CytokineTherapyTests",
        content: .course(
            [0.0, 3, 18].map { million in
                Condition(
                    million == 0 ? "none" : "\(Int(million)) million units",
                    ModelPlan(agents: ["interferon_alfa_2a"]),
                    doses: [0.0, 2, 4, 7, 9, 11, 14, 16, 18].map {
                        Bolus(day: $0 + 0.01, species: "interferon_alfa_2a_depot", amount: million * millionUnitsOfIFN)
                    })
            }, days: 28, axis: .days),
        panels: [
            Panel("NK_activity", "NK activity (fold)"), Panel("ANC", "neutrophils (cells/µL)"), Panel("fever", "fever (°C above normal)"),
        ])
}
