import Foundation
import ModelIR

/// Reads an SBML document of Level 1 to Level 3 Version 2; composed models (package `comp`) come out flat.
///
/// - Parameters:
///   - data: The file's bytes, in UTF-8.
///   - file: Path of the file, for messages; model definitions in other files are looked up relative to it.
/// - Throws: Everything that is wrong with the document, each with line and column; constructs that Perforin declines
///   have kind `.unsupported`.
public func readSBML(_ data: Data, file: String) throws(InvalidModel) -> Model {
    let root = try DocumentParser.parse(data, file: file)
    let findings = Findings()
    var model: Model?
    if let dialect = documentDialect(of: root, findings), checkPackages(of: root, findings) {
        if let element = root.child("model") {
            let flat = try flattened(element, of: root, file: file, findings)
            if findings.errorCount == 0 {
                model = ModelReader(dialect: dialect, model: flat, root: root, findings: findings).read()
            }
        } else {
            findings.error("the document holds no <model>", at: root)
        }
    }
    guard findings.errorCount == 0, var model else { throw InvalidModel(findings.diagnostics) }
    model.warnings = findings.diagnostics
    return model
}

/// Level and version, checked against the namespace.
func documentDialect(of root: Element, _ findings: Findings) -> SBMLDialect? {
    guard root.name == "sbml" else {
        findings.error("the root element is <\(root.name)>, not <sbml>", at: root, remedy: "this is not an SBML file")
        return nil
    }
    guard let level = root["level"].flatMap({ Int($0) }), let version = root["version"].flatMap({ Int($0) }) else {
        findings.error("<sbml> has no level and version", at: root, remedy: "add level=\"3\" version=\"2\"")
        return nil
    }
    let dialect = SBMLDialect(level: level, version: version)
    guard SBMLDialect.known.contains(dialect) else {
        findings.unsupported(
            "SBML Level \(level) Version \(version) is not known", at: root,
            remedy: "convert the model to Level 3 Version 2; Level 1 Version 1 up to that are read")
        return nil
    }
    guard root.namespace == dialect.namespace else {
        let given = root.namespace.isEmpty ? "no namespace" : "the namespace '\(root.namespace)'"
        findings.error(
            "<sbml> of Level \(level) Version \(version) is in \(given)", at: root,
            remedy: "write xmlns=\"\(dialect.namespace)\"")
        return nil
    }
    return dialect
}
