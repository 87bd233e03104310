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
        if let molarMass, molarMass <= 0 { throw file.invalid("molar mass", "a positive number of g/mol") }
        amountPerUnit = try file.numbers("amount per unit")
        doseSpecies = file.text("dose species") ?? "central"
        bioavailability = file.text("bioavailability")
        infusionDuration = (try file.number("infusion hours") ?? 0) / 24
        if infusionDuration < 0 { throw file.invalid("infusion hours", "a number of hours, 0 for a bolus") }
        guard id.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil else {
            throw file.invalid("id", "lower-case letters, digits and underscores, since it begins the names of its quantities")
        }
        for key in ["benefits", "risks", "sources"] { _ = try file.required(key) }
        try Self.checkSigns(file)
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

    /// Volumes and affinities divide, and clearances take away: none may be negative, volumes and affinities not zero.
    private static func checkSigns(_ file: CatalogueFile) throws(InvalidModel) {
        var problems: [Diagnostic] = []
        for row in file.rows {
            let divides = ["Vc", "Vp", "V"].contains(row.id) || row.id.hasSuffix("_Kd")
            guard divides ? row.value <= 0 : ["CL", "Q"].contains(row.id) && row.value < 0 else { continue }
            problems.append(
                Diagnostic(
                    .error, .invalid, "'\(row.id)' is \(row.value.formatted()) \(row.unit)",
                    at: SourceLocation(file: file.file, line: file.rowLines[row.id] ?? 1, column: 1), remedy: divides ? "give a positive value" : "give 0 or more"))
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
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
