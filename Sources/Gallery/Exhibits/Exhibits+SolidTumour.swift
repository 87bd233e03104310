import ImmuneModels
import Studies

extension Exhibit {
    private static func lung(_ arms: [CohortPlan.Arm], fixed: [String: Double] = [:]) -> CohortPlan {
        CohortPlan(
            title: "gallery", cancer: "nsclc", arms: arms, patients: 60, seed: 1, horizon: 365,
            fixed: ["diagnosisDiameter": 38].merging(fixed) { $1 })
    }

    static let checkpoint = Exhibit(
        "checkpoint", .checkpoints, title: "What a checkpoint inhibitor changes in the lesion",
        message: """
            Sixty twins with lung cancer and 80 % PD-L1: medians and ranges. Blocking PD-1 raises killing and lets effector cells grow; \
            exhausted cells follow. Chemotherapy kills without them.
            """,
        heldBy: "StudiesVerificationTests",
        content: .cohort(
            lung(
                [.init(name: "pembrolizumab", therapy: "pembrolizumab"), .init(name: "docetaxel", therapy: "docetaxel")],
                fixed: ["PDL1_fraction": 0.8])),
        panels: [
            Panel("diameter_tumour", "diameter (mm)"), Panel("effectorCD8_tumour", "effector CD8 T cells in the lesion (cells)", logarithmic: true),
            Panel("exhaustedCD8_tumour", "exhausted CD8 T cells in the lesion (cells)", logarithmic: true),
            Panel("killRate_C1", "killing of cancer cells (1/day)"), Panel("ANC", "neutrophils (cells/µL)"),
        ])
}

extension Exhibit {
    /// Everything on show, in the order of the mission.
    public static let all: [Exhibit] = [
        infection, ageing, spleen, interleukin2, interferonAlpha, carTExpansion, stepUp, bell, checkpoint, rescue, cytokineByBurden,
    ]
}
