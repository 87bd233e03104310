import Foundation
import Integrators
import Dynamics
import ModelCompiler
import ModelIR
import SBMLFormat

/// A small model of our own for one feature of SBML, with its solution in closed form.
struct FeatureCase: Sendable, CustomStringConvertible {
    /// Tags of the SBML Test Suite that the case stands for.
    var tags: [String]
    /// Content of `<model>`.
    var content: String
    var end: Double
    /// Exact values by column: what to observe, and its value at time t.
    var exact: [(Observable, @Sendable (Double) -> Double)]
    /// Level and version; the content must suit it.
    var level = 3
    var version = 2
    /// What follows the model inside `<sbml>`, and attributes of `<sbml>`.
    var after = ""
    var attributes = ""

    var description: String { tags.joined(separator: ", ") }

    var document: String {
        let namespace = level == 3 ? "level3/version\(version)/core" : level == 2 ? (version == 1 ? "level2" : "level2/version\(version)") : "level1"
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <sbml xmlns="http://www.sbml.org/sbml/\(namespace)" level="\(level)" version="\(version)"\(attributes)>
            <model \(level == 1 ? "name" : "id")="m">\(content)</model>\(after)
            </sbml>
            """
    }

    /// The largest difference from the solution, relative to 1 + |exact|, over 21 times.
    func error(of model: Model) throws -> Double {
        let compiled = try compile(model, options: CompileOptions(observables: exact.map(\.0)))
        let integrator = try Integrator(compiled.system, tolerances: Tolerances(relative: 1e-9, absolute: .scaled(1e-12)))
        let times = (0...20).map { end * Double($0) / 20 }
        let result = integrator.run(PatientInput(inputs: compiled.system.inputDefaults, endTime: end, outputTimes: times))
        if let failure = result.failure { throw failure }
        var worst = 0.0
        for (row, t) in times.enumerated() {
            for (column, item) in exact.enumerated() {
                let c = item.1(t)
                let u = result.outputs[row * exact.count + column]
                worst = max(worst, c.isNaN && u.isNaN ? 0 : abs(u - c) / (1 + abs(c)))
            }
        }
        return worst.isNaN ? .infinity : worst
    }
}

/// Building blocks of the cases' documents.
enum Markup {
    static func math(_ content: String) -> String { "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">\(content)</math>" }
    static func apply(_ op: String, _ parts: String...) -> String { "<apply><\(op)/>\(parts.joined())</apply>" }
    static func ci(_ id: String) -> String { "<ci>\(id)</ci>" }
    static func cn(_ value: Double) -> String { "<cn>\(value)</cn>" }
    static func symbol(_ name: String) -> String { "<csymbol encoding=\"text\" definitionURL=\"http://www.sbml.org/sbml/symbols/\(name)\">\(name)</csymbol>" }
    static let time = symbol("time")

    static func list(_ name: String, _ items: String...) -> String { "<listOf\(name)>\(items.joined())</listOf\(name)>" }
    static func compartment(_ id: String, _ size: Double = 1, constant: Bool = true, dimensions: Int = 3) -> String {
        let sized = dimensions == 0 ? "" : " size=\"\(size)\""
        return "<compartment id=\"\(id)\" spatialDimensions=\"\(dimensions)\"\(sized) constant=\"\(constant)\"/>"
    }
    static func species(
        _ id: String, in compartment: String = "C", amount: Double? = nil, concentration: Double? = nil, substance: Bool = false,
        boundary: Bool = false, constant: Bool = false, factor: String? = nil
    ) -> String {
        let start = amount.map { " initialAmount=\"\($0)\"" } ?? concentration.map { " initialConcentration=\"\($0)\"" } ?? ""
        return "<species id=\"\(id)\" compartment=\"\(compartment)\"\(start) hasOnlySubstanceUnits=\"\(substance)\" boundaryCondition=\"\(boundary)\" "
            + "constant=\"\(constant)\"\(factor.map { " conversionFactor=\"\($0)\"" } ?? "")/>"
    }
    static func parameter(_ id: String, _ value: Double? = nil, constant: Bool = true) -> String {
        "<parameter id=\"\(id)\"\(value.map { " value=\"\($0)\"" } ?? "") constant=\"\(constant)\"/>"
    }
    static func reference(_ species: String, _ stoichiometry: Double? = 1, id: String? = nil, constant: Bool = true) -> String {
        "<speciesReference\(id.map { " id=\"\($0)\"" } ?? "") species=\"\(species)\"\(stoichiometry.map { " stoichiometry=\"\($0)\"" } ?? "") constant=\"\(constant)\"/>"
    }
    static func reaction(_ id: String, from: String = "", to: String = "", rate: String, locals: String = "", extra: String = "") -> String {
        "<reaction id=\"\(id)\" reversible=\"false\"\(extra)>" + (from.isEmpty ? "" : list("Reactants", from)) + (to.isEmpty ? "" : list("Products", to))
            + "<kineticLaw>\(math(rate))\(locals.isEmpty ? "" : list("LocalParameters", locals))</kineticLaw></reaction>"
    }
    static func rule(_ kind: String, _ variable: String?, _ content: String) -> String {
        "<\(kind)Rule\(variable.map { " variable=\"\($0)\"" } ?? "")>\(math(content))</\(kind)Rule>"
    }
    static func initial(_ symbol: String, _ content: String) -> String { "<initialAssignment symbol=\"\(symbol)\">\(math(content))</initialAssignment>" }
    static func event(
        _ trigger: String, _ assignments: [(String, String)], delay: String? = nil, priority: Double? = nil, persistent: Bool = true,
        initial: Bool = true, atTrigger: Bool = true
    ) -> String {
        "<event useValuesFromTriggerTime=\"\(atTrigger)\"><trigger initialValue=\"\(initial)\" persistent=\"\(persistent)\">\(math(trigger))</trigger>"
            + (priority.map { "<priority>\(math(cn($0)))</priority>" } ?? "") + (delay.map { "<delay>\(math($0))</delay>" } ?? "")
            + list("EventAssignments", assignments.map { "<eventAssignment variable=\"\($0)\">\(math($1))</eventAssignment>" }.joined()) + "</event>"
    }
    static func function(_ id: String, _ arguments: [String], _ body: String) -> String {
        "<functionDefinition id=\"\(id)\">\(math("<lambda>\(arguments.map { "<bvar>\(ci($0))</bvar>" }.joined())\(body)</lambda>"))</functionDefinition>"
    }
}
