import ModelIR

/// Renames everything in one instance of a composed model to the flat model's ids and converts its formulas.
struct InstanceRewriter {
    let flattener: Flattener
    let instance: ModelInstance
    private let timeFactor: [String]
    private let extentFactor: [String]

    init(flattener: Flattener, instance: ModelInstance) {
        self.flattener = flattener
        self.instance = instance
        timeFactor = instance.timeFactors.map { InstanceRewriter.name(of: $0, flattener) }
        extentFactor = instance.extentFactors.map { InstanceRewriter.name(of: $0, flattener) }
    }

    func rewrite() {
        for child in instance.model.children { rewrite(child, locals: [:]) }
        for name in InstanceRewriter.unitAttributes {
            if let unit = instance.model[name] { instance.model[name] = self.unit(unit) }
        }
    }

    // MARK: Names

    private struct Target {
        var id: String
        var factors: [String]
        var isReaction: Bool
    }

    private static func name(of factor: ModelInstance.FactorReference, _ flattener: Flattener) -> String {
        guard let element = factor.owner.byID[factor.parameter] else { return factor.parameter }
        return flattener.newIDs[ObjectIdentifier(flattener.final(element).element)] ?? factor.parameter
    }

    /// What an id of this instance means in the flat model.
    private func target(_ id: String, at element: Element) -> Target {
        guard let original = instance.byID[id] else { return Target(id: id, factors: [], isReaction: false) }
        let (final, factors) = flattener.final(original)
        if flattener.deleted.contains(ObjectIdentifier(final)) {
            flattener.findings.error("'\(id)' is used although it was deleted from the submodel", at: element)
        }
        guard let name = flattener.newIDs[ObjectIdentifier(final)] else {
            flattener.findings.error("'\(id)' is replaced by an element without an id", at: element)
            return Target(id: id, factors: [], isReaction: false)
        }
        return Target(
            id: name, factors: factors.map { InstanceRewriter.name(of: $0, flattener) },
            // A reaction of the enclosing model that replaces one of ours counts as it is; only the factor of the
            // replacement converts it.
            isReaction: final.name == "reaction" && flattener.owners[ObjectIdentifier(final)] === instance)
    }

    private func unit(_ id: String) -> String {
        guard let original = instance.units[id] else { return id }
        return flattener.newIDs[ObjectIdentifier(flattener.final(original).element)] ?? id
    }

    private static let referenceAttributes = ["compartment", "conversionFactor", "species", "variable", "symbol"]
    private static let unitAttributes = ["units", "substanceUnits", "timeUnits", "volumeUnits", "areaUnits", "lengthUnits", "extentUnits"]

    // MARK: Elements

    private func rewrite(_ element: Element, locals: [String: Target]) {
        if element.namespace == mathNamespace { return }
        if element.namespace == Package.composition { return }
        var locals = locals
        if element.name == "kineticLaw" { locals = localTargets(of: element) }
        for attribute in InstanceRewriter.unitAttributes {
            if let id = element[attribute] { element[attribute] = unit(id) }
        }
        var assigned: [String] = []
        for attribute in InstanceRewriter.referenceAttributes {
            guard let id = element[attribute] else { continue }
            let target = target(id, at: element)
            element[attribute] = target.id
            if attribute == "variable" || attribute == "symbol" { assigned = target.factors }
        }
        if element.name != "localParameter" {
            if let name = flattener.newIDs[ObjectIdentifier(element)] { element["id"] = name } else if let id = element["id"] { element["id"] = instance.prefix + id }
        }
        renameMetaID(of: element)

        for child in element.children {
            guard child.namespace == mathNamespace else {
                rewrite(child, locals: locals)
                continue
            }
            guard let content = child.children.first else { continue }
            var converted = rewritten(content, locals: locals)
            switch element.name {
            case "rateRule": converted = product(converted, by: assigned, over: timeFactor)
            case "assignmentRule", "initialAssignment", "eventAssignment": converted = product(converted, by: assigned, over: [])
            case "kineticLaw": converted = product(converted, by: extentFactor, over: timeFactor)
            case "delay": converted = product(converted, by: timeFactor, over: [])
            default: break
            }
            child.replace(content, by: converted)
        }
    }

    /// What the local parameters of a law are called: they keep their names, unless something replaces them or a
    /// global id that the law uses is called the same in the flat model.
    private func localTargets(of law: Element) -> [String: Target] {
        // A deleted local parameter uncovers the global one of that name.
        let originals = (instance.localParameters[ObjectIdentifier(law)] ?? [:]).filter { !flattener.deleted.contains(ObjectIdentifier($0.value)) }
        var targets: [String: Target] = [:]
        var captured: Set<String> = []
        law.forEachDescendant { element in
            if element.namespace == mathNamespace, element.name == "ci", originals[element.text] == nil, instance.byID[element.text] != nil {
                captured.insert(target(element.text, at: element).id)
            }
        }
        for (id, original) in originals {
            let (final, factors) = flattener.final(original)
            if final !== original, let name = flattener.newIDs[ObjectIdentifier(final)] {
                targets[id] = Target(
                    id: name, factors: factors.map { InstanceRewriter.name(of: $0, flattener) }, isReaction: final.name == "reaction")
            } else {
                var name = id
                while captured.contains(name) { name += "_local" }
                original["id"] = name
                targets[id] = Target(id: name, factors: [], isReaction: false)
            }
        }
        return targets
    }

    private func renameMetaID(of element: Element) {
        guard !instance.prefix.isEmpty, let metaid = element["metaid"] else { return }
        let new = instance.prefix + metaid
        element["metaid"] = new
        for child in element.children where child.name == "annotation" {
            child.forEachDescendant { inner in
                for index in inner.attributes.indices where inner.attributes[index].value == "#" + metaid { inner.attributes[index].value = "#" + new }
            }
        }
    }

    // MARK: Formulas

    private func rewritten(_ element: Element, locals: [String: Target]) -> Element {
        switch element.name {
        case "ci":
            let name = element.text
            guard locals[name] != nil || instance.byID[name] != nil else { return element }
            let target = locals[name] ?? target(name, at: element)
            let symbol = identifier(target.id, like: element)
            var result = product(symbol, by: [], over: target.factors)
            if target.isReaction { result = product(result, by: timeFactor, over: extentFactor) }
            return result
        case "cn":
            for index in element.attributes.indices where element.attributes[index].name == "units" {
                element.attributes[index].value = unit(element.attributes[index].value)
            }
            return element
        case "csymbol" where SBMLSymbol(element) == .time:
            return product(element, by: [], over: timeFactor)
        case "lambda":
            var locals = locals
            for variable in element.children where variable.name == "bvar" {
                let name = (variable.children.first ?? variable).text
                locals[name] = Target(id: name, factors: [], isReaction: false)
            }
            for child in element.children where child.name != "bvar" { element.replace(child, by: rewritten(child, locals: locals)) }
            return element
        case "apply":
            return application(element, locals: locals)
        default:
            for child in element.children { element.replace(child, by: rewritten(child, locals: locals)) }
            return element
        }
    }

    private func application(_ element: Element, locals: [String: Target]) -> Element {
        guard let head = element.children.first else { return element }
        let arguments = element.children.dropFirst()
        if head.name == "ci" {
            // A call: the function's new name, without any conversion.
            if instance.byID[head.text] != nil { element.replace(head, by: identifier(target(head.text, at: head).id, like: head)) }
        } else if head.name == "csymbol", SBMLSymbol(head) == .rateOf, let argument = arguments.first {
            let name = argument.text
            guard locals[name] != nil || instance.byID[name] != nil else { return product(element, by: timeFactor, over: []) }
            let target = locals[name] ?? target(name, at: argument)
            element.replace(argument, by: identifier(target.id, like: argument))
            return product(element, by: timeFactor, over: target.factors)
        }
        for child in arguments { element.replace(child, by: rewritten(child, locals: locals)) }
        if head.name == "csymbol", SBMLSymbol(head) == .delay, let lag = element.children.last {
            element.replace(lag, by: product(lag, by: timeFactor, over: []))
        }
        return element
    }

    private func identifier(_ id: String, like element: Element) -> Element {
        let result = Element("ci", namespace: mathNamespace, location: element.location)
        result.content = [.text(id)]
        return result
    }

    /// value · factors / divisors; the value itself when there are none.
    private func product(_ value: Element, by factors: [String], over divisors: [String]) -> Element {
        func applied(_ op: String, _ arguments: [Element]) -> Element {
            let result = Element("apply", namespace: mathNamespace, location: value.location)
            result.append(Element(op, namespace: mathNamespace, location: value.location))
            for argument in arguments { result.append(argument) }
            return result
        }
        var result = value
        if !factors.isEmpty { result = applied("times", [value] + factors.map { identifier($0, like: value) }) }
        for divisor in divisors { result = applied("divide", [result, identifier(divisor, like: value)]) }
        return result
    }
}
