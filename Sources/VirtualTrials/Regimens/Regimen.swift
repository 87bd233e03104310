/// What is given, how much, how often: one arm's treatment as a protocol states it.
public struct Regimen: Sendable, Hashable {
    /// As written.
    public var text: String
    /// One after the other (`then`); empty: no treatment.
    public var phases: [Phase]

    public init(text: String, phases: [Phase]) {
        self.text = text
        self.phases = phases
    }

    /// Agents used, by id, in order of first mention.
    public var agents: [String] {
        var seen: [String] = []
        for course in phases.flatMap(\.courses) where !seen.contains(course.agent) { seen.append(course.agent) }
        return seen
    }

    /// Courses that run side by side (`+`).
    public struct Phase: Sendable, Hashable {
        public var courses: [Course]
        /// True: the next phase begins at progression; false: when the courses are over.
        public var untilProgression: Bool
        public init(courses: [Course], untilProgression: Bool = false) {
            self.courses = courses
            self.untilProgression = untilProgression
        }

        /// Days from the start of the phase to its end; nil when a course goes on until something stops it.
        public var length: Double? {
            var longest = 0.0
            for course in courses {
                guard let end = course.end else { return nil }
                longest = max(longest, end)
            }
            return longest
        }
    }

    /// One agent: a single schedule, or several in a row (a loading dose, a step-up).
    public struct Course: Sendable, Hashable {
        public var agent: String
        public var steps: [Step]
        public init(agent: String, steps: [Step]) {
            self.agent = agent
            self.steps = steps
        }

        /// Day on which each step begins, from the start of the phase.
        public var starts: [Double] {
            var day = 0.0
            return steps.indices.map { i in
                if let fixed = steps[i].firstDay { day = Double(fixed - 1) }
                if let exact = steps[i].startDay { day = exact }
                defer {
                    let interval = steps[i].interval ?? (i + 1 < steps.count ? steps[i + 1].interval : nil) ?? 1
                    day += interval * Double(steps[i].cycles ?? 0)
                }
                return day
            }
        }

        /// Day after which the next dose would have been due; nil for an open end.
        public var end: Double? {
            guard let last = steps.last, let cycles = last.cycles else { return nil }
            return starts.last! + Double(cycles) * (last.interval ?? 1)
        }
    }

    /// A dose and its rhythm.
    public struct Step: Sendable, Hashable {
        public var dose: Dose
        /// nil: the agent's usual route.
        public var route: String?
        /// Days between cycles; nil: given once.
        public var interval: Double?
        /// Days of the cycle, the first is 1.
        public var cycleDays: [Int]
        /// nil: goes on.
        public var cycles: Int?
        /// Day of the phase on which the step begins, when stated.
        public var firstDay: Int?
        /// Days; nil: the agent's usual one.
        public var infusion: Double?
        /// Time of the dose in days since the start of the phase, where a table of doses gives it; before `firstDay`.
        public var startDay: Double?
        public init(
            dose: Dose, route: String? = nil, interval: Double?, cycleDays: [Int] = [1], cycles: Int? = nil,
            firstDay: Int? = nil, infusion: Double? = nil, startDay: Double? = nil
        ) {
            self.dose = dose
            self.route = route
            self.interval = interval
            self.cycleDays = cycleDays
            self.cycles = cycles
            self.firstDay = firstDay
            self.infusion = infusion
            self.startDay = startDay
        }
    }

    /// One planned administration.
    public struct Planned: Sendable, Hashable {
        /// Days since the start of the phase.
        public var day: Double
        public var agent: String
        public var dose: Dose
        public var route: String?
        public var infusion: Double?
    }

    /// All administrations of a phase before `horizon` (days since the start of the phase), in order of time.
    public func planned(phase index: Int, before horizon: Double) -> [Planned] {
        var result: [Planned] = []
        for course in phases[index].courses {
            for (start, step) in zip(course.starts, course.steps) {
                var cycle = 0
                while cycle < step.cycles ?? .max {
                    let begin = start + Double(cycle) * (step.interval ?? 0)
                    if begin >= horizon { break }
                    for day in step.cycleDays where begin + Double(day - 1) < horizon {
                        result.append(
                            Planned(
                                day: begin + Double(day - 1), agent: course.agent, dose: step.dose, route: step.route,
                                infusion: step.infusion))
                    }
                    cycle += 1
                    if step.interval == nil { break }
                }
            }
        }
        // stable: courses in the order written on the same day
        return result.enumerated().sorted { ($0.element.day, $0.offset) < ($1.element.day, $1.offset) }.map(\.element)
    }

    /// One sentence a course: `pembrolizumab 200 mg IV every 21 days, 35 times`.
    public var sentences: [String] {
        if phases.isEmpty { return ["no treatment"] }
        return phases.enumerated().flatMap { index, phase in
            phase.courses.map { course in
                let steps = course.steps.map(\.sentence).joined(separator: ", then ")
                let lead = index == 0 ? "" : phases[index - 1].untilProgression ? "after progression: " : "then: "
                return "\(lead)\(course.agent) \(steps)"
            }
        }
    }
}

extension Regimen.Step {
    var sentence: String {
        var words = [dose.text]
        if let route { words.append(route) }
        if let interval {
            words.append(interval == 1 ? "daily" : "every \(Dose.number(interval)) days")
            if cycleDays != [1] { words.append("on days \(cycleDays.map(String.init).joined(separator: ", "))") }
        } else {
            words.append("once")
        }
        if let firstDay { words.append("from day \(firstDay)") }
        if let startDay { words.append("on day \(Dose.number(startDay + 1))") }
        var text = words.joined(separator: " ")
        if let cycles, interval != nil { text += ", \(cycles) times" }
        return text
    }
}

/// An amount as prescribed.
public struct Dose: Sendable, Hashable {
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        case milligram = "mg", microgram = "ug", gram = "g", nanogram = "ng"
        case milligramPerKilogram = "mg/kg", microgramPerKilogram = "ug/kg"
        case milligramPerSquareMetre = "mg/m2", gramPerSquareMetre = "g/m2", microgramPerSquareMetre = "ug/m2"
        /// Target area under the carboplatin curve, mg·min/mL; the dose follows from kidney function (Calvert).
        case areaUnderCurve = "AUC"
        case cells, cellsPerKilogram = "cells/kg"
        case internationalUnits = "IU", millionUnits = "MIU", unitsPerKilogram = "IU/kg", plaqueFormingUnits = "pfu"
        case millionUnitsPerSquareMetre = "MIU/m2"
        /// Absorbed radiation; an operation.
        case gray = "Gy", procedure

        static let spellings: [String: Unit] = {
            var table = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue.lowercased(), $0) })
            table["mcg"] = .microgram
            table["µg"] = .microgram
            table["μg"] = .microgram
            table["mcg/kg"] = .microgramPerKilogram
            table["µg/kg"] = .microgramPerKilogram
            table["mcg/m2"] = .microgramPerSquareMetre
            table["mg/m²"] = .milligramPerSquareMetre
            table["mg/m^2"] = .milligramPerSquareMetre
            table["cell"] = .cells
            table["cell/kg"] = .cellsPerKilogram
            return table
        }()
    }
    public var amount: Double
    public var unit: Unit
    public init(_ amount: Double, _ unit: Unit) {
        self.amount = amount
        self.unit = unit
    }

    public var text: String {
        unit == .areaUnderCurve ? "AUC \(Self.number(amount))" : "\(Self.number(amount)) \(unit.rawValue)"
    }

    static func number(_ x: Double) -> String {
        x == x.rounded() && abs(x) < 1e6 ? String(Int(x)) : "\(x)"
    }

    /// The amount for one patient, in a unit that doesn't depend on the patient: mg, cells, IU, pfu, Gy.
    ///
    /// AUC by Calvert: dose in mg = AUC (GFR + 25), with GFR capped at 125 mL/min (FDA's advice of 2010).
    public func scaled(weight: Double, bodySurface: Double, glomerularFiltration: Double) -> (amount: Double, unit: String) {
        switch unit {
        case .milligram: (amount, "mg")
        case .microgram: (amount * 1e-3, "mg")
        case .nanogram: (amount * 1e-6, "mg")
        case .gram: (amount * 1e3, "mg")
        case .milligramPerKilogram: (amount * weight, "mg")
        case .microgramPerKilogram: (amount * weight * 1e-3, "mg")
        case .milligramPerSquareMetre: (amount * bodySurface, "mg")
        case .gramPerSquareMetre: (amount * bodySurface * 1e3, "mg")
        case .microgramPerSquareMetre: (amount * bodySurface * 1e-3, "mg")
        case .areaUnderCurve: (amount * (min(glomerularFiltration, 125) + 25), "mg")
        case .cells: (amount, "cell")
        case .cellsPerKilogram: (amount * weight, "cell")
        case .internationalUnits: (amount, "IU")
        case .millionUnits: (amount * 1e6, "IU")
        case .unitsPerKilogram: (amount * weight, "IU")
        case .millionUnitsPerSquareMetre: (amount * bodySurface * 1e6, "IU")
        case .plaqueFormingUnits: (amount, "pfu")
        case .gray: (amount, "Gy")
        case .procedure: (amount, "procedure")
        }
    }
}
