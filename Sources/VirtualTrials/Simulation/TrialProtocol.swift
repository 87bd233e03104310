/// How patients of one arm are treated and watched.
public struct TrialProtocol: Sendable, Hashable {
    public var regimen: Regimen
    public var calendar: VisitCalendar
    public var measurement: MeasurementModel
    public var rules: RECIST.Rules
    /// Follow-up of each patient, days since the start of treatment.
    public var horizon: Double
    /// Days between the outputs for time courses and laboratory values.
    public var outputInterval: Double
    /// Treatment goes on after RECIST progression until the next scan confirms it.
    public var treatsBeyondProgression: Bool
    /// Follow patients after progression (survival, later phases); false ends a patient's run there.
    public var followsAfterProgression: Bool
    /// Days of leaving the study for reasons unrelated to the disease: yearly rate.
    public var dropoutPerYear: Double
    /// Use the model's hazards of death and of new lesions.
    public var usesHazards: Bool
    /// Follow-up of the patient who came last, days: a patient's own lies evenly between it and `horizon`; nil: all have
    /// `horizon`.
    public var shortestFollowUp: Double?
    /// Share of patients who never get the first dose.
    public var dropoutBeforeTreatment: Double
    /// Die from other causes as people of that age and sex do.
    public var hasBackgroundMortality: Bool
    public var toxicityRules: [ToxicityRule]
    public var rescues: [RescueRule]
    public var crossover: Crossover?
    /// What everyone gets before day 0; nil: treatment begins with the arm's own.
    public var earlier: EarlierTreatment?
    /// Outputs are taken daily up to this day, so that short side effects are seen.
    public var dailyUntil: Double
    /// Observables whose time course the record keeps, every `keptInterval` days; nil: all outputs.
    public var kept: [String]?
    public var keptInterval: Double

    public init(
        regimen: Regimen, calendar: VisitCalendar = VisitCalendar(), measurement: MeasurementModel = MeasurementModel(),
        rules: RECIST.Rules = RECIST.Rules(), horizon: Double, outputInterval: Double = 7,
        treatsBeyondProgression: Bool = false, followsAfterProgression: Bool = false, dropoutPerYear: Double = 0,
        usesHazards: Bool = true, shortestFollowUp: Double? = nil, dropoutBeforeTreatment: Double = 0,
        hasBackgroundMortality: Bool = false, toxicityRules: [ToxicityRule] = [], rescues: [RescueRule] = [],
        crossover: Crossover? = nil, earlier: EarlierTreatment? = nil, dailyUntil: Double = 0, kept: [String]? = nil, keptInterval: Double = 28
    ) {
        self.regimen = regimen
        self.calendar = calendar
        self.measurement = measurement
        self.rules = rules
        self.horizon = horizon
        self.outputInterval = outputInterval
        self.treatsBeyondProgression = treatsBeyondProgression
        self.followsAfterProgression = followsAfterProgression
        self.dropoutPerYear = dropoutPerYear
        self.usesHazards = usesHazards
        self.shortestFollowUp = shortestFollowUp
        self.dropoutBeforeTreatment = dropoutBeforeTreatment
        self.hasBackgroundMortality = hasBackgroundMortality
        self.toxicityRules = toxicityRules
        self.rescues = rescues
        self.crossover = crossover
        self.earlier = earlier
        self.dailyUntil = dailyUntil
        self.kept = kept
        self.keptInterval = keptInterval
    }

    /// Agents of what is given before, the regimen, the crossover and rescues, in order of first mention.
    package var agents: [String] {
        var agents: [String] = []
        for agent in (earlier?.regimen.agents ?? []) + regimen.agents + (crossover?.regimen.agents ?? []) + rescues.flatMap(\.regimen.agents) where !agents.contains(agent) { agents.append(agent) }
        return agents
    }
}

/// Treatment that everyone has behind them when a study begins: an operation, chemoradiotherapy.
///
/// Day 0 of the study comes `days` (and the days from baseline scan to treatment) after its start; the baseline scan follows
/// it, and who has progressed by then, or died, was never on study.
public struct EarlierTreatment: Sendable, Hashable {
    public var regimen: Regimen
    /// Days from its start to the baseline scan; at least its own length.
    public var days: Double
    public init(regimen: Regimen, days: Double) {
        self.regimen = regimen
        self.days = days
    }
}

/// Why a patient's treatment ended.
public enum EndOfTreatment: String, Sendable, Hashable, Codable, CaseIterable {
    case progression, toxicity, death, completed, ongoing
    case lost = "lost to follow-up"
    case neverStarted = "never started"
}

/// A dose that was given to a patient.
public struct Administration: Sendable, Hashable, Codable {
    /// Days since the start of treatment.
    public var day: Double
    public var agent: String
    public var amount: Double
    public var unit: String
}

/// One patient in one arm, as the trial recorded it. Days count from the start of treatment.
public struct SubjectRecord: Sendable, Codable {
    public var patient: VirtualPatient
    /// Day (at or before 0) and readings in mm of the baseline scan.
    public var baselineDay: Double
    public var baselineDiameters: [Double]
    public var points: [RECIST.TimePoint]
    public var readings: [[Double]]
    public var administrations: [Administration]
    public var deathDay: Double?
    public var dropoutDay: Double?
    /// Last day under observation.
    public var lastDay: Double
    /// Days and values of the observables, row-major `[days, observables]`.
    public var outputDays: [Double]
    public var outputs: [Double]
    public var failure: String?
    public var endpoints: Endpoints
    /// `cancer` or `other causes`; nil while alive.
    public var deathCause: String?
    public var adverseEvents: [GradedEvent]
    /// Doses left out by a rule on side effects.
    public var heldDoses: Int
    public var endOfTreatment: EndOfTreatment
    public var endOfTreatmentDay: Double?
    /// Start of what the protocol gives after progression to some.
    public var crossoverDay: Double?
    /// Planned end of this patient's follow-up, days.
    public var followUp: Double
    /// Day of the first operation on study, and the living cancer cells that the specimen held.
    public var operationDay: Double?
    public var specimenCells: Double?
    /// Progressed under the treatment before day 0: was never on study.
    public var wasExcluded: Bool = false
    /// PSA in ug per litre at the assessments, the baseline first; empty where there is none.
    public var markers: [Double] = []

    /// Side effects that began before the patient crossed over: those of the arm's own treatment.
    package var ownAdverseEvents: [GradedEvent] { adverseEvents.filter { $0.startDay < crossoverDay ?? .infinity } }
}
