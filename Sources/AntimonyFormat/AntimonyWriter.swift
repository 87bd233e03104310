public import ModelIR

/// Writes a model as flat Antimony that `readAntimony` and Tellurium read back with the same meaning.
///
/// What the language can't say is said otherwise, or in a comment: local parameters and names that are words of
/// Antimony get new names, conversion factors go into stoichiometries, initial amounts are divided by the
/// compartment's size; dimensions of compartments other than 3 and `fast` are comments.
public func writeAntimony(_ model: Model) -> String {
    var writer = AntimonyWriter(model)
    return writer.text()
}

struct AntimonyWriter {
    let model: Model
    var lines: [String] = []
    /// New names of ids that can't be names.
    var renamed: [String: String] = [:]
    var unitNames: [String: String] = [:]
    var taken: Set<String> = []
    let compartments: [String: Compartment]
    let species: [String: Species]
    let initialAssignments: [String: InitialAssignment]
    /// Ids whose value an assignment rule gives.
    let ruled: Set<String>

    init(_ model: Model) {
        self.model = model
        compartments = Dictionary(model.compartments.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        initialAssignments = Dictionary(
            model.initialAssignments.map { ($0.symbol, $0) }, uniquingKeysWith: { first, _ in first })
        species = Dictionary(model.species.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        ruled = Set(
            model.rules.compactMap { if case .assignment(let variable) = $0.kind { variable } else { nil } })
    }

    mutating func text() -> String {
        nameAll()
        writeFunctions()
        lines.append("model *\(Self.identifier(model.id, or: "model"))()")
        writeUnits()
        writeCompartments()
        writeSpecies()
        writeParameters()
        writeRules()
        writeReactions()
        writeEvents()
        for constraint in model.constraints { line("constraint: \(text(constraint.math))") }
        writeNames()
        lines.append("end")
        if let name = model.name { lines += ["", "\(Self.identifier(model.id, or: "model")) is \(Self.quoted(name))"] }
        return lines.joined(separator: "\n") + "\n"
    }

    mutating func line(_ text: String) { lines.append("  " + text) }

    mutating func section(_ title: String, isEmpty: Bool) {
        if !isEmpty { lines += ["", "  // \(title)"] }
    }

    // MARK: Names

    /// Gives each id that is a word, constant or function of Antimony, or no name at all, another one.
    private mutating func nameAll() {
        let locals = model.reactions.flatMap { reaction in
            (reaction.kineticLaw?.localParameters ?? []).map { "\(reaction.id).\($0.id)" }
        }
        let references = model.reactions.flatMap { $0.reactants + $0.products }.compactMap(\.id)
        let ids =
            model.functions.map(\.id) + model.compartments.map(\.id) + model.species.map(\.id)
            + model.parameters.map(\.id) + model.reactions.map(\.id) + references + model.events.compactMap(\.id)
        taken = Set(ids)
        for id in ids + locals {
            let name = Self.identifier(id, or: "x")
            if name == id, !Self.isReserved(id) { continue }
            renamed[id] = fresh(name.replacing(".", with: "_"))
        }
        for definition in model.unitDefinitions { unitNames[definition.id] = Self.unitName(definition.id) }
    }

    /// A name that nothing has yet.
    mutating func fresh(_ wanted: String) -> String {
        var name = wanted
        while Self.isReserved(name) || taken.contains(name) { name += "_" }
        taken.insert(name)
        return name
    }

    func name(_ id: String) -> String { renamed[id] ?? id }

    static func isReserved(_ name: String) -> Bool {
        Builtins.keywords.contains(name) || Builtins.constants[name] != nil || Builtins.functions[name] != nil
            || Builtins.distributions.contains(name)
            || ["rateOf", "and", "or", "not", "AND", "OR", "NOT", "sboTerm", "SBO"].contains(name)
    }

    static func identifier(_ id: String, or fallback: String) -> String {
        var name = String(
            String.UnicodeScalarView(
                id.unicodeScalars.map {
                    $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)) || $0 == "_" ? $0 : "_"
                }))
        if name.isEmpty { name = fallback }
        if name.first!.isNumber { name = "_" + name }
        return isReserved(name) && fallback == "model" ? name + "_" : name
    }

    /// A text in quotes, or in backticks where quotes can't hold it.
    static func quoted(_ text: String) -> String {
        if text.contains(where: { $0 == "\"" || $0.isNewline }) {
            return "```" + text.replacing("```", with: "''' ") + "```"
        }
        return "\"\(text)\""
    }

    // MARK: Elements

    private mutating func writeFunctions() {
        for function in model.functions {
            guard let body = function.body else {
                lines.append("// function \(function.id) has no body")
                continue
            }
            // An argument may not be called like a word of Antimony or like a function.
            var arguments: [String: String] = [:]
            for argument in function.arguments {
                var name = argument
                while Self.isReserved(name) || model.functions.contains(where: { self.name($0.id) == name })
                    || name != argument && function.arguments.contains(name)
                { name += "_" }
                arguments[argument] = name
            }
            let saved = renamed
            renamed = arguments.merging(Dictionary(uniqueKeysWithValues: model.functions.map { ($0.id, name($0.id)) }))
            { first, _ in first }
            lines += [
                "function \(saved[function.id] ?? function.id)(\(function.arguments.map(name).joined(separator: ", ")))",
                "  \(text(body));", "end", "",
            ]
            renamed = saved
        }
    }

    private mutating func writeCompartments() {
        section("Compartments", isEmpty: model.compartments.isEmpty)
        for compartment in model.compartments {
            let id = name(compartment.id)
            var text = compartment.isConstant ? "compartment \(id)" : "var compartment \(id)"
            if let size = compartment.size, !ruled.contains(compartment.id), initial(of: compartment.id) == nil {
                text += " = \(Self.number(size))"
            }
            if compartment.spatialDimensions.map({ $0 != 3 }) ?? false {
                text += "  // \(Self.number(compartment.spatialDimensions!)) dimensions"
            }
            line(text)
            if let unit = compartment.unit { line("\(id) has \(unitName(unit))") }
        }
    }

    private mutating func writeSpecies() {
        section("Species", isEmpty: model.species.isEmpty)
        for item in model.species {
            let id = name(item.id)
            let isFixed = item.isBoundaryCondition || item.isConstant
            line(
                "\(item.hasOnlySubstanceUnits ? "substanceOnly " : "")species \(isFixed ? "$" : "")\(id) in \(name(item.compartment))"
            )
            if !ruled.contains(item.id), initial(of: item.id) == nil, let value = item.initialValue {
                line("\(id) = \(Self.initialText(value, of: item, in: name(item.compartment)))")
            }
            if let unit = symbolUnit(of: item) { line("\(id) has \(unit)") }
        }
    }

    /// The value of the symbol: an amount for `substanceOnly`, else a concentration; `3/C` is read back as an amount.
    private static func initialText(_ value: Species.InitialValue, of item: Species, in compartment: String) -> String {
        switch (value, item.hasOnlySubstanceUnits) {
        case (.amount(let amount), true): number(amount)
        case (.amount(let amount), false): "\(number(amount))/\(compartment)"
        case (.concentration(let concentration), false): number(concentration)
        case (.concentration(let concentration), true): "\(number(concentration))*\(compartment)"
        }
    }

    func initial(of id: String) -> InitialAssignment? { initialAssignments[id] }

    private mutating func writeParameters() {
        let locals = model.reactions.flatMap { reaction in
            (reaction.kineticLaw?.localParameters ?? []).map { (id: "\(reaction.id).\($0.id)", parameter: $0) }
        }
        section("Parameters", isEmpty: model.parameters.isEmpty && locals.isEmpty)
        for (id, parameter) in model.parameters.map({ (id: $0.id, parameter: $0) }) + locals {
            let kind = parameter.isConstant ? "const" : "var"
            let hasValue = parameter.value != nil && !ruled.contains(id) && initial(of: id) == nil
            line("\(kind) \(name(id))" + (hasValue ? " = \(Self.number(parameter.value!))" : ""))
            if let unit = parameter.unit { line("\(name(id)) has \(unitName(unit))") }
        }
    }

    private mutating func writeRules() {
        section("Initial assignments", isEmpty: model.initialAssignments.isEmpty)
        for assignment in model.initialAssignments { line("\(name(assignment.symbol)) = \(text(assignment.math))") }
        section("Rules", isEmpty: model.rules.isEmpty)
        for rule in model.rules {
            switch rule.kind {
            case .assignment(let variable): line("\(name(variable)) := \(text(rule.math))")
            case .rate(let variable): line("\(name(variable))' = \(text(rule.math))")
            case .algebraic: line("0 = \(text(rule.math))")
            }
        }
    }

    private mutating func writeEvents() {
        section("Events", isEmpty: model.events.isEmpty)
        for event in model.events {
            var text = event.id.map { "\(name($0)): " } ?? ""
            text += "at " + (event.delay.map { "\(self.text($0)) after " } ?? "") + self.text(event.trigger)
            if let priority = event.priority { text += ", priority = \(self.text(priority))" }
            if !event.triggerInitialValue { text += ", t0 = false" }
            if !event.isPersistent { text += ", persistent = false" }
            if !event.usesValuesFromTriggerTime { text += ", fromTrigger = false" }
            text +=
                ": " + event.assignments.map { "\(name($0.variable)) = \(self.text($0.math))" }.joined(separator: ", ")
            line(event.assignments.isEmpty ? "// without assignments: \(text)" : text)
        }
    }

    // MARK: Names and annotations

    private mutating func writeNames() {
        var parts: [(id: String, name: String?, metadata: Metadata)] = []
        parts += model.compartments.map { ($0.id, $0.name, $0.metadata) }
        parts += model.species.map { ($0.id, $0.name, $0.metadata) }
        parts += model.parameters.map { ($0.id, $0.name, $0.metadata) }
        parts += model.reactions.map { ($0.id, $0.name, $0.metadata) }
        parts += model.events.compactMap { event in event.id.map { ($0, event.name, Metadata()) } }
        var texts: [String] = []
        for part in parts {
            let id = name(part.id)
            if let name = part.name { texts.append("\(id) is \(Self.quoted(name))") }
            if let term = part.metadata.sboTerm { texts.append("\(id).sboTerm = \(term)") }
            for (qualifier, resources) in Annotations.terms(of: part.metadata.annotation) {
                texts.append("\(id) \(qualifier) \(resources.map(Self.quoted).joined(separator: ", "))")
            }
            if let notes = part.metadata.notes { texts.append("\(id) notes \(Self.quoted(notes))") }
        }
        section("Names and annotations", isEmpty: texts.isEmpty && model.notes == nil)
        for text in texts { line(text) }
        for (qualifier, resources) in Annotations.terms(of: model.annotation) {
            line("model \(qualifier) \(resources.map(Self.quoted).joined(separator: ", "))")
        }
        if let notes = model.notes { line("model notes \(Self.quoted(notes))") }
    }
}
