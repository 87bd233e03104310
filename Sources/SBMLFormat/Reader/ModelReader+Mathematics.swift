import ModelIR

/// Initial assignments, rules, constraints and events.
extension ModelReader {
    func readInitialAssignment(_ element: Element) {
        guard let symbol = element["symbol"] else {
            findings.error("an initial assignment names no symbol", at: element)
            return
        }
        guard let math = math(of: element) else {
            reportMissingMath("the initial assignment of '\(symbol)'", at: element)
            return
        }
        var assignment = InitialAssignment(symbol: reference(symbol, at: element), math: math, location: element.location)
        assignment.metadata = metadata(of: element)
        model.initialAssignments.append(assignment)
    }

    func readRule(_ element: Element) {
        let kind: Rule.Kind
        let target = element["variable"] ?? element["name"] ?? element["species"] ?? element["specie"] ?? element["compartment"]
        switch element.name {
        case "algebraicRule": kind = .algebraic
        case "assignmentRule", "rateRule", "speciesConcentrationRule", "specieConcentrationRule", "compartmentVolumeRule", "parameterRule":
            guard let target else {
                findings.error("<\(element.name)> names no variable", at: element)
                return
            }
            let id = reference(target, at: element)
            kind = element.name == "rateRule" || element["type"] == "rate" ? .rate(variable: id) : .assignment(variable: id)
        default:
            findings.error("<\(element.name)> is no rule", at: element)
            return
        }
        guard let math = math(of: element) else {
            reportMissingMath(target.map { "the rule of '\($0)'" } ?? "the algebraic rule", at: element)
            return
        }
        var rule = Rule(kind, math, location: element.location)
        rule.metadata = metadata(of: element)
        model.rules.append(rule)
    }

    func readConstraint(_ element: Element) {
        guard let math = math(of: element) else {
            reportMissingMath("the constraint", at: element)
            return
        }
        var constraint = Constraint(math: math, message: element.child("message")?.innerMarkup(scope: scope))
        constraint.metadata = metadata(of: element)
        constraint.location = element.location
        model.constraints.append(constraint)
    }

    func readEvent(_ element: Element) {
        let written = element["id"]
        let title = written.map { "event '\($0)'" } ?? "an event"
        if let unit = element["timeUnits"], unit != "time" {
            findings.note("timeUnits of \(title) is left out; its delay is in the model's time unit", at: element)
        }
        // A trigger without mathematics never fires (Level 3 Version 2).
        var trigger = Expression.zero
        let triggerElement = element.child("trigger")
        if let triggerElement, let math = math(of: triggerElement) {
            trigger = math
        } else {
            reportMissingMath("the trigger of \(title)", at: triggerElement ?? element)
        }
        var isPersistent = true
        var initialValue = true
        if dialect.level == 3, let triggerElement {
            isPersistent = flag(triggerElement, "persistent", default: true)
            initialValue = flag(triggerElement, "initialValue", default: true)
        }
        var assignments: [Event.Assignment] = []
        for item in element.items(of: "listOfEventAssignments") {
            guard let variable = item["variable"] else {
                findings.error("an assignment of \(title) names no variable", at: item)
                continue
            }
            guard let math = math(of: item) else {
                reportMissingMath("the assignment to '\(variable)'", at: item)
                continue
            }
            var assignment = Event.Assignment(variable: reference(variable, at: item), math: math)
            assignment.metadata = metadata(of: item)
            assignments.append(assignment)
        }
        let hasValuesAttribute = dialect.isAtLeast(2, 4)
        var event = Event(
            id: written.map(NameTable.validID), name: name(of: element), trigger: trigger, triggerInitialValue: initialValue,
            isPersistent: isPersistent, delay: element.child("delay").flatMap { math(of: $0) },
            priority: element.child("priority").flatMap { math(of: $0) },
            usesValuesFromTriggerTime: hasValuesAttribute ? flag(element, "useValuesFromTriggerTime", default: true) : true,
            assignments: assignments, location: element.location)
        event.metadata = metadata(of: element)
        model.events.append(event)
    }
}
