/// Response of lymphoma by CT and PET (Lugano 2014).
///
/// Source: Cheson et al., J. Clin. Oncol. 32 (2014) 3059, doi:10.1200/JCO.2013.54.8800.
public enum Lugano {
    /// A node or extranodal mass; longest and shortest diameter in cm. Too small to measure counts 0.5 × 0.5.
    public struct Lesion: Sendable, Hashable {
        public var longest: Double
        public var shortest: Double
        public var isNode: Bool
        public init(longest: Double, shortest: Double, isNode: Bool = true) {
            self.longest = longest
            self.shortest = shortest
            self.isNode = isNode
        }
        public var product: Double { longest * shortest }
    }

    public struct Visit: Sendable, Hashable {
        public var day: Double
        /// Up to six targets, in the order of the baseline.
        public var targets: [Lesion]
        /// Craniocaudal length of the spleen, cm.
        public var spleen: Double
        public var marrowInvolved: Bool
        /// Longest diameter in cm of new lesions.
        public var newNodes: [Double]
        public var newExtranodal: [Double]
        /// Deauville score 1 to 5; nil without PET.
        public var deauville: Int?
        /// Uptake against baseline: −1 less, 0 unchanged, 1 more.
        public var uptakeChange: Int
        public init(
            day: Double, targets: [Lesion], spleen: Double = 12, marrowInvolved: Bool = false, newNodes: [Double] = [],
            newExtranodal: [Double] = [], deauville: Int? = nil, uptakeChange: Int = 0
        ) {
            self.day = day
            self.targets = targets
            self.spleen = spleen
            self.marrowInvolved = marrowInvolved
            self.newNodes = newNodes
            self.newExtranodal = newExtranodal
            self.deauville = deauville
            self.uptakeChange = uptakeChange
        }
    }

    /// Spleen longer than this is enlarged, cm.
    static let normalSpleen = 13.0

    /// By PET: score 1-3 without new foci is CMR; 4-5 with less uptake PMR, unchanged no response, more PMD.
    public static func metabolic(_ visit: Visit) -> Response {
        guard let score = visit.deauville else { return .notEvaluable }
        if hasNewLesion(visit) { return .progression }
        if score <= 3 { return visit.marrowInvolved ? .partial : .complete }
        return visit.uptakeChange < 0 ? .partial : visit.uptakeChange == 0 ? .stable : .progression
    }

    /// New node above 1.5 cm, new extranodal lesion above 1.0 cm.
    static func hasNewLesion(_ visit: Visit) -> Bool {
        visit.newNodes.contains { $0 > 1.5 } || visit.newExtranodal.contains { $0 > 1 }
    }

    /// Judges CT visits in order against baseline and each lesion's nadir.
    public static func radiological(baseline: Visit, visits: [Visit]) -> [Response] {
        var nadir = baseline.targets
        var spleenNadir = baseline.spleen
        var isMarrowInvolved = baseline.marrowInvolved
        let baselineProduct = baseline.targets.reduce(0) { $0 + $1.product }
        return visits.map { visit in
            defer {
                for i in nadir.indices where visit.targets[i].product < nadir[i].product { nadir[i] = visit.targets[i] }
                spleenNadir = min(spleenNadir, visit.spleen)
                isMarrowInvolved = isMarrowInvolved && visit.marrowInvolved
            }
            // marrow that is newly involved, or again after it had cleared
            if hasNewLesion(visit) || (visit.marrowInvolved && !isMarrowInvolved) { return .progression }
            for (now, low) in zip(visit.targets, nadir) where now.longest > 1.5 && now.product >= 1.5 * low.product {
                let step = low.longest <= 2 ? 0.5 : 1.0
                if now.longest - low.longest >= step || now.shortest - low.shortest >= step { return .progression }
            }
            let excess = max(0, baseline.spleen - normalSpleen)
            if excess > 0 {
                // more than half of the prior excess above its lowest
                if visit.spleen > spleenNadir + 0.5 * excess && visit.spleen > normalSpleen { return .progression }
            } else if visit.spleen - baseline.spleen >= 2 && visit.spleen > normalSpleen {
                return .progression
            }
            let gone = visit.targets.allSatisfy { $0.isNode ? $0.longest <= 1.5 : $0.longest == 0 }
            if gone && visit.spleen <= normalSpleen && !visit.marrowInvolved { return .complete }
            let product = visit.targets.reduce(0) { $0 + $1.product }
            let spleenShrank = excess == 0 || visit.spleen - normalSpleen < 0.5 * excess
            return product <= 0.5 * baselineProduct && spleenShrank ? .partial : .stable
        }
    }
}
