import ImmuneModels
import ModelIR

/// A step between therapy and tumour that can be held at what it does under the reference therapy.
struct Mechanism: Sendable, Hashable {
    /// A symbol, read in the rules of some variables; patterns with `*`, and `@template` for the agents of a template.
    struct Edge: Sendable, Hashable {
        var symbol: String
        var rule: String
    }
    var id: String
    var name: String
    var edges: [Edge]

    /// `mechanisms.csv`, in its order.
    static func all() throws -> [Mechanism] {
        var result: [Mechanism] = []
        for (_, cells) in try ResourceTable("mechanisms").rows {
            let edge = Edge(symbol: cells["symbol"]!, rule: cells["in"]!.isEmpty ? "*" : cells["in"]!)
            if let index = result.firstIndex(where: { $0.id == cells["id"]! }) {
                result[index].edges.append(edge)
            } else {
                result.append(Mechanism(id: cells["id"]!, name: cells["name"]!, edges: [edge]))
            }
        }
        return result
    }

    /// Whether `text` fits `pattern`, in which `*` stands for any text.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return text == pattern }
        guard text.hasPrefix(parts[0]), text.count >= pattern.count - parts.count + 1 else { return false }
        var rest = text.dropFirst(parts[0].count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(parts.last!)
    }

    /// The symbol patterns with `@template` replaced by each agent that has it.
    static func expanded(_ pattern: String, agents: [Agent]) -> [String] {
        guard let mark = pattern.firstIndex(of: "@") else { return [pattern] }
        let template = String(pattern[pattern.index(after: mark)...])
        return agents.filter { $0.template == template }.map { pattern[..<mark] + $0.id }
    }
}
