import ModelIR

extension Agent {
    private static let keys: Set<String> = [
        "id", "aliases", "class", "format", "mode", "targets", "template", "mapping", "requires", "antigen groups", "schedule",
        "preparation", "manufactured", "route", "molar mass", "amount per unit", "dose species", "bioavailability",
        "infusion hours", "benefits", "risks", "sources", "needs",
    ]

    /// - Throws: `InvalidModel` with the line of what is missing or malformed.
    init(_ file: CatalogueFile) throws(InvalidModel) {
        try file.check(knownKeys: Self.keys)
        id = try file.required("id")
        aliases = file.list("aliases")
        agentClass = try file.required("class")
        format = try file.required("format")
        mode = try file.choice("mode", as: Mode.self)
        targets = file.list("targets")
        template = try file.required("template")
        mapping = try file.pairs("mapping")
        requires = file.list("requires")
        antigenGroups = file.list("antigen groups")
        schedule = try file.required("schedule")
        preparation = file.text("preparation") ?? ""
        isManufactured = try file.flag("manufactured")
        route = try file.choice("route", as: DoseTarget.Route.self)
        molarMass = try file.number("molar mass")
        amountPerUnit = try file.numbers("amount per unit")
        doseSpecies = file.text("dose species") ?? "central"
        bioavailability = file.text("bioavailability")
        infusionDuration = (try file.number("infusion hours") ?? 0) / 24
        guard id.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil else {
            throw file.invalid("id", "lower-case letters, digits and underscores, since it begins the names of its quantities")
        }
        let prefix = id
        parameters = file.rows.map { row in
            var row = row
            row.id = "\(prefix)_\(row.id)"
            return row
        }
        origin = Origin(file: file.file, keys: file.keyLines, rows: file.rowLines)
        benefits = file.list("benefits")
        risks = file.list("risks")
        sources = file.list("sources")
        needs = file.list("needs")
    }
}

extension Cancer {
    private static let keys = Set([
        "id", "name", "aliases", "geometry", "antigens", "modules", "antigen groups", "sites", "diagnosis observable",
        "diagnosis threshold", "longest growth", "criteria", "plausible", "doubling days", "sources",
    ] + ResponseReading.Quantity.allCases.map { "\($0.rawValue) observable" })

    /// - Throws: `InvalidModel` with the line of what is missing or malformed.
    init(_ file: CatalogueFile) throws(InvalidModel) {
        try file.check(knownKeys: Self.keys)
        id = try file.required("id")
        name = try file.required("name")
        aliases = file.list("aliases")
        geometry = try file.choice("geometry", as: Geometry.self)
        antigens = file.list("antigens")
        modules = file.list("modules")
        antigenGroups = file.list("antigen groups")
        sites = file.list("sites")
        diagnosis = DiagnosisTrigger(
            observable: try file.required("diagnosis observable"), threshold: try file.required("diagnosis threshold"),
            maximumTime: try file.number("longest growth") ?? 8000)
        response = try Self.response(file)
        plausible = try file.ranges("plausible").map { ObservableLimits(observable: $0.name, low: $0.range.lowerBound, high: $0.range.upperBound) }
        doublingDays = try file.range("doubling days") ?? 10...2000
        parameters = file.rows
        sources = file.list("sources")
    }

    private static func response(_ file: CatalogueFile) throws(InvalidModel) -> ResponseReading {
        let criteria = try file.choice("criteria", as: ResponseReading.Criteria.self)
        var observables: [ResponseReading.Quantity: String] = [:]
        for quantity in ResponseReading.Quantity.allCases {
            if let observable = file.text("\(quantity.rawValue) observable") { observables[quantity] = observable }
        }
        for need in criteria.needs where observables[need] == nil {
            _ = try file.required("\(need.rawValue) observable")
        }
        return ResponseReading(criteria: criteria, observables: observables)
    }
}
