import ModelIR

/// Notes and controlled-vocabulary terms: `x identity "http://..."` in Antimony, MIRIAM annotations in RDF in SBML.
enum Annotations {
    /// Words of Antimony and the qualifiers they stand for, where the two differ.
    private static let names = [
        "identity": "bqbiol:is", "model_entity_is": "bqmodel:is", "model_source": "bqmodel:isDerivedFrom",
        "publication": "bqmodel:isDescribedBy", "origin": "bqmodel:isDerivedFrom",
    ]
    private static let biology: Set<String> = [
        "hasPart", "isPartOf", "isVersionOf", "hasVersion", "isHomologTo", "isDescribedBy", "isEncodedBy", "encodes",
        "occursIn", "hasProperty", "isPropertyOf", "hasTaxon",
    ]
    private static let model: Set<String> = ["hasInstance", "isInstanceOf"]

    private static func element(_ qualifier: String) -> String? {
        if let name = names[qualifier] { return name }
        if biology.contains(qualifier) { return "bqbiol:" + qualifier }
        return model.contains(qualifier) ? "bqmodel:" + qualifier : nil
    }

    /// Keeps what the text says of a symbol.
    static func set(_ annotations: [(qualifier: String, texts: [String])], of id: String, in metadata: inout Metadata) {
        metadata.notes = notes(annotations)
        let meta = "meta_" + id
        metadata.annotation = rdf(annotations, about: meta)
        if metadata.annotation != nil { metadata.metaid = meta }
    }

    static func notes(_ annotations: [(qualifier: String, texts: [String])]) -> String? {
        annotations.last { $0.qualifier == "notes" }.map { $0.texts.joined(separator: "\n") }
    }

    /// The terms as RDF; nil when there are none.
    static func rdf(_ annotations: [(qualifier: String, texts: [String])], about meta: String) -> String? {
        var body = ""
        for (qualifier, texts) in annotations {
            guard let element = element(qualifier) else { continue }
            let items = texts.map { "<rdf:li rdf:resource=\"\(escaped($0))\"/>" }.joined()
            body += "<\(element)><rdf:Bag>\(items)</rdf:Bag></\(element)>"
        }
        if body.isEmpty { return nil }
        return "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\""
            + " xmlns:bqbiol=\"http://biomodels.net/biology-qualifiers/\""
            + " xmlns:bqmodel=\"http://biomodels.net/model-qualifiers/\">"
            + "<rdf:Description rdf:about=\"#\(meta)\">\(body)</rdf:Description></rdf:RDF>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }

    /// The terms in an RDF annotation, as Antimony writes them.
    static func terms(of annotation: String?) -> [(qualifier: String, resources: [String])] {
        guard let annotation, annotation.contains("rdf:li") else { return [] }
        var result: [(qualifier: String, resources: [String])] = []
        var rest = annotation[...]
        while let open = rest.firstRange(of: "<bq") {
            rest = rest[open.upperBound...]
            guard let end = rest.firstIndex(where: { $0 == ">" || $0 == " " || $0 == "\n" || $0 == "/" }) else { break }
            let tag = "bq" + rest[..<end]
            guard let close = rest.firstRange(of: "</\(tag)") else { continue }
            let resources = resources(in: rest[..<close.lowerBound])
            rest = rest[close.upperBound...]
            guard let name = tag.split(separator: ":").last.map(String.init), !resources.isEmpty else { continue }
            let word = names.first { $0.value == tag && $0.key != "origin" }?.key ?? name
            if element(word) != nil { result.append((word, resources)) }
        }
        return result
    }

    private static func resources(in text: Substring) -> [String] {
        var found: [String] = []
        var rest = text
        while let start = rest.firstRange(of: "rdf:resource=") {
            rest = rest[start.upperBound...]
            guard let quote = rest.first, quote == "\"" || quote == "'" else { continue }
            rest = rest.dropFirst()
            guard let end = rest.firstIndex(of: quote) else { break }
            found.append(
                String(rest[..<end]).replacing("&quot;", with: "\"").replacing("&lt;", with: "<").replacing(
                    "&amp;", with: "&"))
            rest = rest[end...]
        }
        return found
    }
}
