import ModelIR

/// What a name turned out to be.
enum SymbolKind: String {
    case undefined = "symbol"
    case parameter, species, compartment, reaction, event, stoichiometry, constraint
}

/// A name in one instance of a module, with all that the text says of it.
///
/// Expressions inside refer to other symbols by index, written as `.symbol("17")`.
struct Symbol {
    var name: String
    var scope: Int
    var location: SourceLocation
    var kind = SymbolKind.undefined
    var kindLocation: SourceLocation?
    /// `const` or `$`, `var`, or neither.
    var isConstant: Bool?
    var isSubstanceOnly = false
    var compartment: Int?
    /// The compartment of a reaction that it takes part in.
    var reactionCompartment: Int?
    var initial: PlacedExpression?
    var rule: PlacedExpression?
    var ruleIsRate = false
    var unit: UnitReference?
    var displayName: String?
    var sboTerm: Int?
    var annotations: [(qualifier: String, texts: [String])] = []
    var reaction: ReactionContent?
    var event: EventContent?
    var isDeleted = false
    /// The symbol that this one was made the same as.
    var forward: Int?
}

struct PlacedExpression {
    var expression: Expression
    var location: SourceLocation
}

/// A unit as written, with the instance in which its names have a meaning.
struct UnitReference {
    var formula: UnitFormula
    var scope: Int
    var location: SourceLocation
}

struct ReactionContent {
    struct Participant {
        var species: Int
        var stoichiometry: Double?
        var stoichiometryName: Int?
    }
    var arrow: ReactionSyntax.Arrow
    var left: [Participant]
    var right: [Participant]
    var rate: PlacedExpression?
}

struct EventContent {
    var trigger: Expression
    var delay: Expression?
    var priority: Expression?
    var initialValue: Bool
    var isPersistent: Bool
    var usesValuesFromTriggerTime: Bool
    var assignments: [(target: Int, math: Expression, location: SourceLocation)]
}

/// One instance of a module: a name space.
struct Scope {
    var module: String
    var parent: Int?
    /// Name of the instance in its parent.
    var name: String
    var symbols: [String: Int] = [:]
    var children: [String: Int] = [:]
    var units: [String: UnitDefinitionContent] = [:]
    var unitOrder: [String] = []
    /// `A: module() in C`
    var compartment: Int?
    var unnamedReactions = 0
    var unnamedEvents = 0
    var unnamedInstances = 0
}

struct UnitDefinitionContent {
    var formula: UnitFormula?
    var name: String?
    var location: SourceLocation
}
