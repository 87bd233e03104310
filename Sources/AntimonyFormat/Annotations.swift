import ModelIR

/// Notes and controlled-vocabulary terms (`x identity "http://..."`).
enum Annotations {
    /// Keeps what the text says of a symbol.
    static func set(_ annotations: [(qualifier: String, texts: [String])], of id: String, in metadata: inout Metadata) {
        for (qualifier, texts) in annotations where qualifier == "notes" {
            metadata.notes = texts.joined(separator: "\n")
        }
    }
}
