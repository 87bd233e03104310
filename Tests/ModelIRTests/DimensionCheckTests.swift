import Testing

@testable import ModelIR

@Suite struct DimensionCheckTests {
    /// A model with units throughout: drug in nmol in a volume in L, time in days.
    static func model() -> Model {
        var model = Model(id: "pk")
        model.units.time = "day"
        model.units.substance = "nmol"
        model.units.volume = "L"
        model.units.extent = "nmol"
        model.compartments = [Compartment(id: "V", size: 5)]
        model.species = [Species(id: "C", compartment: "V", initialValue: .concentration(1))]
        model.parameters = [
            Parameter(id: "k", value: 0.1, unit: "1/day"), Parameter(id: "Vmax", value: 1, unit: "nmol/day"),
            Parameter(id: "Km", value: 2, unit: "nmol/L"), Parameter(id: "n", value: 2, unit: "dimensionless"),
            Parameter(id: "T", value: 1e9, unit: "cell"), Parameter(id: "w", value: 1),
        ]
        return model
    }

    static func check(_ rate: Expression, strict: Bool = false) -> DimensionReport {
        var model = model()
        model.reactions = [
            Reaction(
                id: "r", reactants: [SpeciesReference(species: "C")], kineticLaw: KineticLaw(math: rate),
                location: SourceLocation(file: "pk.ant", line: 3, column: 1))
        ]
        return model.checkDimensions(bareNumbersAreDimensionless: strict)
    }

    private static let k = Expression.symbol("k")
    private static let C = Expression.symbol("C")
    private static let V = Expression.symbol("V")
    private static let Km = Expression.symbol("Km")

    @Test("right units pass, Hill terms included")
    func right() {
        let n = Expression.symbol("n")
        let hill = Expression.apply(.power, [Self.C, n]) / (.apply(.power, [Self.Km, n]) + .apply(.power, [Self.C, n]))
        for rate in [Self.k * Self.C * Self.V, .symbol("Vmax") * hill, .symbol("Vmax") * .apply(.exp, [Self.C / Self.Km])] {
            let report = Self.check(rate, strict: true)
            #expect(report.diagnostics.isEmpty, "\(report.diagnostics)")
            #expect(report.checkedFormulas == 1 && report.coverage == 1)
        }
    }

    static let wrongRates: [(rate: Expression, message: String)] = {
        let greater: Expression = .apply(.gt, [C, k])
        let sound: Expression = .apply(.gt, [C, Km])
        var list: [(rate: Expression, message: String)] = []
        list.append((k * C, "it is in nmol/day/L, extent per time in nmol/day, in 'k * C'"))
        list.append((k * V * (C + k), "it adds nmol/L and 1/day, in 'C + k'"))
        list.append((k * V * C * .apply(.ln, [C]), "the argument of 'ln' is in nmol/L, not dimensionless, in 'ln(C)'"))
        list.append((k * V * C * .apply(.power, [.number(2), C]), "the exponent is in nmol/L"))
        list.append((k * .symbol("T"), "it is in cell/day"))
        list.append((.apply(.piecewise, [k, greater, .symbol("Vmax")]), "it compares nmol/L and 1/day"))
        list.append((.apply(.piecewise, [k, sound, .symbol("Vmax")]), "it chooses between 1/day and nmol/day"))
        return list
    }()

    @Test("wrong units are found, with the sub-expression at fault", arguments: wrongRates.indices)
    func wrong(index: Int) {
        let (rate, message) = Self.wrongRates[index]
        let report = Self.check(rate)
        #expect(report.failedFormulas == 1)
        #expect(report.diagnostics.contains { $0.kind == .units && $0.message.contains(message) && $0.location?.line == 3 }, "\(report.diagnostics)")
    }

    @Test("a volume in mL where L is meant is an error with its factor")
    func scale() {
        let report = Self.check(Self.k * Self.C * .number(3, unit: "mL"))
        #expect(report.diagnostics.first?.message.contains("it is in nmol*mL/day/L") == true, "\(report.diagnostics)")
        #expect(report.diagnostics.first?.remedy?.contains("0.001") == true, "\(report.diagnostics)")
    }

    @Test("a bare number fits in a comparison, unless held to be dimensionless; zero always fits")
    func bareNumbers() {
        let rate = Expression.apply(.piecewise, [Self.k * Self.C * Self.V, .apply(.gt, [.time, .number(5)]), .zero])
        #expect(Self.check(rate).diagnostics.isEmpty)
        #expect(Self.check(rate, strict: true).diagnostics.contains { $0.message.contains("compares day and dimensionless") })
        let zero = Expression.apply(.piecewise, [Self.k * Self.C * Self.V, .apply(.gt, [Self.C, .zero]), .zero])
        #expect(Self.check(zero, strict: true).diagnostics.isEmpty)
    }

    @Test("a symbol without unit leaves its formula unchecked and is counted")
    func coverage() {
        let report = Self.check(.symbol("w") * Self.C)
        #expect(report.diagnostics.isEmpty)
        #expect(report.checkedFormulas == 0 && report.formulaCount == 1)
        #expect(report.symbolsWithUnit == 7 && report.symbolCount == 8)
    }

    @Test("a species in other units than the reaction's extent is found")
    func extent() {
        var model = Self.model()
        model.species[0].unit = "cell"
        model.reactions = [Reaction(id: "r", reactants: [SpeciesReference(species: "C")], kineticLaw: KineticLaw(math: .symbol("Vmax")))]
        #expect(model.checkDimensions().diagnostics.contains { $0.message.contains("moves nmol, its species 'C' is in cell") })
        model.parameters.append(Parameter(id: "perNanomole", value: 6e14, unit: "cell/nmol"))
        model.conversionFactor = "perNanomole"
        #expect(model.checkDimensions().diagnostics.isEmpty)
    }

    @Test("a model without units says so once")
    func unitless() {
        let report = ModelValidationTests.decay().checkDimensions()
        #expect(report.diagnostics.count == 1 && report.diagnostics[0].severity == .note)
        #expect(report.coverage == 0)
    }

    @Test("unit definitions build on each other, and a circle among them is found")
    func definitions() {
        var model = Self.model()
        model.unitDefinitions = [
            UnitDefinition(id: "nM", factors: [.init(kind: "mole", scale: -9), .init(kind: "litre", exponent: -1)]),
            UnitDefinition(id: "perDay", factors: [.init(kind: "day", exponent: -1)]),
            UnitDefinition(id: "day", factors: [.init(kind: "second", multiplier: 86400)]),
        ]
        let resolver = UnitResolver(model)
        #expect(resolver.findings.isEmpty)
        #expect(resolver.unit("nM") == resolver.unit("nmol/L"))
        #expect(resolver.unit("perDay") == resolver.unit("1/d"))
        model.unitDefinitions[2].factors[0].kind = "perDay"
        #expect(UnitResolver(model).findings.contains { $0.message.contains("defined by itself") })
    }
}
