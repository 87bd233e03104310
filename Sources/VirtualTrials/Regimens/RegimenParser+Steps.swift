import ImmuneModels
import ModelIR
import Quantities

/// Doses, rhythms, days and times of one agent.
extension RegimenParser {
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
