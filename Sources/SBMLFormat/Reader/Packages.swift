import ModelIR

/// Packages of Level 3 and what becomes of them.
///
/// A package that a document marks as required changes the mathematics: it is either understood or the document is
/// refused. One that is not required (layout, rendering, groups) is passed over with a note.
enum Package {
    static let prefix = "http://www.sbml.org/sbml/level3/version1/"
    static let composition = "http://www.sbml.org/sbml/level3/version1/comp/version1"
    static let extendedMath = "http://www.sbml.org/sbml/level3/version1/l3v2extendedmath/version1"

    /// "fbc" of ".../level3/version1/fbc/version2".
    static func name(of uri: String) -> String? {
        guard uri.hasPrefix("http://www.sbml.org/sbml/level3/"), !uri.hasSuffix("/core") else { return nil }
        let parts = uri.split(separator: "/")
        return parts.count >= 7 ? String(parts[5]) : nil
    }

    static func remedy(for name: String) -> String {
        switch name {
        case "fbc": "flux balance is an optimisation, not a time course; use COBRApy"
        case "qual": "logical models have no rates; use GINsim or CellNOpt"
        case "spatial": "remove the geometry, or use VCell"
        case "multi": "expand the rules into species and reactions, or use BioNetGen or VCell"
        case "arrays": "expand the arrays"
        case "distrib": "replace the distributions by parameters and sample them with --parameters"
        case "dyn": "dynamic structures need another simulator"
        default: "export the model without this package"
        }
    }
}

/// Refuses documents whose mathematics need a package that is not understood.
/// - Returns: False when the document was refused.
func checkPackages(of root: Element, _ findings: Findings) -> Bool {
    var isSound = true
    var seen: Set<String> = []
    for attribute in root.attributes where attribute.name == "required" && !attribute.namespace.isEmpty {
        seen.insert(attribute.namespace)
        let name = Package.name(of: attribute.namespace) ?? attribute.prefix
        switch attribute.namespace {
        case Package.composition, Package.extendedMath: continue
        default: break
        }
        if attribute.value.trimmed == "true" || attribute.value.trimmed == "1" {
            findings.unsupported("the document needs the package '\(name)', which is not supported", at: root, remedy: Package.remedy(for: name))
            isSound = false
        } else if name != "fbc" {
            findings.note("the package '\(name)' does not change the mathematics and is left out", at: root)
        }
    }
    for declaration in root.declarations {
        guard let name = Package.name(of: declaration.uri), !seen.contains(declaration.uri) else { continue }
        if name == "comp" || name == "l3v2extendedmath" { continue }
        findings.note("the package '\(name)' is declared but not marked as required, and is left out", at: root)
    }
    // A flux balance problem is no set of differential equations, although its package says that it is not required.
    if let model = root.child("model"),
        let objective = model.children.first(where: { $0.name == "listOfObjectives" && Package.name(of: $0.namespace) == "fbc" })
    {
        findings.unsupported("the model is a flux balance problem (package 'fbc')", at: objective, remedy: Package.remedy(for: "fbc"))
        isSound = false
    }
    return isSound
}
