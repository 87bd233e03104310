import ModelIR

/// The names that formulas may use, and how the spellings of other tools map to ids.
///
/// An exact id comes first. Files of SimBiology also write `Tumour.Drug` for the species `Drug` of the compartment
/// `Tumour`, by id or by display name; a name with characters that an id cannot have is found by display name when
/// only one thing is called so.
struct NameTable {
    /// Ids with a numerical value: compartments, species, parameters, reactions, species references.
    private(set) var values: Set<String> = []
    private(set) var functions: Set<String> = []
    /// Written id → id in the model, for ids that are not valid.
    private var renamed: [String: String] = [:]
    private var qualified: [String: String] = [:]
    private var byName: [String: String?] = [:]

    init(model: Element) {
        var compartmentNames: [String: [String]] = [:]
        func add(_ element: Element) {
            guard let written = NameTable.writtenID(of: element) else { return }
            let id = NameTable.validID(written)
            if id != written { renamed[written] = id }
            values.insert(id)
            if let name = element["name"], element["id"] != nil, name != written { byName[name] = byName[name] == nil ? .some(id) : .some(nil) }
        }
        for element in model.items(of: "listOfFunctionDefinitions") {
            if let id = element["id"] { functions.insert(NameTable.validID(id)) }
        }
        for element in model.items(of: "listOfCompartments") {
            add(element)
            if let id = NameTable.writtenID(of: element) { compartmentNames[id] = Array(Set([id, element["name"] ?? id])) }
        }
        for element in model.items(of: "listOfSpecies") {
            add(element)
            guard let written = NameTable.writtenID(of: element), let compartment = element["compartment"] else { continue }
            for outer in compartmentNames[compartment] ?? [] {
                for inner in Set([written, element["name"] ?? written]) { qualified["\(outer).\(inner)"] = NameTable.validID(written) }
            }
        }
        for element in model.items(of: "listOfParameters") { add(element) }
        for reaction in model.items(of: "listOfReactions") {
            add(reaction)
            for list in ["listOfReactants", "listOfProducts"] {
                for reference in reaction.items(of: list) where reference["id"] != nil { add(reference) }
            }
        }
    }

    /// The id that `name` means, or nil.
    func resolved(_ name: String) -> String? {
        if values.contains(name) { return name }
        if let id = renamed[name] ?? qualified[name] { return id }
        return byName[name] ?? nil
    }

    func function(_ name: String) -> String? {
        let id = NameTable.validID(name)
        return functions.contains(id) ? id : nil
    }

    /// Level 1 has no ids; its names are ids.
    static func writtenID(of element: Element) -> String? { element["id"] ?? (element.namespace.hasSuffix("level1") ? element["name"] : nil) }

    /// The id itself when it has the form of an SBML id, else with every other character replaced by `_`.
    static func validID(_ written: String) -> String {
        func isAllowed(_ byte: UInt8) -> Bool {
            (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A) || byte == 0x5F
        }
        let startsWithDigit = written.utf8.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? true
        if !startsWithDigit, written.utf8.allSatisfy(isAllowed) { return written }
        let replaced = String(decoding: written.utf8.map { isAllowed($0) ? $0 : 0x5F }, as: UTF8.self)
        return startsWithDigit ? "_" + replaced : replaced
    }
}
