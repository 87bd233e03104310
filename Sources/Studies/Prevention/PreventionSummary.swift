import ImmuneModels
import Mathematics
import ModelIR
import Survival
import VirtualTrials

/// From people to cases, person-years and efficacy.
struct PreventionSummary {
    let trial: PreventionTrial
    /// By arm.
    let people: [[PreventionTrial.Person]]

    private var study: Study { trial.study }
    private var start: Double { study.prevention?.countedFrom ?? 0 }

    private func members(_ arm: Int, _ population: PreventionResult.Population) -> [PreventionTrial.Person] {
        population == .perProtocol ? people[arm].filter(\.isPerProtocol) : people[arm].filter { $0.lastDay > start }
    }

    /// Days at risk after counting began: to the visit that showed the case, else to the last visit.
    private func risk(_ person: PreventionTrial.Person, _ endpoint: PreventionTrial.Case) -> (days: Double, isCase: Bool) {
        if let day = person.cases[endpoint] { return (day - start, true) }
        return (max(0, (person.visits.last ?? 0) - start), false)
    }

    /// The planned visit nearest to a day: visits of one plan come on different days, and within a window those that found
    /// nothing would leave before those that found something.
    private func planned(_ day: Double) -> Double {
        let (first, every) = (study.visits.first ?? study.visits.every, study.visits.every)
        return day < first / 2 ? day : first + max(0, ((day - first) / every).rounded()) * every
    }

    private func incidence(_ arm: Int, _ population: PreventionResult.Population, _ endpoint: PreventionTrial.Case) -> PreventionResult.Incidence {
        let risks = members(arm, population).map { risk($0, endpoint) }
        let cases = risks.count(where: \.isCase)
        let years = risks.reduce(0) { $0 + $1.days } / 365.25
        return PreventionResult.Incidence(
            population: population, endpoint: endpoint, people: risks.count, cases: cases, personYears: years,
            rate: Interval(poissonRate(cases: cases, personYears: years, per: 100)))
    }

    var result: PreventionResult {
        let populations = PreventionResult.Population.allCases
        let endpoints = PreventionTrial.Case.allCases
        let arms = study.arms.indices.map { arm -> PreventionResult.Arm in
            let protocolMembers = members(arm, .perProtocol)
            func curve(_ code: String, _ name: String, _ endpoint: PreventionTrial.Case) -> SurvivalSummary {
                SurvivalSummary(
                    code: code, name: name, times: protocolMembers.map { person in
                        let (days, isCase) = risk(person, endpoint)
                        return Endpoints.Time(days: planned(days + start) - start, isEvent: isCase, reason: isCase ? endpoint.rawValue : "end of follow-up")
                    }, horizon: max(1, study.followUp - start))
            }
            let vaccinated = people[arm].filter { $0.peak > 0 }
            let lasting = vaccinated.count { person in
                var titre = trial.antibody
                titre.peak = person.peak
                return titre.titre(after: (person.lastDay - (trial.vaccination[arm] ?? 0)) / 365.25) >= 1
            }
            return PreventionResult.Arm(
                name: study.arms[arm].name, therapy: study.arms[arm].therapy, isReference: arm == study.referenceArm, people: people[arm].count,
                perProtocol: protocolMembers.count, incidence: populations.flatMap { population in endpoints.map { incidence(arm, population, $0) } },
                curves: [curve("INF", "Free of infection", .infection), curve("LES", "Free of lesions", .lesion)],
                aboveNatural: vaccinated.isEmpty ? nil : 100 * Double(lasting) / Double(vaccinated.count))
        }
        let reference = arms[study.referenceArm]
        let efficacy = arms.indices.filter { $0 != study.referenceArm }.flatMap { index in
            zip(arms[index].incidence, reference.incidence).map { own, other in
                PreventionResult.Efficacy(
                    arm: arms[index].name, reference: reference.name, population: own.population, endpoint: own.endpoint,
                    efficacy: Interval(
                        percent: own.personYears > 0 && other.personYears > 0
                            ? vaccineEfficacy(
                                vaccineCases: own.cases, vaccinePersonYears: own.personYears, controlCases: other.cases, controlPersonYears: other.personYears)
                            : Estimate(nil, nil, nil)))
            }
        }
        return PreventionResult(
            study: study.id, title: study.title, site: study.prevention?.site ?? "", seed: study.seed, people: Set(people.flatMap { $0.map(\.number) }).count,
            countedFromDays: start, arms: arms, efficacy: efficacy,
            values: trial.rows.filter { row in
                // of the steps between states, those of this site
                ["cervix_", "oropharynx_", "penis_"].allSatisfy { !row.id.hasPrefix($0) } || row.id.hasPrefix("\(trial.history.site.rawValue)_")
            }.map {
                PreventionResult.Value(id: $0.id, value: $0.value, unit: $0.unit, meaning: $0.meaning, source: $0.source, confidence: $0.confidence.rawValue)
            },
            limits: study.simplifications + Self.limits)
    }

    private static let limits = [
        "Types 16 and 18 together; warts of types 6 and 11, which make up most external genital lesions of men, are not simulated, so that incidence is not comparable, efficacy is.",
        "Steps after infection are those of the cervix; for throat and penis infection and the last step to cancer are assumed.",
        "Everyone has the same risk of exposure, and being infected once leaves no protection.",
    ]
}
