import Quantities

/// The units of every formula of a model, checked.
public struct DimensionReport: Sendable {
    /// Errors of kind `.units`, each with its place and the sub-expression at fault; for a model that declares no
    /// units at all one note, and nothing else.
    public var diagnostics: [Diagnostic]
    /// Formulas whose unit could be worked out entirely, of `formulaCount`.
    public var checkedFormulas: Int
    public var formulaCount: Int
    /// Symbols (compartments, species, parameters) that have a unit, of `symbolCount`.
    public var symbolsWithUnit: Int
    public var symbolCount: Int
    /// Formulas with an error.
    public var failedFormulas: Int

    /// The share of formulas that were checked, 0 to 1; 1 for a model without formulas.
    public var coverage: Double { formulaCount == 0 ? 1 : Double(checkedFormulas) / Double(formulaCount) }
}

extension Model {
    /// Works out the unit of every formula and compares it with that of what it determines.
    ///
    /// A number without a unit counts as dimensionless in products and takes the unit of its neighbour in sums and
    /// comparisons (`x > 0`, `time >= 14`). What depends on a symbol without unit is left unchecked, and counted.
    ///
    /// - Parameter bareNumbersAreDimensionless: True: a number without a unit (other than 0) is dimensionless in sums
    ///   and comparisons too, as our own modules are held to.
    public func checkDimensions(bareNumbersAreDimensionless: Bool = false) -> DimensionReport {
        var check = DimensionCheck(self, isStrict: bareNumbersAreDimensionless)
        return check.run()
    }
}

/// One pass over the formulas of a model.
struct DimensionCheck {
    /// What is known of an expression's unit.
    enum Finding {
        case unit(Unit)
        /// A number without unit: fits anywhere in a sum, dimensionless in a product.
        case number
        case unknown
    }

    let model: Model
    let resolver: UnitResolver
    let isStrict: Bool
    let functions: [String: FunctionDefinition]
    /// Values of constants, for exponents.
    let constants: [String: Double]
    var units: [String: Unit]
    var diagnostics: [Diagnostic] = []

    // Where we are.
    var what = ""
    var location: SourceLocation?
    var hasFailed = false
    var isComplete = true
    var bindings: [String: Finding] = [:]
    var depth = 0

    private var report = DimensionReport(
        diagnostics: [], checkedFormulas: 0, formulaCount: 0, symbolsWithUnit: 0, symbolCount: 0, failedFormulas: 0)

    init(_ model: Model, isStrict: Bool) {
        self.model = model
        self.isStrict = isStrict
        resolver = UnitResolver(model)
        units = resolver.symbolUnits()
        functions = Dictionary(model.functions.map { ($0.id, $0) }) { first, _ in first }
        var constants: [String: Double] = [:]
        for parameter in model.parameters where parameter.isConstant { constants[parameter.id] = parameter.value }
        self.constants = constants
    }

    mutating func run() -> DimensionReport {
        diagnostics = resolver.findings
        checkDeclarations()
        let symbols = model.compartments.map(\.id) + model.species.map(\.id) + model.parameters.map(\.id)
        report.symbolCount = symbols.count
        report.symbolsWithUnit = symbols.filter { units[$0] != nil }.count
        for rule in model.rules { check(rule) }
        for item in model.initialAssignments {
            expect(item.math, units[item.symbol], "initial assignment of '\(item.symbol)'", "'\(item.symbol)'", item.location)
        }
        for reaction in model.reactions { check(reaction) }
        for (index, event) in model.events.enumerated() { check(event, index) }
        if declaresNoUnits {
            report.diagnostics = [
                Diagnostic(.note, .units, "model '\(model.id)' declares no units, so its formulas were not checked", remedy: nil)
            ]
            (report.checkedFormulas, report.failedFormulas) = (0, 0)
        } else {
            report.diagnostics = diagnostics
        }
        return report
    }

    /// True when no quantity has a unit of its own.
    private var declaresNoUnits: Bool {
        model.unitDefinitions.isEmpty && model.units == ModelUnits()
            && model.compartments.allSatisfy { $0.unit == nil } && model.species.allSatisfy { $0.unit == nil }
            && model.parameters.allSatisfy { $0.unit == nil }
    }

    // MARK: Parts of the model

    private mutating func checkDeclarations() {
        func unknown(_ id: String?, _ owner: String, _ location: SourceLocation?) -> Diagnostic? {
            guard let id, resolver.unit(id) == nil, !model.unitDefinitions.contains(where: { $0.id == id }) else { return nil }
            do throws(UnitError) {
                _ = try Unit(id)
                return nil
            } catch {
                return Diagnostic(.error, .units, "\(owner): \(error.message)", at: location, remedy: error.remedy)
            }
        }
        let found =
            model.compartments.map { unknown($0.unit, "compartment '\($0.id)'", $0.location) }
            + model.species.map { unknown($0.unit, "species '\($0.id)'", $0.location) }
            + model.parameters.map { unknown($0.unit, "parameter '\($0.id)'", $0.location) }
            + [model.units.substance, model.units.time, model.units.volume, model.units.area, model.units.length, model.units.extent]
            .map { unknown($0, "model units", nil) }
        diagnostics += found.compactMap { $0 }
    }

    private mutating func check(_ rule: Rule) {
        switch rule.kind {
        case .assignment(let id): expect(rule.math, units[id], rule.title, "'\(id)'", rule.location)
        case .rate(let id):
            expect(rule.math, quotient(units[id], resolver.time), rule.title, "'\(id)' per time", rule.location)
        case .algebraic: expect(rule.math, nil, rule.title, "", rule.location, isComparison: false)
        }
    }

    private mutating func check(_ reaction: Reaction) {
        if let law = reaction.kineticLaw {
            bindings = [:]
            for parameter in law.localParameters { bindings[parameter.id] = resolver.unit(parameter.unit).map(Finding.unit) ?? .unknown }
            expect(
                law.math, quotient(resolver.extent, resolver.time), "rate of reaction '\(reaction.id)'", "extent per time",
                reaction.location, keepsBindings: true)
            bindings = [:]
        }
        for reference in reaction.reactants + reaction.products {
            if let math = reference.stoichiometryMath {
                expect(math, .dimensionless, "stoichiometry of '\(reference.species)' in '\(reaction.id)'", "a stoichiometry", reaction.location)
            }
        }
        checkSpeciesOf(reaction)
    }

    /// A reaction's extent, times the conversion factor, must be in the units of its species' amounts.
    private mutating func checkSpeciesOf(_ reaction: Reaction) {
        guard let extent = resolver.extent, reaction.kineticLaw != nil else { return }
        for id in Set((reaction.reactants + reaction.products).map(\.species)).sorted() {
            guard let species = model.species.first(where: { $0.id == id }), !species.isBoundaryCondition,
                let amount = resolver.amountUnit(of: species)
            else { continue }
            let factor = species.conversionFactor ?? model.conversionFactor
            guard let conversion = factor.map({ units[$0] }) ?? .dimensionless else { continue }
            let moved = extent * conversion
            if moved != amount {
                diagnostics.append(
                    Diagnostic(
                        .error, .units, "reaction '\(reaction.id)' moves \(moved), its species '\(id)' is in \(amount)",
                        at: reaction.location, remedy: "give '\(id)' the unit \(moved), or a conversion factor"))
            }
        }
    }

    private mutating func check(_ event: Event, _ index: Int) {
        let name = "event '\(event.id ?? "\(index + 1)")'"
        expect(event.trigger, nil, "trigger of \(name)", "", event.location)
        if let delay = event.delay { expect(delay, resolver.time, "delay of \(name)", "time", event.location) }
        if let priority = event.priority { expect(priority, .dimensionless, "priority of \(name)", "a priority", event.location) }
        for assignment in event.assignments {
            expect(
                assignment.math, units[assignment.variable], "assignment to '\(assignment.variable)' in \(name)",
                "'\(assignment.variable)'", event.location)
        }
    }

    // MARK: One formula

    private mutating func expect(
        _ math: Expression, _ expected: Unit?, _ what: String, _ target: String, _ location: SourceLocation?,
        isComparison: Bool = true, keepsBindings: Bool = false
    ) {
        (self.what, self.location, hasFailed, isComplete) = (what, location, false, true)
        if !keepsBindings { bindings = [:] }
        let found = unit(of: math)
        if case .unit(let unit) = found, let expected, unit != expected {
            fail("it is in \(unit), \(target) in \(expected)", math, remedy: remedy(unit, expected))
        }
        report.formulaCount += 1
        if hasFailed { report.failedFormulas += 1 }
        if isComplete { report.checkedFormulas += 1 }
    }

    mutating func fail(_ message: String, _ part: Expression, remedy: String? = nil) {
        hasFailed = true
        let finding = Diagnostic(.error, .units, "\(what): \(message), in '\(part)'", at: location, remedy: remedy)
        if !diagnostics.contains(finding) { diagnostics.append(finding) }
    }

    func remedy(_ found: Unit, _ expected: Unit) -> String? {
        if found.hasSameDimension(as: expected), let factor = try? found.factor(to: expected) { return "multiply it by \(factor) \(expected / found)" }
        let missing = expected / found
        return "a factor in \(missing) is missing or superfluous"
    }

    private func quotient(_ a: Unit?, _ b: Unit?) -> Unit? {
        guard let a, let b else { return nil }
        return a / b
    }
}
