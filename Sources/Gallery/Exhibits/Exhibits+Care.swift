import ImmuneModels
import Studies

extension Exhibit {
    private static func twins(
        _ cancer: String, _ therapies: [(String, String)], title: String = "", horizon: Double = 365, patients: Int = 60, fixed: [String: Double] = [:]
    ) -> CohortPlan {
        CohortPlan(
            title: title, cancer: cancer, arms: therapies.map { .init(name: $0.0, therapy: $0.1) }, patients: patients, seed: 1,
            horizon: horizon, fixed: fixed)
    }

    // MARK: Vaccines

    static let papillomavirus = Exhibit(
        "papillomavirus", .vaccines, title: "A vaccine against papillomavirus prevents what has not happened yet",
        message: """
            Cohorts of 100,000 without infection at the start, vaccinated or not. Fewer persistent infections, and years later fewer \
            lesions and cancers of the cervix. For throat and penis the step to cancer is assumed, so the chain ends at the lesion. \
            Who is infected already gains nothing.
            """,
        heldBy: "HPVNaturalHistoryTests", content: .papillomavirus(years: 40),
        panels: [
            Panel("cervix: persistent infections", "cervix: persistent infections (per 100,000)"),
            Panel("cervix: lesions of grade 2 or worse", "cervix: lesions of grade 2 or worse (per 100,000)"),
            Panel("cervix: cancers", "cervix: cancers (per 100,000)"),
            Panel("oropharynx: persistent infections", "throat: persistent infections (per 100,000)"),
            Panel("penis: lesions of grade 2 or worse", "penis: lesions of grade 2 or worse (per 100,000)"),
        ])

    /// Three injections of 270 µg.
    static let vaccineAntibody = Exhibit(
        "vaccine-antibody", .vaccines, title: "Help, germinal centres, antibody that stays",
        message: """
            A healthy adult of 25 and one of 75 get three injections of virus-like particles. Each injection raises antibody further; \
            short-lived plasma cells wane within months, long-lived ones keep a plateau. Fewer naive cells make less of it at 75.
            """,
        heldBy: "OtherTherapyTests",
        content: .course(
            [25.0, 75].map { age in
                Condition(
                    "age \(Int(age))", ModelPlan(agents: ["hpv_vaccine_9valent"], values: ["age": age]),
                    doses: [1.0, 61, 183].map { Bolus(day: $0, species: "hpv_vaccine_9valent_injected", amount: 270) })
            }, days: 1000, axis: .days),
        panels: [
            Panel("hpv_neutralisation", "neutralising antibody (over what doubles clearance)", logarithmic: true),
            Panel("hpv_LLPC", "long-lived plasma cells (cells)", logarithmic: true), Panel("hpv_Bmem", "memory B cells (cells)", logarithmic: true),
        ])

    static let neoantigenVaccine = Exhibit(
        "neoantigen-vaccine", .vaccines, title: "A vaccine of messenger RNA beside PD-1 blockade",
        message: """
            Twins with melanoma. The vaccine brings neoantigens to the nodes, so more T cells that see them enter blood and lesion; alone \
            it meets PD-1 in the lesion.
            """,
        heldBy: "OtherTherapyTests",
        content: .cohorts([
            twins("melanoma", [("vaccine", "mrna_4157"), ("pembrolizumab", "pembrolizumab"), ("vaccine + pembrolizumab", "mrna_4157 + pembrolizumab")])
        ]),
        panels: [
            Panel("neo_effector", "effector T cells of the body (cells)", logarithmic: true), Panel("effectorCD8_tumour", "effector CD8 T cells in the lesion (cells)", logarithmic: true),
            Panel("diameter_tumour", "diameter (mm)"),
        ])

    // MARK: Care

    static let care = Exhibit(
        "care", .care, title: "Surgery, radiotherapy, chemotherapy and what they leave",
        message: """
            Twins with head and neck cancer. Surgery leaves a microscopic residue that grows again, or not; seven weeks of radiation \
            kill by the linear-quadratic law and cost lymphocytes; cisplatin costs neutrophils; antibody against EGFR adds to radiation.
            """,
        heldBy: "OtherTherapyTests",
        content: .cohorts([
            twins(
                "hnscc",
                [
                    ("surgery then pembrolizumab", "surgery then pembrolizumab"), ("radiotherapy", "radiotherapy"),
                    ("radiotherapy + cetuximab", "radiotherapy + cetuximab 400 mg/m2 IV once then 250 mg/m2 IV weekly x 7 from day 8"),
                    ("cisplatin", "cisplatin 75 mg/m2 IV q3w x 6"),
                ], horizon: 540)
        ]),
        panels: [
            Panel("diameter_tumour", "diameter (mm)"), Panel("C_total", "cancer cells (cells)", logarithmic: true),
            Panel("ALC", "lymphocytes (cells/µL)"), Panel("ANC", "neutrophils (cells/µL)"),
        ])

    // MARK: Chance

    static let chance = Exhibit(
        "chance", .chance, title: "Remission is cure when the last cell dies",
        message: """
            Twins with large B-cell lymphoma get CAR-T cells once. Where fewer than 100 cells are left chance decides whether the last one \
            dies: the curve flattens, since who is free of cancer stays so. Without chance the same equations keep fractions of a cell, \
            which grow again.
            """,
        heldBy: "ChanceTests, CureTests", content: .cohorts(
            [true, false].map { hasChance in
                var plan = twins("lbcl", [("", "axicabtagene_ciloleucel")], title: hasChance ? "with chance" : "without chance", horizon: 2190, patients: 120)
                plan.hasChance = hasChance
                return plan
            }),
        panels: [
            .free("PFS", "free of progression and alive (%)"), .free("OS", "alive (%)"),
            Panel("C_total", "cancer cells (cells)", logarithmic: true),
        ])

    // MARK: Lesions

    /// One typical patient with three lesions that differ in infiltration alone; 200 mg of 149 kDa every three weeks.
    static let lesions = Exhibit(
        "lesions", .lesions, title: "Three lesions of one patient, each its own",
        message: """
            Lung cancer with three lesions that differ in the entry of T cells alone; pembrolizumab from day 1500. T cells hold the well \
            infiltrated lesion smaller before treatment; under treatment all shrink, and grow again at their own times.
            """,
        heldBy: "AssembledModelTests, CancerTests",
        content: .course(
            [
                Condition(
                    "pembrolizumab", ModelPlan(cancer: "nsclc", agents: ["pembrolizumab"], lesions: 3),
                    doses: stride(from: 1500.0, to: 2200, by: 21).map { Bolus(day: $0, species: "pembrolizumab_central", amount: 200e3 / 149) },
                    settings: [
                        "L2_site_seed": 1, "L3_site_seed": 1, "L2_site_infiltration": 0.15, "L3_site_infiltration": 3, "L2_site_growth": 1,
                        "L3_site_growth": 1, "PDL1_fraction": 0.8,
                    ])
            ], days: 2200, axis: .days),
        panels: [
            {
                var panel = Panel("diameter_tumour", "diameter (mm)")
                panel.name = "usual"
                panel.others = ["L2_diameter_tumour": "few T cells", "L3_diameter_tumour": "many T cells"]
                return panel
            }(), Panel("sumDiameters", "sum of diameters (mm)"),
            {
                var panel = Panel("effectorCD8_tumour", "effector CD8 T cells (cells)", logarithmic: true)
                panel.name = "usual"
                panel.others = ["L2_effectorCD8_tumour": "few T cells", "L3_effectorCD8_tumour": "many T cells"]
                return panel
            }(),
        ])
}
