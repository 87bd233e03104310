/// What a simulated cohort or trial gave: everything that a report needs, as plain values.
///
/// `demo`, `trial` and `simulate` all end here; `Reports` draws it, `--json` prints it (it is `Codable`; numbers in
/// full precision). Times are days since the start of treatment unless a name says months (30.4375 days); rates are
/// percent; sizes are mm.
public struct CohortResult: Sendable, Codable, Hashable {
    /// Version of this layout; a reader refuses one it doesn't know.
    public var schema = 1
    public var title: String
    /// Id and name of the cancer, as the library has it.
    public var cancer: String
    public var cancerName: String
    public var screening: Screening
    public var arms: [ArmResult]
    /// Comparisons of each arm with the reference arm; empty for a single arm.
    public var comparisons: [Comparison]
    /// Real patients to lay beside the simulated ones; empty where there are none.
    public var observed: [ObservedArm]
    public var provenance: Provenance
    /// Plain sentences on what the result can't tell.
    public var limits: [String]

    public init(
        title: String, cancer: String, cancerName: String, screening: Screening, arms: [ArmResult],
        comparisons: [Comparison] = [], observed: [ObservedArm] = [], provenance: Provenance, limits: [String]
    ) {
        self.title = title
        self.cancer = cancer
        self.cancerName = cancerName
        self.screening = screening
        self.arms = arms
        self.comparisons = comparisons
        self.observed = observed
        self.provenance = provenance
        self.limits = limits
    }
}

/// From draws to patients: how many were drawn, and why draws were turned down.
public struct Screening: Sendable, Codable, Hashable {
    public var drawn: Int
    public var accepted: Int
    /// Counts by reason, in this order: `no tumour` (never reached the diameter of diagnosis), `implausible`
    /// (biomarkers at diagnosis out of range), `not eligible` (a study's criteria), `solver` (could not be integrated).
    public var rejections: [Count]
    /// Days from the first cells to diagnosis among the accepted: 5, 25, 50, 75, 95 %.
    public var growthDays: [Double]
    /// Volume doubling time at diagnosis, days: 5, 25, 50, 75, 95 %.
    public var doublingDays: [Double]
    public init(drawn: Int, accepted: Int, rejections: [Count], growthDays: [Double] = [], doublingDays: [Double] = []) {
        self.drawn = drawn
        self.accepted = accepted
        self.rejections = rejections
        self.growthDays = growthDays
        self.doublingDays = doublingDays
    }
}

public struct Count: Sendable, Codable, Hashable {
    public var name: String
    public var count: Int
    public init(_ name: String, _ count: Int) {
        self.name = name
        self.count = count
    }
}

/// A value with its confidence limits; what the data don't give is nil.
public struct Interval: Sendable, Codable, Hashable {
    public var value: Double?
    public var lower: Double?
    public var upper: Double?
    public init(_ value: Double?, _ lower: Double?, _ upper: Double?) {
        self.value = value
        self.lower = lower
        self.upper = upper
    }
}

/// One arm: patients treated alike.
public struct ArmResult: Sendable, Codable, Hashable {
    public var name: String
    /// The regimen in the words of a protocol, and what was understood (`pembrolizumab 200 mg IV every 21 days`).
    public var therapy: String
    public var regimen: [String]
    public var patients: [PatientResult]
    /// Patients who were assigned but could not be simulated to the end, with the reason; they count as
    /// non-responders and are censored at their last visit.
    public var failures: [Failure]
    public var baseline: [BaselineRow]
    public var response: ResponseTable
    /// Endpoints by parameter code: `PFS`, `OS`, `DOR`, `TTR`.
    public var survival: [SurvivalSummary]
    /// Cells, cytokines, drug concentrations and laboratory values over time.
    public var bands: [Band]
    public var toxicity: [ToxicityRow]
    /// The same patients passed through the filter of the observed data; nil where none was asked for.
    public var filtered: FilteredSizes?
    /// Mixed responses and pseudo-progression; nil where response isn't judged by size.
    public var lesionPatterns: LesionPatterns?
    /// Percent with a side effect of grade 3 or more that the model grades, a lower bound of what a trial counts.
    public var severeEvents: Interval?

    public init(
        name: String, therapy: String, regimen: [String], patients: [PatientResult], failures: [Failure],
        baseline: [BaselineRow], response: ResponseTable, survival: [SurvivalSummary], bands: [Band],
        toxicity: [ToxicityRow] = [], filtered: FilteredSizes? = nil, lesionPatterns: LesionPatterns? = nil, severeEvents: Interval? = nil
    ) {
        self.name = name
        self.therapy = therapy
        self.regimen = regimen
        self.patients = patients
        self.failures = failures
        self.baseline = baseline
        self.response = response
        self.survival = survival
        self.bands = bands
        self.toxicity = toxicity
        self.filtered = filtered
        self.lesionPatterns = lesionPatterns
        self.severeEvents = severeEvents
    }
}

public struct Failure: Sendable, Codable, Hashable {
    public var patient: String
    public var reason: String
    public init(patient: String, reason: String) {
        self.patient = patient
        self.reason = reason
    }
}

/// One patient in one arm, as the trial saw it.
public struct PatientResult: Sendable, Codable, Hashable {
    /// `0001`, the same in every arm where the arms are twins.
    public var id: String
    /// Covariates at baseline by name (`age`, `ECOG`, `PDL1`, ...).
    public var covariates: [String: Double]
    /// Days of the assessments, baseline (negative or 0) first.
    public var days: [Double]
    /// Sum of diameters as measured, mm.
    public var sumOfDiameters: [Double]
    /// Change from baseline, percent; first 0.
    public var percentChange: [Double]
    /// Overall response at each assessment after baseline (`CR PR SD PD NE`).
    public var timePointResponses: [String]
    public var bestResponse: String
    /// Smallest percent change after baseline; nil without a reading.
    public var bestChange: Double?
    public var progressionFreeDays: Double
    public var hasProgressedOrDied: Bool
    /// `target`, `non-target`, `new lesion`, `death`; nil while free of progression.
    public var progressionCause: String?
    public var survivalDays: Double
    public var hasDied: Bool
    public var doses: [GivenDose]
    public var adverseEvents: [AdverseEvent]

    public init(
        id: String, covariates: [String: Double], days: [Double], sumOfDiameters: [Double], percentChange: [Double],
        timePointResponses: [String], bestResponse: String, bestChange: Double?, progressionFreeDays: Double,
        hasProgressedOrDied: Bool, progressionCause: String?, survivalDays: Double, hasDied: Bool,
        doses: [GivenDose] = [], adverseEvents: [AdverseEvent] = []
    ) {
        self.id = id
        self.covariates = covariates
        self.days = days
        self.sumOfDiameters = sumOfDiameters
        self.percentChange = percentChange
        self.timePointResponses = timePointResponses
        self.bestResponse = bestResponse
        self.bestChange = bestChange
        self.progressionFreeDays = progressionFreeDays
        self.hasProgressedOrDied = hasProgressedOrDied
        self.progressionCause = progressionCause
        self.survivalDays = survivalDays
        self.hasDied = hasDied
        self.doses = doses
        self.adverseEvents = adverseEvents
    }
}

public struct GivenDose: Sendable, Codable, Hashable {
    public var day: Double
    public var agent: String
    /// In `unit`, after scaling to the patient.
    public var amount: Double
    public var unit: String
    public init(day: Double, agent: String, amount: Double, unit: String) {
        self.day = day
        self.agent = agent
        self.amount = amount
        self.unit = unit
    }
}

public struct AdverseEvent: Sendable, Codable, Hashable {
    /// `neutropenia`, `CRS`, `ICANS`, `irAE colitis`, ...
    public var term: String
    public var grade: Int
    public var startDay: Double
    public var endDay: Double?
    public init(term: String, grade: Int, startDay: Double, endDay: Double?) {
        self.term = term
        self.grade = grade
        self.startDay = startDay
        self.endDay = endDay
    }
}
