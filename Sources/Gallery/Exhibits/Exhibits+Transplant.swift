import ImmuneModels

/// Stem cells of a donor, and the androgen receptor.
extension Exhibit {
    /// 30 mg/m² fludarabine (365 g/mol) on five days and 140 mg/m² melphalan (305 g/mol) at 1.85 m², in µmol; 4e8 stem cells on day 7.
    private static func transplant(_ graft: Double) -> [Bolus] {
        (0..<5).map { Bolus(day: 0.01 + Double($0), species: "fludarabine_central", amount: 30 * 1.85 * 1000 / 365) } + [
            Bolus(day: 4.01, species: "melphalan_central", amount: 140 * 1.85 * 1000 / 305.2),
            Bolus(day: 7, species: "allogeneic_stem_cells_graft", amount: graft),
        ]
    }

    private static func transplanted(_ name: String, _ graft: Double, _ values: [String: Double] = [:]) -> Condition {
        Condition(
            name, ModelPlan(cancer: "cll", agents: ["allogeneic_stem_cells", "fludarabine", "melphalan"], values: values), doses: transplant(graft),
            settings: ["C1": 1e8])
    }

    static let transplant = Exhibit(
        "transplant", .care, title: "A donor's cells: graft versus leukaemia, graft versus host",
        message: """
            Leukaemia of 1e8 cells; conditioning on days 0 to 4, graft on day 7. T cells of the donor kill what conditioning left and \
            injure gut, skin and liver; a graft with a hundredth of the T cells does less of both.
            """,
        heldBy: "TransplantTests",
        content: .course(
            [
                transplanted("graft", 4e8, ["allogeneic_stem_cells_alloreactive": 2e-3]),
                transplanted("few T cells", 4e8, ["allogeneic_stem_cells_alloreactive": 2e-3, "allogeneic_stem_cells_T_per_stem": 0.5]),
                transplanted("no graft", 0),
            ], days: 200, axis: .days),
        panels: [
            Panel("C_total", "cancer cells (cells)", logarithmic: true), Panel("allogeneic_stem_cells_GVHD", "injury by graft-versus-host disease (0 to 1)"),
            Panel("allogeneic_stem_cells_against", "donor effectors against the patient (cells)"), Panel("ANC", "neutrophils (cells/µL)"),
        ])
}
