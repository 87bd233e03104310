/// How response to treatment is judged in a cancer, and which observables the criteria read.
///
/// A cancer's text file says `criteria: ALL` and, a line each, `marrow blasts observable: marrowInfiltration`.
public struct ResponseReading: Sendable, Hashable {
    public enum Criteria: String, Sendable, Hashable, CaseIterable {
        /// Diameters of lesions (RECIST 1.1).
        case solid = "RECIST"
        /// Nodes by product of diameters (Lugano 2014).
        case lymphoma = "Lugano"
        /// Marrow blasts with recovery of blood counts, residual disease.
        case acuteLeukaemia = "ALL"
        /// Lymphocytes, nodes, spleen and blood counts (iwCLL 2018).
        case chronicLeukaemia = "iwCLL"
        /// M-protein (IMWG).
        case myeloma = "IMWG"
        /// Prostate-specific antigen beside RECIST (PCWG3).
        case prostate = "PCWG3"
        /// Tumour seen at cystoscopy.
        case bladder = "cystoscopy"

        /// Without these the criteria can't judge.
        var needs: [Quantity] {
            switch self {
            case .solid: [.lesion]
            case .lymphoma: [.node]
            case .acuteLeukaemia: [.marrow, .blood, .neutrophils, .platelets]
            case .chronicLeukaemia: [.node, .lymphocytes, .marrow, .platelets, .haemoglobin]
            case .myeloma: [.marker, .marrow]
            case .prostate: [.lesion, .marker]
            case .bladder: [.lesion]
            }
        }
    }

    /// What criteria read, each in its unit.
    public enum Quantity: String, Sendable, Hashable, CaseIterable {
        /// mm; the first lesion, the others follow by their prefix.
        case lesion = "lesion diameter"
        /// mm; one involved node.
        case node = "node diameter"
        /// Share of nucleated marrow cells that are cancer.
        case marrow = "marrow blasts"
        /// Cancer cells per uL of blood.
        case blood = "blood blasts"
        /// Lymphocytes per uL of blood, the cancer's included.
        case lymphocytes
        /// Per uL.
        case neutrophils
        /// 1e9 per litre.
        case platelets
        /// g per litre.
        case haemoglobin
        /// cm, craniocaudal.
        case spleen = "spleen length"
        /// PSA in ug per litre; M-protein in g per litre.
        case marker
    }

    public var criteria: Criteria
    public var observables: [Quantity: String]

    public init(criteria: Criteria, observables: [Quantity: String]) {
        self.criteria = criteria
        self.observables = observables
    }
}

/// An observable and the limits that it keeps in patients at diagnosis.
public struct ObservableLimits: Sendable, Hashable {
    public var observable: String
    public var low: Double
    public var high: Double
}
