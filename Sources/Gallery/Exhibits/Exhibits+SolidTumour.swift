import ImmuneModels
import Studies

extension Exhibit {
    /// Sixty twins of a patient for a year; every arm has the same twins.
    private static func twins(
        _ cancer: String, _ therapies: [String], title: String = "", fixed: [String: Double] = [:]
    ) -> CohortPlan {
        CohortPlan(
            title: title, cancer: cancer, arms: therapies.map { .init(name: $0, therapy: $0) }, patients: 60, seed: 1, horizon: 365,
            fixed: fixed)
    }

    private static let lesion = [
        Panel("diameter_tumour", "diameter (mm)"), Panel("effectorCD8_tumour", "effector CD8 T cells in the lesion (cells)", logarithmic: true),
        Panel("killRate_C1", "killing of cancer cells (1/day)"),
    ]

    static let checkpoint = Exhibit(
        "checkpoint", .checkpoints, title: "What a checkpoint inhibitor changes in the lesion",
        message: """
            Twins with lung cancer and 80 % PD-L1: medians and ranges. Blocking PD-1 raises killing and lets effector cells grow; \
            exhausted cells follow. Chemotherapy kills without them, and costs neutrophils.
            """,
        heldBy: "AssembledModelTests",
        content: .cohorts([twins("nsclc", ["pembrolizumab", "docetaxel"], fixed: ["diagnosisDiameter": 38, "PDL1_fraction": 0.8])]),
        panels: lesion + [
            Panel("exhaustedCD8_tumour", "exhausted CD8 T cells in the lesion (cells)", logarithmic: true), Panel("ANC", "neutrophils (cells/µL)"),
        ])

    static let biomarkers = Exhibit(
        "biomarkers", .factors, title: "The same drug in different tumours",
        message: """
            Pembrolizumab in twins with lung cancer who share size and differ in PD-L1 and mutational burden: more of either, more \
            killing.
            """,
        heldBy: "BiomarkerTests",
        content: .cohorts([
            twins("nsclc", ["pembrolizumab"], title: "PD-L1 1 %, 3 mutations/Mb", fixed: ["diagnosisDiameter": 38, "PDL1_fraction": 0.01, "TMB": 3]),
            twins("nsclc", ["pembrolizumab"], title: "PD-L1 80 %, 3 mutations/Mb", fixed: ["diagnosisDiameter": 38, "PDL1_fraction": 0.8, "TMB": 3]),
            twins("nsclc", ["pembrolizumab"], title: "PD-L1 80 %, 20 mutations/Mb", fixed: ["diagnosisDiameter": 38, "PDL1_fraction": 0.8, "TMB": 20]),
        ]), panels: lesion)

    static let combination = Exhibit(
        "combination", .checkpoints, title: "CTLA-4 in the nodes, PD-1 in the lesion",
        message: """
            Twins with melanoma. CTLA-4 blockade primes more T cells in the nodes, PD-1 blockade keeps them at work in the lesion; \
            together they do more than either.
            """,
        heldBy: "AssembledModelTests",
        content: .cohorts([
            twins("melanoma", ["ipilimumab 3 mg/kg q3w x 4", "nivolumab", "ipilimumab 3 mg/kg q3w x 4 + nivolumab 1 mg/kg q3w"])
        ]), panels: lesion + [Panel("neo_effector", "effector T cells of the body (cells)", logarithmic: true)])

    static let antibody = Exhibit(
        "antibody-her2", .antibodies, title: "An antibody that marks the cancer cell",
        message: "Twins with HER2-positive breast cancer: chemotherapy alone, with one antibody against HER2, with two.",
        heldBy: "AntibodyTests",
        content: .cohorts([
            twins("breast-her2", ["docetaxel", "docetaxel + trastuzumab", "docetaxel + trastuzumab + pertuzumab"])
        ]), panels: [Panel("diameter_tumour", "diameter (mm)"), Panel("C_total", "cancer cells (cells)", logarithmic: true)])

    /// Growth from the first cells in a typical patient of each cancer with lesions of its own.
    static let growth = Exhibit(
        "growth", .cancers, title: "From the first cells to the size at diagnosis",
        message: """
            A typical untreated patient of each cancer: tumours double within weeks (small-cell lung) or most of a year (prostate), \
            and grow slower as room runs out.
            """,
        heldBy: "CancerTests",
        content: .course(
            ["sclc", "nsclc", "melanoma", "rcc", "tnbc", "breast-hr", "prostate", "cervical"].map { Condition($0, ModelPlan(cancer: $0)) },
            days: 6000, axis: .years(from: 0)),
        panels: [Panel("diameter_tumour", "diameter (mm)", logarithmic: true)])
}

extension Exhibit {
    /// Everything on show, in the order of the mission.
    public static let all: [Exhibit] = [
        infection, ageing, spleen, interleukin2, interferonAlpha, carTExpansion, papillomavirus, vaccineAntibody, neoantigenVaccine,
        antibody, stepUp, bell, checkpoint, combination, growth, biomarkers, rescue, cytokineByBurden, care, transplant, chance,
        lesions,
    ]
}
