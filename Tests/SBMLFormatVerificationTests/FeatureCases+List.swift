import Foundation
import ModelCompiler

private typealias M = Markup

private func amount(_ id: String) -> Observable { Observable(id, .amount) }
private func value(_ id: String) -> Observable { Observable(id) }

/// Decay A → with rate constant k = 0.5: used wherever the feature needs some dynamics.
private func decay(of id: String = "A", _ k: Double = 0.5) -> String {
    M.list("Reactions", M.reaction("r", from: M.reference(id), rate: M.apply("times", M.ci("C"), M.cn(k), M.ci(id))))
}
private let box = M.list("Compartments", M.compartment("C", 2))
/// A column with its exact values.
private func solution(_ column: Observable, _ exact: @escaping @Sendable (Double) -> Double) -> (Observable, @Sendable (Double) -> Double) {
    (column, exact)
}
/// 1 from time t₀ on, 0 before.
private func step(_ t: Double, _ t0: Double) -> Double { t >= t0 ? 1 : 0 }
private let comp = " xmlns:comp=\"http://www.sbml.org/sbml/level3/version1/comp/version1\" comp:required=\"true\""

extension FeatureCase {
    static let all: [FeatureCase] = quantities + rules + events + formulas + composition

    static let quantities: [FeatureCase] = [
        FeatureCase(
            tags: ["NonUnityCompartment", "MultiCompartment"], content: M.list("Compartments", M.compartment("C", 2), M.compartment("D", 5))
                + M.list("Species", M.species("A", concentration: 3), M.species("B", in: "D", concentration: 0))
                + M.list("Reactions", M.reaction("r", from: M.reference("A"), to: M.reference("B"), rate: M.apply("times", M.ci("C"), M.cn(0.5), M.ci("A")))),
            end: 4, exact: [solution(value("A"), { 3 * exp(-0.5 * $0) }), solution(value("B"), { 6 * (1 - exp(-0.5 * $0)) / 5 }), solution(amount("B"), { 6 * (1 - exp(-0.5 * $0)) })]),
        FeatureCase(
            tags: ["HasOnlySubstanceUnits"], content: box + M.list("Species", M.species("A", concentration: 3, substance: true)) + decay(of: "A", 0.25),
            end: 4, exact: [solution(amount("A"), { 6 * exp(-0.5 * $0) }), solution(Observable("A", .concentration), { 3 * exp(-0.5 * $0) })]),
        FeatureCase(
            tags: ["BoundaryCondition", "ConstantSpecies"],
            content: box + M.list("Species", M.species("A", concentration: 3, boundary: true), M.species("K", amount: 4, boundary: true, constant: true), M.species("B", amount: 0))
                + M.list("Reactions", M.reaction("r", from: M.reference("A") + M.reference("K"), to: M.reference("B"), rate: M.apply("times", M.ci("A"), M.ci("K")))),
            end: 2, exact: [solution(value("A"), { _ in 3 }), solution(amount("K"), { _ in 4 }), solution(amount("B"), { 6 * $0 })]),
        FeatureCase(
            tags: ["0D-Compartment"], content: M.list("Compartments", M.compartment("C", dimensions: 0)) + M.list("Species", M.species("A", amount: 3, substance: true))
                + M.list("Reactions", M.reaction("r", from: M.reference("A"), rate: M.apply("times", M.cn(0.5), M.ci("A")))), end: 4, exact: [solution(amount("A"), { 3 * exp(-0.5 * $0) })]),
        FeatureCase(
            tags: ["NonConstantCompartment", "VolumeConcentrationRates"],
            content: M.list("Compartments", M.compartment("C", 2, constant: false)) + M.list("Species", M.species("A", concentration: 3), M.species("B", concentration: 1, boundary: true))
                + M.list("Rules", M.rule("rate", "C", M.cn(0.5)), M.rule("rate", "B", M.cn(0.25))),
            end: 4, exact: [solution(value("C"), { 2 + 0.5 * $0 }), solution(value("A"), { 6 / (2 + 0.5 * $0) }), solution(value("B"), { 1 + 0.25 * $0 }), solution(amount("B"), { (1 + 0.25 * $0) * (2 + 0.5 * $0) })]),
        FeatureCase(
            tags: ["LocalParameters"], content: box + M.list("Species", M.species("A", concentration: 3)) + M.list("Parameters", M.parameter("k", 100))
                + M.list("Reactions", M.reaction("r", from: M.reference("A"), rate: M.apply("times", M.ci("C"), M.ci("k"), M.ci("A")), locals: "<localParameter id=\"k\" value=\"0.5\"/>")),
            end: 4, exact: [solution(value("A"), { 3 * exp(-0.5 * $0) }), solution(value("k"), { _ in 100 })]),
        FeatureCase(
            tags: ["ConversionFactors"], content: box + M.list("Species", M.species("A", amount: 0, factor: "f"), M.species("B", amount: 0)) + M.list("Parameters", M.parameter("f", 3))
                + M.list("Reactions", M.reaction("r", to: M.reference("A") + M.reference("B"), rate: M.cn(2))), end: 2, exact: [solution(amount("A"), { 6 * $0 }), solution(amount("B"), { 2 * $0 })]),
        FeatureCase(
            tags: ["ReversibleReaction"], content: box + M.list("Species", M.species("A", amount: 4), M.species("B", amount: 0))
                + M.list("Reactions", M.reaction("r", from: M.reference("A"), to: M.reference("B"), rate: M.apply("times", M.ci("C"), M.apply("minus", M.ci("A"), M.ci("B"))))),
            end: 3, exact: [solution(amount("A"), { 2 + 2 * exp(-2 * $0) })]),
        FeatureCase(
            tags: ["FastReaction"], content: box + M.list("Species", M.species("A", amount: 4), M.species("B", amount: 0), M.species("D", amount: 0))
                + M.list("Reactions", M.reaction("f", from: M.reference("A"), to: M.reference("B"), rate: M.apply("minus", M.ci("A"), M.apply("times", M.cn(3), M.ci("B"))), extra: " fast=\"true\""),
                    M.reaction("s", from: M.reference("B"), to: M.reference("D"), rate: M.apply("times", M.ci("C"), M.ci("B")), extra: " fast=\"false\"")),
            end: 3, exact: [solution(amount("A"), { 3 * exp(-0.25 * $0) }), solution(amount("B"), { exp(-0.25 * $0) }), solution(amount("D"), { 4 - 4 * exp(-0.25 * $0) })], version: 1),
        FeatureCase(
            tags: ["StoichiometryMath"], content: "<listOfCompartments><compartment id=\"C\" size=\"2\"/></listOfCompartments><listOfSpecies><species id=\"A\" compartment=\"C\" initialAmount=\"0\"/></listOfSpecies>"
                + "<listOfReactions><reaction id=\"r\"><listOfProducts><speciesReference species=\"A\"><stoichiometryMath>\(M.math(M.apply("plus", M.cn(1), M.time)))</stoichiometryMath></speciesReference></listOfProducts>"
                + "<kineticLaw>\(M.math(M.cn(2)))</kineticLaw></reaction></listOfReactions>", end: 3, exact: [solution(amount("A"), { 2 * $0 + $0 * $0 })], level: 2, version: 4),
        FeatureCase(
            tags: ["AssignedVariableStoichiometry", "SpeciesReferenceInMath"], content: box + M.list("Species", M.species("A", amount: 0)) + M.list("Parameters", M.parameter("p", constant: false))
                + M.list("Rules", M.rule("assignment", "n", M.time), M.rule("assignment", "p", M.apply("times", M.cn(2), M.ci("n"))))
                + M.list("Reactions", M.reaction("r", to: M.reference("A", nil, id: "n", constant: false), rate: M.cn(2))), end: 3, exact: [solution(amount("A"), { $0 * $0 }), solution(value("p"), { 2 * $0 })]),
        FeatureCase(
            tags: ["AssignedConstantStoichiometry"], content: box + M.list("Species", M.species("A", amount: 0)) + M.list("InitialAssignments", M.initial("n", M.apply("plus", M.cn(1), M.cn(2))))
                + M.list("Reactions", M.reaction("r", to: M.reference("A", nil, id: "n"), rate: M.cn(2))), end: 3, exact: [solution(amount("A"), { 6 * $0 })]),
    ]

    static let rules: [FeatureCase] = [
        FeatureCase(
            tags: ["RateRule", "NonConstantParameter"], content: M.list("Parameters", M.parameter("x", 1, constant: false), M.parameter("v", 0, constant: false))
                + M.list("Rules", M.rule("rate", "x", M.ci("v")), M.rule("rate", "v", M.apply("minus", M.ci("x")))), end: 6, exact: [solution(value("x"), { cos($0) }), solution(value("v"), { -sin($0) })]),
        FeatureCase(
            tags: ["AssignmentRule", "CSymbolTime"], content: M.list("Parameters", M.parameter("y", constant: false), M.parameter("x", constant: false))
                + M.list("Rules", M.rule("assignment", "y", M.apply("times", M.cn(2), M.ci("x"))), M.rule("assignment", "x", M.apply("power", M.time, M.cn(2)))), end: 3, exact: [solution(value("y"), { 2 * $0 * $0 })]),
        FeatureCase(
            tags: ["AlgebraicRule"], content: M.list("Parameters", M.parameter("x", 1, constant: false), M.parameter("y", constant: false), M.parameter("z", 1, constant: false))
                + M.list("Rules", M.rule("rate", "x", M.apply("minus", M.ci("x"))), M.rule("algebraic", nil, M.apply("minus", M.apply("plus", M.ci("x"), M.ci("y")), M.cn(3))),
                    // z is the positive root of z² = y: not linear, so Newton's iteration has to find it.
                    M.rule("algebraic", nil, M.apply("minus", M.apply("times", M.ci("z"), M.ci("z")), M.ci("y")))),
            end: 3, exact: [solution(value("y"), { 3 - exp(-$0) }), solution(value("z"), { sqrt(3 - exp(-$0)) })]),
        FeatureCase(
            tags: ["InitialAssignment", "InitialValueReassigned"], content: M.list("Parameters", M.parameter("a", 7), M.parameter("x", 100, constant: false))
                + M.list("InitialAssignments", M.initial("x", M.apply("divide", M.ci("a"), M.cn(2)))) + M.list("Rules", M.rule("rate", "x", M.cn(1))), end: 2, exact: [solution(value("x"), { 3.5 + $0 })]),
        FeatureCase(
            tags: ["CSymbolDelay"], content: M.list("Parameters", M.parameter("x", 1, constant: false), M.parameter("y", constant: false))
                // x' = 1 and y(t) = x(t − 0.5), which before the start is its initial value.
                + M.list("Rules", M.rule("rate", "x", M.cn(1)), M.rule("assignment", "y", "<apply>\(M.symbol("delay"))\(M.ci("x"))\(M.cn(0.5))</apply>")), end: 2, exact: [solution(value("y"), { 1 + max(0, $0 - 0.5) })]),
        FeatureCase(
            tags: ["CSymbolRateOf"], content: box + M.list("Species", M.species("A", concentration: 3)) + M.list("Parameters", M.parameter("p", constant: false))
                + M.list("Rules", M.rule("assignment", "p", "<apply>\(M.symbol("rateOf"))\(M.ci("A"))</apply>")) + decay(), end: 3, exact: [solution(value("p"), { -1.5 * exp(-0.5 * $0) })]),
    ]

    static let events: [FeatureCase] = {
        let x = M.list("Parameters", M.parameter("x", 0, constant: false), M.parameter("y", 0, constant: false))
        func after(_ t: Double) -> String { M.apply("geq", M.time, M.cn(t)) }
        let grow = M.list("Rules", M.rule("rate", "x", M.cn(1)))
        return [
            FeatureCase(tags: ["EventNoDelay"], content: x + grow + M.list("Events", M.event(M.apply("gt", M.ci("x"), M.cn(1.13)), [("x", M.cn(0))])), end: 2, exact: [solution(value("x"), { $0 <= 1.13 ? $0 : $0 - 1.13 })]),
            FeatureCase(
                tags: ["EventWithDelay", "EventUsesTriggerTimeValues"], content: x + grow + M.list("Events", M.event(after(1.03), [("y", M.ci("x"))], delay: M.cn(0.5))), end: 2,
                exact: [solution(value("y"), { 1.03 * step($0, 1.53) })]),
            FeatureCase(
                tags: ["EventUsesAssignmentTimeValues"], content: x + grow + M.list("Events", M.event(after(1.03), [("y", M.ci("x"))], delay: M.cn(0.5), atTrigger: false)), end: 2,
                exact: [solution(value("y"), { 1.53 * step($0, 1.53) })]),
            FeatureCase(
                tags: ["EventPriority"], content: x + M.list("Events", M.event(after(1.03), [("y", M.apply("plus", M.ci("y"), M.cn(1)))], priority: 1, atTrigger: false),
                    M.event(after(1.03), [("y", M.apply("times", M.cn(5), M.apply("plus", M.ci("y"), M.cn(1))))], priority: 2, atTrigger: false)), end: 2,
                // The higher priority goes first: (0 + 1) · 5 + 1, if both use the values of their own turn.
                exact: [solution(value("y"), { 6 * step($0, 1.03) })]),
            FeatureCase(
                tags: ["EventIsPersistent"], content: x + grow + M.list("Events", M.event(M.apply("and", after(1.03), M.apply("lt", M.time, M.cn(1.2))), [("y", M.cn(1))], delay: M.cn(0.5))), end: 2,
                exact: [solution(value("y"), { step($0, 1.53) })]),
            FeatureCase(
                tags: ["EventIsNotPersistent"],
                content: x + grow + M.list("Events", M.event(M.apply("and", after(1.03), M.apply("lt", M.time, M.cn(1.2))), [("y", M.cn(1))], delay: M.cn(0.5), persistent: false)), end: 2,
                exact: [solution(value("y"), { _ in 0 })]),
            FeatureCase(
                tags: ["EventT0Firing"], content: x + M.list("Events", M.event(after(0), [("x", M.cn(1))], initial: false), M.event(after(0), [("y", M.cn(1))], initial: true)), end: 2,
                exact: [solution(value("x"), { _ in 1 }), solution(value("y"), { _ in 0 })]),
            FeatureCase(
                // Two events at once without priorities: the order is chance, but whichever comes first cancels the other.
                tags: ["RandomEventExecution"],
                content: M.list("Parameters", M.parameter("x", 0, constant: false), M.parameter("y", 0, constant: false), M.parameter("s", constant: false))
                    + M.list("Rules", M.rule("assignment", "s", M.apply("plus", M.ci("x"), M.ci("y"))))
                    + M.list("Events", M.event(M.apply("and", after(1.03), M.apply("lt", M.ci("y"), M.cn(1))), [("x", M.cn(1))], persistent: false),
                        M.event(M.apply("and", after(1.03), M.apply("lt", M.ci("x"), M.cn(1))), [("y", M.cn(1))], persistent: false)), end: 2,
                exact: [solution(value("s"), { step($0, 1.03) })]),
        ]
    }()

    static let formulas: [FeatureCase] = {
        func assigned(_ tags: [String], _ formula: String, before: String = "", version: Int = 2, _ exact: @escaping @Sendable (Double) -> Double) -> FeatureCase {
            FeatureCase(
                tags: tags, content: before + M.list("Parameters", M.parameter("y", constant: false)) + M.list("Rules", M.rule("assignment", "y", formula)), end: 2, exact: [solution(value("y"), exact)],
                version: version)
        }
        return [
            assigned(["FunctionDefinition"], "<apply>\(M.ci("f"))\(M.time)\(M.cn(3))</apply>",
                before: M.list("FunctionDefinitions", M.function("g", ["u"], M.apply("plus", M.ci("u"), M.cn(1))), M.function("f", ["u", "v"], M.apply("times", "<apply>\(M.ci("g"))\(M.ci("u"))</apply>", M.ci("v"))))) { ($0 + 1) * 3 },
            assigned(["L3v2MathML"], M.apply("plus", M.apply("max", M.time, M.cn(1)), M.apply("min", M.time, M.cn(1)), M.apply("rem", M.cn(7), M.cn(4)), M.apply("quotient", M.cn(7), M.cn(4)),
                M.apply("implies", "<true/>", "<false/>"))) { $0 + 1 + 3 + 1 + 0 },
            assigned(["UncommonMathML"], M.apply("plus", M.apply("arctan", M.time), M.apply("cosh", M.time), M.apply("sec", M.time), M.apply("arcsinh", M.time), M.apply("factorial", M.cn(4)),
                M.apply("floor", M.cn(-1.5)), M.apply("csch", M.cn(1)), "<apply><log/><logbase>\(M.cn(2))</logbase>\(M.cn(8))</apply>", "<apply><root/><degree>\(M.cn(3))</degree>\(M.cn(27))</apply>")) {
                atan($0) + cosh($0) + 1 / cos($0) + asinh($0) + 24 - 2 + 1 / sinh(1) + 3 + 3
            },
            assigned(["BoolNumericSwap"], M.apply("plus", M.apply("gt", M.time, M.cn(1.03)), "<piecewise><piece>\(M.cn(2))\(M.cn(1))</piece><otherwise>\(M.cn(5))</otherwise></piecewise>", "<true/>")) { ($0 > 1.03 ? 1 : 0) + 3 },
            assigned(["CSymbolAvogadro"], M.apply("divide", M.symbol("avogadro"), "<cn type=\"e-notation\">1<sep/>23</cn>")) { _ in 6.02214179 },
            FeatureCase(
                tags: ["NoMathML"], content: M.list("Parameters", M.parameter("x", 2, constant: false), M.parameter("y", 3)) + "<listOfInitialAssignments><initialAssignment symbol=\"y\"/></listOfInitialAssignments>"
                    + "<listOfRules><rateRule variable=\"x\"/></listOfRules><listOfEvents><event useValuesFromTriggerTime=\"true\"><trigger initialValue=\"false\" persistent=\"true\"/></event></listOfEvents>",
                end: 1, exact: [solution(value("x"), { _ in 2 }), solution(value("y"), { _ in 3 })]),
            FeatureCase(
                tags: ["Level 1 formulas and denominators"],
                content: "<listOfCompartments><compartment name=\"C\" volume=\"2\"/></listOfCompartments><listOfSpecies><species name=\"A\" compartment=\"C\" initialAmount=\"0\"/></listOfSpecies>"
                    + "<listOfParameters><parameter name=\"k\" value=\"4\"/><parameter name=\"p\" value=\"0\"/></listOfParameters><listOfRules><parameterRule name=\"p\" formula=\"-k^2 + log(k)*sqr(3)\"/></listOfRules>"
                    + "<listOfReactions><reaction name=\"r\"><listOfProducts><speciesReference species=\"A\" stoichiometry=\"3\" denominator=\"2\"/></listOfProducts><kineticLaw formula=\"k / 2\"/></reaction></listOfReactions>",
                end: 2, exact: [solution(amount("A"), { 3 * $0 }), solution(value("p"), { _ in 16 + 9 * log(4) })], level: 1),
        ]
    }()

    static let composition: [FeatureCase] = [
        FeatureCase(
            tags: ["comp (any)"],
            // The inner model counts in minutes and in thousands: x' = 1 per minute; the outer one in hours.
            content: M.list("Parameters", M.parameter("T", 1.0 / 60), M.parameter("total", 0, constant: false))
                + "<comp:listOfSubmodels><comp:submodel comp:id=\"sub\" comp:modelRef=\"inner\" comp:timeConversionFactor=\"T\"><comp:listOfDeletions><comp:deletion comp:idRef=\"unused\"/></comp:listOfDeletions></comp:submodel></comp:listOfSubmodels>"
                + M.list("Rules", M.rule("rate", "total", M.cn(1))),
            end: 2, exact: [solution(value("sub__x"), { 60 * $0 }), solution(value("sub__clock"), { 60 * $0 })],
            after: "<comp:listOfModelDefinitions><comp:modelDefinition id=\"inner\">" + M.list("Parameters", M.parameter("x", 0, constant: false), M.parameter("clock", constant: false), M.parameter("unused", 1))
                + M.list("Rules", M.rule("rate", "x", M.cn(1)), M.rule("assignment", "clock", M.time)) + "</comp:modelDefinition></comp:listOfModelDefinitions>", attributes: comp),
        FeatureCase(
            tags: ["comp (any)", "replaced elements with a conversion factor"],
            // The outer y is a thousand times the inner x, whose rate rule is taken over in the outer's terms.
            content: "<listOfParameters><parameter id=\"thousand\" value=\"1000\" constant=\"true\"/><parameter id=\"y\" value=\"5\" constant=\"false\"><comp:listOfReplacedElements>"
                + "<comp:replacedElement comp:submodelRef=\"sub\" comp:portRef=\"px\" comp:conversionFactor=\"thousand\"/></comp:listOfReplacedElements></parameter></listOfParameters>"
                + "<comp:listOfSubmodels><comp:submodel comp:id=\"sub\" comp:modelRef=\"inner\"/></comp:listOfSubmodels>",
            end: 2, exact: [solution(value("y"), { 5 * exp(-$0) }), solution(value("sub__copy"), { 0.005 * exp(-$0) })],
            after: "<comp:listOfModelDefinitions><comp:modelDefinition id=\"inner\">" + M.list("Parameters", M.parameter("x", 1, constant: false), M.parameter("copy", constant: false))
                + M.list("Rules", M.rule("rate", "x", M.apply("minus", M.ci("x"))), M.rule("assignment", "copy", M.ci("x")))
                + "<comp:listOfPorts><comp:port comp:id=\"px\" comp:idRef=\"x\"/></comp:listOfPorts></comp:modelDefinition></comp:listOfModelDefinitions>", attributes: comp),
    ]
}
