import ModelIR

extension Parser {
    private static let arrows: [String: ReactionSyntax.Arrow] = [
        "->": .reversible, "<==>": .reversible, "=>": .irreversible, "-|": .inhibition,
    ]

    /// `[participants] arrow [participants] ; [rate] [in compartment]`, after the name.
    mutating func parseReaction(named name: Path?) throws(Finding) -> ReactionSyntax {
        let left = try parseParticipants()
        guard let arrow = takeArrow() else {
            throw unexpected(
                left.isEmpty ? "expected a reaction" : "expected a statement or the arrow of a reaction",
                remedy: "a reaction is 'A + B -> C; rate', a value 'x = 1', a declaration 'species x'")
        }
        let right = try parseParticipants()
        guard take(sign: ";") else {
            throw unexpected(
                "expected ';' and a rate after the reaction",
                remedy: "write 'A -> B; k*A'; without a rate 'A -> B;'")
        }
        var reaction = ReactionSyntax(name: name, left: left, arrow: arrow, right: right)
        reaction.rate = try parseOptionalFormula()
        reaction.compartment = try parseIn()
        return reaction
    }

    private mutating func takeArrow() -> ReactionSyntax.Arrow? {
        if token.kind == .sign, let arrow = Self.arrows[token.text] {
            advance()
            return arrow
        }
        guard token.isSign("-") else { return nil }
        if peek().isSign("(") {
            advance()
            advance()
            return .influence
        }
        if peek().isWord("o"), peek().isAdjacent {
            advance()
            advance()
            return .activation
        }
        return nil
    }

    /// `2 A + n $B + C`
    private mutating func parseParticipants() throws(Finding) -> [ReactionSyntax.Participant] {
        var participants: [ReactionSyntax.Participant] = []
        guard token.kind == .word && !token.isWord("end") || token.kind == .number || token.isSign("$") else {
            return []
        }
        repeat {
            if token.kind == .number {
                let value = token.value
                advance()
                participants.append(.init(stoichiometry: .number(value), species: try parsePath()))
                continue
            }
            let first = try parsePath()
            if token.kind == .word && !Builtins.keywords.contains(token.text) || token.isSign("$") {
                participants.append(.init(stoichiometry: .name(first), species: try parsePath()))
            } else {
                participants.append(.init(stoichiometry: .number(1), species: first))
            }
        } while take(sign: "+")
        return participants
    }

    /// `at [delay after] trigger {, option = value} : x = formula {, y = formula}`
    mutating func parseEvent(named name: Path?) throws(Finding) -> EventSyntax {
        advance()
        let first = try parseFormula()
        var event: EventSyntax
        if take(word: "after") {
            event = EventSyntax(name: name, trigger: try parseFormula(), delay: first, assignments: [])
        } else {
            event = EventSyntax(name: name, trigger: first, assignments: [])
        }
        while take(sign: ",") { try parseOption(of: &event) }
        try expect(sign: ":", "before the assignments of an event", remedy: "write 'at trigger: x = 1, y = 2'")
        skipNewlines()
        repeat {
            skipNewlines()
            let target = try parsePath()
            try expect(sign: "=", "after '\(target.description)' in an event")
            event.assignments.append((target, try parseFormula()))
        } while take(sign: ",") || takeAssignmentColon()
        return event
    }

    private mutating func takeAssignmentColon() -> Bool { take(sign: ":") }

    private mutating func parseOption(of event: inout EventSyntax) throws(Finding) {
        let place = here
        let option = try parseIdentifier("an option of the event")
        try expect(sign: "=", "after '\(option)'")
        let value = try parseFormula()
        switch option {
        case "priority": event.priority = value
        case "t0": event.initialValue = try truth(value, option)
        case "persistent": event.isPersistent = try truth(value, option)
        case "fromTrigger": event.usesValuesFromTriggerTime = try truth(value, option)
        default:
            throw Finding(
                "unknown option '\(option)' of an event", at: place,
                remedy: "the options are priority, t0, persistent and fromTrigger")
        }
    }

    private func truth(_ formula: Formula, _ option: String) throws(Finding) -> Bool {
        guard case .number(let value, nil) = formula.expression, value == 0 || value == 1 else {
            throw Finding("'\(option)' is true or false", at: formula.location)
        }
        return value == 1
    }
}
