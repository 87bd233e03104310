public import ImmuneModels
public import Studies

/// One thing that the model must be able to show: who is simulated, what differs, what to look at.
///
/// Exhibits are pictures of mechanisms, not evidence of their size; `heldBy` names the test that holds the claim.
public struct Exhibit: Sendable {
    /// Letters, digits and hyphens; unique.
    public var id: String
    public var row: MissionRow
    public var title: String
    /// What to see, in a sentence or two.
    public var message: String
    /// The test suite that holds it.
    public var heldBy: String
    public var content: Content
    public var panels: [Panel]

    public enum Content: Sendable {
        /// One person, or the same person under several conditions, over time.
        case course([Condition], days: Double, axis: TimeAxis)
        /// A number read from each run of a sweep: one run for each condition and value.
        case sweep([Condition], Sweep, days: Double)
        /// A cohort with and without a vaccine against papillomavirus, for this many years; a panel is a site and an event.
        case papillomavirus(years: Double)
        /// Twins of patients with cancer, treated from diagnosis on; panels are bands of the results. The arms of several
        /// plans are told apart by the plans' titles.
        case cohorts([CohortPlan])
    }

    /// How time is labelled.
    public enum TimeAxis: Sendable { case days
        /// Years, with the age at the start.
        case years(from: Double) }

    public init(
        _ id: String, _ row: MissionRow, title: String, message: String, heldBy: String, content: Content, panels: [Panel]
    ) {
        self.id = id
        self.row = row
        self.title = title
        self.message = message
        self.heldBy = heldBy
        self.content = content
        self.panels = panels
    }
}

/// The rows of the mission, in its order and words.
public enum MissionRow: String, Sendable, CaseIterable, Codable {
    case infection = "Cells, organs and antibodies against infection"
    case health = "A healthy immune system at any age"
    case cytokines = "Cytokines"
    case cellTherapy = "Adoptive cell therapy"
    case vaccines = "Cancer vaccines"
    case antibodies = "Monoclonal antibodies"
    case checkpoints = "Checkpoint inhibitors"
    case cancers = "Cancers"
    case factors = "What success depends on"
    case risks = "Benefits and risks"
    case care = "Care around immunotherapy"
    case chance = "Chance and cure"
    case lesions = "Lesions"
}

/// One line of an exhibit: the model, what it is given, what is set.
public struct Condition: Sendable {
    public var name: String
    public var plan: ModelPlan
    public var doses: [Bolus]
    /// Initial values and constants by id.
    public var settings: [String: Double]

    public init(_ name: String, _ plan: ModelPlan, doses: [Bolus] = [], settings: [String: Double] = [:]) {
        self.name = name
        self.plan = plan
        self.doses = doses
        self.settings = settings
    }
}

/// An amount added to a species at a time (days), in the species' unit.
public struct Bolus: Sendable, Hashable {
    public var day: Double
    public var species: String
    public var amount: Double
    public init(day: Double, species: String, amount: Double) {
        self.day = day
        self.species = species
        self.amount = amount
    }
}

/// What varies along the horizontal axis of a sweep, and what is read from each run.
public struct Sweep: Sendable {
    public enum Reading: String, Sendable { case first, last, maximum, minimum }
    public var values: [Double]
    /// Axis title with unit.
    public var quantity: String
    public var reading: Reading
    /// The condition at a value.
    public var apply: @Sendable (Condition, Double) -> Condition

    public init(
        _ values: [Double], quantity: String, reading: Reading, apply: @escaping @Sendable (Condition, Double) -> Condition
    ) {
        self.values = values
        self.quantity = quantity
        self.reading = reading
        self.apply = apply
    }
}

/// One quantity to draw; every condition or arm is a line.
public struct Panel: Sendable, Hashable {
    public var observable: String
    /// Name with unit, for the axis.
    public var quantity: String
    public var isLogarithmic: Bool
    /// Further observables of the same unit in the same picture, by the words of their lines; of one person only.
    public var others: [String: String] = [:]
    /// Words of the first observable's line where there are others.
    public var name = ""
    public init(_ observable: String, _ quantity: String, logarithmic: Bool = false) {
        self.observable = observable
        self.quantity = quantity
        isLogarithmic = logarithmic
    }

    /// Share of a cohort's patients free of an event: `PFS`, `OS`.
    static func free(_ code: String, _ quantity: String) -> Panel { Panel(code, quantity) }
}
