/// Remission of acute lymphoblastic leukaemia.
///
/// Source: European consensus (Buccisano et al., Blood 2022); CRh as in the blinatumomab trials.
public enum AcuteLeukaemia {
    public enum Remission: String, Sendable, Hashable, Codable {
        case complete = "CR"
        /// ANC above 0.5 and platelets above 50 (10⁹/L).
        case partialRecovery = "CRh"
        case incompleteRecovery = "CRi"
        case none = "no CR"
        case relapse
    }
    public enum ResidualDisease: String, Sendable, Hashable, Codable {
        case negative = "MRD negative", positiveBelowThreshold = "MRD positive below 1e-4", positive = "MRD positive"
        case notAssessable = "MRD not assessable"
    }

    /// One marrow and blood examination.
    public struct Visit: Sendable, Hashable {
        public var day: Double
        /// Fractions of cells.
        public var marrowBlasts: Double
        public var circulatingBlasts: Double
        public var isExtramedullary: Bool
        /// 10⁹/L
        public var neutrophils: Double
        public var platelets: Double
        /// Fraction of marrow cells that are leukaemic, as an assay of `sensitivity` sees it.
        public var residual: Double
        public var sensitivity: Double
        public init(
            day: Double, marrowBlasts: Double, circulatingBlasts: Double = 0, isExtramedullary: Bool = false,
            neutrophils: Double, platelets: Double, residual: Double, sensitivity: Double = 1e-5
        ) {
            self.day = day
            self.marrowBlasts = marrowBlasts
            self.circulatingBlasts = circulatingBlasts
            self.isExtramedullary = isExtramedullary
            self.neutrophils = neutrophils
            self.platelets = platelets
            self.residual = residual
            self.sensitivity = sensitivity
        }
    }

    /// - Parameter wasInRemission: Blasts back at 5 % or more, or extramedullary disease, are then a relapse.
    public static func remission(_ visit: Visit, wasInRemission: Bool = false) -> Remission {
        let clear = visit.marrowBlasts < 0.05 && visit.circulatingBlasts == 0 && !visit.isExtramedullary
        guard clear else { return wasInRemission ? .relapse : .none }
        if visit.neutrophils >= 1 && visit.platelets >= 100 { return .complete }
        if visit.neutrophils > 0.5 && visit.platelets > 50 { return .partialRecovery }
        return .incompleteRecovery
    }

    /// Negative needs an assay that sees 10⁻⁴; failure is 10⁻⁴ or more.
    public static func residualDisease(_ visit: Visit) -> ResidualDisease {
        if visit.residual >= 1e-4 { return .positive }
        if visit.sensitivity > 1e-4 { return .notAssessable }
        return visit.residual < visit.sensitivity ? .negative : .positiveBelowThreshold
    }
}

/// Response of chronic lymphocytic leukaemia (iwCLL 2018).
///
/// Source: Hallek et al., Blood 131 (2018) 2745, doi:10.1182/blood-2017-09-806398.
public enum ChronicLeukaemia {
    public struct Visit: Sendable, Hashable {
        public var day: Double
        /// Longest diameter of the largest node, cm, and the sum of nodes' products, cm².
        public var largestNode: Double
        public var nodeProducts: Double
        /// cm
        public var spleen: Double
        public var hasSymptoms: Bool
        /// 10⁹/L
        public var lymphocytes: Double
        public var platelets: Double
        /// g/dL, untransfused
        public var haemoglobin: Double
        /// Share of the marrow that is CLL; nil: not done.
        public var marrow: Double?
        public init(
            day: Double, largestNode: Double, nodeProducts: Double, spleen: Double, hasSymptoms: Bool = false,
            lymphocytes: Double, platelets: Double, haemoglobin: Double, marrow: Double? = nil
        ) {
            self.day = day
            self.largestNode = largestNode
            self.nodeProducts = nodeProducts
            self.spleen = spleen
            self.hasSymptoms = hasSymptoms
            self.lymphocytes = lymphocytes
            self.platelets = platelets
            self.haemoglobin = haemoglobin
            self.marrow = marrow
        }
    }

    /// - Parameters:
    ///   - best: The visit with the lowest burden so far, for progression "from response".
    ///   - ignoresLymphocytosis: Lymphocytosis alone under a BTK inhibitor isn't progression.
    public static func response(
        _ visit: Visit, baseline: Visit, best: Visit? = nil, ignoresLymphocytosis: Bool = false
    ) -> Response {
        let reference = best ?? baseline
        // PD: any one criterion, +50 % from baseline or response
        let nodesGrow = visit.largestNode >= 1.5 && visit.nodeProducts >= 1.5 * reference.nodeProducts
        let spleenGrows = visit.spleen > 13 && visit.spleen - 13 >= 1.5 * max(reference.spleen - 13, 0)
            && visit.spleen - reference.spleen >= 2
        let lymphocytesGrow = visit.lymphocytes >= 1.5 * reference.lymphocytes && visit.lymphocytes >= 5
        if nodesGrow || spleenGrows || (lymphocytesGrow && !ignoresLymphocytosis) { return .progression }
        let nodesNormal = visit.largestNode < 1.5
        let spleenNormal = visit.spleen < 13
        let lymphocytesNormal = visit.lymphocytes < 4
        let groupANormal = nodesNormal && spleenNormal && lymphocytesNormal && !visit.hasSymptoms
        let plateletsRecovered = visit.platelets >= 100
        let haemoglobinRecovered = visit.haemoglobin >= 11
        if groupANormal, let marrow = visit.marrow, marrow < 0.3, plateletsRecovered, haemoglobinRecovered {
            return .complete
        }
        // PR: two parameters of group A improved by half (one if only one was abnormal), one of group B
        let abnormal = [baseline.largestNode >= 1.5, baseline.spleen >= 13, baseline.lymphocytes >= 4]
        let improved = [
            abnormal[0] && (nodesNormal || visit.nodeProducts <= 0.5 * baseline.nodeProducts),
            abnormal[1] && (spleenNormal || visit.spleen - 13 <= 0.5 * (baseline.spleen - 13)),
            abnormal[2] && (lymphocytesNormal || visit.lymphocytes <= 0.5 * baseline.lymphocytes),
        ]
        let needed = min(2, abnormal.count { $0 })
        let groupB = visit.platelets >= 100 || visit.platelets >= 1.5 * baseline.platelets || visit.haemoglobin >= 11
            || visit.haemoglobin >= 1.5 * baseline.haemoglobin
        return needed > 0 && improved.count(where: { $0 }) >= needed && groupB ? .partial : .stable
    }
}
