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

    public init(
        regimen: Regimen, calendar: VisitCalendar = VisitCalendar(), measurement: MeasurementModel = MeasurementModel(),
        rules: RECIST.Rules = RECIST.Rules(), horizon: Double, outputInterval: Double = 7,
        treatsBeyondProgression: Bool = false, followsAfterProgression: Bool = false, dropoutPerYear: Double = 0,
        usesHazards: Bool = true
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
    }
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
public struct SubjectRecord: Sendable {
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
}
