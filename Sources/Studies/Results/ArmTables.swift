/// One line of the baseline table.
public struct BaselineRow: Sendable, Codable, Hashable {
    public var name: String
    /// `median (25–75 %)` or `n (%)`, ready to print.
    public var text: String
    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// Best overall response, with exact 95 % intervals.
public struct ResponseTable: Sendable, Codable, Hashable {
    /// Patients in the denominator: all treated; those who could not be evaluated count as non-responders.
    public var patients: Int
    /// `CR PR SD PD NE`, in this order.
    public var counts: [Count]
    /// Percent, Clopper-Pearson.
    public var objectiveResponse: Interval
    public var completeResponse: Interval
    public var diseaseControl: Interval
    /// Whether responses needed a second scan at least 28 days later.
    public var confirmed: Bool
    /// The criteria by name: `RECIST 1.1`.
    public var criteria: String
    /// Specimens without cancer at the operation, percent; nil where nobody is operated on.
    public var pathologicalResponse: Interval?
    /// PSA fallen by half, percent; nil where none is measured.
    public var markerResponse: Interval?
    public init(
        patients: Int, counts: [Count], objectiveResponse: Interval, completeResponse: Interval, diseaseControl: Interval,
        confirmed: Bool, criteria: String, pathologicalResponse: Interval? = nil, markerResponse: Interval? = nil
    ) {
        self.patients = patients
        self.counts = counts
        self.objectiveResponse = objectiveResponse
        self.completeResponse = completeResponse
        self.diseaseControl = diseaseControl
        self.confirmed = confirmed
        self.criteria = criteria
        self.pathologicalResponse = pathologicalResponse
        self.markerResponse = markerResponse
    }
}

/// A Kaplan-Meier curve with log-log 95 % limits, ready to draw.
public struct SurvivalSummary: Sendable, Codable, Hashable {
    /// `PFS`, `OS`, `DOR`, `TTR`
    public var code: String
    public var name: String
    /// Start at 0; a step function continuous from the right.
    public var months: [Double]
    public var survival: [Double]
    public var lower: [Double]
    public var upper: [Double]
    public var censoredMonths: [Double]
    public var riskMonths: [Double]
    public var riskCounts: [Int]
    public var patients: Int
    public var events: Int
    /// Months, Brookmeyer-Crowley.
    public var median: Interval
    /// Percent free of the event at 6, 12, 18, 24, 36, 48 and 60 months; nil beyond follow-up.
    public var landmarks: [Landmark]
    /// Events by cause (`target`, `non-target`, `new lesion`, `death`).
    public var causes: [Count]

    public struct Landmark: Sendable, Codable, Hashable {
        public var months: Double
        public var percent: Interval
        public init(months: Double, percent: Interval) {
            self.months = months
            self.percent = percent
        }
    }

    public init(
        code: String, name: String, months: [Double], survival: [Double], lower: [Double], upper: [Double],
        censoredMonths: [Double], riskMonths: [Double], riskCounts: [Int], patients: Int, events: Int, median: Interval,
        landmarks: [Landmark], causes: [Count] = []
    ) {
        self.code = code
        self.name = name
        self.months = months
        self.survival = survival
        self.lower = lower
        self.upper = upper
        self.censoredMonths = censoredMonths
        self.riskMonths = riskMonths
        self.riskCounts = riskCounts
        self.patients = patients
        self.events = events
        self.median = median
        self.landmarks = landmarks
        self.causes = causes
    }
}

/// An arm against the reference arm.
public struct Comparison: Sendable, Codable, Hashable {
    public var arm: String
    public var reference: String
    /// `PFS` or `OS`
    public var endpoint: String
    /// Cox model, Efron ties; nil when an arm has no events.
    public var hazardRatio: Interval
    /// Two-sided p-values; nil without events.
    public var logRank: Double?
    public var maxCombo: Double?
    /// Grambsch-Therneau test; small means that one ratio doesn't describe the curves.
    public var proportionalHazards: Double?
    /// Difference of response rates in points, Miettinen-Nurminen.
    public var responseDifference: Interval
    /// Restricted mean to `horizonMonths`, difference in months.
    public var restrictedMeanDifference: Interval
    public var horizonMonths: Double?
    /// True when each patient was treated in both arms: the tests, made for independent groups, are then cautious.
    public var isPaired: Bool
    public init(
        arm: String, reference: String, endpoint: String, hazardRatio: Interval, logRank: Double?, maxCombo: Double?,
        proportionalHazards: Double?, responseDifference: Interval, restrictedMeanDifference: Interval,
        horizonMonths: Double?, isPaired: Bool
    ) {
        self.arm = arm
        self.reference = reference
        self.endpoint = endpoint
        self.hazardRatio = hazardRatio
        self.logRank = logRank
        self.maxCombo = maxCombo
        self.proportionalHazards = proportionalHazards
        self.responseDifference = responseDifference
        self.restrictedMeanDifference = restrictedMeanDifference
        self.horizonMonths = horizonMonths
        self.isPaired = isPaired
    }
}

/// Quantiles over patients of one quantity, day by day.
public struct Band: Sendable, Codable, Hashable {
    public enum Group: String, Sendable, Codable, CaseIterable {
        case cells, cytokines, drugs, laboratory, other
    }
    /// Id of the observable in the model.
    public var id: String
    /// Words and unit, for axes.
    public var meaning: String
    public var unit: String
    public var group: Group
    public var days: [Double]
    /// Patients who contribute at each day (alive and on study).
    public var counts: [Int]
    /// 5, 25, 50, 75, 95 %; each as long as `days`.
    public var quantiles: [[Double]]
    public init(
        id: String, meaning: String, unit: String, group: Group, days: [Double], counts: [Int], quantiles: [[Double]]
    ) {
        self.id = id
        self.meaning = meaning
        self.unit = unit
        self.group = group
        self.days = days
        self.counts = counts
        self.quantiles = quantiles
    }
}

/// Patients with an adverse event, by worst grade.
public struct ToxicityRow: Sendable, Codable, Hashable {
    public var term: String
    /// `CTCAE 5.0`, `ASTCT 2019`
    public var scale: String
    /// Patients with worst grade 1 to 5.
    public var byGrade: [Int]
    public var patients: Int
    /// Percent with any grade, and with grade 3 or more; Clopper-Pearson.
    public var any: Interval
    public var severe: Interval
    public init(term: String, scale: String, byGrade: [Int], patients: Int, any: Interval, severe: Interval) {
        self.term = term
        self.scale = scale
        self.byGrade = byGrade
        self.patients = patients
        self.any = any
        self.severe = severe
    }
}

/// Sizes of one lesion a patient after the filter of an observed data set, so that like is laid beside like.
public struct FilteredSizes: Sendable, Codable, Hashable {
    public struct Course: Sendable, Codable, Hashable {
        public var patient: String
        public var days: [Double]
        public var diameters: [Double]
        public var percentChange: [Double]
        public init(patient: String, days: [Double], diameters: [Double], percentChange: [Double]) {
            self.patient = patient
            self.days = days
            self.diameters = diameters
            self.percentChange = percentChange
        }
        public var bestChange: Double { percentChange.dropFirst().min() ?? 0 }
    }
    public var courses: [Course]
    /// The filter in words.
    public var filter: String
    /// Patients before it.
    public var patientsBefore: Int
    /// Best percent change: 25, 50, 75 %.
    public var bestChangeQuartiles: [Double]
    /// Kolmogorov-Smirnov distance of best percent change to the observed arm, and its target
    /// 1.36/√n + 0.05; nil without observed patients.
    public var distance: Double?
    public var distanceTarget: Double?
    public init(
        courses: [Course], filter: String, patientsBefore: Int, bestChangeQuartiles: [Double], distance: Double? = nil,
        distanceTarget: Double? = nil
    ) {
        self.courses = courses
        self.filter = filter
        self.patientsBefore = patientsBefore
        self.bestChangeQuartiles = bestChangeQuartiles
        self.distance = distance
        self.distanceTarget = distanceTarget
    }
}

/// An arm of a real trial, for the overlay.
public struct ObservedArm: Sendable, Codable, Hashable {
    /// `POPLAR`
    public var trial: String
    public var arm: String
    /// Name of the simulated arm it belongs to.
    public var simulatedArm: String
    public var courses: [FilteredSizes.Course]
    public var bestChangeQuartiles: [Double]
    public var citation: String
    public init(
        trial: String, arm: String, simulatedArm: String, courses: [FilteredSizes.Course], bestChangeQuartiles: [Double],
        citation: String
    ) {
        self.trial = trial
        self.arm = arm
        self.simulatedArm = simulatedArm
        self.courses = courses
        self.bestChangeQuartiles = bestChangeQuartiles
        self.citation = citation
    }
}

/// What is needed to make the result again.
public struct Provenance: Sendable, Codable, Hashable {
    public var version: String
    /// Hash of the assembled model with all its values.
    public var modelHash: String
    public var seed: UInt64
    public var method: String
    public var relativeTolerance: Double
    /// What the lanes computed with: `avx512`, `avx2`, `virtual machine`.
    public var instructionForm: String
    public var modules: [String]
    public var states: Int
    public var varyingParameters: Int
    /// The command that makes it again.
    public var command: String
    /// Seconds by stage; not part of any hash.
    public var seconds: [String: Double]
    public init(
        version: String, modelHash: String, seed: UInt64, method: String, relativeTolerance: Double,
        instructionForm: String, modules: [String], states: Int, varyingParameters: Int, command: String,
        seconds: [String: Double]
    ) {
        self.version = version
        self.modelHash = modelHash
        self.seed = seed
        self.method = method
        self.relativeTolerance = relativeTolerance
        self.instructionForm = instructionForm
        self.modules = modules
        self.states = states
        self.varyingParameters = varyingParameters
        self.command = command
        self.seconds = seconds
    }
}
