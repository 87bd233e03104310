import ModelIR

/// A condition on what is known about a patient: `line = 1 and (pdl1 >= 50 or platinum = unfit)`.
///
/// ```
/// condition = all { "or" all }        all = single { "and" single }      single = "not" single | "(" condition ")" | atom
/// atom      = FACT ("=" | "<" | "<=" | ">" | ">=") VALUE | FACT "in" WORD{"|"WORD} | FACT "has" WORD
/// ```
/// Three-valued (Kleene): an unknown fact makes its atom unknown, and the whole only where that matters.
public indirect enum Condition: Sendable, Hashable {
    case always
    case atom(fact: String, relation: String, value: String)
    case not(Condition)
    case all([Condition])
    case any([Condition])

    /// Names of the facts it reads.
    public var facts: Set<String> {
        switch self {
        case .always: []
        case .atom(let fact, _, _): [fact]
        case .not(let inner): inner.facts
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.facts) }
        }
    }

    /// Words that a fact is asked for by `has`.
    func words(of name: String) -> Set<String> {
        switch self {
        case .always: []
        case .atom(let fact, let relation, let value): fact == name && relation == "has" ? [value] : []
        case .not(let inner): inner.words(of: name)
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.words(of: name)) }
        }
    }

    /// true, false, or nil for "depends on what is not known".
    public func holds(for facts: [String: String]) -> Bool? {
        switch self {
        case .always: return true
        case .atom(let fact, let relation, let value): return facts[fact].map { Self.compare($0, relation, value) }
        case .not(let inner): return inner.holds(for: facts).map { !$0 }
        case .all(let parts):
            let values = parts.map { $0.holds(for: facts) }
            return values.contains(false) ? false : values.contains(nil) ? nil : true
        case .any(let parts):
            let values = parts.map { $0.holds(for: facts) }
            return values.contains(true) ? true : values.contains(nil) ? nil : false
        }
    }

    private static func compare(_ known: String, _ relation: String, _ value: String) -> Bool {
        switch relation {
        case "=": return known == value || (Double(known) != nil && Double(known) == Double(value))
        case "in": return value.split(separator: "|").contains { $0 == known }
        case "has": return known.split(whereSeparator: { $0 == " " || $0 == "+" || $0 == "," }).contains { $0 == value }
        default:
            guard let a = Double(known), let b = Double(value) else { return false }
            return relation == "<" ? a < b : relation == "<=" ? a <= b : relation == ">" ? a > b : a >= b
        }
    }

    /// The atoms that keep it from holding, in words: `line = 1 (here 2)`.
    public func obstacles(for facts: [String: String]) -> [String] {
        guard holds(for: facts) != true else { return [] }
        switch self {
        case .always: return []
        case .atom(let fact, let relation, let value): return ["\(fact) \(relation) \(value) (here \(facts[fact] ?? "not known"))"]
        case .not(let inner): return ["not \(inner.text)"]
        case .all(let parts): return parts.flatMap { $0.obstacles(for: facts) }
        case .any(let parts): return [parts.map { $0.obstacles(for: facts).joined(separator: " and ") }.joined(separator: "; or ")]
        }
    }

    public var text: String {
        switch self {
        case .always: "always"
        case .atom(let fact, let relation, let value): "\(fact) \(relation) \(value)"
        case .not(let inner): "not (\(inner.text))"
        case .all(let parts): parts.map { if case .any = $0 { "(\($0.text))" } else { $0.text } }.joined(separator: " and ")
        case .any(let parts): parts.map(\.text).joined(separator: " or ")
        }
    }

    /// - Throws: `InvalidModel` with what was expected.
    public init(parsing text: String, at place: SourceLocation? = nil) throws(InvalidModel) {
        let spaced = text.reduce(into: "") { $0 += $1 == "(" || $1 == ")" ? " \($1) " : String($1) }
        var parser = Parser(words: spaced.split(separator: " ").map(String.init), place: place)
        if parser.words.isEmpty { self = .always; return }
        self = try parser.any()
        if parser.position < parser.words.count { throw parser.failure("unexpected '\(parser.words[parser.position])'") }
    }

    private struct Parser {
        var words: [String]
        var position = 0
        var place: SourceLocation?

        func failure(_ message: String) -> InvalidModel {
            InvalidModel([Diagnostic(.error, .invalid, "condition '\(words.joined(separator: " "))': \(message)", at: place)])
        }
        mutating func next() throws(InvalidModel) -> String {
            guard position < words.count else { throw failure("it ends too early") }
            position += 1
            return words[position - 1]
        }
        mutating func skip(_ word: String) -> Bool {
            guard position < words.count, words[position] == word else { return false }
            position += 1
            return true
        }
        mutating func any() throws(InvalidModel) -> Condition {
            var parts = [try all()]
            while skip("or") { parts.append(try all()) }
            return parts.count == 1 ? parts[0] : .any(parts)
        }
        mutating func all() throws(InvalidModel) -> Condition {
            var parts = [try single()]
            while skip("and") { parts.append(try single()) }
            return parts.count == 1 ? parts[0] : .all(parts)
        }
        mutating func single() throws(InvalidModel) -> Condition {
            if skip("not") { return .not(try single()) }
            if skip("(") {
                let inner = try any()
                guard skip(")") else { throw failure("')' is missing") }
                return inner
            }
            let fact = try next()
            let relation = try next()
            guard ["=", "<", "<=", ">", ">=", "in", "has"].contains(relation) else { throw failure("'\(relation)' is no relation") }
            return .atom(fact: fact, relation: relation, value: try next())
        }
    }
}
