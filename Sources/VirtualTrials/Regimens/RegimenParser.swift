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

    // MARK: Steps

    mutating func steps(label: [Regimen.Step], agent: Agent) throws(InvalidModel) -> [Regimen.Step] {
        var result = [try step(label: label.last)]
        while lowercased == "then", let next = peek(1), Self.isNumeric(next) || next.hasPrefix("auc") {
            let before = position
            position += 1
            if result.last!.cycles == nil {
                throw failure(
                    "the dose before `then` has no end", remedy: "say `once`, `x 4` or `for 2 weeks` before `then`", at: before)
            }
            result.append(try step(label: label.last))
        }
        return result
    }

    static func isNumeric(_ text: String) -> Bool { text.first.map { $0.isNumber || $0 == "." || $0 == "-" } ?? false }

    mutating func step(label: Regimen.Step?) throws(InvalidModel) -> Regimen.Step {
        let start = position
        var dose = try self.dose()
        var route: String?
        var interval: Double?
        var isOnce = false
        var days: [Int]?
        var firstDay: Int?
        var cycles: Int?
        var duration: Double?
        var infusion: Double?
        while !atEndOfStep, let next = lowercased {
            if let known = Self.routes[next] {
                route = known
                position += 1
            } else if next == "once" {
                isOnce = true
                position += 1
            } else if let rhythm = Self.rhythms[next] {
                interval = rhythm
                position += 1
            } else if next.first == "q" {
                interval = try self.interval(next)
            } else if next == "day" || next == "days" || next == "d" {
                position += 1
                days = try numbers()
            } else if next == "from" {
                guard peek(1) == "day", let text = peek(2), let day = Int(text), 1...Int(Self.longestTime) ~= day else {
                    throw failure("unexpected 'from'", remedy: "expected `from day 8`")
                }
                firstDay = day
                position += 3
            } else if next == "on", peek(1) == "day" || peek(1) == "days" {
                position += 2
                days = try numbers()
            } else if next == "x" || (next.first == "x" && Int(next.dropFirst()) != nil) {
                cycles = try count()
            } else if next == "for" {
                position += 1
                duration = try self.duration()
            } else if next == "over" {
                position += 1
                infusion = try self.duration()
            } else if dose == nil, Self.isNumeric(next) {
                dose = try self.dose()
            } else {
                throw unexpected(next, hasDose: dose != nil)
            }
        }
        let namesDays = days != nil
        guard let amount = dose ?? label?.dose else {
            throw failure("no dose, and the label has none", remedy: "say how much: `200 mg`", at: start)
        }
        if isOnce, interval != nil { throw failure("`once` and a rhythm contradict each other", at: start) }
        if !isOnce, interval == nil, days == nil || label?.interval != nil, cycles == nil || label?.interval != nil {
            interval = label?.interval
            if days == nil { days = label?.cycleDays }
            if cycles == nil && duration == nil && dose == nil { cycles = label?.cycles }
            if interval == nil && label == nil {
                throw failure("no rhythm", remedy: "say how often: `q3w`, `daily`, `once`", at: position)
            }
        }
        if let duration {
            guard let interval else { throw failure("`for` needs a rhythm", remedy: "say `q3w for 12 weeks`", at: start) }
            cycles = max(1, Int((duration / interval).rounded(.up)))
        }
        if interval == nil {
            // given once, perhaps on several named days; the label says how long its preparation takes
            cycles = 1
            if !namesDays { firstDay = firstDay ?? label?.firstDay }
        }
        if let interval, let days, let last = days.max(), Double(last) > interval {
            throw failure("day \(last) lies outside a cycle of \(Dose.number(interval)) days", at: start)
        }
        return Regimen.Step(
            dose: amount, route: route, interval: interval, cycleDays: days ?? [1], cycles: cycles, firstDay: firstDay,
            infusion: infusion)
    }

    private func unexpected(_ text: String, hasDose: Bool) -> InvalidModel {
        let vocabulary = Array(Self.routes.keys) + Array(Self.rhythms.keys) + ["q3w", "q2w", "q4w", "q6w", "once", "day", "for", "over", "until", "then"]
        let near = nearMatches(to: text, among: vocabulary.sorted())
        return failure(
            "unexpected '\(words[position].text)'",
            remedy: Self.suggestion(near) ?? "expected a route (IV), a rhythm (`q3w`), `x N`, `for 12 weeks`, `day 1, 8`, `+` or `then`")
    }

    /// A number with its unit, apart or joined; nil when the next word isn't one.
    mutating func dose() throws(InvalidModel) -> Dose? {
        guard let next = lowercased else { return nil }
        if next == "auc" || (next.hasPrefix("auc") && Double(next.dropFirst(3)) != nil) {
            let joined = Double(next.dropFirst(3))
            position += joined == nil ? 1 : 1
            if let joined { return try positive(Dose(joined, .areaUnderCurve), at: position - 1) }
            guard let text = word, let value = Double(text) else {
                throw failure("a number is missing after AUC", remedy: "expected `AUC 5`")
            }
            position += 1
            return try positive(Dose(value, .areaUnderCurve), at: position - 1)
        }
        guard Self.isNumeric(next) else { return nil }
        let start = position
        let digits = next.prefix { $0.isNumber || ".-+e".contains($0) }
        var numberText = String(digits)
        var unitText = String(next.dropFirst(digits.count))
        while numberText.last == "e" {  // the e of a unit, not of an exponent
            numberText.removeLast()
            unitText = "e" + unitText
        }
        guard let value = Double(numberText) else { throw failure("'\(word!)' is not a number") }
        position += 1
        if unitText.isEmpty {
            guard let text = lowercased, !atEndOfStep else {
                throw failure("a dose unit is missing", remedy: "expected one of \(Self.unitList)")
            }
            unitText = text
            position += 1
        }
        guard let unit = Dose.Unit.spellings[unitText] else {
            let index = words[start].text.lowercased() == unitText || words[start].text.count > numberText.count ? start : start + 1
            let near = nearMatches(to: unitText, among: Dose.Unit.allCases.map(\.rawValue))
            throw failure(
                "unknown dose unit '\(unitText)'",
                remedy: (Self.suggestion(near).map { $0 + " " } ?? "") + "expected one of \(Self.unitList)", at: index)
        }
        return try positive(Dose(value, unit), at: start)
    }

    static let unitList = Dose.Unit.allCases.map(\.rawValue).joined(separator: ", ")

    private func positive(_ dose: Dose, at index: Int) throws(InvalidModel) -> Dose {
        if !(dose.amount > 0 && dose.amount.isFinite) {
            throw failure("a dose must be positive, got \(Dose.number(dose.amount))", at: index)
        }
        return dose
    }

    mutating func interval(_ text: String) throws(InvalidModel) -> Double {
        let body = text.dropFirst()
        let digits = body.prefix { $0.isNumber || $0 == "." }
        let factor: [String: Double] = ["w": 7, "wk": 7, "d": 1, "h": 1.0 / 24, "mo": 28, "m": 28]
        guard let scale = factor[String(body.dropFirst(digits.count))], let number = digits.isEmpty ? 1 : Double(digits),
            number > 0
        else {
            throw failure("'\(words[position].text)' is not a rhythm", remedy: "expected `q3w`, `q21d`, `daily`, `weekly` or `once`")
        }
        guard (Self.shortestInterval...Self.longestTime).contains(number * scale) else {
            throw failure("'\(words[position].text)' is no rhythm of doses", remedy: "expected between one hour and 200 years")
        }
        position += 1
        return number * scale
    }

    /// Days: one hour.
    static let shortestInterval = 1.0 / 24
    /// Days: 200 years; what is longer is a slip of the pen, and would make plans without end.
    static let longestTime = 73_050.0

    mutating func numbers() throws(InvalidModel) -> [Int] {
        var result: [Int] = []
        while let text = word {
            let parts = text.split(separator: "-")
            let range = 1...Int(Self.longestTime)
            if parts.count == 2, let low = Int(parts[0]), let high = Int(parts[1]), range ~= low, range ~= high, low < high {
                result += Array(low...high)
            } else if let value = Int(text), range ~= value {
                result.append(value)
            } else {
                break
            }
            position += 1
            if word == "," { position += 1 } else { break }
        }
        if result.isEmpty { throw failure("days are missing", remedy: "expected `day 1, 8` counted from 1") }
        return result.sorted()
    }

    mutating func count() throws(InvalidModel) -> Int {
        let joined = words[position].text.dropFirst()
        if !joined.isEmpty { position += 1 } else { position += 1 }
        let text = joined.isEmpty ? word ?? "" : String(joined)
        guard let value = Int(text), value >= 1 else {
            throw failure("'\(text)' is not a number of cycles", remedy: "expected `x 4`")
        }
        if joined.isEmpty { position += 1 }
        if lowercased == "cycles" || lowercased == "doses" { position += 1 }
        return value
    }

    /// `12 weeks`, `2y`, `60 min`, in days.
    mutating func duration() throws(InvalidModel) -> Double {
        guard let text = lowercased, let value = Double(text.prefix { $0.isNumber || $0 == "." }) else {
            throw failure("a duration is missing", remedy: "expected `12 weeks` or `60 min`")
        }
        var unit = String(text.drop { $0.isNumber || $0 == "." })
        position += 1
        if unit.isEmpty {
            unit = lowercased ?? ""
            position += 1
        }
        let scales: [String: Double] = [
            "min": 1.0 / 1440, "minutes": 1.0 / 1440, "h": 1.0 / 24, "hours": 1.0 / 24, "hour": 1.0 / 24, "d": 1, "day": 1, "days": 1, "w": 7,
            "wk": 7, "week": 7, "weeks": 7, "mo": 30.4375, "month": 30.4375, "months": 30.4375, "y": 365.25, "year": 365.25,
            "years": 365.25,
        ]
        guard let scale = scales[unit], value > 0 else {
            throw failure("'\(unit)' is not a unit of time", remedy: "expected min, h, days, weeks, months or years", at: position - 1)
        }
        guard value * scale <= Self.longestTime else {
            throw failure("\(text) is too long a time", remedy: "expected at most 200 years", at: position - 1)
        }
        return value * scale
    }

    static let routes: [String: String] = [
        "iv": "IV", "sc": "SC", "subcutaneous": "SC", "po": "PO", "oral": "PO", "im": "IM", "intravesical": "intravesical",
    ]
    static let rhythms: [String: Double] = ["daily": 1, "bid": 0.5, "weekly": 7, "biweekly": 14, "monthly": 28]
}
