/// iRECIST: progression under immunotherapy counts when the next scan confirms it.
///
/// Source: Seymour et al., Lancet Oncol. 18 (2017) e143, doi:10.1016/S1470-2045(17)30074-8.
public enum IRECIST {
    public enum Verdict: String, Sendable, Hashable, Codable {
        case complete = "iCR"
        case partial = "iPR"
        case stable = "iSD"
        /// RECIST progression, to be confirmed 4 to 8 weeks later.
        case unconfirmedProgression = "iUPD"
        case confirmedProgression = "iCPD"
        case notEvaluable = "NE"
    }

    /// One assessment beyond what RECIST needs.
    public struct Visit: Sendable, Hashable {
        public var recist: RECIST.Visit
        /// Sum of diameters of new lesions, mm, kept apart from the baseline sum.
        public var newLesionSum: Double
        public var newLesionCount: Int
        public init(recist: RECIST.Visit, newLesionSum: Double = 0, newLesionCount: Int = 0) {
            self.recist = recist
            self.newLesionSum = newLesionSum
            self.newLesionCount = newLesionCount
        }
    }

    public struct Outcome: Sendable, Hashable {
        public var verdicts: [Verdict]
        /// First iUPD that was later confirmed, or never followed by another scan; nil while free of progression.
        public var progressionDay: Double?
    }

    /// Judges a patient's visits in order.
    ///
    /// After iUPD, growth at the next scan confirms: target sum 5 mm or more above the one at iUPD, new-lesion sum 5 mm
    /// more, more new lesions, or further non-target growth. A next scan without growth and back at iSD or better
    /// against baseline resets the bar; otherwise it stays iUPD. A confirming scan comes at least 28 days later.
    public static func assess(targets: [RECIST.TargetLesion], baseline: [Double], visits: [Visit]) -> Outcome {
        var assessor = RECIST.Assessor(targets: targets, baseline: baseline)
        var pending: (day: Double, sum: Double, newSum: Double, newCount: Int)?
        var verdicts: [Verdict] = []
        var progressionDay: Double?
        var seenNewLesions = 0
        for visit in visits {
            var recist = visit.recist
            let newCount = max(visit.newLesionCount, recist.hasNewLesion ? 1 : 0)
            // a new lesion is news once; later it is judged by its growth
            recist.hasNewLesion = newCount > seenNewLesions
            let point = assessor.assess(recist)
            let sum = point.sumOfDiameters
            if let open = pending {
                let grows = (sum ?? 0) - open.sum >= 5 || visit.newLesionSum - open.newSum >= 5 || newCount > open.newCount
                    || recist.nonTarget == .progression
                if grows && visit.recist.day - open.day >= 28 {
                    progressionDay = open.day
                    verdicts.append(.confirmedProgression)
                    return Outcome(verdicts: verdicts, progressionDay: progressionDay)
                }
                if !grows, point.overall != .progression, point.overall != .notEvaluable {
                    pending = nil
                }
            }
            if pending != nil {
                verdicts.append(point.overall == .notEvaluable ? .notEvaluable : .unconfirmedProgression)
            } else if point.overall == .progression {
                pending = (visit.recist.day, sum ?? 0, visit.newLesionSum, newCount)
                verdicts.append(.unconfirmedProgression)
            } else {
                switch point.overall {
                case .complete: verdicts.append(.complete)
                case .partial: verdicts.append(.partial)
                case .stable, .nonCompleteNonProgressive: verdicts.append(.stable)
                default: verdicts.append(.notEvaluable)
                }
            }
            seenNewLesions = max(seenNewLesions, newCount)
        }
        return Outcome(verdicts: verdicts, progressionDay: pending?.day)
    }
}
