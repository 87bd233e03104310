import Foundation

extension Double {
    func power(_ exponent: Double) -> Double { pow(self, exponent) }
}

/// The units that can be written, by symbol and by name.
///
/// Sizes: SI brochure, 9th ed. (exact by definition); month and year are means of the Julian calendar (30.4375 d,
/// 365.25 d); dalton CODATA 2018; mmHg as conventional 133.322387415 Pa.
enum UnitCatalogue {
    struct Entry {
        var unit: Unit
        /// Whether metric prefixes may stand before it.
        var takesPrefix: Bool
    }

    static let prefixes: [(symbol: String, name: String, exponent: Int)] = [
        ("y", "yocto", -24), ("z", "zepto", -21), ("a", "atto", -18), ("f", "femto", -15), ("p", "pico", -12),
        ("n", "nano", -9), ("u", "micro", -6), ("µ", "micro", -6), ("μ", "micro", -6), ("m", "milli", -3),
        ("c", "centi", -2), ("d", "deci", -1), ("da", "deca", 1), ("h", "hecto", 2), ("k", "kilo", 3),
        ("M", "mega", 6), ("G", "giga", 9), ("T", "tera", 12), ("P", "peta", 15),
    ]

    /// Symbols, tried with short prefixes.
    static let symbols: [String: Entry] = table([
        (["m"], length, true), (["g"], gram, true), (["s", "sec"], time, true), (["A"], current, true),
        (["K"], temperature, true), (["mol"], substance, true), (["cd"], Unit(Dimension(.luminousIntensity), 1, 0, []), true),
        (["L", "l"], length.raised(to: Rational(3)).scaled(by: 1, tenTo: -3), true),
        (["M"], substance / length.raised(to: Rational(3)).scaled(by: 1, tenTo: -3), true),
        (["Hz", "Bq"], hertz, true), (["N"], newton, true), (["Pa"], pascal, true), (["J"], joule, true),
        (["W"], joule / time, true), (["C"], coulomb, true), (["V"], volt, true), (["F"], coulomb / volt, true),
        (["ohm", "Ω"], volt / current, true), (["S"], current / volt, true), (["Wb"], volt * time, true),
        (["T"], volt * time / length.raised(to: Rational(2)), true), (["H"], volt * time / current, true),
        (["Gy", "Sv"], joule / kilogram, true), (["kat"], substance / time, true),
        (["min"], time.scaled(by: 60), false), (["h", "hr", "hrs"], time.scaled(by: 3600), false),
        (["d"], time.scaled(by: 86400), false), (["wk"], time.scaled(by: 604800), false),
        (["mo"], time.scaled(by: 2_629_800), false), (["yr", "y"], time.scaled(by: 31_557_600), false),
        (["Da"], gram.scaled(by: 1.66053906660, tenTo: -24), true), (["IU"], activity, true),
        (["mmHg"], pascal.scaled(by: 133.322387415), false), (["%"], Unit(.none, 1, -2, []), false),
        (["mcg"], gram.scaled(by: 1, tenTo: -6), false), (["cc"], length.raised(to: Rational(3)).scaled(by: 1, tenTo: -6), false),
        (["Å"], length.scaled(by: 1, tenTo: -10), false), (["rad", "sr"], .dimensionless, false),
    ])

    /// Names, tried with long prefixes, in the singular or plural.
    static let names: [String: Entry] = table([
        (["metre", "meter"], length, true), (["gram", "gramme"], gram, true), (["second"], time, true),
        (["ampere"], current, true), (["kelvin"], temperature, true), (["mole"], substance, true),
        (["candela"], Unit(Dimension(.luminousIntensity), 1, 0, []), true),
        (["litre", "liter"], length.raised(to: Rational(3)).scaled(by: 1, tenTo: -3), true),
        (["molar", "molarity"], substance / length.raised(to: Rational(3)).scaled(by: 1, tenTo: -3), true),
        (["hertz", "becquerel"], hertz, true), (["newton"], newton, true), (["pascal"], pascal, true),
        (["joule"], joule, true), (["watt"], joule / time, true), (["coulomb"], coulomb, true), (["volt"], volt, true),
        (["farad"], coulomb / volt, true), (["siemens"], current / volt, true), (["weber"], volt * time, true),
        (["tesla"], volt * time / length.raised(to: Rational(2)), true), (["henry"], volt * time / current, true),
        (["gray", "sievert"], joule / kilogram, true), (["katal"], substance / time, true),
        (["lumen"], Unit(Dimension(.luminousIntensity), 1, 0, []), true),
        (["lux"], Unit(Dimension(.luminousIntensity), 1, 0, []) / length.raised(to: Rational(2)), true),
        (["minute"], time.scaled(by: 60), false), (["hour"], time.scaled(by: 3600), false),
        (["day"], time.scaled(by: 86400), false), (["week"], time.scaled(by: 604800), false),
        (["month"], time.scaled(by: 2_629_800), false), (["year"], time.scaled(by: 31_557_600), false),
        (["cell"], Unit(Dimension(.cells), 1, 0, []), true),
        (["molecule", "item", "particle"], Unit(Dimension(.molecules), 1, 0, []), true),
        (["dalton"], gram.scaled(by: 1.66053906660, tenTo: -24), true), (["angstrom"], length.scaled(by: 1, tenTo: -10), false),
        (["dimensionless", "fraction", "radian", "steradian"], .dimensionless, false),
        (["percent"], Unit(.none, 1, -2, []), false), (["avogadro"], Unit(.none, 6.02214179, 23, []), false),
    ])

    private static let length = Unit(Dimension(.length), 1, 0, [])
    private static let kilogram = Unit(Dimension(.mass), 1, 0, [])
    private static let gram = Unit(Dimension(.mass), 1, -3, [])
    private static let time = Unit(Dimension(.time), 1, 0, [])
    private static let current = Unit(Dimension(.current), 1, 0, [])
    private static let temperature = Unit(Dimension(.temperature), 1, 0, [])
    private static let substance = Unit(Dimension(.substance), 1, 0, [])
    private static let activity = Unit(Dimension(.internationalUnits), 1, 0, [])
    private static let hertz = time.raised(to: Rational(-1))
    private static let newton = kilogram * length / time.raised(to: Rational(2))
    private static let pascal = newton / length.raised(to: Rational(2))
    private static let joule = newton * length
    private static let coulomb = current * time
    private static let volt = joule / coulomb

    private static func table(_ rows: [([String], Unit, Bool)]) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for (names, unit, takesPrefix) in rows {
            for name in names { entries[name] = Entry(unit: unit, takesPrefix: takesPrefix) }
        }
        return entries
    }

    /// The unit of one name, prefix included; nil when there is none.
    static func unit(named text: String) -> Unit? {
        func found(_ unit: Unit, _ exponent: Int = 0) -> Unit {
            unit.dimension.isDimensionless && unit.size == 1 && exponent == 0 ? .dimensionless : unit.scaled(by: 1, tenTo: exponent, named: text)
        }
        if let entry = symbols[text] { return found(entry.unit) }
        if let entry = name(text) { return found(entry.unit) }
        for prefix in prefixes {
            if text.hasPrefix(prefix.symbol), let entry = symbols[String(text.dropFirst(prefix.symbol.count))], entry.takesPrefix {
                return found(entry.unit, prefix.exponent)
            }
            if text.hasPrefix(prefix.name), let entry = name(String(text.dropFirst(prefix.name.count))), entry.takesPrefix {
                return found(entry.unit, prefix.exponent)
            }
        }
        return nil
    }

    private static func name(_ text: String) -> Entry? {
        names[text] ?? (text.hasSuffix("s") ? names[String(text.dropLast())] : nil)
    }

    /// Everything that could have been meant, for near matches.
    static let candidates: [String] =
        symbols.keys.sorted() + names.keys.sorted()
        + symbols.filter(\.value.takesPrefix).keys.sorted().flatMap { symbol in
            ["p", "n", "u", "m", "c", "d", "k"].map { $0 + symbol }
        }
}
