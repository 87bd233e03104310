import ModelIR

/// Makes instances of modules, statement by statement, in one table of symbols.
///
/// Statements take effect in order, as in libAntimony: a later value replaces an earlier one, values that the
/// enclosing model gives to a port or to `instance.x` replace those of the module.
struct Elaborator {
    let modules: [String: ModuleSyntax]
    var symbols: [Symbol] = []
    var scopes: [Scope] = []
    var algebraicRules: [PlacedExpression] = []
    var constraints: [(name: String?, math: PlacedExpression)] = []
    /// (interaction arrow, modifier, reaction)
    var interactions: [(arrow: ReactionSyntax.Arrow, modifier: Int, reaction: Int, location: SourceLocation)] = []
    var modelAnnotations: [(qualifier: String, texts: [String])] = []
    var modelSBOTerm: Int?
    var diagnostics = DiagnosticList()

    /// Instances of instances multiply; beyond this a model is refused instead of filling the memory.
    static let largest = 2_000_000

    init(modules: [ModuleSyntax]) {
        self.modules = Dictionary(modules.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Elaborates the module that is the model.
    mutating func run(_ module: ModuleSyntax) {
        scopes.append(Scope(module: module.name, parent: nil, name: ""))
        elaborate(module, in: 0, chain: [module.name])
    }

    private mutating func elaborate(_ module: ModuleSyntax, in scope: Int, chain: [String]) {
        for port in module.ports {
            attempt { elaborator throws(Finding) in _ = try elaborator.symbol(port, in: scope) }
        }
        for statement in module.statements {
            if diagnostics.isFull { return }
            attempt { elaborator throws(Finding) in
                try elaborator.apply(statement, in: scope, chain: chain)
            }
        }
    }

    private mutating func attempt(_ body: (inout Elaborator) throws(Finding) -> Void) {
        do throws(Finding) { try body(&self) } catch { diagnostics.append(error.diagnostic) }
    }

    // MARK: Names

    /// The symbol that stands for `index` after identities.
    func root(_ index: Int) -> Int {
        var index = index
        while let next = symbols[index].forward { index = next }
        return index
    }

    /// Finds or makes the symbol of a path; symbols inside an instance must exist there.
    mutating func symbol(_ path: Path, in scope: Int) throws(Finding) -> Int {
        var scope = scope
        for part in path.parts.dropLast() {
            guard let child = scopes[scope].children[part] else {
                let isKnown = scopes[scope].symbols[part] != nil
                throw Finding(
                    "'\(part)' in '\(path.description)' is not an instance of a model", at: path.location,
                    remedy: suggestion(for: part, among: scopes[scope].children.keys)
                        ?? (isKnown ? "'.' leads into instances only" : "make one before its use: '\(part): module()'"))
            }
            scope = child
        }
        let name = path.parts.last!
        let index: Int
        if let known = scopes[scope].symbols[name] {
            index = known
        } else {
            if path.parts.count > 1 {
                throw Finding(
                    "model '\(scopes[scope].module)' has no '\(name)'", at: path.location,
                    remedy: suggestion(for: name, among: scopes[scope].symbols.keys))
            }
            if scopes[scope].children[name] != nil {
                throw Finding("'\(name)' is an instance of a model and has no value", at: path.location)
            }
            index = try newSymbol(name, in: scope, at: path.location)
        }
        if path.isBoundary { symbols[root(index)].isConstant = true }
        return index
    }

    /// The symbol of a path after identities.
    mutating func rootSymbol(_ path: Path, in scope: Int) throws(Finding) -> Int {
        let index = try symbol(path, in: scope)
        return root(index)
    }

    mutating func newSymbol(_ name: String, in scope: Int, at location: SourceLocation) throws(Finding) -> Int {
        if symbols.count >= Self.largest {
            throw Finding("the model has more than \(Self.largest) symbols", at: location)
        }
        symbols.append(Symbol(name: name, scope: scope, location: location))
        scopes[scope].symbols[name] = symbols.count - 1
        return symbols.count - 1
    }

    mutating func setKind(_ index: Int, _ kind: SymbolKind, at location: SourceLocation) throws(Finding) {
        let index = root(index)
        let old = symbols[index].kind
        if old == kind || kind == .undefined { return }
        if kind == .parameter, old != .undefined { return }
        guard
            old == .undefined || old == .parameter && kind != .reaction && kind != .event
                || old == .parameter && symbols[index].rule == nil
        else {
            throw Finding(
                "'\(symbols[index].name)' is used as a \(kind.rawValue), but is a \(old.rawValue)"
                    + (symbols[index].kindLocation.map { " since line \($0.line)" } ?? ""), at: location)
        }
        symbols[index].kind = kind
        symbols[index].kindLocation = location
        // A species whose value follows from a rule is not changed by reactions.
        if kind == .species, symbols[index].rule != nil { symbols[index].isConstant = true }
    }

    /// The expression with paths replaced by symbols, and units by their place of meaning.
    mutating func resolve(_ formula: Formula, in scope: Int) throws(Finding) -> PlacedExpression {
        var known: [String: String] = [:]
        for name in formula.expression.symbols.sorted() {
            let parts = name.split(separator: ".").map(String.init)
            let path = Path(parts: parts, location: formula.places[name] ?? formula.location)
            known[name] = String(try symbol(path, in: scope))
        }
        func map(_ expression: Expression) -> Expression {
            switch expression {
            case .symbol(let name): .symbol(known[name]!)
            case .rateOf(let name): .rateOf(known[name]!)
            case .number(let value, let unit?): .number(value, unit: "\(scope):\(unit)")
            default: expression.mapChildren(map)
            }
        }
        for unit in formula.places where unit.key.hasPrefix("unit ") {
            let reference = "\(scope):\(unit.key.dropFirst(5))"
            if unitPlaces[reference] == nil { unitPlaces[reference] = unit.value }
        }
        return PlacedExpression(expression: map(formula.expression), location: formula.location)
    }
    /// First place of each unit used in an expression.
    var unitPlaces: [String: SourceLocation] = [:]

    // MARK: Instances

    mutating func instantiate(
        _ instance: Instance, at location: SourceLocation, in scope: Int, chain: [String]
    ) throws(Finding) {
        guard let module = modules[instance.module] else {
            throw Finding(
                "no model '\(instance.module)' is defined", at: location,
                remedy: suggestion(for: instance.module, among: modules.keys)
                    ?? "define it by 'model \(instance.module)(...) ... end'")
        }
        if chain.contains(module.name) {
            throw Finding("model '\(module.name)' contains itself", at: location)
        }
        if scopes.count >= 100_000 { throw Finding("the model has more than 100,000 instances", at: location) }
        var name = instance.name?.parts.last ?? ""
        if instance.name == nil {
            repeat {
                name = "_sys\(scopes[scope].unnamedInstances)"
                scopes[scope].unnamedInstances += 1
            } while scopes[scope].children[name] != nil
        }
        if let path = instance.name, path.parts.count > 1 {
            throw Finding("an instance is made by its own model only", at: path.location)
        }
        if scopes[scope].children[name] != nil || scopes[scope].symbols[name] != nil {
            throw Finding("'\(name)' is already defined", at: location, remedy: "give the instance another name")
        }
        if instance.arguments.count > module.ports.count {
            throw Finding(
                "model '\(module.name)' has \(module.ports.count) port(s), \(instance.arguments.count) are given",
                at: location)
        }
        let child = scopes.count
        scopes.append(Scope(module: module.name, parent: scope, name: name))
        scopes[scope].children[name] = child
        if let compartment = instance.compartment {
            let index = try symbol(compartment, in: scope)
            try setKind(index, .compartment, at: compartment.location)
            scopes[child].compartment = index
        }
        elaborate(module, in: child, chain: chain + [module.name])
        for (argument, port) in zip(instance.arguments, module.ports) {
            let inner = try symbol(Path(parts: port.parts, location: location), in: child)
            switch argument {
            case .number(let value):
                symbols[root(inner)].initial = PlacedExpression(expression: .number(value), location: location)
                try setKind(inner, .parameter, at: location)
            case .path(let path):
                try identify(inner, with: try symbol(path, in: scope), at: path.location)
            }
        }
    }

    /// Makes `a` the same as `b`; where both say something, `b` counts. The name nearer to the top stays.
    mutating func identify(_ a: Int, with b: Int, at location: SourceLocation) throws(Finding) {
        let (a, b) = (root(a), root(b))
        if a == b { return }
        try setKind(b, symbols[a].kind, at: location)
        var merged = symbols[b]
        let other = symbols[a]
        let isFixed = merged.initial != nil || merged.rule != nil
        if merged.rule == nil, merged.initial == nil || other.ruleIsRate {
            merged.rule = other.rule
            merged.ruleIsRate = other.ruleIsRate
        }
        if !isFixed { merged.initial = other.initial }
        if merged.rule != nil, !merged.ruleIsRate { merged.initial = nil }
        merged.isConstant = merged.isConstant ?? other.isConstant
        merged.isSubstanceOnly = merged.isSubstanceOnly || other.isSubstanceOnly
        merged.compartment = merged.compartment ?? other.compartment
        merged.reactionCompartment = merged.reactionCompartment ?? other.reactionCompartment
        merged.unit = merged.unit ?? other.unit
        merged.displayName = merged.displayName ?? other.displayName
        merged.sboTerm = merged.sboTerm ?? other.sboTerm
        merged.annotations += other.annotations
        merged.reaction = merged.reaction ?? other.reaction
        merged.event = merged.event ?? other.event
        let (kept, gone) = depth(of: other.scope) < depth(of: merged.scope) ? (a, b) : (b, a)
        if kept == a {
            merged.name = other.name
            merged.scope = other.scope
            merged.location = other.location
        }
        symbols[kept] = merged
        symbols[gone] = Symbol(
            name: symbols[gone].name, scope: symbols[gone].scope, location: symbols[gone].location, forward: kept)
    }

    private func depth(of scope: Int) -> Int {
        var count = 0
        var scope = scope
        while let parent = scopes[scope].parent {
            scope = parent
            count += 1
        }
        return count
    }
}
