import ModelIR

/// Writes a model as SBML Level 3 Version 2 core.
///
/// Units, notes, annotations and metaids come along. A stoichiometry given by a formula (Level 2) becomes an
/// assignment rule for its species reference, which is how Level 3 says it.
///
/// - Throws: Kind `.unsupported` for fast reactions, which Version 2 no longer has; kind `.units` for a unit that is
///   neither defined by the model nor known to SBML.
public func writeSBML(_ model: Model) throws(InvalidModel) -> String {
    var writer = SBMLWriter(model)
    let text = writer.document()
    guard writer.findings.isEmpty else { throw InvalidModel(writer.findings) }
    return text
}

struct SBMLWriter {
    private let model: Model
    private var units: UnitTable
    private var xml = MarkupBuilder()
    private(set) var findings: [Diagnostic] = []
    /// Rules for stoichiometries that had formulas.
    private var addedRules: [Rule] = []
    private var usedIDs: Set<String>

    init(_ model: Model) {
        self.model = model
        units = UnitTable(model)
        usedIDs = Set(model.compartments.map(\.id) + model.species.map(\.id) + model.parameters.map(\.id) + model.functions.map(\.id))
        usedIDs.formUnion(model.reactions.map(\.id))
        usedIDs.formUnion(model.reactions.flatMap { ($0.reactants + $0.products).compactMap(\.id) })
        usedIDs.formUnion(model.events.compactMap(\.id))
    }

    mutating func document() -> String {
        for reaction in model.reactions where reaction.isFast {
            findings.append(
                Diagnostic(
                    .error, .unsupported, "reaction '\(reaction.id)' is fast, and SBML Level 3 Version 2 has no fast reactions",
                    at: reaction.location, remedy: "make it slow, with a large rate constant"))
        }
        resolveUnits()
        let reactions = namedStoichiometries()
        xml.open("sbml", ["xmlns": "http://www.sbml.org/sbml/level3/version2/core", "level": "3", "version": "2"])
        xml.open("model", [
            "metaid": model.metaid, "sboTerm": model.sboTerm, "id": model.id, "name": model.name, "substanceUnits": units.id(model.units.substance),
            "timeUnits": units.id(model.units.time), "volumeUnits": units.id(model.units.volume), "areaUnits": units.id(model.units.area),
            "lengthUnits": units.id(model.units.length), "extentUnits": units.id(model.units.extent), "conversionFactor": model.conversionFactor,
        ])
        var own = Metadata()
        own.notes = model.notes
        own.annotation = model.annotation
        writeMetadata(own)
        writeQuantities()
        writeMathematics()
        writeReactions(reactions)
        writeEvents()
        xml.close("model")
        xml.close("sbml")
        return xml.text
    }

    // MARK: Preparation

    /// Visits every unit once, so that the definitions are complete before they are written.
    private mutating func resolveUnits() {
        let declared = [model.units.substance, model.units.time, model.units.volume, model.units.area, model.units.length, model.units.extent]
            + model.compartments.map(\.unit) + model.species.map(\.unit) + model.parameters.map(\.unit)
            + model.reactions.flatMap { $0.kineticLaw?.localParameters.map(\.unit) ?? [] }
        for unit in declared { _ = units.id(unit) }
        var literals: Set<String> = []
        func collect(_ math: Expression?) { math?.forEachNode { if case .number(_, let unit?) = $0 { literals.insert(unit) } } }
        model.functions.forEach { collect($0.body) }
        model.initialAssignments.forEach { collect($0.math) }
        model.rules.forEach { collect($0.math) }
        model.constraints.forEach { collect($0.math) }
        for reaction in model.reactions {
            collect(reaction.kineticLaw?.math)
            (reaction.reactants + reaction.products).forEach { collect($0.stoichiometryMath) }
        }
        for event in model.events {
            collect(event.trigger)
            collect(event.delay)
            collect(event.priority)
            event.assignments.forEach { collect($0.math) }
        }
        for unit in literals.sorted() { _ = units.id(unit) }
        for unit in units.unknown.sorted() {
            findings.append(Diagnostic(.error, .units, "unit '\(unit)' is not defined", remedy: "define it, or leave it out"))
        }
    }

    private mutating func namedStoichiometries() -> [Reaction] {
        model.reactions.map { reaction in
            var reaction = reaction
            func named(_ references: [SpeciesReference]) -> [SpeciesReference] {
                references.map { reference in
                    guard let math = reference.stoichiometryMath else { return reference }
                    var reference = reference
                    var id = reference.id ?? "stoichiometry_\(reference.species)_\(reaction.id)"
                    if reference.id == nil { while !usedIDs.insert(id).inserted { id += "_" } }
                    addedRules.append(Rule(.assignment(variable: id), math))
                    reference.id = id
                    reference.stoichiometryMath = nil
                    reference.stoichiometry = nil
                    reference.isConstant = false
                    return reference
                }
            }
            reaction.reactants = named(reaction.reactants)
            reaction.products = named(reaction.products)
            return reaction
        }
    }

    private var math: MathMLWriter {
        let table = units
        return MathMLWriter { unit in
            var table = table
            return table.id(unit)
        }
    }

    // MARK: Common parts

    private mutating func writeMetadata(_ metadata: Metadata) {
        if let notes = metadata.notes, !notes.isEmpty {
            let isMarkup = notes.hasPrefix("<")
            xml.raw("<notes>" + (isMarkup ? notes : "<p xmlns=\"\(xhtmlNamespace)\">\(escapedXML(notes))</p>") + "</notes>")
        }
        if let annotation = metadata.annotation, !annotation.isEmpty { xml.raw("<annotation>\(annotation)</annotation>") }
    }

    /// An element with metadata and content; closed at once when it has neither.
    private mutating func write(
        _ name: String, _ metadata: Metadata, _ attributes: KeyValuePairs<String, String?>, content: ((inout SBMLWriter) -> Void)? = nil
    ) {
        let all = [("metaid", metadata.metaid), ("sboTerm", metadata.sboTerm)] + attributes.map { ($0.key, $0.value) }
        let joined = all.compactMap { key, value in value.map { " \(key)=\"\(escapedXML($0))\"" } }.joined()
        if content == nil, metadata.notes == nil, metadata.annotation == nil {
            xml.raw("<\(name)\(joined)/>")
            return
        }
        xml.raw("<\(name)\(joined)>")
        writeMetadata(metadata)
        content?(&self)
        xml.raw("</\(name)>")
    }

    private mutating func writeList<Item>(_ name: String, _ items: [Item], _ write: (inout SBMLWriter, Item) -> Void) {
        guard !items.isEmpty else { return }
        xml.open(name)
        for item in items { write(&self, item) }
        xml.close(name)
    }

    // MARK: Quantities

    private mutating func writeQuantities() {
        writeList("listOfFunctionDefinitions", model.functions) { writer, item in
            writer.write("functionDefinition", item.metadata, ["id": item.id, "name": item.name]) { writer in
                if let body = item.body { writer.xml.raw(writer.math.lambda(item.arguments, body)) }
            }
        }
        writeList("listOfUnitDefinitions", units.definitions) { writer, item in
            writer.write("unitDefinition", item.metadata, ["id": item.id, "name": item.name]) { writer in
                writer.writeList("listOfUnits", item.factors) { writer, factor in
                    writer.xml.empty("unit", [
                        "kind": factor.kind, "exponent": schemaNumber(factor.exponent), "scale": "\(factor.scale)",
                        "multiplier": schemaNumber(factor.multiplier),
                    ])
                }
            }
        }
        writeList("listOfCompartments", model.compartments) { writer, item in
            writer.write("compartment", item.metadata, [
                "id": item.id, "name": item.name, "spatialDimensions": item.spatialDimensions.map(schemaNumber), "size": item.size.map(schemaNumber),
                "units": writer.units.id(item.unit), "constant": "\(item.isConstant)",
            ])
        }
        writeList("listOfSpecies", model.species) { writer, item in
            var amount: Double?
            var concentration: Double?
            switch item.initialValue {
            case .amount(let value): amount = value
            case .concentration(let value): concentration = value
            case nil: break
            }
            writer.write("species", item.metadata, [
                "id": item.id, "name": item.name, "compartment": item.compartment, "initialAmount": amount.map(schemaNumber),
                "initialConcentration": concentration.map(schemaNumber), "substanceUnits": writer.units.id(item.unit),
                "hasOnlySubstanceUnits": "\(item.hasOnlySubstanceUnits)", "boundaryCondition": "\(item.isBoundaryCondition)",
                "constant": "\(item.isConstant)", "conversionFactor": item.conversionFactor,
            ])
        }
        writeList("listOfParameters", model.parameters) { writer, item in
            writer.write("parameter", item.metadata, [
                "id": item.id, "name": item.name, "value": item.value.map(schemaNumber), "units": writer.units.id(item.unit), "constant": "\(item.isConstant)",
            ])
        }
    }

    private mutating func writeMathematics() {
        writeList("listOfInitialAssignments", model.initialAssignments) { writer, item in
            writer.write("initialAssignment", item.metadata, ["symbol": item.symbol]) { $0.xml.raw($0.math.math(item.math)) }
        }
        writeList("listOfRules", model.rules + addedRules) { writer, item in
            let name =
                switch item.kind {
                case .assignment: "assignmentRule"
                case .rate: "rateRule"
                case .algebraic: "algebraicRule"
                }
            writer.write(name, item.metadata, ["variable": item.variable]) { $0.xml.raw($0.math.math(item.math)) }
        }
        writeList("listOfConstraints", model.constraints) { writer, item in
            writer.write("constraint", item.metadata, [:]) { writer in
                writer.xml.raw(writer.math.math(item.math))
                guard let message = item.message, !message.isEmpty else { return }
                writer.xml.raw("<message>" + (message.hasPrefix("<") ? message : "<p xmlns=\"\(xhtmlNamespace)\">\(escapedXML(message))</p>") + "</message>")
            }
        }
    }

    // MARK: Processes

    private mutating func writeReactions(_ reactions: [Reaction]) {
        writeList("listOfReactions", reactions) { writer, item in
            writer.write("reaction", item.metadata, [
                "id": item.id, "name": item.name, "reversible": "\(item.isReversible)", "compartment": item.compartment,
            ]) { writer in
                for (list, references) in [("listOfReactants", item.reactants), ("listOfProducts", item.products)] {
                    writer.writeList(list, references) { writer, reference in
                        writer.write("speciesReference", reference.metadata, [
                            "id": reference.id, "species": reference.species, "stoichiometry": reference.stoichiometry.map(schemaNumber),
                            "constant": "\(reference.isConstant)",
                        ])
                    }
                }
                writer.writeList("listOfModifiers", item.modifiers) { $0.xml.empty("modifierSpeciesReference", ["species": $1]) }
                guard let law = item.kineticLaw else { return }
                writer.write("kineticLaw", law.metadata, [:]) { writer in
                    writer.xml.raw(writer.math.math(law.math))
                    writer.writeList("listOfLocalParameters", law.localParameters) { writer, local in
                        writer.write("localParameter", local.metadata, [
                            "id": local.id, "name": local.name, "value": local.value.map(schemaNumber), "units": writer.units.id(local.unit),
                        ])
                    }
                }
            }
        }
    }

    private mutating func writeEvents() {
        writeList("listOfEvents", model.events) { writer, item in
            writer.write("event", item.metadata, [
                "id": item.id, "name": item.name, "useValuesFromTriggerTime": "\(item.usesValuesFromTriggerTime)",
            ]) { writer in
                writer.xml.open("trigger", ["initialValue": "\(item.triggerInitialValue)", "persistent": "\(item.isPersistent)"])
                writer.xml.raw(writer.math.math(item.trigger))
                writer.xml.close("trigger")
                for (name, part) in [("priority", item.priority), ("delay", item.delay)] {
                    guard let part else { continue }
                    writer.xml.open(name)
                    writer.xml.raw(writer.math.math(part))
                    writer.xml.close(name)
                }
                writer.writeList("listOfEventAssignments", item.assignments) { writer, assignment in
                    writer.write("eventAssignment", assignment.metadata, ["variable": assignment.variable]) { $0.xml.raw($0.math.math(assignment.math)) }
                }
            }
        }
    }
}
