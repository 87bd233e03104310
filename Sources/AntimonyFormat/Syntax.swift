import ModelIR

/// A name as written: `A`, or `instance.A`.
struct Path {
    var parts: [String]
    var location: SourceLocation
    /// Written with `$`: fixed against reactions.
    var isBoundary = false

    var description: String { parts.joined(separator: ".") }
}

/// An expression as written; symbols are still dotted paths of the module in which they stand.
struct Formula {
    var expression: Expression
    var location: SourceLocation
    /// Where each dotted path and unit of the expression stands, for messages about it.
    var places: [String: SourceLocation] = [:]
}

/// A product of units, as written.
indirect enum UnitFormula {
    case number(Double, SourceLocation)
    case name(String, SourceLocation)
    case product(UnitFormula, UnitFormula)
    case quotient(UnitFormula, UnitFormula)
    case power(UnitFormula, Double)

    var location: SourceLocation {
        switch self {
        case .number(_, let location), .name(_, let location): location
        case .product(let left, _), .quotient(let left, _), .power(let left, _): left.location
        }
    }
}

/// One statement of a model and its place.
struct Statement {
    var location: SourceLocation
    var content: Content

    enum Content {
        case declaration(Declaration)
        case value(Path, Value)
        /// `x in C`
        case compartment(Path, Path)
        /// `x has unit`
        case unit(Path, UnitFormula)
        /// `x is y`
        case identity(Path, Path)
        /// `x is "name"`
        case displayName(Path, String)
        case reaction(ReactionSyntax)
        case event(EventSyntax)
        case instance(Instance)
        /// `unit u = ...`
        case unitDefinition(Path, UnitFormula?)
        case deletion([Path])
        /// `x qualifier "...", "..."`; without a path it speaks of the model.
        case annotation(Path?, qualifier: String, [String])
        case sboTerm(Path?, Int)
        case constraint(Path?, Formula)
        /// `0 = ...`
        case algebraicRule(Formula)
    }
}

/// What is set by `=`, `:=` or `'=`. Without a formula the setting is taken back.
enum Value {
    case initial(Formula?)
    case assignment(Formula?)
    case rate(Formula?)
}

struct Declaration {
    enum Kind { case species, compartment, formula, reaction, none }
    struct Item {
        var path: Path
        var compartment: Path?
        var value: Value?
        var unit: UnitFormula?
    }
    var kind: Kind
    /// `const` or `var`.
    var isConstant: Bool?
    var isSubstanceOnly: Bool
    var items: [Item]
}

struct ReactionSyntax {
    struct Participant {
        enum Stoichiometry { case number(Double), name(Path) }
        var stoichiometry: Stoichiometry
        var species: Path
    }
    enum Arrow { case reversible, irreversible, activation, inhibition, influence }
    var name: Path?
    var left: [Participant]
    var arrow: Arrow
    var right: [Participant]
    var rate: Formula?
    var compartment: Path?
}

struct EventSyntax {
    var name: Path?
    var trigger: Formula
    var delay: Formula?
    var priority: Formula?
    var initialValue = true
    var isPersistent = true
    var usesValuesFromTriggerTime = true
    var assignments: [(target: Path, formula: Formula)]
}

/// `A: module(x, 3) in C`
struct Instance {
    enum Argument { case path(Path), number(Double) }
    var name: Path?
    var module: String
    var arguments: [Argument]
    var compartment: Path?
}

/// `model name(ports) ... end`
struct ModuleSyntax {
    var name: String
    var location: SourceLocation
    var isMain: Bool
    var ports: [Path]
    var statements: [Statement]
    var displayName: String?
    var annotations: [Statement] = []
}

/// Everything in the texts that make a model.
struct Syntax {
    var functions: [FunctionDefinition] = []
    var modules: [ModuleSyntax] = []
    /// Statements outside any module.
    var topLevel: [Statement] = []
}
