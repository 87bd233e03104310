/// Unit names as Antimony reads them.
enum UnitNames {
    /// Units that need no definition; those of SBML Level 3.
    static let base: Set<String> = [
        "ampere", "avogadro", "becquerel", "candela", "coulomb", "dimensionless", "farad", "gram", "gray", "henry",
        "hertz", "item", "joule", "katal", "kelvin", "kilogram", "litre", "lumen", "lux", "metre", "mole", "newton",
        "ohm", "pascal", "radian", "second", "siemens", "sievert", "steradian", "tesla", "volt", "watt", "weber",
    ]

    /// What the quantities of a model are counted in when it doesn't say.
    static let defaults: [String: (kind: String, exponent: Double)] = [
        "substance": ("mole", 1), "extent": ("mole", 1), "volume": ("litre", 1), "area": ("metre", 2),
        "length": ("metre", 1), "time_unit": ("second", 1),
    ]

    /// The singular, in British spelling; `time` means the model's unit of time, `time_unit`.
    static func normal(_ name: String) -> String {
        var name = name
        if name.count > 2, name.hasSuffix("s"), !name.hasSuffix("_s"), name != "dimensionless",
            !name.contains("siemens")
        {
            name.removeLast()
        }
        switch name {
        case "meter": return "metre"
        case "liter": return "litre"
        case "time": return "time_unit"
        default: return name
        }
    }
}
