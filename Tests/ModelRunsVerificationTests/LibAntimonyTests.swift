import AntimonyFormat
import Foundation
import ModelIR
import ModelRuns
import Testing

/// A model as lines of text, so that two readings can be compared: sums and products flat, signs folded.
private struct Outline {
    let model: Model

    func text(_ expression: ModelIR.Expression) -> String {
        switch folded(expression) {
        case .number(let value, _): "\(value)"
        case .symbol(let id): id
        case .time: "time"
        case .avogadro: "avogadro"
        case .rateOf(let id): "rateOf(\(id))"
        case .delay(let value, let lag): "delay(\(text(value)), \(text(lag)))"
        case .call(let name, let arguments): "\(name)(\(arguments.map(text).joined(separator: ", ")))"
        case .apply(let op, let arguments): "\(op)(\(arguments.map(text).joined(separator: ", ")))"
        }
    }

    private func folded(_ expression: ModelIR.Expression) -> ModelIR.Expression {
        let mapped = expression.mapChildren(folded)
        guard case .apply(let op, let arguments) = mapped else { return mapped }
        switch (op, arguments.count) {
        case (.minus, 1):
            if case .number(let value, let unit) = arguments[0] { return .number(-value, unit: unit) }
            if case .apply(.minus, let inner) = arguments[0], inner.count == 1 { return inner[0] }
        case (.root, 2) where arguments[0] == .number(2): return .apply(.root, [arguments[1]])
        case (.plus, _), (.times, _), (.and, _), (.or, _):
            let flat = arguments.flatMap { argument -> [ModelIR.Expression] in
                if case .apply(op, let inner) = argument, inner.count > 1 { inner } else { [argument] }
            }
            return .apply(op, flat)
        default: break
        }
        return mapped
    }

    var lines: Set<String> {
        var lines: Set<String> = []
        let ruled = Set(model.rules.compactMap { if case .assignment(let id) = $0.kind { id } else { nil } })
        let moved = Set(model.reactions.flatMap { ($0.reactants + $0.products).map(\.species) })
        func value(_ id: String, _ value: Double?) -> String {
            ruled.contains(id) ? "" : value.map { "\($0)" } ?? "none"
        }
        for item in model.compartments {
            lines.insert("compartment \(item.id) \(item.name ?? "") \(value(item.id, item.size))")
        }
        for item in model.species {
            let initial = ruled.contains(item.id) ? "" : item.initialValue.map { "\($0)" } ?? "none"
            let boundary = moved.contains(item.id) ? "\(item.isBoundaryCondition)" : ""
            let sbo = item.metadata.sboTerm ?? ""
            lines.insert(
                "species \(item.id) \(item.name ?? "") in \(item.compartment) \(initial) \(item.hasOnlySubstanceUnits) \(boundary) \(sbo)"
            )
        }
        for item in model.parameters {
            lines.insert("parameter \(item.id) \(item.name ?? "") \(value(item.id, item.value))")
        }
        for item in model.initialAssignments { lines.insert("\(item.symbol) = \(text(item.math))") }
        for rule in model.rules { lines.insert("\(rule.kind) \(text(rule.math))") }
        for function in model.functions {
            lines.insert("function \(function.id) \(function.arguments) \(function.body.map(text) ?? "")")
        }
        for item in model.reactions {
            let law = item.kineticLaw.map { text($0.math) } ?? ""
            let sides = "\(side(item.reactants)) \(item.isReversible) \(side(item.products))"
            lines.insert(
                "reaction \(item.id): \(sides); \(law) in \(item.compartment ?? "") modified by \(item.modifiers.sorted())"
            )
        }
        for event in model.events {
            let assignments = event.assignments.map { "\($0.variable) = \(text($0.math))" }
            let settings = "\(event.triggerInitialValue) \(event.isPersistent) \(event.usesValuesFromTriggerTime)"
            let times = "\(event.delay.map(text) ?? "") \(event.priority.map(text) ?? "")"
            lines.insert("event \(event.id ?? ""): \(text(event.trigger)) \(times) \(settings) \(assignments)")
        }
        for (id, unit) in UnitResolver(model).symbolUnits() where !model.reactions.contains(where: { $0.id == id }) {
            lines.insert("unit of \(id): \(unit.dimension) \(Float(unit.size))")
        }
        return lines
    }

    private func side(_ references: [SpeciesReference]) -> String {
        references.map { "\($0.id ?? "") \($0.stoichiometry.map { "\($0)" } ?? "") \($0.species)" }.joined(
            separator: " + ")
    }
}

/// Two readings of the same text: ours, and libAntimony's through its SBML and our SBML reader.
@Suite struct LibAntimonyTests {
    private static let folder = Bundle.module.resourceURL!.appendingPathComponent("Fixtures/libantimony")

    @Test(
        "our model equals what libAntimony makes of the text",
        arguments: [
            "precedence", "functions", "species", "reactions", "events", "units", "modules",
        ])
    func equal(name: String) throws {
        let own = try loadModel(at: Self.folder.appendingPathComponent(name + ".ant").path)
        let other = try loadModel(at: Self.folder.appendingPathComponent(name + ".xml").path)
        let (mine, theirs) = (Outline(model: own).lines, Outline(model: other).lines)
        #expect(mine.subtracting(theirs).sorted() == [])
        #expect(theirs.subtracting(mine).sorted() == [])
        #expect(mine.count > 5)
    }
}
