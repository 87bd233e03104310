import Mathematics
import VirtualTrials

/// Days of a treated twin in hospital for one cause; days count from the start of treatment.
struct HospitalStay: Sendable, Hashable {
    var cause: String
    var start: Double
    var end: Double

    /// Side effects that the rules may name; `fever` is drawn from the neutrophil count.
    static let events: Set<String> = ["CRS", "ICANS", "irAE", "fever"]
    /// Hazard of fever a day while neutrophils are below 500/µL; `hospital.csv` has its source.
    static let feverHazard = 0.1
    static let severeNeutropenia = 500.0

    /// Every stay of a twin, in order of their start, as long as it lives.
    ///
    /// - Parameter columns: Column of the observables by id in the record's outputs.
    static func all(of record: SubjectRecord, columns: [String: Int], rules: HospitalRules, seed: UInt64) -> [HospitalStay] {
        let width = columns.count
        func series(_ id: String) -> [Double]? {
            columns[id].map { column in stride(from: column, to: record.outputs.count, by: width).map { record.outputs[$0] } }
        }
        var stays: [HospitalStay] = []
        for (agent, doses) in rules.doses {
            let days = record.administrations.filter { $0.agent == agent }.map(\.day).sorted()
            for rule in doses {
                for (index, day) in days.enumerated() where rule.doses.contains(index + 1) {
                    stays.append(HospitalStay(cause: rule.cause, start: max(0, day + rule.from), end: day + rule.from + rule.days))
                }
            }
        }
        for rule in rules.sideEffects {
            if rule.event == "fever" {
                guard let counts = series("ANC") else { continue }
                var stream = RandomStream(seed: seed, patient: UInt64(record.patient.number), purpose: "fever in neutropenia")
                stays += fevers(days: record.outputDays, counts: counts) { -Elementary.log(stream.uniform()) }
                    .map { HospitalStay(cause: rule.cause, start: $0, end: $0 + rule.days.lowerBound) }
            } else if let grades = series("\(rule.event)_grade") {
                stays += episodes(days: record.outputDays, grades: grades, from: rule.grade).map { episode in
                    let length = min(rule.days.upperBound, max(rule.days.lowerBound, episode.upperBound - episode.lowerBound))
                    return HospitalStay(cause: rule.cause, start: episode.lowerBound, end: episode.lowerBound + length)
                }
            }
        }
        return stays.map { stay in
            var stay = stay
            stay.end = min(stay.end, record.lastDay)
            return stay
        }.filter { $0.end > $0.start }.sorted { ($0.start, $0.cause) < ($1.start, $1.cause) }
    }

    /// Times with an effect of at least a grade: from the first day at that grade to the last day before it is gone.
    static func episodes(days: [Double], grades: [Double], from grade: Int) -> [ClosedRange<Double>] {
        var result: [ClosedRange<Double>] = []
        var start: Double?
        for (row, day) in days.enumerated() {
            let now = Int(grades[row].rounded())
            if start == nil, now >= grade { start = day }
            if let begun = start, now < 1 {
                result.append(begun...day)
                start = nil
            }
        }
        if let begun = start, let last = days.last { result.append(begun...max(begun, last)) }
        return result
    }

    /// Days on which a fever begins: where the hazard summed over the days below 500 neutrophils/µL passes the next draw.
    ///
    /// ```
    /// H(t) = h · ∫₀ᵗ [ANC(s) < 500] ds,   fevers at H = E₁, E₁ + E₂, …   with Eᵢ exponential with mean 1
    /// ```
    /// - Parameters:
    ///   - counts: Neutrophils per µL at `days`, taken as straight lines between them.
    ///   - draw: The next exponential draw.
    static func fevers(days: [Double], counts: [Double], draw: () -> Double) -> [Double] {
        var result: [Double] = []
        var sum = 0.0
        var next = draw()
        for row in days.indices.dropFirst() {
            let (t0, t1, n0, n1) = (days[row - 1], days[row], counts[row - 1], counts[row])
            // the part of the interval that lies below the limit
            let crossing = n0 == n1 ? 0 : min(1, max(0, (severeNeutropenia - n0) / (n1 - n0)))
            let (a, b): (Double, Double) = n0 < severeNeutropenia ? (0, n1 < severeNeutropenia ? 1 : crossing) : n1 < severeNeutropenia ? (crossing, 1) : (0, 0)
            let (start, end) = (t0 + a * (t1 - t0), t0 + b * (t1 - t0))
            var at = start
            while sum + feverHazard * (end - at) >= next {
                at += (next - sum) / feverHazard
                sum = next
                result.append(at)
                next += draw()
            }
            sum += feverHazard * (end - at)
        }
        return result
    }

    /// Days in hospital by cause; a day with two causes counts once, for the stay that began first.
    static func days(_ stays: [HospitalStay]) -> [String: Double] {
        var result: [String: Double] = [:]
        var until = -Double.infinity
        for stay in stays.sorted(by: { ($0.start, $0.cause) < ($1.start, $1.cause) }) where stay.end > until {
            result[stay.cause, default: 0] += stay.end - max(stay.start, until)
            until = stay.end
        }
        return result
    }
}
