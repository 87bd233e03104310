import ImmuneModels

/// What a protocol does about a side effect.
public struct ToxicityRule: Sendable, Hashable {
    public enum Action: String, Sendable, Hashable, CaseIterable {
        /// Doses due while the limit is passed are left out.
        case hold
        /// No further dose.
        case discontinue
    }
    /// Observable and the value from which the rule acts: `neutropenia_grade` 4.
    public var observable: String
    public var limit: Double
    public var action: Action
    /// Agents it concerns; empty: all of the regimen.
    public var agents: [String]
    public init(observable: String, limit: Double, action: Action, agents: [String] = []) {
        self.observable = observable
        self.limit = limit
        self.action = action
        self.agents = agents
    }
}

/// What is given against a side effect.
public struct RescueRule: Sendable, Hashable {
    public var observable: String
    public var limit: Double
    public var regimen: Regimen
    /// Times it may be given; the next not before `spacing` days after the last.
    public var times: Int
    public var spacing: Double
    public init(observable: String, limit: Double, regimen: Regimen, times: Int = 1, spacing: Double = 1) {
        self.observable = observable
        self.limit = limit
        self.regimen = regimen
        self.times = times
        self.spacing = spacing
    }
}

/// What some patients get after progression.
public struct Crossover: Sendable, Hashable {
    public var regimen: Regimen
    /// Share of the patients with progression who get it.
    public var share: Double
    public init(regimen: Regimen, share: Double) {
        self.regimen = regimen
        self.share = share
    }
}

/// A side effect that a patient had: from its first day to its last, at its worst grade.
public struct GradedEvent: Sendable, Hashable, Codable {
    public var term: String
    public var grade: Int
    public var startDay: Double
    /// nil: it lasted to the end of observation.
    public var endDay: Double?
}

/// Observables that hold a grade, and the side effect they grade.
enum GradeReading {
    static let scales: [(observable: String, term: String)] = [
        ("CRS_grade", "cytokine release syndrome"), ("ICANS_grade", "neurotoxicity (ICANS)"),
        ("irAE_grade", "immune-related adverse event"), ("GVHD_grade", "graft-versus-host disease"), ("neutropenia_grade", "neutropenia"),
    ]

    /// Grade of low neutrophils by CTCAE 5.0 from a count per µL; grade 1 lies below 2000.
    static func neutropenia(_ count: Double) -> Int {
        count < 500 ? 4 : count < 1000 ? 3 : count < 1500 ? 2 : count < 2000 ? 1 : 0
    }

    /// Episodes of grade 1 or more, in order of their start; a grade that the patient brought along is no event until it
    /// gets worse (treatment-emergent).
    static func events(days: [Double], columns: [String: Int], outputs: [Double], width: Int) -> [GradedEvent] {
        var readings: [(term: String, grade: (Int) -> Int)] = []
        for (observable, term) in scales {
            if let column = columns[observable] {
                readings.append((term, { row in Int(outputs[row * width + column].rounded()) }))
            } else if observable == "neutropenia_grade", let column = columns["ANC"] {
                readings.append((term, { row in neutropenia(outputs[row * width + column]) }))
            }
        }
        var events: [GradedEvent] = []
        for (term, grade) in readings {
            var open: GradedEvent?
            let brought = days.first.map { $0 <= 0 } == true ? grade(0) : 0
            for (row, day) in days.enumerated() {
                let now = grade(row)
                if now > brought {
                    if open == nil { open = GradedEvent(term: term, grade: now, startDay: day, endDay: nil) }
                    open!.grade = max(open!.grade, now)
                } else if var ended = open {
                    ended.endDay = day
                    events.append(ended)
                    open = nil
                }
            }
            if let open { events.append(open) }
        }
        return events.sorted { ($0.startDay, $0.term) < ($1.startDay, $1.term) }
    }
}
