/// What a cohort study does: who, which treatments, how long, how watched.
public struct CohortPlan: Sendable {
    public struct Arm: Sendable {
        public var name: String
        /// In the words of a protocol.
        public var therapy: String
        public init(name: String, therapy: String) {
            self.name = name
            self.therapy = therapy
        }
    }

    public var title: String
    public var cancer: String
    public var arms: [Arm]
    /// Patients to accept; each is treated in every arm (twins with common random numbers).
    public var patients: Int
    public var seed: UInt64
    /// Follow-up after the start of treatment, days.
    public var horizon: Double
    /// Covariates that all patients share, by id; they replace draws.
    public var fixed: [String: Double]
    /// Limits of covariates and parameters, by id: their distributions are truncated to them.
    public var limits: [String: ClosedRange<Double>]
    public var relativeTolerance: Double
    public var threads: Int
    /// Draws per wanted patient after which screening gives up.
    public var drawsPerPatient: Int
    /// Lesions that a patient can have, each with a geometry, clones and infiltrate of its own.
    public var lesions: Int
    /// Days between scans.
    public var visitInterval: Double = 42
    /// Populations of few cells die out and arise by chance; false only to show what that does.
    public var hasChance = true
    /// Constants of the models that take another value when treatment starts, by id: a mechanism switched off.
    public var switched: [String: Double] = [:]
    /// Data set of real patients to lay beside the simulated ones.
    public var observed: ObservedData?
    /// The command that makes the result again.
    public var command: String

    public init(
        title: String, cancer: String, arms: [Arm], patients: Int, seed: UInt64 = 1, horizon: Double = 730,
        fixed: [String: Double] = [:], limits: [String: ClosedRange<Double>] = [:], relativeTolerance: Double = 1e-4, threads: Int = 1, drawsPerPatient: Int = 20, lesions: Int = 1,
        observed: ObservedData? = nil, command: String = ""
    ) {
        self.title = title
        self.cancer = cancer
        self.arms = arms
        self.patients = patients
        self.seed = seed
        self.horizon = horizon
        self.fixed = fixed
        self.limits = limits
        self.relativeTolerance = relativeTolerance
        self.threads = threads
        self.drawsPerPatient = drawsPerPatient
        self.lesions = lesions
        self.observed = observed
        self.command = command
    }
}

/// Progress of a study, for people who wait.
public struct StudyProgress: Sendable {
    /// `growing tumours`, or the name of the arm being treated.
    public var stage: String
    public var done: Int
    public var total: Int
    public var failed: Int
    public init(stage: String, done: Int, total: Int, failed: Int = 0) {
        self.stage = stage
        self.done = done
        self.total = total
        self.failed = failed
    }
}
