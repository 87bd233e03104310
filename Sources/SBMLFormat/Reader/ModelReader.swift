import ModelIR

/// Reads the core of a flat model element into a `Model`, whatever its level.
final class ModelReader {
    let dialect: SBMLDialect
    let element: Element
    let findings: Findings
    let attributes: Attributes
    let names: NameTable
    /// Namespace prefixes in force around the model.
    let scope: [String: String]
    var model: Model
    /// Level 1 has no `constant`: what a rule sets, or an algebraic rule mentions, is variable.
    let ruled: Set<String>

    init(dialect: SBMLDialect, model element: Element, root: Element, findings: Findings) {
        self.dialect = dialect
        self.element = element
        self.findings = findings
        attributes = Attributes(findings: findings)
        names = NameTable(model: element)
        scope = Dictionary(root.declarations.map { ($0.prefix, $0.uri) }) { $1 }
        ruled = Set(
            element.items(of: "listOfRules").flatMap { rule -> [String] in
                if rule.name == "algebraicRule" {
                    return (rule["formula"] ?? "").split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
                }
                return [rule["variable"] ?? rule["name"] ?? rule["species"] ?? rule["specie"] ?? rule["compartment"] ?? ""]
            })
        let id = element["id"] ?? (dialect.level == 1 ? element["name"] : nil)
        model = Model(id: id.map(NameTable.validID) ?? "model", name: dialect.level == 1 ? nil : element["name"])
    }

    func read() -> Model {
        let own = metadata(of: element)
        model.notes = own.notes
        model.annotation = own.annotation
        model.metaid = own.metaid
        model.sboTerm = own.sboTerm
        readUnits()
        if let id = element["conversionFactor"] { model.conversionFactor = reference(id, at: element) }
        for item in element.items(of: "listOfFunctionDefinitions") { readFunction(item) }
        for item in element.items(of: "listOfCompartments") { readCompartment(item) }
        for item in element.items(of: "listOfSpecies") { readSpecies(item) }
        for item in element.items(of: "listOfParameters") {
            if let parameter = parameter(item) { model.parameters.append(parameter) }
        }
        for item in element.items(of: "listOfInitialAssignments") { readInitialAssignment(item) }
        for item in element.items(of: "listOfRules") { readRule(item) }
        for item in element.items(of: "listOfReactions") { readReaction(item) }
        for item in element.items(of: "listOfEvents") { readEvent(item) }
        for item in element.items(of: "listOfConstraints") { readConstraint(item) }
        FunctionCheck(model: model, findings: findings).run()
        FiniteValueCheck(model: model, findings: findings).run()
        return model
    }

    // MARK: Common parts

    func metadata(of element: Element) -> Metadata {
        var metadata = Metadata()
        metadata.metaid = element["metaid"]
        metadata.sboTerm = element["sboTerm"]
        for child in element.children where child.namespace == element.namespace {
            switch child.name {
            case "notes": metadata.notes = child.innerMarkup(scope: scope)
            case "annotation", "annotations": metadata.annotation = child.innerMarkup(scope: scope)
            default: break
            }
        }
        return metadata
    }

    /// The id of an element that must have one.
    func identifier(_ element: Element) -> String? {
        guard let written = NameTable.writtenID(of: element), !written.isEmpty else {
            findings.error("<\(element.name)> has no id", at: element)
            return nil
        }
        let id = NameTable.validID(written)
        if id != written { findings.warning("'\(written)' is no valid id; it is called '\(id)' here", at: element) }
        return id
    }

    /// An id that another element refers to, as the model calls it.
    func reference(_ written: String, at element: Element) -> String {
        names.resolved(written) ?? NameTable.validID(written)
    }

    func name(of element: Element) -> String? { dialect.level == 1 ? nil : element["name"] }

    /// The attribute that Level 3 requires; missing, it gets Level 2's default and a warning.
    func flag(_ element: Element, _ name: String, default value: Bool) -> Bool {
        if let given = attributes.boolean(element, name) { return given }
        if dialect.level == 3, element[name] == nil {
            findings.warning("<\(element.name)> lacks '\(name)', which Level 3 requires; taken as \(value)", at: element)
        }
        return value
    }

    var mathReader: MathMLReader { MathMLReader(dialect: dialect, names: names, findings: findings) }

    /// The formula of an element: `<math>`, or in Level 1 the attribute `formula`; nil when there is none.
    func math(of element: Element, locals: Set<String> = []) -> Expression? {
        var reader = mathReader
        reader.locals = locals
        if dialect.level == 1 {
            guard let formula = element["formula"] else { return nil }
            return Level1Formula.expression(formula, of: element, with: reader)
        }
        for child in element.children where child.name == "math" { return reader.expression(in: child) }
        return nil
    }

    /// Notes that an element without mathematics (allowed since Level 3 Version 2) has no effect.
    func reportMissingMath(_ what: String, at element: Element) {
        if dialect.isAtLeast(3, 2) {
            findings.note("\(what) has no mathematics and no effect", at: element)
        } else {
            findings.error("\(what) has no mathematics", at: element)
        }
    }

    // MARK: Quantities

    private func readFunction(_ element: Element) {
        guard let id = identifier(element) else { return }
        var definition = FunctionDefinition(id: id, name: name(of: element), arguments: [], body: nil, location: element.location)
        definition.metadata = metadata(of: element)
        if let math = element.children.first(where: { $0.name == "math" }) {
            if let (arguments, body) = mathReader.function(in: math) {
                definition.arguments = arguments
                definition.body = body
            }
        } else if !dialect.isAtLeast(3, 2) {
            findings.error("function '\(id)' has no mathematics", at: element)
        }
        model.functions.append(definition)
    }

    private func readCompartment(_ element: Element) {
        guard let id = identifier(element) else { return }
        let dimensions = attributes.double(element, "spatialDimensions") ?? (dialect.level < 3 ? 3 : nil)
        var size = attributes.double(element, dialect.level == 1 ? "volume" : "size")
        if dialect.level == 1, size == nil { size = 1 }
        var compartment = Compartment(
            id: id, name: name(of: element), spatialDimensions: dimensions, size: size,
            unit: unit(element["units"], at: element),
            isConstant: dialect.level == 1 ? !ruled.contains(NameTable.writtenID(of: element) ?? id) : flag(element, "constant", default: true),
            location: element.location)
        compartment.metadata = metadata(of: element)
        model.compartments.append(compartment)
    }

    private func readSpecies(_ element: Element) {
        guard let id = identifier(element) else { return }
        guard let compartment = element["compartment"] else {
            findings.error("species '\(id)' names no compartment", at: element)
            return
        }
        let amount = attributes.double(element, "initialAmount")
        let concentration = attributes.double(element, "initialConcentration")
        if amount != nil, concentration != nil {
            findings.error("species '\(id)' has both an initial amount and an initial concentration", at: element, remedy: "keep one of them")
        }
        if let charge = element["charge"], charge != "0" { findings.note("the charge of species '\(id)' is left out", at: element) }
        if element["spatialSizeUnits"] != nil { findings.note("spatialSizeUnits of species '\(id)' is left out", at: element) }
        var species = Species(
            id: id, name: name(of: element), compartment: reference(compartment, at: element),
            initialValue: amount.map { .amount($0) } ?? concentration.map { .concentration($0) },
            unit: unit(element[dialect.level == 1 ? "units" : "substanceUnits"], at: element),
            hasOnlySubstanceUnits: dialect.level == 1 ? false : flag(element, "hasOnlySubstanceUnits", default: false),
            isBoundaryCondition: dialect.level == 1
                ? attributes.boolean(element, "boundaryCondition") ?? false : flag(element, "boundaryCondition", default: false),
            isConstant: dialect.level == 1 ? false : flag(element, "constant", default: false),
            conversionFactor: element["conversionFactor"].map { reference($0, at: element) }, location: element.location)
        species.metadata = metadata(of: element)
        model.species.append(species)
    }

    /// A global parameter, or a local one of a kinetic law.
    func parameter(_ element: Element, isLocal: Bool = false) -> Parameter? {
        guard let id = identifier(element) else { return nil }
        let isConstant = isLocal ? true : dialect.level == 1 ? !ruled.contains(NameTable.writtenID(of: element) ?? id) : flag(element, "constant", default: true)
        var parameter = Parameter(
            id: id, name: name(of: element), value: attributes.double(element, "value"),
            unit: unit(element["units"], at: element), isConstant: isConstant, location: element.location)
        parameter.metadata = metadata(of: element)
        return parameter
    }
}
