import ImmuneModels
import ModelIR
import VirtualTrials

/// When a treated patient is in hospital: rules as data (`hospital.csv`), each with its source.
///
/// A rule is about a dose of an agent that is watched (`dose 1-3`: of the first three, the days from the dose), or about a
/// simulated side effect from a grade on. A stay for cytokine release or neurotoxicity lasts until the effect is gone, within
/// the limits of its days (`2-14`); one for immune-related harm or fever has its days. Fever needs a chance of its own (`HospitalStay.fevers`).
package struct HospitalRules: Sendable {
    struct WatchedDose: Sendable, Hashable {
        /// Which doses of the agent, counted from 1.
        var doses: ClosedRange<Int>
        /// First day relative to the dose, and length.
        var from: Double
        var days: Double
        var cause: String
    }
    struct SideEffect: Sendable, Hashable {
        var event: String
        var grade: Int
        /// Shortest and longest stay; the same where it has one length.
        var days: ClosedRange<Double>
        var cause: String
    }
    /// By agent.
    let doses: [String: [WatchedDose]]
    let sideEffects: [SideEffect]

    /// - Throws: `InvalidModel` for a row that can't be read, or an agent that the catalogue lacks.
    package init(library: ModelLibrary) throws {
        let table = try ResourceTable("hospital")
        var own: [String: [WatchedDose]] = [:]
        var byTemplate: [String: [WatchedDose]] = [:]
        var effects: [SideEffect] = []
        for (line, cells) in table.rows {
            func invalid(_ message: String) -> InvalidModel { InvalidModel([Diagnostic(.error, .invalid, message, at: table.place(line))]) }
            let applies = cells["applies"]!
            let words = cells["when"]!.split(separator: " ").map(String.init)
            let lengths = cells["days"]!.split(separator: "-").compactMap { Double($0) }
            guard words.count == 2, let from = Double(cells["from"]!), let days = lengths.first, days > 0, lengths.count <= 2, lengths.last! >= days else {
                throw invalid("a rule is 'dose 1-3' or 'grade 2' with a number of days, not '\(cells["when"]!)'")
            }
            if words[0] == "grade" {
                guard let grade = Int(words[1]), HospitalStay.events.contains(applies) else { throw invalid("'\(applies)' is no side effect with grades") }
                effects.append(SideEffect(event: applies, grade: grade, days: days...lengths.last!, cause: cells["cause"]!))
                continue
            }
            let numbers = words[1].split(separator: "-").compactMap { Int($0) }
            guard words[0] == "dose", words[1] == "all" || ((1...2).contains(numbers.count) && numbers[0] >= 1 && numbers[0] <= numbers.last!) else {
                throw invalid("'\(cells["when"]!)' is neither 'dose 1', 'dose 1-3', 'dose all' nor 'grade 2'")
            }
            let rule = WatchedDose(
                doses: words[1] == "all" ? 1...Int.max : numbers[0]...numbers.last!, from: from, days: days, cause: cells["cause"]!)
            if applies.hasPrefix("@") {
                byTemplate[String(applies.dropFirst()), default: []].append(rule)
            } else {
                guard library.agent(named: applies) != nil else { throw invalid("there is no agent '\(applies)'") }
                own[applies, default: []].append(rule)
            }
        }
        var doses = own
        for agent in library.agents where own[agent.id] == nil {
            if let rules = byTemplate[agent.template] { doses[agent.id] = rules }
        }
        self.doses = doses
        sideEffects = effects
    }
}
