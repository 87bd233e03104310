/// A model as its author wrote it, flat (no submodels), independent of the format it came from.
///
/// The meaning of every field is that of SBML Level 3 Version 2; readers of older levels and of Antimony map
/// to it. Nothing here knows how equations are solved.
public struct Model: Sendable, Hashable {
    public var id: String
    public var name: String?
    /// XHTML or plain text, kept for the writer.
    public var notes: String?
    public var annotation: String?
    public var metaid: String?
    public var sboTerm: String?

    public var unitDefinitions: [UnitDefinition] = []
    public var units = ModelUnits()
    /// Id of a parameter that converts substance to extent, for species without one of their own.
    public var conversionFactor: String?

    public var functions: [FunctionDefinition] = []
    public var compartments: [Compartment] = []
    public var species: [Species] = []
    public var parameters: [Parameter] = []
    public var initialAssignments: [InitialAssignment] = []
    public var rules: [Rule] = []
    public var reactions: [Reaction] = []
    public var events: [Event] = []
    public var constraints: [Constraint] = []

    /// Findings of the reader that do not stop the model from being used.
    public var warnings: [Diagnostic] = []

    public init(id: String, name: String? = nil) {
        self.id = id
        self.name = name
    }
}

/// Model-wide default units, as unit ids; nil is "not declared".
public struct ModelUnits: Sendable, Hashable {
    public var substance: String?
    public var time: String?
    public var volume: String?
    public var area: String?
    public var length: String?
    public var extent: String?
    public init() {}
}

/// A named unit as a product of base units.
public struct UnitDefinition: Sendable, Hashable {
    /// (multiplier · 10^scale · kind)^exponent
    public struct Factor: Sendable, Hashable {
        /// An SBML base unit ("mole", "second", "litre", ...), "cell" or "molecule", or the id of another definition.
        public var kind: String
        public var exponent: Double
        public var scale: Int
        public var multiplier: Double
        public init(kind: String, exponent: Double = 1, scale: Int = 0, multiplier: Double = 1) {
            self.kind = kind
            self.exponent = exponent
            self.scale = scale
            self.multiplier = multiplier
        }
    }
    public var id: String
    public var name: String?
    public var factors: [Factor]
    public var metadata = Metadata()
    public var location: SourceLocation?
    public init(id: String, name: String? = nil, factors: [Factor], location: SourceLocation? = nil) {
        self.id = id
        self.name = name
        self.factors = factors
        self.location = location
    }
}

public struct Compartment: Sendable, Hashable {
    public var id: String
    public var name: String?
    /// 0 to 3, possibly fractional; nil when the model does not say.
    public var spatialDimensions: Double?
    public var size: Double?
    public var unit: String?
    public var isConstant: Bool
    public var metadata = Metadata()
    public var location: SourceLocation?
    public init(
        id: String, name: String? = nil, spatialDimensions: Double? = 3, size: Double? = nil, unit: String? = nil,
        isConstant: Bool = true, location: SourceLocation? = nil
    ) {
        self.id = id
        self.name = name
        self.spatialDimensions = spatialDimensions
        self.size = size
        self.unit = unit
        self.isConstant = isConstant
        self.location = location
    }
}

public struct Species: Sendable, Hashable {
    public enum InitialValue: Sendable, Hashable {
        case amount(Double)
        case concentration(Double)
    }
    public var id: String
    public var name: String?
    public var compartment: String
    public var initialValue: InitialValue?
    /// Substance unit id; nil means the model's.
    public var unit: String?
    /// True: the symbol means an amount; false: a concentration.
    public var hasOnlySubstanceUnits: Bool
    public var isBoundaryCondition: Bool
    public var isConstant: Bool
    public var conversionFactor: String?
    public var metadata = Metadata()
    public var location: SourceLocation?
    public init(
        id: String, name: String? = nil, compartment: String, initialValue: InitialValue? = nil, unit: String? = nil,
        hasOnlySubstanceUnits: Bool = false, isBoundaryCondition: Bool = false, isConstant: Bool = false,
        conversionFactor: String? = nil, location: SourceLocation? = nil
    ) {
        self.id = id
        self.name = name
        self.compartment = compartment
        self.initialValue = initialValue
        self.unit = unit
        self.hasOnlySubstanceUnits = hasOnlySubstanceUnits
        self.isBoundaryCondition = isBoundaryCondition
        self.isConstant = isConstant
        self.conversionFactor = conversionFactor
        self.location = location
    }
}

public struct Parameter: Sendable, Hashable {
    public var id: String
    public var name: String?
    public var value: Double?
    public var unit: String?
    public var isConstant: Bool
    public var metadata = Metadata()
    public var location: SourceLocation?
    public init(
        id: String, name: String? = nil, value: Double? = nil, unit: String? = nil, isConstant: Bool = true,
        location: SourceLocation? = nil
    ) {
        self.id = id
        self.name = name
        self.value = value
        self.unit = unit
        self.isConstant = isConstant
        self.location = location
    }
}

/// What a format carries beside the mathematics; kept so that a round trip loses nothing.
public struct Metadata: Sendable, Hashable {
    public var notes: String?
    public var annotation: String?
    public var metaid: String?
    public var sboTerm: String?
    public init() {}
}

public struct FunctionDefinition: Sendable, Hashable {
    public var id: String
    public var name: String?
    public var arguments: [String]
    /// nil: defined without mathematics (SBML L3V2); its value is undefined.
    public var body: Expression?
    public var metadata = Metadata()
    public var location: SourceLocation?
    public init(id: String, name: String? = nil, arguments: [String], body: Expression?, location: SourceLocation? = nil) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.body = body
        self.location = location
    }
}

public struct InitialAssignment: Sendable, Hashable {
    public var symbol: String
    public var math: Expression
    public var metadata = Metadata()
    public var location: SourceLocation?
    public init(symbol: String, math: Expression, location: SourceLocation? = nil) {
        self.symbol = symbol
        self.math = math
        self.location = location
    }
}

public struct Rule: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// variable = math, at all times
        case assignment(variable: String)
        /// d(variable)/dt = math
        case rate(variable: String)
        /// 0 = math
        case algebraic
    }
    public var kind: Kind
    public var math: Expression
    public var metadata = Metadata()
    public var location: SourceLocation?
    public init(_ kind: Kind, _ math: Expression, location: SourceLocation? = nil) {
        self.kind = kind
        self.math = math
        self.location = location
    }
    /// The variable that the rule determines; nil for an algebraic rule.
    public var variable: String? {
        switch kind {
        case .assignment(let variable), .rate(let variable): variable
        case .algebraic: nil
        }
    }
}

public struct SpeciesReference: Sendable, Hashable {
    public var species: String
    /// Id of the reference itself; may be used as a symbol and changed by rules and events.
    public var id: String?
    /// nil with an `id`: given by an initial assignment or rule.
    public var stoichiometry: Double?
    /// SBML L2 `stoichiometryMath`.
    public var stoichiometryMath: Expression?
    public var isConstant: Bool
    public var metadata = Metadata()
    public var location: SourceLocation?
    public init(
        species: String, id: String? = nil, stoichiometry: Double? = 1, stoichiometryMath: Expression? = nil,
        isConstant: Bool = true
    ) {
        self.species = species
        self.id = id
        self.stoichiometry = stoichiometry
        self.stoichiometryMath = stoichiometryMath
        self.isConstant = isConstant
    }
}

public struct KineticLaw: Sendable, Hashable {
    public var math: Expression
    public var localParameters: [Parameter]
    public var metadata = Metadata()
    public var location: SourceLocation?
    public init(math: Expression, localParameters: [Parameter] = []) {
        self.math = math
        self.localParameters = localParameters
    }
}

public struct Reaction: Sendable, Hashable {
    public var id: String
    public var name: String?
    public var reactants: [SpeciesReference]
    public var products: [SpeciesReference]
    public var modifiers: [String]
    /// Rate in extent per time; nil: no rate, nothing moves.
    public var kineticLaw: KineticLaw?
    public var isReversible: Bool
    /// SBML L1-L3V1 `fast`: always in equilibrium.
    public var isFast: Bool
    public var compartment: String?
    public var metadata = Metadata()
    public var location: SourceLocation?
    public init(
        id: String, name: String? = nil, reactants: [SpeciesReference] = [], products: [SpeciesReference] = [],
        modifiers: [String] = [], kineticLaw: KineticLaw? = nil, isReversible: Bool = false, isFast: Bool = false,
        compartment: String? = nil, location: SourceLocation? = nil
    ) {
        self.id = id
        self.name = name
        self.reactants = reactants
        self.products = products
        self.modifiers = modifiers
        self.kineticLaw = kineticLaw
        self.isReversible = isReversible
        self.isFast = isFast
        self.compartment = compartment
        self.location = location
    }
}

public struct Event: Sendable, Hashable {
    public struct Assignment: Sendable, Hashable {
        public var variable: String
        public var math: Expression
        public var metadata = Metadata()
        public init(variable: String, math: Expression) {
            self.variable = variable
            self.math = math
        }
    }
    public var id: String?
    public var name: String?
    public var trigger: Expression
    /// Value of the trigger just before the start; false lets the event fire at the start.
    public var triggerInitialValue: Bool
    /// False: a trigger that falls back before the delay has passed cancels the event.
    public var isPersistent: Bool
    public var delay: Expression?
    public var priority: Expression?
    public var usesValuesFromTriggerTime: Bool
    public var assignments: [Assignment]
    public var metadata = Metadata()
    public var location: SourceLocation?
    public init(
        id: String? = nil, name: String? = nil, trigger: Expression, triggerInitialValue: Bool = true,
        isPersistent: Bool = true, delay: Expression? = nil, priority: Expression? = nil,
        usesValuesFromTriggerTime: Bool = true, assignments: [Assignment], location: SourceLocation? = nil
    ) {
        self.id = id
        self.name = name
        self.trigger = trigger
        self.triggerInitialValue = triggerInitialValue
        self.isPersistent = isPersistent
        self.delay = delay
        self.priority = priority
        self.usesValuesFromTriggerTime = usesValuesFromTriggerTime
        self.assignments = assignments
        self.location = location
    }
}

public struct Constraint: Sendable, Hashable {
    public var math: Expression
    public var message: String?
    public var metadata = Metadata()
    public var location: SourceLocation?
    public init(math: Expression, message: String? = nil) {
        self.math = math
        self.message = message
    }
}
