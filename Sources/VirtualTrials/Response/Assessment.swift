import ImmuneModels

/// From what a visit reads to a verdict, by the criteria of the cancer.
///
/// Every criterion keeps one measure for tables and waterfalls: sum of diameters (mm), node diameter (mm), marrow blasts (%),
/// lymphocytes (10⁹/L), M-protein (g/L).
struct Assessment: Sendable {
    let reading: ResponseReading
    private var recist: RECIST.Assessor?
    private var lymphoma: (baseline: Lugano.Visit, visits: [Lugano.Visit])?
    private var leukaemia: (baseline: ChronicLeukaemia.Visit, best: ChronicLeukaemia.Visit)?
    private var wasInRemission = false
    private var baseline: Double?
    private var nadir = Double.infinity
    private(set) var points: [RECIST.TimePoint] = []
    /// Whether the lesion was taken out: from then on nothing is measured, and what comes back is a recurrence.
    private var isResected = false
    /// A lesion that is seen again after an operation, mm: what can be measured on CT (RECIST 1.1); a cystoscope sees whatever
    /// is there.
    static let recurrenceDiameter = 10.0

    /// What a visit found: the measured values by quantity, after the reader's error.
    struct Visit {
        var day: Double
        /// mm, of every lesion.
        var lesions: [Double]
        var values: [ResponseReading.Quantity: Double]
        var hasNewLesion: Bool
    }

    init(_ reading: ResponseReading) { self.reading = reading }

    /// Sum or value that tables show.
    func measure(_ visit: Visit) -> Double {
        switch reading.criteria {
        case .solid, .prostate, .bladder: visit.lesions.reduce(0, +)
        case .lymphoma: visit.values[.node] ?? 0
        case .acuteLeukaemia: 100 * (visit.values[.marrow] ?? 0)
        case .chronicLeukaemia: (visit.values[.lymphocytes] ?? 0) / 1000
        case .myeloma: visit.values[.marker] ?? 0
        }
    }

    mutating func begin(_ visit: Visit) {
        baseline = measure(visit)
        nadir = measure(visit)
        switch reading.criteria {
        case .solid, .prostate, .bladder:
            recist = RECIST.Assessor(targets: visit.lesions.map { _ in RECIST.TargetLesion(organ: "primary") }, baseline: visit.lesions)
        case .lymphoma: lymphoma = (Self.lymphoma(visit), [])
        case .chronicLeukaemia: leukaemia = (Self.leukaemia(visit), Self.leukaemia(visit))
        case .acuteLeukaemia, .myeloma: break
        }
    }

    mutating func resect() { isResected = true }

    @discardableResult
    mutating func assess(_ visit: Visit) -> RECIST.TimePoint {
        if isResected, reading.criteria.isBySize { return recurrence(visit) }
        if var assessor = recist {
            let point = assessor.assess(RECIST.Visit(day: visit.day, diameters: visit.lesions, hasNewLesion: visit.hasNewLesion))
            recist = assessor
            points.append(point)
            return point
        }
        let value = measure(visit)
        var response = verdict(visit, value)
        if visit.hasNewLesion && reading.criteria != .acuteLeukaemia { response = .progression }
        let change = { (base: Double) in base > 0 ? 100 * (value / base - 1) : nil }
        let point = RECIST.TimePoint(
            day: visit.day, sumOfDiameters: value, nadir: nadir, percentFromBaseline: baseline.flatMap(change), percentFromNadir: change(nadir),
            target: response, overall: response,
            progressionCause: response == .progression ? (visit.hasNewLesion && reading.criteria != .acuteLeukaemia ? "new lesion" : wasInRemission ? "relapse" : "target") : nil)
        nadir = min(nadir, value)
        points.append(point)
        return point
    }

    /// After an operation: free of disease until a lesion is seen again where it was, or elsewhere.
    private mutating func recurrence(_ visit: Visit) -> RECIST.TimePoint {
        let limit = reading.criteria == .bladder ? 0.1 : Self.recurrenceDiameter
        let isBack = visit.lesions.contains { $0 >= limit }
        let hasRecurred = isBack || visit.hasNewLesion
        let point = RECIST.TimePoint(
            day: visit.day, sumOfDiameters: visit.lesions.reduce(0, +), nadir: 0, percentFromBaseline: nil, percentFromNadir: nil,
            target: .notEvaluable, overall: hasRecurred ? .progression : .nonCompleteNonProgressive,
            progressionCause: hasRecurred ? (isBack ? "recurrence" : "new lesion") : nil)
        points.append(point)
        return point
    }

    private mutating func verdict(_ visit: Visit, _ value: Double) -> Response {
        switch reading.criteria {
        case .lymphoma:
            lymphoma!.visits.append(Self.lymphoma(visit))
            return Lugano.radiological(baseline: lymphoma!.baseline, visits: lymphoma!.visits).last!
        case .acuteLeukaemia:
            // below one blast per µL none is seen in a smear
            let blood = visit.values[.blood] ?? 0
            let examination = AcuteLeukaemia.Visit(
                day: visit.day, marrowBlasts: visit.values[.marrow] ?? 0, circulatingBlasts: blood < 1 ? 0 : blood,
                neutrophils: (visit.values[.neutrophils] ?? 0) / 1000, platelets: visit.values[.platelets] ?? 0,
                residual: visit.values[.marrow] ?? 0)
            switch AcuteLeukaemia.remission(examination, wasInRemission: wasInRemission) {
            case .complete:
                wasInRemission = true
                return .complete
            case .partialRecovery, .incompleteRecovery:
                // remission without full recovery counts as a response, not as a complete one
                wasInRemission = true
                return .partial
            case .relapse: return .progression
            case .none: return .stable
            }
        case .chronicLeukaemia:
            let now = Self.leukaemia(visit)
            let response = ChronicLeukaemia.response(now, baseline: leukaemia!.baseline, best: leukaemia!.best)
            if now.lymphocytes * now.nodeProducts < leukaemia!.best.lymphocytes * leukaemia!.best.nodeProducts { leukaemia!.best = now }
            return response
        case .myeloma:
            // IMWG by M-protein: PD a rise by a quarter and 5 g/L from the lowest, PR a fall by half, CR none left and clean marrow
            if value - nadir >= 5 && value >= 1.25 * nadir { return .progression }
            if value < 0.5 && (visit.values[.marrow] ?? 0) < 0.05 { return .complete }
            return value <= 0.5 * (baseline ?? 0) ? .partial : .stable
        case .solid, .prostate, .bladder: return .notEvaluable
        }
    }

    private static func lymphoma(_ visit: Visit) -> Lugano.Visit {
        let node = (visit.values[.node] ?? 0) / 10
        return Lugano.Visit(day: visit.day, targets: [Lugano.Lesion(longest: node, shortest: node)], spleen: visit.values[.spleen] ?? 12)
    }

    private static func leukaemia(_ visit: Visit) -> ChronicLeukaemia.Visit {
        let node = (visit.values[.node] ?? 0) / 10
        return ChronicLeukaemia.Visit(
            day: visit.day, largestNode: node, nodeProducts: node * node, spleen: visit.values[.spleen] ?? 12,
            lymphocytes: (visit.values[.lymphocytes] ?? 0) / 1000, platelets: visit.values[.platelets] ?? 200,
            haemoglobin: (visit.values[.haemoglobin] ?? 130) / 10, marrow: visit.values[.marrow])
    }
}

extension ResponseReading.Criteria {
    /// Judged by diameters of lesions.
    package var isBySize: Bool { self == .solid || self == .prostate || self == .bladder }

    /// In words, with the version that is implemented.
    package var name: String {
        switch self {
        case .solid: "RECIST 1.1"
        case .lymphoma: "Lugano 2014 (CT)"
        case .acuteLeukaemia: "ALL: CR, with CRh and CRi as PR"
        case .chronicLeukaemia: "iwCLL 2018"
        case .myeloma: "IMWG by M-protein"
        case .prostate: "RECIST 1.1 within PCWG3"
        case .bladder: "disappearance at cystoscopy"
        }
    }

    /// What the measure of the tables is.
    package var measure: (code: String, label: String) {
        switch self {
        case .solid, .prostate, .bladder: ("SUMDIAM", "Sum of diameters of target lesions (mm)")
        case .lymphoma: ("NODEDIAM", "Diameter of an involved node (mm)")
        case .acuteLeukaemia: ("BLASTS", "Blasts among marrow cells (%)")
        case .chronicLeukaemia: ("LYMPH", "Lymphocytes of blood (10^9/L)")
        case .myeloma: ("MPROTEIN", "M-protein (g/L)")
        }
    }
}
