import ModelIR

/// A model ready to compile, with everything a trial needs to know about it.
public struct AssembledModel: Sendable {
    /// Flat; every parameter has a value, every symbol a unit.
    public var model: Model
    /// Every constant of the model that a table gives, in the model's order.
    public var parameters: [ParameterRow]
    /// States and derived quantities with unit and meaning, for tables, figures and `model show`.
    public var observables: [Observable]
    /// Where doses go, by agent id.
    public var doseTargets: [String: DoseTarget]
    /// When growth ends and the trial begins; nil without cancer.
    public var diagnosis: DiagnosisTrigger?
    /// How response is judged; nil without cancer.
    public var response: ResponseReading?
    /// What is seen in patients at diagnosis beyond what holds in every cancer.
    public var plausible: [ObservableLimits]
    /// Doubling times that are seen in patients, days; nil without cancer.
    public var doublingDays: ClosedRange<Double>?
    /// The cancer's organs, the most frequent first.
    public var sites: [String] = []
    /// Cells that may die out. The model itself is deterministic; a trial adds chance to it.
    public var populations: [CellPopulation]
    /// Ids of the modules that were used, in order.
    public var modules: [String]
}

/// A state or a derived quantity that is worth showing.
public struct Observable: Sendable, Hashable {
    public enum Kind: String, Sendable { case state, derived }
    public var id: String
    public var unit: String
    public var meaning: String
    public var module: String
    public var kind: Kind

    public init(id: String, unit: String, meaning: String, module: String, kind: Kind) {
        self.id = id
        self.unit = unit
        self.meaning = meaning
        self.module = module
        self.kind = kind
    }
}

/// Where a dose of an agent enters the model and how its text becomes an amount.
public struct DoseTarget: Sendable, Hashable {
    public enum Route: String, Sendable, Hashable, CaseIterable {
        case intravenous = "IV"
        case subcutaneous = "SC"
        case oral = "PO"
        case intramuscular = "IM"
        case intravesical
        /// Radiation, surgery.
        case external
    }
    public var agent: String
    public var route: Route
    /// The species that receives the dose.
    public var species: String
    /// Amount of the species per unit of dose, by dose unit: `["mg": 6.7, "ug": 0.0067]`, `["cell": 1]`.
    public var amountPerUnit: [String: Double]
    /// Parameter that multiplies the dose (0 to 1); nil is 1.
    public var bioavailability: String?
    /// Usual length of an infusion in days; 0 is a bolus.
    public var infusionDuration: Double
    /// Parameter that adds to the rate of `species`, in its unit per day: what runs in now. Nil without a vein.
    public var infusionRate: String?
    /// How a product made from the patient's own T cells is made; nil for all others.
    public var manufacture: Manufacture?

    /// Values of the plant, the parameter that takes the product's memory share, and what is given before it.
    public struct Manufacture: Sendable, Hashable {
        public var rows: [ParameterRow]
        public var memoryFraction: String
        /// Ids of the agents that prepare for the product: they wait for it.
        public var preparation: [String]
    }

    public init(
        agent: String, route: Route = .intravenous, species: String, amountPerUnit: [String: Double],
        bioavailability: String? = nil, infusionDuration: Double = 0, infusionRate: String? = nil, manufacture: Manufacture? = nil
    ) {
        self.agent = agent
        self.route = route
        self.species = species
        self.amountPerUnit = amountPerUnit
        self.bioavailability = bioavailability
        self.infusionDuration = infusionDuration
        self.infusionRate = infusionRate
        self.manufacture = manufacture
    }
}

/// The moment of diagnosis: the first time that `observable` reaches the value of the parameter `threshold`.
public struct DiagnosisTrigger: Sendable, Hashable {
    public var observable: String
    /// A parameter, sampled per patient.
    public var threshold: String
    /// A draw that has not got there by then is `no tumour`, in days.
    public var maximumTime: Double

    public init(observable: String, threshold: String, maximumTime: Double) {
        self.observable = observable
        self.threshold = threshold
        self.maximumTime = maximumTime
    }
}
