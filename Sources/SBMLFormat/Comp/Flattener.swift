import ModelIR

/// Turns a composed model (package `comp`) into one without submodels.
///
/// Works on the document's tree, where every element that can be deleted or replaced is at hand, in six steps:
/// instantiate, delete, replace, name, rewrite references, merge. Ids of submodel A's elements get the prefix `A__`,
/// as libSBML names them. A formula of a submodel with conversion factors `T` for time and `E` for extent is
/// rewritten so that its numbers keep the submodel's units:
/// ```
/// time → time/T    delay(x, d) → delay(x, d·T)    rateOf(x) → rateOf(x)·T    delay of an event d → d·T
/// rate rule f → f/T    kinetic law v → v·E/T    reaction as symbol r → r·T/E
/// element x replaced by y with factor c:  x → y/c,  assignments x = f → y = f·c
/// ```
/// Source: Hierarchical Model Composition, Version 1 Release 3, doi:10.1515/jib-2015-268, section 3.
final class Flattener {
    let findings: Findings
    let library: CompositionLibrary
    /// Element → what stands for it, and the factor between the two.
    var replacements: [ObjectIdentifier: (element: Element, factor: ModelInstance.FactorReference?)] = [:]
    /// Submodel element → the element of the enclosing model that it replaces and whose name it takes.
    var nameGivers: [ObjectIdentifier: Element] = [:]
    var owners: [ObjectIdentifier: ModelInstance] = [:]
    var deleted: Set<ObjectIdentifier> = []
    var newIDs: [ObjectIdentifier: String] = [:]
    /// Keeps removed elements alive, since identity is their address.
    private var removed: [Element] = []
    private var elementCount = 0
    /// Bounds, against definitions that use each other twice, forty levels deep.
    static let mostElements = 1_000_000
    static let deepestNesting = 60

    init(findings: Findings) {
        self.findings = findings
        library = CompositionLibrary(findings: findings)
    }

    func flatten(_ model: Element, in document: CompositionLibrary.Document) throws(InvalidModel) -> Element {
        guard let top = try instantiate(model, in: document, prefix: "", timeFactors: [], extentFactors: [], stack: []) else { return model }
        let instances = allInstances(of: top)
        for instance in instances.reversed() { applyDeletions(of: instance) }
        for instance in instances.reversed() where !instance.isDeleted { applyReplacements(of: instance) }
        guard findings.errorCount == 0 else { return model }
        let alive = allInstances(of: top)
        assignNames(alive)
        for instance in alive {
            pushDownDefaults(of: instance, isTop: instance === top)
            InstanceRewriter(flattener: self, instance: instance).rewrite()
        }
        for instance in alive where instance !== top { merge(instance.model, into: top.model) }
        return top.model
    }

    /// The instance and everything below it that is not deleted, outer ones first.
    private func allInstances(of top: ModelInstance) -> [ModelInstance] {
        [top] + top.submodels.filter { !$0.instance.isDeleted }.flatMap { allInstances(of: $0.instance) }
    }

    // MARK: Instantiate

    private func instantiate(
        _ definition: Element, in document: CompositionLibrary.Document, prefix: String,
        timeFactors: [ModelInstance.FactorReference], extentFactors: [ModelInstance.FactorReference], stack: [Element]
    ) throws(InvalidModel) -> ModelInstance? {
        guard !stack.contains(where: { $0 === definition }), stack.count < Flattener.deepestNesting else {
            findings.error("model definition '\(definition["id"] ?? "")' contains itself", at: definition)
            return nil
        }
        let copy = definition.deepCopy()
        copy.forEachDescendant { _ in elementCount += 1 }
        guard elementCount <= Flattener.mostElements else {
            findings.error("the composed model has more than \(Flattener.mostElements) elements", at: definition)
            return nil
        }
        let instance = ModelInstance(model: copy, prefix: prefix, timeFactors: timeFactors, extentFactors: extentFactors)
        copy.forEachDescendant { owners[ObjectIdentifier($0)] = instance }
        for submodel in copy.child("listOfSubmodels", in: Package.composition)?.children ?? [] where submodel.name == "submodel" {
            guard let id = submodel.attribute("id", in: Package.composition), let name = submodel.attribute("modelRef", in: Package.composition) else {
                findings.error("a submodel needs comp:id and comp:modelRef", at: submodel)
                continue
            }
            func factors(_ attribute: String, _ outer: [ModelInstance.FactorReference]) -> [ModelInstance.FactorReference] {
                guard let parameter = submodel.attribute(attribute, in: Package.composition) else { return outer }
                return [ModelInstance.FactorReference(owner: instance, parameter: parameter)] + outer
            }
            guard let (inner, innerDocument) = try library.definition(name, in: document, for: submodel),
                let child = try instantiate(
                    inner, in: innerDocument, prefix: "\(prefix)\(id)__", timeFactors: factors("timeConversionFactor", timeFactors),
                    extentFactors: factors("extentConversionFactor", extentFactors), stack: stack + [definition])
            else { continue }
            instance.submodels.append((id, submodel, child))
        }
        return instance
    }

    // MARK: Find

    /// The element that a port, deletion, replaced element or nested reference means inside `instance`.
    func target(of reference: Element, in instance: ModelInstance, depth: Int = 0) -> Element? {
        func named(_ name: String) -> String? { reference.attribute(name, in: Package.composition) }
        var found: Element?
        if let id = named("portRef") {
            guard depth < Flattener.deepestNesting, let port = instance.ports[id] else { return fail("there is no port '\(id)'", at: reference) }
            found = target(of: port, in: instance, depth: depth + 1)
        } else if let id = named("idRef") {
            found = instance.byID[id]
            if found == nil { return fail("there is no '\(id)' in the submodel", at: reference) }
        } else if let id = named("unitRef") {
            found = instance.units[id]
            if found == nil { return fail("there is no unit '\(id)' in the submodel", at: reference) }
        } else if let id = named("metaIdRef") {
            found = instance.byMetaID[id]
            if found == nil { return fail("there is no element with metaid '\(id)' in the submodel", at: reference) }
        } else {
            return fail("<\(reference.name)> does not say what it refers to", at: reference)
        }
        guard let nested = reference.child("sBaseRef", in: Package.composition) else { return found }
        guard let found, let inner = owners[ObjectIdentifier(found)]?.submodels.first(where: { $0.element === found }) else {
            return fail("a nested reference must go through a submodel", at: nested)
        }
        return target(of: nested, in: inner.instance, depth: depth + 1)
    }

    private func fail(_ message: String, at element: Element) -> Element? {
        findings.error(message, at: element)
        return nil
    }

    /// What stands for an element in the end, with the factors met on the way.
    func final(_ element: Element) -> (element: Element, factors: [ModelInstance.FactorReference]) {
        var current = element
        var factors: [ModelInstance.FactorReference] = []
        var steps = 0
        while let next = replacements[ObjectIdentifier(current)], steps < 1000 {
            if let factor = next.factor { factors.append(factor) }
            current = next.element
            steps += 1
        }
        return (current, factors)
    }

    // MARK: Delete and replace

    private func applyDeletions(of instance: ModelInstance) {
        for (_, submodel, inner) in instance.submodels {
            for deletion in submodel.child("listOfDeletions", in: Package.composition)?.children ?? [] {
                guard let target = target(of: deletion, in: inner) else { continue }
                if target.name == "submodel", let owner = owners[ObjectIdentifier(target)] {
                    owner.submodels.first { $0.element === target }?.instance.isDeleted = true
                }
                target.forEachDescendant { deleted.insert(ObjectIdentifier($0)) }
                remove(target)
            }
        }
    }

    private func applyReplacements(of instance: ModelInstance) {
        var replacing: [Element] = []
        instance.model.forEachDescendant { element in
            if element.children.contains(where: { $0.namespace == Package.composition && ($0.name == "listOfReplacedElements" || $0.name == "replacedBy") }) {
                replacing.append(element)
            }
        }
        for element in replacing {
            for item in element.child("listOfReplacedElements", in: Package.composition)?.children ?? [] {
                // An item that names a deletion only documents why something was deleted.
                if item.attribute("deletion", in: Package.composition) != nil { continue }
                guard let target = referencedElement(item, in: instance) else { continue }
                let factor = item.attribute("conversionFactor", in: Package.composition).map {
                    ModelInstance.FactorReference(owner: instance, parameter: $0)
                }
                replace(final(target).element, by: element, factor: factor, at: item)
            }
            if let item = element.child("replacedBy", in: Package.composition), let target = referencedElement(item, in: instance) {
                let successor = final(target).element
                replace(element, by: successor, factor: nil, at: item)
                nameGivers[ObjectIdentifier(successor)] = element
            }
        }
    }

    private func referencedElement(_ item: Element, in instance: ModelInstance) -> Element? {
        guard let id = item.attribute("submodelRef", in: Package.composition), let inner = instance.submodel(id) else {
            return fail("<\(item.name)> does not name a submodel", at: item)
        }
        if inner.isDeleted { return nil }
        guard let target = target(of: item, in: inner) else { return nil }
        if target.name == "submodel" {
            findings.unsupported("a submodel replaces another one", at: item, remedy: "delete the one and replace its elements one by one")
            return nil
        }
        return target
    }

    private func replace(_ element: Element, by successor: Element, factor: ModelInstance.FactorReference?, at item: Element) {
        guard final(successor).element !== element else {
            findings.error("elements replace each other in a circle", at: item)
            return
        }
        replacements[ObjectIdentifier(element)] = (successor, factor)
        remove(element)
    }

    private func remove(_ element: Element) {
        removed.append(element)
        owners[ObjectIdentifier(element)]?.parent(of: element)?.remove(element)
    }

    // MARK: Name

    private func assignNames(_ instances: [ModelInstance]) {
        var used: Set<String> = []
        var usedUnits: Set<String> = []
        for instance in instances {
            for id in instance.byID.keys.sorted() {
                guard let element = instance.byID[id], replacements[ObjectIdentifier(element)] == nil || nameGiven(by: element) else { continue }
                newIDs[ObjectIdentifier(element)] = unique(instance.prefix + id, &used)
            }
            for id in instance.units.keys.sorted() {
                guard let element = instance.units[id] else { continue }
                newIDs[ObjectIdentifier(element)] = unique(instance.prefix + id, &usedUnits)
            }
        }
        // A submodel's element that replaces one of the enclosing model takes over its name.
        for (successor, giver) in nameGivers {
            var name = newIDs[ObjectIdentifier(giver)]
            var outer = giver
            while let next = nameGivers[ObjectIdentifier(outer)] {
                name = newIDs[ObjectIdentifier(next)]
                outer = next
            }
            newIDs[successor] = name
        }
    }

    private func nameGiven(by element: Element) -> Bool { nameGivers.values.contains { $0 === element } }

    private func unique(_ id: String, _ used: inout Set<String>) -> String {
        var id = id
        while !used.insert(id).inserted { id += "_" }
        return id
    }

    // MARK: Merge

    /// Defaults of a submodel move to its elements, since the flat model has those of the enclosing one.
    private func pushDownDefaults(of instance: ModelInstance, isTop: Bool) {
        let model = instance.model
        for species in model.items(of: "listOfSpecies") {
            if let factor = model["conversionFactor"], species["conversionFactor"] == nil { species["conversionFactor"] = factor }
            if !isTop, let unit = model["substanceUnits"], species["substanceUnits"] == nil { species["substanceUnits"] = unit }
        }
        model["conversionFactor"] = nil
        guard !isTop else { return }
        for compartment in model.items(of: "listOfCompartments") where compartment["units"] == nil {
            switch compartment["spatialDimensions"] {
            case "3": compartment["units"] = model["volumeUnits"]
            case "2": compartment["units"] = model["areaUnits"]
            case "1": compartment["units"] = model["lengthUnits"]
            default: break
            }
        }
    }

    private func merge(_ model: Element, into top: Element) {
        for list in model.children where list.namespace == top.namespace && list.name.hasPrefix("listOf") {
            if let existing = top.child(list.name) {
                for child in list.children where child.name != "notes" && child.name != "annotation" { existing.append(child) }
            } else {
                top.append(list)
            }
        }
    }
}

/// The model element with its submodels worked in; the element itself when it has none.
func flattened(_ model: Element, of root: Element, file: String, _ findings: Findings) throws(InvalidModel) -> Element {
    guard let submodels = model.child("listOfSubmodels", in: Package.composition), !submodels.children.isEmpty else { return model }
    return try Flattener(findings: findings).flatten(model, in: CompositionLibrary.Document(root: root, file: file))
}
