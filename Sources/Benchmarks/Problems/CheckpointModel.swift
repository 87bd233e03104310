/// A synthetic model of checkpoint blockade in the size and stiffness of the field's large models, as Antimony text.
///
/// Two antibodies in four compartments, T cells of three kinds from thymus to tumour, antigen presentation, cytokines,
/// myeloid cells, and receptor binding in three synapses (rates up to 10⁶ a day beside growth of 0.01 a day): 98 states
/// with one lesion, 20 more for each further one. It stands for nobody: values are in the range of published models
/// and chosen so that tumours of a population shrink, escape and oscillate. Time in days, cells in millions, antibodies
/// in nmol, receptors in molecules per square micrometre.
struct CheckpointModel {
    let lesions: Int
    private var declarations: [String] = []
    private var reactions: [String] = []
    private var rules: [String] = []

    init(lesions: Int) {
        self.lesions = lesions
        antibodies()
        tCells()
        presentation()
        cytokines()
        for lesion in 1...lesions { self.lesion(lesion) }
        synapse("n", antibody: "aPD1_n/V_n", interferon: total("IFNg"))
        synapse("m", antibody: "aPD1_t1/V_t", interferon: total("IFNg"))
        costimulation()
        regulatoryTarget()
    }

    /// The model in Antimony.
    var text: String {
        """
        // \(lesions) lesion(s); written by the benchmark, see CheckpointModel.swift
        model checkpoint\(lesions)()
          compartment body; body = 1;
        \((declarations + rules + reactions).map { "  " + $0 + ";" }.joined(separator: "\n"))
        end

        """
    }

    // MARK: Building

    private mutating func species(_ id: String, _ value: Double) {
        declarations.append("substanceOnly species \(id) in body")
        declarations.append("\(id) = \(value)")
    }
    private mutating func parameter(_ id: String, _ value: Double) { declarations.append("\(id) = \(value)") }
    private mutating func rule(_ id: String, _ formula: String) { rules.append("\(id) := \(formula)") }
    private mutating func reaction(_ change: String, _ rate: String) {
        reactions.append("J\(reactions.count + 1): \(change); \(rate)")
    }
    private mutating func exchange(_ a: String, _ b: String, forward: String, back: String) {
        reaction("\(a) -> \(b)", "\(forward)*\(a) - \(back)*\(b)")
    }
    /// Sum of a lesion's quantity over all lesions.
    private func total(_ id: String) -> String {
        "(" + (1...lesions).map { "\(id)_t\($0)" }.joined(separator: " + ") + ")"
    }

    // MARK: Parts

    private mutating func antibodies() {
        for (id, value) in [("V_b", 5.0), ("V_p", 12), ("V_n", 0.4), ("V_t", 0.05), ("Q_p", 2.4), ("Q_n", 0.12), ("Q_t", 0.02)] {
            parameter(id, value)
        }
        for (drug, clearance, maximum, half) in [("aPD1", 0.21, 12.0, 3.0), ("aCTLA4", 0.36, 5, 6)] {
            parameter("CL_\(drug)", clearance)
            parameter("Vmax_\(drug)", maximum)
            parameter("Km_\(drug)", half)
            for place in ["b", "p", "n"] + (1...lesions).map({ "t\($0)" }) { species("\(drug)_\(place)", 0) }
            reaction(
                "\(drug)_b -> ", "CL_\(drug)*\(drug)_b/V_b + Vmax_\(drug)*\(drug)_b/(Km_\(drug)*V_b + \(drug)_b)")
            for place in ["p", "n"] + (1...lesions).map({ "t\($0)" }) {
                let kind = place.prefix(1)
                reaction("\(drug)_b -> \(drug)_\(place)", "Q_\(kind)*(\(drug)_b/V_b - \(drug)_\(place)/V_\(kind))")
            }
        }
    }

    private mutating func tCells() {
        for (id, value) in [
            ("q_np", 0.9), ("q_pn", 0.11), ("q_nn", 0.7), ("q_nb", 0.8), ("mu_naive", 0.002), ("q_egress", 1.6),
            ("q_ep", 1.1), ("q_pe", 0.35), ("q_tumour", 0.12), ("K_tumour", 900), ("N0", 2.0), ("N_costimulation", 4.2),
            ("N_IL2", 3.1), ("K_IL2", 0.6), ("k_exhaustion", 0.12), ("K_APC", 2.5), ("K_Mp", 0.02),
            ("k_regulation", 0.05),
        ] { parameter(id, value) }
        rule("H_IL2", "IL2_n/(K_IL2 + IL2_n)")
        rule("H_APC", "mAPC_n/(K_APC + mAPC_n)")
        for (kind, thymus, activation, division, death, first) in [
            ("CD8", 4.0, 0.05, 0.9, 0.024, 400.0), ("Th", 5, 0.03, 0.8, 0.018, 500), ("Treg", 0.9, 0.02, 0.7, 0.03, 60),
        ] {
            parameter("thymus_\(kind)", thymus)
            parameter("k_activation_\(kind)", activation)
            parameter("k_division_\(kind)", division)
            parameter("d_\(kind)", death)
            for (place, share) in [("b", 1.0), ("p", 6), ("n", 0.9)] {
                species("n\(kind)_\(place)", first * share)
                species("e\(kind)_\(place)", 0.02 * first * share)
            }
            species("a\(kind)_n", 0.1)
            reaction(" -> n\(kind)_b", "thymus_\(kind)")
            exchange("n\(kind)_b", "n\(kind)_p", forward: "q_np", back: "q_pn")
            exchange("n\(kind)_b", "n\(kind)_n", forward: "q_nn", back: "q_nb")
            for place in ["b", "p", "n"] {
                reaction("n\(kind)_\(place) -> ", "mu_naive*n\(kind)_\(place)")
                reaction("e\(kind)_\(place) -> ", "d_\(kind)*e\(kind)_\(place)")
            }
            let signal = kind == "CD8" ? "H_APC*H_Mp*H_CD28" : "H_APC*H_CD28"
            reaction("n\(kind)_n -> a\(kind)_n", "k_activation_\(kind)*\(signal)*n\(kind)_n")
            rule("N_\(kind)", "N0 + N_costimulation*H_CD28 + N_IL2*H_IL2")
            reaction("a\(kind)_n -> ", "k_division_\(kind)/N_\(kind)*a\(kind)_n")
            reaction(" -> e\(kind)_n", "k_division_\(kind)/N_\(kind)*2^N_\(kind)*a\(kind)_n")
            reaction("e\(kind)_n -> e\(kind)_b", "q_egress*e\(kind)_n")
            exchange("e\(kind)_b", "e\(kind)_p", forward: "q_ep", back: "q_pe")
        }
        reaction("eCD8_n -> ", "k_regulation*eCD8_n*eTreg_n/(20 + eTreg_n)")
    }

    private mutating func presentation() {
        for (id, value) in [
            ("k_APC", 0.25), ("APC_density", 0.05), ("k_maturation", 0.7), ("K_IL12", 0.4), ("k_migration", 0.5),
            ("d_mAPC", 0.35), ("k_uptake", 0.4), ("d_antigen", 0.5), ("k_digestion", 15), ("k_on_MHC", 4.5e3),
            ("k_export", 20), ("k_import", 14), ("d_Mp", 0.3),
        ] { parameter(id, value) }
        species("mAPC_n", 0.5)
        reaction("mAPC_n -> ", "d_mAPC*mAPC_n")
        species("ME", 0.5)
        species("MS", 1)
        reaction("ME -> MS", "k_export*ME - k_import*MS")
        for (group, release, off) in [(1, 0.02, 140.0), (2, 0.006, 35)] {
            parameter("release_\(group)", release)
            parameter("k_off_MHC\(group)", off)
            for id in ["PE", "pE", "MpE", "MpS"] { species("\(id)\(group)", 0) }
            reaction(
                " -> PE\(group)", "k_uptake*(" + (1...lesions).map { "APC_t\($0)*P\(group)_t\($0)" }.joined(separator: " + ") + ")")
            reaction("PE\(group) -> pE\(group)", "k_digestion*PE\(group)")
            reaction("pE\(group) -> ", "8*pE\(group)")
            reaction("pE\(group) + ME -> MpE\(group)", "k_on_MHC*pE\(group)*ME - k_off_MHC\(group)*MpE\(group)")
            reaction("MpE\(group) -> MpS\(group)", "k_export*MpE\(group)")
            reaction("MpS\(group) -> MS", "(d_Mp + 0.02*k_off_MHC\(group))*MpS\(group)")
        }
        rule("H_Mp", "(MpS1 + MpS2)/(K_Mp + MpS1 + MpS2)")
    }

    private mutating func cytokines() {
        for (id, value) in [
            ("d_cytokine", 12.0), ("k_IL2", 2.2), ("k_IL12", 9), ("k_TGFb", 0.03), ("k_IL10", 0.02), ("k_CCL2", 0.008),
            ("k_NO", 0.9), ("k_ArgI", 0.8), ("k_MDSC", 3), ("d_MDSC", 0.06), ("k_M1", 4), ("k_M2", 2), ("d_M", 0.04),
            ("k_polarise", 0.2), ("K_TGFb", 1.4), ("K_NO", 3), ("K_ArgI", 4),
        ] { parameter(id, value) }
        for id in ["IL2_n", "IL12", "TGFb", "IL10", "CCL2", "NO", "ArgI"] { species(id, 0.01) }
        for id in ["MDSC", "M1", "M2"] { species(id, 2) }
        let tumour = "(" + (1...lesions).map { "load_t\($0)" }.joined(separator: " + ") + ")"
        reaction(" -> IL2_n", "k_IL2*(aCD8_n + 0.3*eTh_n)")
        reaction("IL2_n -> ", "(d_cytokine + 0.5*(eCD8_n + 3*eTreg_n)/(10 + eCD8_n + 3*eTreg_n))*IL2_n")
        reaction(" -> IL12", "k_IL12*(mAPC_n + 0.1*M1)/(1 + IL10)")
        reaction(" -> TGFb", "k_TGFb*(0.02*\(tumour) + \(total("eTreg")) + 2*M2)")
        reaction(" -> IL10", "k_IL10*(0.02*\(tumour) + 2*M2)")
        reaction(" -> CCL2", "k_CCL2*\(tumour)")
        reaction(" -> NO", "k_NO*MDSC")
        reaction(" -> ArgI", "k_ArgI*MDSC")
        for id in ["IL12", "TGFb", "IL10", "CCL2", "NO", "ArgI"] { reaction("\(id) -> ", "d_cytokine*\(id)") }
        reaction(" -> MDSC", "k_MDSC*CCL2/(1 + CCL2)")
        reaction("MDSC -> ", "d_MDSC*MDSC")
        reaction(" -> M1", "k_M1*CCL2/(1 + CCL2)")
        reaction(" -> M2", "k_M2*CCL2/(1 + CCL2)")
        reaction("M1 -> M2", "k_polarise*(M1*(TGFb + IL10)/(1 + TGFb + IL10) - M2*IL12/(1 + IL12)*\(total("IFNg"))/(0.5 + \(total("IFNg"))))")
        reaction("M1 -> ", "d_M*M1")
        reaction("M2 -> ", "d_M*M2")
        rule("H_TGFb", "TGFb/(K_TGFb + TGFb)")
        rule("H_myeloid", "1/((1 + NO/K_NO)*(1 + ArgI/K_ArgI))")
        for (id, value) in [
            ("k_growth1", 0.0065), ("k_growth2", 0.0048), ("capacity", 2.6e5), ("d_cancer", 0.004), ("k_kill", 1.15),
            ("K_cancer", 60), ("escape", 0.35), ("mutation", 2e-5), ("k_clear", 0.12), ("k_IFNg", 0.6), ("d_IFNg", 6),
            ("PD1_total", 22), ("PDL1_base", 55), ("PDL1_induced", 3.2), ("PDL2_total", 14), ("k_on_PDL1", 2.4e3),
            ("k_off_PDL1", 1.2e5), ("k_on_PDL2", 6.1e3), ("k_off_PDL2", 4.6e4), ("k_on_aPD1", 31), ("k_off_aPD1", 1.5e2),
            ("cross", 6), ("k_turnover", 2), ("PD1_50", 4.2), ("n_PD1", 2),
        ] { parameter(id, value) }
    }

    private mutating func lesion(_ l: Int) {
        let start = [1400.0, 420, 260, 90, 35][min(l - 1, 4)]
        for (id, value) in [("C1", start), ("C2", 1e-3 * start), ("Cd", 0.05 * start), ("eCD8", 0.1), ("eTh", 0.1), ("eTreg", 0.05)] {
            species("\(id)_t\(l)", value)
        }
        for (id, value) in [("APC", 1.0), ("mAPC", 0.1), ("P1", 0), ("P2", 0), ("IFNg", 0.01)] { species("\(id)_t\(l)", value) }
        rule("load_t\(l)", "C1_t\(l) + C2_t\(l)")
        let kill = "k_kill*eCD8_t\(l)/(K_cancer + load_t\(l) + eCD8_t\(l))*(1 - H_PD1_t\(l))*(1 - H_TGFb)*H_myeloid"
        rule("kill_t\(l)", kill)
        for (clone, share) in [("1", "1"), ("2", "escape")] {
            reaction(" -> C\(clone)_t\(l)", "k_growth\(clone)*C\(clone)_t\(l)*ln(capacity/(load_t\(l) + 10))")
            reaction("C\(clone)_t\(l) -> Cd_t\(l)", "(d_cancer + \(share)*kill_t\(l)*60)*C\(clone)_t\(l)")
        }
        reaction("C1_t\(l) -> C2_t\(l)", "mutation*C1_t\(l)")
        reaction("Cd_t\(l) -> ", "k_clear*Cd_t\(l)")
        for group in [1, 2] {
            reaction(" -> P\(group)_t\(l)", "release_\(group)*k_clear*Cd_t\(l)")
            reaction("P\(group)_t\(l) -> ", "(d_antigen + k_uptake*APC_t\(l))*P\(group)_t\(l)")
        }
        reaction(" -> APC_t\(l)", "k_APC*(APC_density*load_t\(l)/(1 + 0.01*load_t\(l)) - APC_t\(l))")
        reaction("APC_t\(l) -> mAPC_t\(l)", "k_maturation*IL12/(K_IL12 + IL12)*Cd_t\(l)/(20 + Cd_t\(l))*APC_t\(l)")
        reaction("mAPC_t\(l) -> mAPC_n", "k_migration*mAPC_t\(l)")
        for kind in ["CD8", "Th", "Treg"] {
            reaction("e\(kind)_b -> e\(kind)_t\(l)", "q_tumour*e\(kind)_b*load_t\(l)/(K_tumour + load_t\(l))")
            let extra = kind == "CD8" ? " + k_exhaustion*H_PD1_t\(l)" : kind == "Treg" ? " + k_depletion*H_depletion" : ""
            reaction("e\(kind)_t\(l) -> ", "(2*d_\(kind)\(extra))*e\(kind)_t\(l)")
        }
        reaction(" -> IFNg_t\(l)", "k_IFNg*(eCD8_t\(l)*(1 - H_PD1_t\(l)) + 0.2*eTh_t\(l))")
        reaction("IFNg_t\(l) -> ", "d_IFNg*IFNg_t\(l)")
        synapse("t\(l)", antibody: "aPD1_t\(l)/V_t", interferon: "IFNg_t\(l)")
    }

    /// PD-1 with its ligands and a bivalent antibody.
    private mutating func synapse(_ s: String, antibody: String, interferon: String) {
        for (id, value) in [
            ("PD1", 20.0), ("PDL1", 50), ("PDL2", 13), ("PD1_PDL1", 1), ("PD1_PDL2", 1), ("PD1_a", 0), ("PD1_a_PD1", 0),
        ] { species("\(id)_\(s)", value) }
        reaction("PD1_\(s) + PDL1_\(s) -> PD1_PDL1_\(s)", "k_on_PDL1*PD1_\(s)*PDL1_\(s) - k_off_PDL1*PD1_PDL1_\(s)")
        reaction("PD1_\(s) + PDL2_\(s) -> PD1_PDL2_\(s)", "k_on_PDL2*PD1_\(s)*PDL2_\(s) - k_off_PDL2*PD1_PDL2_\(s)")
        reaction("PD1_\(s) -> PD1_a_\(s)", "2*k_on_aPD1*PD1_\(s)*\(antibody) - k_off_aPD1*PD1_a_\(s)")
        reaction(
            "PD1_a_\(s) + PD1_\(s) -> PD1_a_PD1_\(s)", "cross*k_on_aPD1*PD1_\(s)*PD1_a_\(s) - 2*k_off_aPD1*PD1_a_PD1_\(s)")
        reaction(
            " -> PD1_\(s)", "k_turnover*(PD1_total - PD1_\(s) - PD1_PDL1_\(s) - PD1_PDL2_\(s) - PD1_a_\(s) - 2*PD1_a_PD1_\(s))")
        reaction(
            " -> PDL1_\(s)",
            "k_turnover*(PDL1_base*(1 + PDL1_induced*\(interferon)/(0.4 + \(interferon))) - PDL1_\(s) - PD1_PDL1_\(s))")
        reaction(" -> PDL2_\(s)", "k_turnover*(PDL2_total - PDL2_\(s) - PD1_PDL2_\(s))")
        rule("H_PD1_\(s)", "(PD1_PDL1_\(s) + PD1_PDL2_\(s))^n_PD1/(PD1_50^n_PD1 + (PD1_PDL1_\(s) + PD1_PDL2_\(s))^n_PD1)")
    }

    /// CD28 and CTLA-4 with CD80 and CD86, an antibody to CTLA-4, CD80 bound by PD-L1 of its own cell.
    private mutating func costimulation() {
        for (id, value) in [
            ("k_on_28_80", 1.8e3), ("k_off_28_80", 1.3e5), ("k_on_28_86", 1.2e3), ("k_off_28_86", 7e5), ("k_on_4_80", 2.8e4),
            ("k_off_4_80", 3.6e4), ("k_on_4_86", 1.1e4), ("k_off_4_86", 4.2e5), ("k_on_aCTLA4", 33), ("k_off_aCTLA4", 1.8e2),
            ("k_on_cis", 8e2), ("k_off_cis", 1.6e5), ("CD28_total", 18), ("CTLA4_total", 5), ("CD80_total", 9),
            ("CD86_total", 28), ("CD28_50", 1.1), ("n_CD28", 1.6),
        ] { parameter(id, value) }
        for (id, value) in [
            ("CD28", 16.0), ("CD80", 6), ("CD86", 24), ("CTLA4", 3), ("CD28_CD80", 0.5), ("CD28_CD86", 0.5), ("CTLA4_CD80", 0.5),
            ("CTLA4_CD86", 0.5), ("CD28_CD80_CD28", 0.1), ("CTLA4_CD80_CTLA4", 0.1), ("CTLA4_a", 0), ("CTLA4_a_CTLA4", 0), ("CD80_PDL1", 0.1),
        ] { species(id, value) }
        reaction("CD28 + CD80 -> CD28_CD80", "2*k_on_28_80*CD28*CD80 - k_off_28_80*CD28_CD80")
        reaction("CD28_CD80 + CD28 -> CD28_CD80_CD28", "k_on_28_80*CD28*CD28_CD80 - 2*k_off_28_80*CD28_CD80_CD28")
        reaction("CD28 + CD86 -> CD28_CD86", "k_on_28_86*CD28*CD86 - k_off_28_86*CD28_CD86")
        reaction("CTLA4 + CD80 -> CTLA4_CD80", "4*k_on_4_80*CTLA4*CD80 - k_off_4_80*CTLA4_CD80")
        reaction("CTLA4_CD80 + CTLA4 -> CTLA4_CD80_CTLA4", "2*k_on_4_80*CTLA4*CTLA4_CD80 - 2*k_off_4_80*CTLA4_CD80_CTLA4")
        reaction("CTLA4 + CD86 -> CTLA4_CD86", "2*k_on_4_86*CTLA4*CD86 - k_off_4_86*CTLA4_CD86")
        reaction("CTLA4 -> CTLA4_a", "2*k_on_aCTLA4*CTLA4*aCTLA4_n/V_n - k_off_aCTLA4*CTLA4_a")
        reaction("CTLA4_a + CTLA4 -> CTLA4_a_CTLA4", "cross*k_on_aCTLA4*CTLA4*CTLA4_a - 2*k_off_aCTLA4*CTLA4_a_CTLA4")
        reaction("CD80 + PDL1_n -> CD80_PDL1", "k_on_cis*CD80*PDL1_n - k_off_cis*CD80_PDL1")
        reaction(" -> CD28", "k_turnover*(CD28_total - CD28 - CD28_CD80 - CD28_CD86 - 2*CD28_CD80_CD28)")
        reaction(" -> CD80", "k_turnover*(CD80_total - CD80 - CD28_CD80 - CD28_CD80_CD28 - CTLA4_CD80 - CTLA4_CD80_CTLA4 - CD80_PDL1)")
        reaction(" -> CD86", "k_turnover*(CD86_total - CD86 - CD28_CD86 - CTLA4_CD86)")
        reaction(" -> CTLA4", "k_turnover*(CTLA4_total - CTLA4 - CTLA4_CD80 - CTLA4_CD86 - 2*CTLA4_CD80_CTLA4 - CTLA4_a - 2*CTLA4_a_CTLA4)")
        rule("bound_CD28", "CD28_CD80 + CD28_CD86 + 2*CD28_CD80_CD28")
        rule("H_CD28", "bound_CD28^n_CD28/(CD28_50^n_CD28 + bound_CD28^n_CD28)*(1 - 0.5*H_PD1_n)*(1 - 0.2*H_PD1_m)")
    }

    /// CTLA-4 of regulatory T cells in the tumour; what the antibody holds is depleted.
    private mutating func regulatoryTarget() {
        for (id, value) in [("TC_total", 14.0), ("k_depletion", 0.4), ("TC_50", 4)] { parameter(id, value) }
        for (id, value) in [("TC", 14.0), ("TC_a", 0), ("TC_a_TC", 0)] { species(id, value) }
        reaction("TC -> TC_a", "2*k_on_aCTLA4*TC*aCTLA4_t1/V_t - k_off_aCTLA4*TC_a")
        reaction("TC_a + TC -> TC_a_TC", "cross*k_on_aCTLA4*TC*TC_a - 2*k_off_aCTLA4*TC_a_TC")
        reaction(" -> TC", "k_turnover*(TC_total - TC - TC_a - 2*TC_a_TC)")
        rule("H_depletion", "(TC_a + 2*TC_a_TC)/(TC_50 + TC_a + 2*TC_a_TC)")
    }

    /// What differs between patients: the median is the model's value, the spread a coefficient of variation.
    static let varied: [(id: String, variation: Double)] = [
        ("CL_aPD1", 0.35), ("Vmax_aPD1", 0.4), ("Km_aPD1", 0.4), ("CL_aCTLA4", 0.35), ("Vmax_aCTLA4", 0.4), ("Q_p", 0.3),
        ("Q_t", 0.45), ("thymus_CD8", 0.35), ("thymus_Th", 0.35), ("thymus_Treg", 0.4), ("k_activation_CD8", 0.45),
        ("k_activation_Th", 0.4), ("k_activation_Treg", 0.4), ("k_division_CD8", 0.3), ("d_CD8", 0.35), ("d_Th", 0.35),
        ("d_Treg", 0.35), ("q_tumour", 0.45), ("q_egress", 0.3), ("k_exhaustion", 0.4), ("K_APC", 0.4), ("K_Mp", 0.45),
        ("APC_density", 0.45), ("k_maturation", 0.4), ("k_migration", 0.35), ("k_uptake", 0.4), ("release_1", 0.45),
        ("release_2", 0.45), ("k_on_MHC", 0.4), ("k_IL2", 0.4), ("k_TGFb", 0.45), ("k_IL10", 0.4), ("k_MDSC", 0.45),
        ("k_growth1", 0.3), ("k_growth2", 0.3), ("capacity", 0.45), ("k_kill", 0.45), ("d_cancer", 0.35), ("escape", 0.4),
        ("PD1_total", 0.4), ("PDL1_base", 0.45), ("PDL1_induced", 0.4), ("PD1_50", 0.4), ("CD28_50", 0.4),
        ("CTLA4_total", 0.4), ("k_depletion", 0.4),
    ]
}
