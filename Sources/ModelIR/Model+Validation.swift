import Quantities

extension Model {
    /// Everything that contradicts itself in the model: ids defined twice or not at all, symbols determined twice,
    /// assignments to constants, operators and functions with the wrong number of arguments. Empty for a sound model.
    public func validate() -> [Diagnostic] {
        var validation = ModelValidation(model: self)
        validation.checkIdentifiers()
        validation.checkReferences()
        validation.checkDetermination()
        validation.checkFormulas()
        return validation.findings
    }
}

/// One pass over a model that collects findings.
struct ModelValidation {
    let model: Model
    var findings: [Diagnostic] = []
    /// What each id is: "compartment", "species", …
    private var kinds: [String: String] = [:]
    private var isConstant: [String: Bool] = [:]

    init(model: Model) { self.model = model }

    private mutating func error(_ message: String, at location: SourceLocation?, remedy: String? = nil) {
        findings.append(Diagnostic(.error, .invalid, message, at: location, remedy: remedy))
    }

    // MARK: Identifiers

    mutating func checkIdentifiers() {
        for item in model.functions { define(item.id, "function", item.location) }
        for item in model.compartments { define(item.id, "compartment", item.location, constant: item.isConstant) }
        for item in model.species { define(item.id, "species", item.location, constant: item.isConstant) }
        for item in model.parameters { define(item.id, "parameter", item.location, constant: item.isConstant) }
        for reaction in model.reactions {
            define(reaction.id, "reaction", reaction.location, constant: true)
            for reference in reaction.reactants + reaction.products {
                if let id = reference.id { define(id, "species reference", reaction.location, constant: reference.isConstant) }
            }
            var locals: Set<String> = []
            for parameter in reaction.kineticLaw?.localParameters ?? [] where !locals.insert(parameter.id).inserted {
                error("local parameter '\(parameter.id)' of reaction '\(reaction.id)' is defined twice", at: parameter.location ?? reaction.location)
            }
        }
        for event in model.events { if let id = event.id { define(id, "event", event.location) } }
    }

    private mutating func define(_ id: String, _ kind: String, _ location: SourceLocation?, constant: Bool? = nil) {
        if let other = kinds[id] {
            error("\(kind) '\(id)' has the id of a \(other)", at: location, remedy: "rename one of them")
            return
        }
        kinds[id] = kind
        isConstant[id] = constant
    }

    private func isValue(_ id: String) -> Bool { isConstant[id] != nil }

    // MARK: References

    mutating func checkReferences() {
        for species in model.species where kinds[species.compartment] != "compartment" {
            error("species '\(species.id)' lies in '\(species.compartment)', which is no compartment", at: species.location,
                remedy: suggestion(for: species.compartment, among: model.compartments.map(\.id)))
        }
        for species in model.species { checkFactor(species.conversionFactor, "species '\(species.id)'", species.location) }
        checkFactor(model.conversionFactor, "the model", nil)
        for reaction in model.reactions {
            for id in (reaction.reactants + reaction.products).map(\.species) + reaction.modifiers where kinds[id] != "species" {
                error("reaction '\(reaction.id)' names '\(id)', which is no species", at: reaction.location,
                    remedy: suggestion(for: id, among: model.species.map(\.id)))
            }
        }
    }

    private mutating func checkFactor(_ id: String?, _ owner: String, _ location: SourceLocation?) {
        guard let id, kinds[id] != "parameter" else { return }
        error("the conversion factor '\(id)' of \(owner) is no parameter", at: location)
    }

    // MARK: What determines a symbol

    mutating func checkDetermination() {
        var determined: [String: String] = [:]
        for rule in model.rules {
            guard let id = rule.variable else { continue }
            let kind = if case .rate = rule.kind { "rate rule" } else { "assignment rule" }
            guard checkTarget(id, kind, rule.location) else { continue }
            if let other = determined[id] {
                error("'\(id)' has both \(article(other)) and \(article(kind))", at: rule.location, remedy: "keep one of them")
            }
            if determined[id] == nil { determined[id] = kind }
        }
        let moved = Set(model.reactions.flatMap { ($0.reactants + $0.products).map(\.species) })
        for species in model.species where !species.isBoundaryCondition && moved.contains(species.id) {
            if let kind = determined[species.id] {
                error("species '\(species.id)' has \(article(kind)) and is moved by reactions too", at: species.location,
                    remedy: "make it a boundary species, or remove the rule")
            }
        }
        var initial: Set<String> = []
        for item in model.initialAssignments {
            if !isValue(item.symbol) || kinds[item.symbol] == "reaction" {
                error("initial assignment to '\(item.symbol)', which has no value to set", at: item.location)
            } else if !initial.insert(item.symbol).inserted {
                error("'\(item.symbol)' has two initial assignments", at: item.location, remedy: "keep one of them")
            } else if determined[item.symbol] == "assignment rule" {
                error("'\(item.symbol)' has an initial assignment and an assignment rule", at: item.location, remedy: "keep one of them")
            }
        }
        for event in model.events {
            var assigned: Set<String> = []
            for id in event.assignments.map(\.variable) {
                let name = event.id.map { "event '\($0)'" } ?? "an event"
                if !assigned.insert(id).inserted {
                    error("\(name) assigns '\(id)' twice", at: event.location)
                }
                guard checkTarget(id, name, event.location) else { continue }
                if determined[id] == "assignment rule" {
                    error("\(name) assigns '\(id)', which has an assignment rule", at: event.location, remedy: "keep one of them")
                }
            }
        }
    }

    private mutating func checkTarget(_ id: String, _ source: String, _ location: SourceLocation?) -> Bool {
        guard isValue(id), kinds[id] != "reaction" else {
            error("\(source) sets '\(id)', which is \(kinds[id].map { "a \($0)" } ?? "not defined")", at: location, remedy: suggestion(for: id, among: isConstant.keys.sorted()))
            return false
        }
        if isConstant[id] == true {
            error("\(source) sets '\(id)', which is constant", at: location, remedy: "declare '\(id)' as not constant")
            return false
        }
        return true
    }

    // MARK: Formulas

    mutating func checkFormulas() {
        for function in model.functions {
            if let body = function.body { check(body, "function '\(function.id)'", function.location, locals: Set(function.arguments), isFunction: true) }
        }
        for item in model.initialAssignments { check(item.math, "initial assignment of '\(item.symbol)'", item.location) }
        for rule in model.rules { check(rule.math, rule.title, rule.location) }
        for reaction in model.reactions {
            if let law = reaction.kineticLaw {
                check(law.math, "rate of reaction '\(reaction.id)'", reaction.location, locals: Set(law.localParameters.map(\.id)))
            }
            for reference in reaction.reactants + reaction.products {
                if let math = reference.stoichiometryMath { check(math, "stoichiometry of '\(reference.species)' in '\(reaction.id)'", reaction.location) }
            }
        }
        for (index, event) in model.events.enumerated() {
            let name = "event '\(event.id ?? "\(index + 1)")'"
            check(event.trigger, "trigger of \(name)", event.location)
            if let delay = event.delay { check(delay, "delay of \(name)", event.location) }
            if let priority = event.priority { check(priority, "priority of \(name)", event.location) }
            for assignment in event.assignments { check(assignment.math, "assignment to '\(assignment.variable)' in \(name)", event.location) }
        }
    }

    private mutating func check(
        _ math: Expression, _ what: String, _ location: SourceLocation?, locals: Set<String> = [], isFunction: Bool = false
    ) {
        var stack = [math]
        var undefined: Set<String> = []
        while let node = stack.popLast() {
            switch node {
            case .symbol(let id), .rateOf(let id):
                if !locals.contains(id), isFunction || !isValue(id) { undefined.insert(id) }
            case .call(let name, let arguments):
                if let function = model.functions.first(where: { $0.id == name }) {
                    if function.arguments.count != arguments.count {
                        error("\(what): '\(name)' takes \(function.arguments.count) arguments, not \(arguments.count)", at: location)
                    }
                } else {
                    error("\(what): function '\(name)' is not defined", at: location, remedy: suggestion(for: name, among: model.functions.map(\.id)))
                }
            case .apply(let op, let arguments) where !op.accepts(argumentCount: arguments.count):
                error("\(what): '\(op.rawValue)' does not take \(arguments.count) arguments", at: location)
            default: break
            }
            stack.append(contentsOf: node.children)
        }
        for id in undefined.sorted() {
            error("\(what): '\(id)' is not defined", at: location, remedy: suggestion(for: id, among: isConstant.keys.sorted() + locals.sorted()))
        }
    }
}

extension Rule {
    /// "assignment rule of 'x'".
    var title: String {
        switch kind {
        case .assignment(let id): "assignment rule of '\(id)'"
        case .rate(let id): "rate rule of '\(id)'"
        case .algebraic: "algebraic rule"
        }
    }
}

/// "a rate rule", "an assignment rule".
private func article(_ noun: String) -> String { "aeiou".contains(noun.first ?? " ") ? "an \(noun)" : "a \(noun)" }
