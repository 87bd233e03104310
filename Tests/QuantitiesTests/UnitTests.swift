import Testing

@testable import Quantities

@Suite struct UnitTests {
    @Test(
        "a text is read as the unit it writes",
        arguments: [
            ("nmol/L", "nM"), ("1/day", "d^-1"), ("mg/kg", "g/t"), ("cells/uL", "10^9 cells/m^3"), ("mm^2", "1e-6 m^2"),
            ("mm2", "mm^2"), ("s-1", "1/s"), ("m² s⁻¹", "m^2/s"), ("(mol/L)^(1/2)", "M^0.5"), ("a/b", ""), ("µg/mL", "mg/L"),
            ("a", ""), ("nanomole", "nmol"), ("milliliters", "mL"), ("1/(nanomolarity*second)", "1/nM/s"), ("kilodalton", "kDa"),
            ("mg/kg/day", "mg/(kg*d)"), ("ug/mL*day", "ug*day/mL"), ("10^6 cells/mL", "1e6 cells/mL"), ("mole per", ""),
            ("molecule", "item"), ("weeks", "7 d"), ("%", "0.01"), ("mmHg", "133.322387415 Pa"), ("J", "kg*m**2/s**2"),
        ])
    func parsing(text: String, same: String) throws {
        if same.isEmpty {
            #expect(throws: UnitError.self) { try Unit(text) }
        } else if text == "mg/kg" {
            // There is no tonne; mg/kg is a pure number that keeps its names.
            let unit = try Unit(text)
            #expect(unit.dimension.isDimensionless && unit.size == 1e-6)
            #expect(unit.description == "mg/kg")
        } else {
            #expect(try Unit(text) == Unit(same))
        }
    }

    @Test("cells, molecules, moles and plain numbers are different things")
    func countsDiffer() throws {
        let units = try ["cell", "molecule", "mol", "dimensionless", "IU"].map { try Unit($0) }
        for (i, a) in units.enumerated() {
            for b in units.dropFirst(i + 1) { #expect(!a.hasSameDimension(as: b), "\(a) and \(b)") }
        }
    }

    @Test("metric prefixes convert without rounding")
    func exactPrefixes() throws {
        #expect(try Unit("ug/mL").factor(to: Unit("mg/L")) == 1)
        #expect(try Unit("nmol/L").factor(to: Unit("mol/L")) == 1e-9)
        #expect(try Unit("day").factor(to: Unit("min")) == 1440)
        #expect(try Unit("mm^3").factor(to: Unit("mL")) == 1e-3)
    }

    @Test("conversion between dimensions is refused and says which")
    func refusal() {
        #expect {
            _ = try Unit("mg").factor(to: Unit("mL"))
        } throws: { error in
            "\(error)".contains("mass") && "\(error)".contains("length^3")
        }
    }

    @Test("an unknown unit comes with the nearest known one")
    func nearMatch() {
        #expect {
            _ = try Unit("mg/nmll")
        } throws: { error in
            "\(error)".contains("unknown unit 'nmll' in 'mg/nmll'") && "\(error)".contains("did you mean")
        }
    }

    @Test("malformed texts are refused, not misread", arguments: ["", "mg/", "(mg", "mg)", "mg^", "m^x", "m^(1/0)", "*m", "mg//kg"])
    func malformed(text: String) {
        #expect(throws: UnitError.self) { try Unit(text) }
    }

    @Test("a unit's own text reads back as the same unit", arguments: ["nmol/L/day", "mg/kg", "1/day", "cell/uL", "m^(1/2)", "10^6*cells/mL"])
    func roundTrip(text: String) throws {
        let unit = try Unit(text)
        #expect(try Unit(unit.description) == unit)
    }

    @Test("a root halves the exponents")
    func root() throws {
        let unit = try Unit("mol^2/L").raised(to: Rational(1, 2))
        #expect(unit.dimension.exponent(of: .substance) == .one)
        #expect(unit.dimension.exponent(of: .length) == Rational(-3, 2))
    }
}

@Suite struct QuantityTests {
    @Test("a number with its unit", arguments: [("200 mg", 0.2, "g"), ("37mm", 3.7, "cm"), ("80%", 0.8, ""), ("1e3 s", 1, "1000 s"), ("-2.5 K", -2.5, "K"), ("0.5", 0.5, "")])
    func parsing(text: String, value: Double, unit: String) throws {
        let quantity = try Quantity(text)
        let target = unit.isEmpty ? Unit.dimensionless : try Unit(unit)
        #expect(abs(try quantity.value(in: target) - value) <= 1e-15 * abs(value))
    }

    @Test("text without a number is refused", arguments: ["mg", "", "abc 3", "3 flurb"])
    func refusal(text: String) { #expect(throws: UnitError.self) { try Quantity(text) } }
}

@Suite struct RationalTests {
    @Test("fractions reduce and are recognised in decimals")
    func reduction() {
        #expect(Rational(2, -4) == Rational(-1, 2))
        #expect(Rational(0.5) == Rational(1, 2))
        #expect(Rational(2.37) == Rational(237, 100))
        #expect(Rational(1.0 / 3) == Rational(1, 3))
        #expect(Rational(Double.pi) == nil)
        #expect(Rational(-1.5) == Rational(-3, 2))
    }
}
