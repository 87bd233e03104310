import Dynamics
import ImmuneModels
import Mathematics

/// A product made from one patient's own T cells, ordered on the day of apheresis.
///
/// The T cells are those of the patient's state at that time; what plants differ in is drawn once a patient. The cancer
/// goes on growing until the product is back, and a product that can't be made is never given.
struct CellProduction {
    /// Days from apheresis to the day on which the label counts day 1.
    var delay: Double
    /// Cells of an infusion, at most as many as ordered.
    var dose: Double
    var memoryFraction: Double

    /// nil when the smallest dose is out of reach.
    ///
    /// - Parameters:
    ///   - ordered: Cells wanted.
    ///   - preparation: Days that preparation takes before the infusion, within which the finished product may wait.
    init?(ordered: Double, preparation: Double, manufacture rows: [ParameterRow], donor: CellManufacture.Donor, seed: UInt64, patient: Int) {
        var values: [String: Double] = [:]
        for row in rows {
            var stream = RandomStream(seed: seed, patient: UInt64(patient), purpose: "manufacture \(row.id)")
            values[row.id] = row.sample(at: stream.uniform())
        }
        // The plant is set up for the table's dose; another order scales what may be released.
        let share = ordered / (values["targetDose"] ?? ordered)
        values["targetDose"] = ordered
        values["minimumDose"] = (values["minimumDose"] ?? 0) * share
        guard let product = try? CellManufacture(values).product(from: donor) else { return nil }
        delay = max(0, product.veinToVeinTime - preparation)
        dose = product.dose
        memoryFraction = min(0.999, max(0.001, product.memoryFraction))
    }

    /// T cells per uL of blood and the share of them that is naive or central memory, from a patient's state.
    ///
    /// Organs hold fixed multiples of blood's concentration (module 1); of memory cells a part is central memory.
    static func donor(in snapshot: Snapshot, of model: TrialModel, patient: VirtualPatient) -> CellManufacture.Donor? {
        func state(_ id: String) -> Double? { model.compiled.state(id).map { snapshot.state[$0] } }
        func value(_ id: String) -> Double? { patient.values[id] ?? model.assembled.parameters.first { $0.id == id }?.value }
        guard let naive4 = state("N4"), let naive8 = state("N8"), let memory4 = state("Q4"), let memory8 = state("Q8"),
            let perWeight = value("blood_per_weight"), let spleen = value("K_T_spleen"), let nodes = value("K_T_nodes"),
            let marrow = value("K_T_marrow"), let tissue = value("K_Q_tissue"), let V_spleen = value("V_spleen"), let V_nodes = value("V_nodes"),
            let V_marrow = value("V_marrow"), let V_tissue = value("V_tissue")
        else { return nil }
        let blood = perWeight * patient.weight
        let lymphoid = spleen * V_spleen + nodes * V_nodes + marrow * V_marrow
        let naive = (naive4 + naive8) / (blood + lymphoid)
        let memory = (memory4 + memory8) / (blood + lymphoid + tissue * V_tissue)
        let total = naive + memory
        return CellManufacture.Donor(countPerMicrolitre: max(0, total * 1e-6), memoryShare: total > 0 ? min(1, max(0, (naive + centralMemory * memory) / total)) : 0)
    }

    /// Central memory among memory T cells of blood; textbook order of magnitude.
    private static let centralMemory = 0.4
}
