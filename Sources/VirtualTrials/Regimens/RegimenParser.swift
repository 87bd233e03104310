public import ImmuneModels
public import ModelIR
import Quantities

extension Regimen {
    /// Reads a therapy in the words of a protocol.
    ///
    /// ```
    /// regimen  = phase { "then" phase }                       phases follow each other
    /// phase    = course { "+" course } [ "until progression" ]
    /// course   = AGENT [ step { "then" step } ]               without a step: the label's schedule
    /// step     = [ DOSE UNIT | "AUC" NUMBER ] [ ROUTE ] [ rhythm ] [ "day"|"days" LIST ] [ "from day" N ]
    ///            [ "x" N | "for" DURATION ] [ "over" TIME ]
    /// rhythm   = "q3w" | "q21d" | "daily" | "bid" | "weekly" | "once"
    /// ```
    /// `none` or `placebo` is a regimen without doses. A `then` before a number goes on with the same agent, before a
    /// name it begins a new phase.
    ///
    /// - Parameters:
    ///   - source: Where the text stands, for messages (`--therapy`, `study.yaml`).
    ///   - line, column: Place of its first character there.
    /// - Throws: `InvalidModel` with the first problem: its place, what was expected, and a near match.
    public init(
        parsing text: String, library: ModelLibrary, source: String = "therapy", line: Int = 1, column: Int = 1
    ) throws(InvalidModel) {
        var parser = RegimenParser(text: text, library: library, source: source, line: line, column: column)
        self.init(text: text, phases: try parser.phases())
    }
}

struct RegimenParser {
    struct Word {
        var text: String
        var column: Int
    }

    let text: String
    let library: ModelLibrary
    let source: String
    let line: Int
    var words: [Word] = []
    var position = 0
    let endColumn: Int

    init(text: String, library: ModelLibrary, source: String, line: Int, column: Int) {
        self.text = text
        self.library = library
        self.source = source
        self.line = line
        var current = ""
        var start = 0
        var place = column
        func isSeparator(_ c: Character) -> Bool { c == "+" || c == "," || c == "(" || c == ")" }
        for character in text {
            if character.isWhitespace || isSeparator(character) {
                // an exponent such as 1e+8 keeps its sign
                if character == "+", current.last == "e", Double(current.dropLast()) != nil {
                    current.append(character)
                    place += 1
                    continue
                }
                if !current.isEmpty { words.append(Word(text: current, column: start)) }
                current = ""
                if character == "+" || character == "," { words.append(Word(text: String(character), column: place)) }
            } else {
                if current.isEmpty { start = place }
                current.append(character)
            }
            place += 1
        }
        if !current.isEmpty { words.append(Word(text: current, column: start)) }
        endColumn = place
    }

    var word: String? { position < words.count ? words[position].text : nil }
    var lowercased: String? { word?.lowercased() }
    func peek(_ offset: Int) -> String? { position + offset < words.count ? words[position + offset].text.lowercased() : nil }

    func failure(_ message: String, remedy: String? = nil, at index: Int? = nil) -> InvalidModel {
        let place = index ?? position
        let column = place < words.count ? words[place].column : endColumn
        return InvalidModel([
            Diagnostic(.error, .invalid, message, at: SourceLocation(file: source, line: line, column: column), remedy: remedy)
        ])
    }

    // MARK: Phases and courses

    mutating func phases() throws(InvalidModel) -> [Regimen.Phase] {
        guard let first = lowercased else { throw failure("the therapy is empty", remedy: "name an agent, or `none`") }
        if words.count == 1, ["none", "placebo", "observation"].contains(first) { return [] }
        var phases: [Regimen.Phase] = []
        while true {
            let start = position
            let phase = try self.phase()
            phases.append(phase)
            guard let next = lowercased else { return phases }
            guard next == "then" else {
                throw failure("unexpected '\(word!)'", remedy: "expected `+`, `then` or the end")
            }
            if phase.length == nil && !phase.untilProgression {
                let open = phase.courses.first { $0.end == nil }!.agent
                throw failure(
                    "\(open) has no end, so nothing can come after it",
                    remedy: "say `x 4`, `for 12 weeks` or `until progression` before `then`", at: start)
            }
            position += 1
        }
    }

    mutating func phase() throws(InvalidModel) -> Regimen.Phase {
        var courses = [try course()]
        var untilProgression = try readUntilProgression()
        while word == "+" {
            position += 1
            courses.append(try course())
            if try readUntilProgression() { untilProgression = true }
        }
        return Regimen.Phase(courses: try preparations(of: courses) + courses, untilProgression: untilProgression)
    }

    /// What the labels give before these agents (lymphodepletion), unless the writer gives a part of it himself.
    private func preparations(of courses: [Regimen.Course]) throws(InvalidModel) -> [Regimen.Course] {
        var result: [Regimen.Course] = []
        for course in courses {
            guard let agent = library.agent(named: course.agent), !agent.preparation.isEmpty else { continue }
            var inner = RegimenParser(
                text: agent.preparation, library: library, source: "preparation of \(agent.id)", line: 1, column: 1)
            let before = try inner.phase().courses
            if let rest = inner.word { throw inner.failure("unexpected '\(rest)' in the preparation") }
            if before.contains(where: { part in (courses + result).contains { $0.agent == part.agent } }) { continue }
            result += before
        }
        return result
    }

    mutating func readUntilProgression() throws(InvalidModel) -> Bool {
        guard lowercased == "until" else { return false }
        guard peek(1) == "progression" else { throw failure("unexpected '\(word!)'", remedy: "expected `until progression`") }
        position += 2
        return true
    }

    mutating func course() throws(InvalidModel) -> Regimen.Course {
        let agent = try self.agent()
        var label: [Regimen.Step] = []
        if !agent.schedule.isEmpty {
            var inner = RegimenParser(
                text: agent.schedule, library: library, source: "schedule of \(agent.id)", line: 1, column: 1)
            label = try inner.steps(label: [], agent: agent)
            if let rest = inner.word { throw inner.failure("unexpected '\(rest)' in the label's schedule") }
        }
        if atEndOfStep { return Regimen.Course(agent: agent.id, steps: try labelled(label, agent)) }
        return Regimen.Course(agent: agent.id, steps: try steps(label: label, agent: agent))
    }

    private func labelled(_ label: [Regimen.Step], _ agent: Agent) throws(InvalidModel) -> [Regimen.Step] {
        if label.isEmpty {
            throw failure("\(agent.id) has no schedule on its label here", remedy: "give dose and rhythm: `100 mg q3w`")
        }
        return label
    }

    var atEndOfStep: Bool {
        guard let next = lowercased else { return true }
        return next == "+" || next == "then" || next == "until"
    }

    /// The longest run of words that names an agent.
    mutating func agent() throws(InvalidModel) -> Agent {
        guard word != nil, !atEndOfStep else {
            throw failure("an agent is missing", remedy: "expected a name such as `pembrolizumab`")
        }
        for length in stride(from: min(4, words.count - position), through: 1, by: -1) {
            let name = words[position..<(position + length)].map(\.text).joined(separator: " ")
            if let agent = library.agent(named: name) {
                position += length
                return agent
            }
        }
        let name = word!
        let near = nearMatches(to: name, among: library.agents.flatMap { [$0.id] + $0.aliases })
        throw failure("unknown agent '\(name)'", remedy: Self.suggestion(near) ?? "known: \(library.agents.map(\.id).sorted().joined(separator: ", "))")
    }

    static func suggestion(_ near: [String]) -> String? {
        near.isEmpty ? nil : "did you mean " + near.map { "'\($0)'" }.joined(separator: " or ") + "?"
    }
}
