import Foundation
import ModelIR

/// Finds the definitions that submodels refer to: in the same document or in other files, each read once.
final class CompositionLibrary {
    /// A document with the definitions that it offers.
    final class Document {
        let root: Element
        let file: String
        init(root: Element, file: String) {
            self.root = root
            self.file = file
        }
    }

    private var documents: [String: Document] = [:]
    private let findings: Findings
    /// Bound on files that refer to each other.
    private static let mostDocuments = 200

    init(findings: Findings) { self.findings = findings }

    /// The definition called `id` in `document`, following references to other files.
    func definition(_ id: String, in document: Document, for user: Element, depth: Int = 0) throws(InvalidModel) -> (Element, Document)? {
        guard depth < 50 else {
            findings.error("external model definitions refer to each other in a circle", at: user)
            return nil
        }
        for list in document.root.children where list.namespace == Package.composition {
            for item in list.children {
                switch item.name {
                case "modelDefinition" where item["id"] == id: return (item, document)
                case "externalModelDefinition" where item.attribute("id", in: Package.composition) == id || item["id"] == id:
                    return try external(item, in: document, depth: depth)
                default: continue
                }
            }
        }
        if let model = document.root.child("model"), model["id"] == id { return (model, document) }
        findings.error("there is no model definition '\(id)'", at: user)
        return nil
    }

    private func external(_ item: Element, in document: Document, depth: Int) throws(InvalidModel) -> (Element, Document)? {
        guard let source = item.attribute("source", in: Package.composition)?.trimmed, !source.isEmpty else {
            findings.error("an external model definition names no source", at: item)
            return nil
        }
        guard let other = try load(source, from: document, for: item) else { return nil }
        if let id = item.attribute("modelRef", in: Package.composition) {
            return try definition(id, in: other, for: item, depth: depth + 1)
        }
        guard let model = other.root.child("model") else {
            findings.error("'\(source)' holds no model", at: item)
            return nil
        }
        return (model, other)
    }

    private func load(_ source: String, from document: Document, for item: Element) throws(InvalidModel) -> Document? {
        var path = source
        if path.hasPrefix("file://") { path.removeFirst(7) } else if path.hasPrefix("file:") { path.removeFirst(5) }
        guard !path.contains("://"), !path.hasPrefix("urn:") else {
            findings.unsupported("the model definition at '\(source)' is not a file", at: item, remedy: "download it and refer to the file")
            return nil
        }
        path = path.removingPercentEncoding ?? path
        let url = URL(filePath: path, relativeTo: URL(filePath: document.file).deletingLastPathComponent()).standardizedFileURL
        if let known = documents[url.path] { return known }
        guard documents.count < CompositionLibrary.mostDocuments else {
            findings.error("the model refers to more than \(CompositionLibrary.mostDocuments) files", at: item)
            return nil
        }
        let values = try? url.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey])
        guard values?.isRegularFile == true, (values?.fileSize ?? 0) <= DocumentParser.largestSize, let data = try? Data(contentsOf: url) else {
            findings.error("the model definition's file '\(source)' cannot be read", at: item, remedy: "paths are relative to '\(document.file)'")
            return nil
        }
        let root = try DocumentParser.parse(data, file: url.path)
        guard let dialect = documentDialect(of: root, findings), checkPackages(of: root, findings) else { return nil }
        guard dialect.level == 3 else {
            findings.unsupported("'\(source)' is of Level \(dialect.level), and only Level 3 can be part of a composed model", at: item, remedy: "convert it to Level 3")
            return nil
        }
        if root.namespace != document.root.namespace {
            // Versions 1 and 2 of Level 3 differ in what may be missing, not in what their elements mean.
            let own = root.namespace
            root.forEachDescendant { if $0.namespace == own { $0.namespace = document.root.namespace } }
        }
        let loaded = Document(root: root, file: url.path)
        documents[url.path] = loaded
        return loaded
    }
}
