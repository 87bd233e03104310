/// Response Evaluation Criteria in Solid Tumours, version 1.1.
///
/// Source: Eisenhauer et al., Eur. J. Cancer 45 (2009) 228, doi:10.1016/j.ejca.2008.10.026.
public enum RECIST {
    /// A lesion that is followed, as found at baseline.
    public struct TargetLesion: Sendable, Hashable {
        public var organ: String
        /// Lymph nodes are measured along their short axis and are normal below 10 mm.
        public var isNode: Bool
        public init(organ: String, isNode: Bool = false) {
            self.organ = organ
            self.isNode = isNode
        }
    }

    public enum NonTarget: String, Sendable, Hashable, Codable {
        /// There is none.
        case absent
        /// All gone, nodes below 10 mm, tumour markers normal.
        case complete
        case nonCompleteNonProgressive
        case progression
        case notEvaluable
    }

    /// One assessment.
    public struct Visit: Sendable, Hashable {
        /// Days since the start of treatment; the baseline is at or before 0.
        public var day: Double
        /// Diameter in mm of each target lesion, in their order; nil: not evaluable. A lesion that is present but too
        /// small to measure counts 5 mm.
        public var diameters: [Double?]
        public var nonTarget: NonTarget
        public var hasNewLesion: Bool
        public init(day: Double, diameters: [Double?], nonTarget: NonTarget = .absent, hasNewLesion: Bool = false) {
            self.day = day
            self.diameters = diameters
            self.nonTarget = nonTarget
            self.hasNewLesion = hasNewLesion
        }
    }

    /// An assessment with its verdict.
    public struct TimePoint: Sendable, Hashable, Codable {
        public var day: Double
        /// mm; nil when a target lesion couldn't be evaluated.
        public var sumOfDiameters: Double?
        /// Smallest sum before this visit, the baseline included.
        public var nadir: Double
        public var percentFromBaseline: Double?
        public var percentFromNadir: Double?
        public var target: Response
        public var overall: Response
        /// Why, when `overall` is progression: `target`, `non-target`, `new lesion`.
        public var progressionCause: String?
    }

    /// Smallest diameter in mm that counts as measurable: 10 by CT, 15 (short axis) for a node.
    public static func isMeasurable(_ diameter: Double, _ lesion: TargetLesion) -> Bool {
        diameter >= (lesion.isNode ? 15 : 10)
    }

    /// Chooses targets at baseline: measurable ones, largest first, at most five in all and two in an organ.
    /// - Returns: Indices into `candidates`, in the order given.
    public static func targets(among candidates: [(lesion: TargetLesion, diameter: Double)]) -> [Int] {
        var perOrgan: [String: Int] = [:]
        var chosen: [Int] = []
        let bySize = candidates.indices.sorted { (candidates[$1].diameter, $0) < (candidates[$0].diameter, $1) }
        for index in bySize where chosen.count < 5 {
            let (lesion, diameter) = candidates[index]
            guard isMeasurable(diameter, lesion), perOrgan[lesion.organ, default: 0] < 2 else { continue }
            perOrgan[lesion.organ, default: 0] += 1
            chosen.append(index)
        }
        return chosen.sorted()
    }

    /// Judges visits one after the other; keeps the baseline and the nadir.
    public struct Assessor: Sendable {
        public let targets: [TargetLesion]
        public let baseline: Double
        public private(set) var nadir: Double
        public private(set) var timePoints: [TimePoint] = []

        /// - Parameter baseline: Diameters of all targets at baseline, mm.
        public init(targets: [TargetLesion], baseline diameters: [Double]) {
            precondition(targets.count == diameters.count, "\(diameters.count) diameters for \(targets.count) targets")
            self.targets = targets
            baseline = diameters.reduce(0, +)
            nadir = baseline
        }

        /// The verdict on a visit after the baseline.
        ///
        /// CR: all non-nodal targets gone, nodal ones below 10 mm. PR: sum at least 30 % below baseline. PD: sum at
        /// least 20 % and 5 mm above the nadir, or a new lesion, or unequivocal progression of non-targets.
        @discardableResult
        public mutating func assess(_ visit: Visit) -> TimePoint {
            precondition(visit.diameters.count == targets.count)
            let values = visit.diameters.compactMap(\.self)
            let isComplete = values.count == targets.count
            let partialSum = values.reduce(0, +)
            let sum = isComplete ? partialSum : nil
            var target = Response.notEvaluable
            // parts already 20 % and 5 mm above the nadir progress whatever the missing ones measure
            if !targets.isEmpty, partialSum - nadir >= 5, partialSum >= 1.2 * nadir {
                target = .progression
            } else if let sum, !targets.isEmpty {
                let gone = zip(targets, values).allSatisfy { $0.isNode ? $1 < 10 : $1 == 0 }
                target = gone ? .complete : sum <= 0.7 * baseline ? .partial : .stable
            }
            let overall = Self.overall(
                target: targets.isEmpty ? nil : target, nonTarget: visit.nonTarget, hasNewLesion: visit.hasNewLesion)
            var cause: String?
            if overall == .progression {
                cause = target == .progression ? "target" : visit.hasNewLesion ? "new lesion" : "non-target"
            }
            let point = TimePoint(
                day: visit.day, sumOfDiameters: sum, nadir: nadir,
                percentFromBaseline: sum.flatMap { baseline > 0 ? 100 * ($0 / baseline - 1) : nil },
                percentFromNadir: sum.flatMap { nadir > 0 ? 100 * ($0 / nadir - 1) : nil }, target: target,
                overall: overall, progressionCause: cause)
            timePoints.append(point)
            if let sum { nadir = min(nadir, sum) }
            return point
        }

        /// Combines target, non-target and new lesions. `target` nil: no measurable disease at baseline.
        static func overall(target: Response?, nonTarget: NonTarget, hasNewLesion: Bool) -> Response {
            if hasNewLesion || target == .progression || nonTarget == .progression { return .progression }
            guard let target else {
                switch nonTarget {
                case .complete: return .complete
                case .nonCompleteNonProgressive: return .nonCompleteNonProgressive
                default: return .notEvaluable
                }
            }
            switch target {
            case .complete:
                return nonTarget == .complete || nonTarget == .absent ? .complete : .partial
            case .partial, .stable: return target
            default: return .notEvaluable
            }
        }
    }

    /// What a trial asks before it calls something a response or stable disease.
    public struct Rules: Sendable, Hashable, Codable {
        /// CR and PR need a second scan at least `confirmationDays` later; usual when response is the primary
        /// endpoint of a single-arm trial, not in randomised ones.
        public var requiresConfirmation: Bool
        public var confirmationDays: Double
        /// SD counts only this long after the start.
        public var minimumStableDays: Double
        public init(requiresConfirmation: Bool = false, confirmationDays: Double = 28, minimumStableDays: Double = 35) {
            self.requiresConfirmation = requiresConfirmation
            self.confirmationDays = confirmationDays
            self.minimumStableDays = minimumStableDays
        }
    }

    /// Best response up to the first progression, and the day of the first (confirmed) response.
    public static func best(of points: [TimePoint], rules: Rules = Rules()) -> (response: Response, responseDay: Double?) {
        var best = Response.notEvaluable
        var responseDay: Double?
        func rank(_ response: Response) -> Int {
            [.complete, .partial, .stable, .nonCompleteNonProgressive, .progression, .notEvaluable].firstIndex(of: response)!
        }
        let end = points.firstIndex { $0.overall == .progression } ?? points.count
        for (index, point) in points[..<end].enumerated() {
            var response = point.overall
            if response.isObjective && rules.requiresConfirmation {
                response = confirmed(index, in: Array(points[..<end]), rules: rules)
            }
            if response == .stable || response == .nonCompleteNonProgressive, point.day < rules.minimumStableDays {
                response = .notEvaluable
            }
            if response.isObjective, responseDay == nil { responseDay = point.day }
            if rank(response) < rank(best) { best = response }
        }
        if best == .notEvaluable && end < points.count { best = .progression }
        return (best, responseDay)
    }

    /// A response is confirmed by an equal or better one at least `confirmationDays` later, with nothing worse than
    /// one unevaluable scan between; CR followed only by PR counts as PR, an unconfirmed one as SD.
    private static func confirmed(_ index: Int, in points: [TimePoint], rules: Rules) -> Response {
        let first = points[index]
        var gaps = 0
        for later in points[(index + 1)...] {
            if later.overall == .notEvaluable {
                gaps += 1
                if gaps > 1 { return .stable }
                continue
            }
            guard later.overall.isObjective else { return .stable }
            if later.day - first.day >= rules.confirmationDays {
                if first.overall == .complete { return later.overall == .complete ? .complete : .partial }
                return .partial
            }
        }
        return .stable
    }
}
