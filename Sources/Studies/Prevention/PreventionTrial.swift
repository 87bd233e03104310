public import ImmuneModels
import Mathematics
import ModelIR
import VirtualTrials

/// A trial of a preventive vaccine: people without cancer, vaccinated or not, watched for infection and what comes of it.
///
/// Each person goes through the natural history (module 30) at its published rates; antibody after the last dose lowers the
/// risk of infection and nothing else. What the trial sees are states at visits: an infection between two visits is missed.
public struct PreventionTrial: Sendable {
    public let study: Study
    let history: HPVNaturalHistory
    let antibody: HPVNaturalHistory.Antibody
    /// Logarithmic standard deviation of the peak between people.
    let antibodySpread: Double
    /// Day of the last dose by arm; nil: no vaccine.
    let vaccination: [Double?]
    let rows: [ParameterRow]

    /// - Parameter factors: On values of the natural history by id, for what is not known about them.
    /// - Throws: `InvalidModel` for therapies that are no preventive vaccine and arms without a comparator.
    public init(_ study: Study, library: ModelLibrary, factors: [String: Double] = [:]) throws {
        self.study = study
        rows = library.parameters.filter { $0.module == "30-hpv" }
        var values = Dictionary(rows.map { ($0.id, $0.value) }) { first, _ in first }
        for (id, factor) in factors where values[id] != nil {
            let isProbability = rows.first { $0.id == id }.map { $0.unit == "dimensionless" && $0.value < 1 } ?? false
            // a probability stays one
            values[id] = isProbability ? values[id]! * factor / (1 - values[id]! + values[id]! * factor) : values[id]! * factor
        }
        func number(_ id: String) throws -> Double {
            guard let value = values[id] else { throw InvalidModel([Diagnostic(.error, .invalid, "30-hpv.csv has no '\(id)'")]) }
            return value
        }
        antibody = HPVNaturalHistory.Antibody(
            peak: try number("antibody_peak"), lasting: try number("antibody_lasting"), fastDecay: try number("antibody_fastDecay"),
            slowDecay: try number("antibody_slowDecay"))
        antibodySpread = try number("antibody_spread")
        guard let prevention = study.prevention, let site = HPVNaturalHistory.Site(rawValue: prevention.site) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "the study has no `prevention` with a site", at: study.places["cancer"])])
        }
        history = HPVNaturalHistory(site: site, values: values)
        var problems: [Diagnostic] = []
        vaccination = study.arms.map { arm in
            do {
                let place = arm.therapyPlace
                let regimen = try arm.doses.map { try $0.regimen(library: library, study: study) }
                    ?? Regimen(parsing: arm.therapy, library: library, source: study.file, line: place?.line ?? 1, column: place?.column ?? 1)
                for agent in regimen.agents where library.agent(named: agent)?.agentClass.hasPrefix("preventive vaccine") != true {
                    problems.append(
                        Diagnostic(.error, .invalid, "\(agent) prevents no infection", at: place, remedy: "give a preventive vaccine such as hpv_vaccine_4valent, or placebo"))
                }
                var day = 0.0
                return regimen.phases.indices.flatMap { phase -> [Double] in
                    defer { day += regimen.phases[phase].length ?? 0 }
                    return regimen.planned(phase: phase, before: study.followUp).map { day + $0.day }
                }.max()
            } catch let invalid as InvalidModel {
                problems += invalid.diagnostics
                return nil
            } catch { return nil }
        }
        if study.arms.count < 2 {
            problems.append(Diagnostic(.error, .invalid, "efficacy needs an arm to compare with", at: study.arms.first?.place, remedy: "add an arm with `therapy: placebo`"))
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
    }

    /// What became of one person.
    struct Person: Sendable {
        var number: Int
        /// Days; 0 is the first dose.
        var visits: [Double]
        var lastDay: Double
        /// Day of the visit that first met each definition, by definition.
        var cases: [Case: Double]
        /// Not infected by the day from which cases count, all doses had.
        var isPerProtocol: Bool
        /// Antibody at the end over that after natural infection; 0 for who got none.
        var peak: Double
    }

    /// What counts as a case, as the trial's protocol has it.
    public enum Case: String, Sendable, Codable, Hashable, CaseIterable {
        case infection = "infection at a visit"
        case persistent = "infection at two visits in a row"
        case lesion = "lesion of any grade"
        case severe = "lesion of grade 2 or worse"
        case cancer
    }

    /// The people of one arm; a number is the same person in every arm, with the same luck.
    func people(_ arm: Int, _ numbers: [Int]) -> [Person] {
        let calendar = VisitCalendar(
            interval: study.visits.every, first: study.visits.first, changeDay: study.visits.changeAfter, laterInterval: study.visits.laterEvery,
            jitter: study.visits.jitter, window: study.visits.window, missed: study.visits.missed, screening: 0)
        return numbers.map { number in
            func uniform(_ purpose: String) -> Double {
                var stream = RandomStream(seed: study.seed, patient: UInt64(number), purpose: purpose)
                return stream.uniform()
            }
            let planned = study.shortestFollowUp.map { $0 + (study.followUp - $0) * uniform("accrual") } ?? study.followUp
            let leaving = study.dropoutPerYear > 0 ? -Elementary.log(uniform("dropout")) * 365.25 / -Elementary.log(1 - min(0.999, study.dropoutPerYear)) : .infinity
            let end = min(planned, leaving)
            let isTreated = uniform("dropout before treatment") >= study.dropoutBeforeTreatment
            let isInfected = uniform("infected at entry") < (study.prevention?.infectedAtEntry ?? 0)
            var way = RandomStream(seed: study.seed, patient: UInt64(number), purpose: "natural history")
            var titre = antibody
            titre.peak *= Elementary.exp(antibodySpread * Normal.quantile(uniform("antibody")))
            let given = isTreated ? vaccination[arm].flatMap { $0 <= end ? $0 : nil } : nil
            let states = history.person(
                years: end / 365.25, initial: isInfected ? .infected : .well, antibody: given == nil ? nil : titre, vaccination: (given ?? 0) / 365.25,
                using: &way)
            func state(_ day: Double) -> HPVNaturalHistory.State { states.last { $0.year * 365.25 <= day }?.state ?? .well }
            let visits = calendar.visits(seed: study.seed, patient: number, before: end)
            let start = study.prevention?.countedFrom ?? 0
            let wasInfected = states.contains { $0.state != .well && $0.year * 365.25 <= start }
            var cases: [Case: Double] = [:]
            var previous: HPVNaturalHistory.State?
            for day in visits where day > start {
                let now = state(day)
                func note(_ kind: Case, _ isMet: Bool) { if isMet && cases[kind] == nil { cases[kind] = day } }
                note(.infection, now != .well && now != .dead)
                note(.persistent, now != .well && previous.map { $0 != .well } == true)
                note(.lesion, now.rawValue >= HPVNaturalHistory.State.lesion1.rawValue)
                note(.severe, now.rawValue >= HPVNaturalHistory.State.lesion2.rawValue)
                note(.cancer, now == .cancer)
                previous = now
            }
            return Person(
                number: number, visits: visits, lastDay: end, cases: cases,
                isPerProtocol: !wasInfected && isTreated && end > start && (vaccination[arm] == nil || given != nil),
                peak: given == nil ? 0 : titre.peak)
        }
    }

    /// Runs the trial: lots, or with twins everyone in every arm.
    public func run() -> PreventionResult {
        let arms = study.arms.indices.map { arm in people(arm, numbers[arm]) }
        return PreventionSummary(trial: self, people: arms).result
    }

    func members(of arm: Int) -> [Int] { numbers[arm] }

    /// Numbers of the people of each arm: by lots in blocks, or with twins all in each.
    private var numbers: [[Int]] {
        if study.design == .twins { return study.arms.map { _ in Array(0..<study.patients) } }
        let lots = Randomisation(allocation: study.arms.map(\.allocation), strata: [], block: study.block, seed: study.seed)
        var arms: [[Int]] = study.arms.map { _ in [] }
        for shard in Shard.all(patients: study.patients) {
            let members = shard.places.map { VirtualPatient(number: $0, covariates: [:], values: [:]) }
            for (member, arm) in zip(members, lots.arms(of: members, in: shard)) { arms[arm].append(member.number) }
        }
        return arms
    }
}
