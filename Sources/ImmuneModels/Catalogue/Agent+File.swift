import ModelIR

extension Agent {
    private static let keys: Set<String> = [
        "id", "aliases", "class", "format", "mode", "targets", "template", "requires", "schedule", "route", "molar mass",
        "amount per unit", "dose species", "bioavailability", "infusion hours", "benefits", "risks", "sources", "needs",
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
        mapping = [:]
        requires = file.list("requires")
        schedule = try file.required("schedule")
        route = try file.choice("route", as: DoseTarget.Route.self)
        molarMass = try file.number("molar mass")
        amountPerUnit = [:]
        for pair in file.list("amount per unit") {
            let parts = pair.split(separator: "=")
            if parts.count == 2, let value = Double(parts[1]) { amountPerUnit[String(parts[0])] = value }
        }
        doseSpecies = file.text("dose species") ?? "central"
        bioavailability = file.text("bioavailability")
        infusionDuration = (try file.number("infusion hours") ?? 0) / 24
        let prefix = id
        parameters = file.rows.map { row in
            var row = row
            row.id = "\(prefix)_\(row.id)"
            return row
        }
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
