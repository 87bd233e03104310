import Foundation
import ImmuneModels
import Survival
import VirtualTrials

/// What a trial would report about one arm, from its patients' records.
struct ArmSummary {
    var arm: CohortPlan.Arm
    var regimen: Regimen
    var records: [SubjectRecord]
    var observables: [ImmuneModels.Observable]
    var horizon: Double
    /// Responses count only when a second scan confirmed them.
    var isConfirmed = false
    var criteria = "RECIST 1.1"
    /// Code and name of the time to progression, recurrence or death.
    var progression = (code: "PFS", name: "Progression-free survival")
    /// Cancer cells in an operation's specimen below which a pathologist finds none; nil: no operation is judged.
    var residualCells: Double?
    /// Whether response is judged by diameters of lesions.
    var isBySize = true
    /// Time courses of a large trial, summed up while its shards were read; nil: from the records.
    var sketched: [Band]?
    /// Patterns of lesions of a large trial, counted in the same way; nil: from the records.
    var patterns: LesionPatterns.Counts?

    func result(observed: ObservedData?, seed: UInt64) -> ArmResult {
        ArmResult(
            name: arm.name, therapy: arm.therapy,
            regimen: regimen.sentences,
            patients: records.map(patient), failures: records.compactMap { record in
                record.failure.map { Failure(patient: Self.id(record), reason: $0) }
            },
            baseline: baseline, response: response,
            survival: [survival(progression.code, progression.name) { record in
                    record.endpoints.progressionFreeSurvival
                }, survival("OS", "Overall survival") { record in
                    record.deathDay.map { Endpoints.Time(days: $0, isEvent: true, reason: "death") }
                        ?? Endpoints.Time(days: max(0, record.lastDay), isEvent: false, reason: "end of follow-up")
                }] + durationOfResponse + markerProgression,
            bands: sketched ?? bands, toxicity: toxicity, filtered: observed?.filter(records, arm: arm.name, seed: seed),
            lesionPatterns: isBySize ? LesionPatterns(patterns ?? LesionPatterns.Counts(records)) : nil, severeEvents: severeEvents)
    }

    /// Patients with a side effect of grade 3 or more that the model grades; nil where nothing is graded.
    private var severeEvents: Interval? {
        guard let treated = toxicity.first?.patients, treated > 0 else { return nil }
        let count = records.count { $0.adverseEvents.contains { $0.grade >= 3 } }
        return Interval(percent: Proportion(min(count, treated), of: treated).clopperPearson())
    }

    /// The last digits of the subject's identifier in the tables.
    static func id(_ record: SubjectRecord) -> String { String(format: "%05d", record.patient.subject + 1) }

    private func patient(_ record: SubjectRecord) -> PatientResult {
        let baseline = record.baselineDiameters.reduce(0, +)
        let points = record.points.filter { $0.sumOfDiameters != nil }
        let pfs = record.endpoints.progressionFreeSurvival
        // what other therapy achieves after progression is not this arm's
        let judged = record.points.firstIndex { $0.overall == .progression }.map { record.points[...$0] } ?? record.points[...]
        return PatientResult(
            id: Self.id(record), covariates: record.patient.covariates, days: [record.baselineDay] + points.map(\.day),
            sumOfDiameters: [baseline] + points.map { $0.sumOfDiameters ?? .nan },
            percentChange: [0] + points.map { $0.percentFromBaseline ?? .nan },
            timePointResponses: record.points.map(\.overall.rawValue), bestResponse: record.endpoints.best.rawValue,
            bestChange: judged.compactMap { $0.sumOfDiameters == nil ? nil : $0.percentFromBaseline }.min(), progressionFreeDays: pfs.days,
            hasProgressedOrDied: pfs.isEvent, progressionCause: pfs.isEvent ? pfs.reason : nil, survivalDays: record.lastDay,
            hasDied: record.deathDay != nil,
            doses: record.administrations.map { GivenDose(day: $0.day, agent: $0.agent, amount: $0.amount, unit: $0.unit) },
            adverseEvents: record.ownAdverseEvents.map {
                AdverseEvent(term: $0.term, grade: $0.grade, startDay: $0.startDay, endDay: $0.endDay)
            })
    }

    private var response: ResponseTable {
        let count = records.count
        func interval(_ isCounted: (Response) -> Bool) -> Interval {
            Interval(percent: Proportion(records.count { isCounted($0.endpoints.best) }, of: count).clopperPearson())
        }
        return ResponseTable(
            patients: count,
            counts: [Response.complete, .partial, .stable, .progression, .notEvaluable].map { response in
                Count(response.rawValue, records.count { $0.endpoints.best == response })
            },
            objectiveResponse: interval(\.isObjective), completeResponse: interval { $0 == .complete },
            diseaseControl: interval(\.isControlled), confirmed: isConfirmed, criteria: criteria, pathologicalResponse: pathologicalResponse,
            markerResponse: markerResponse)
    }

    /// Time to the first confirmed rise of PSA (PCWG3); beside progression, which PSA alone does not make.
    private var markerProgression: [SurvivalSummary] {
        let members = records.filter { !$0.markers.isEmpty && criteria.contains("PCWG3") }
        guard !members.isEmpty else { return [] }
        return [
            survival("PSAP", "Free of PSA progression", among: members) { record in
                let readings = zip(record.points, record.markers.dropFirst()).map { Prostate.Reading(day: $0.day, psa: $1) }
                if let day = Prostate.psaProgression(baseline: record.markers[0], readings: readings) {
                    return Endpoints.Time(days: day, isEvent: true, reason: "PSA")
                }
                return Endpoints.Time(days: max(0, readings.last?.day ?? 0), isEvent: false, reason: "no rise")
            }
        ]
    }

    /// Specimens without cancer among all patients; who was not operated on counts as having none such.
    private var pathologicalResponse: Interval? {
        guard let residualCells, records.contains(where: { $0.operationDay != nil }) else { return nil }
        let free = records.count { record in record.specimenCells.map { $0 < residualCells } ?? false }
        return Interval(percent: Proportion(free, of: records.count).clopperPearson())
    }

    /// PSA fallen by half, confirmed (PCWG3), among those who have a value at baseline.
    private var markerResponse: Interval? {
        let members = records.filter { !$0.markers.isEmpty && criteria.contains("PCWG3") }
        guard !members.isEmpty else { return nil }
        let fallen = members.count { record in
            let readings = zip(record.points, record.markers.dropFirst()).map { Prostate.Reading(day: $0.day, psa: $1) }
            return Prostate.psa50(baseline: record.markers[0], readings: readings)
        }
        return Interval(percent: Proportion(fallen, of: members.count).clopperPearson())
    }

    /// Among those with a response; nothing where nobody responded.
    private var durationOfResponse: [SurvivalSummary] {
        let responders = records.filter { $0.endpoints.durationOfResponse != nil }
        guard !responders.isEmpty else { return [] }
        return [survival("DOR", "Duration of response", among: responders) { $0.endpoints.durationOfResponse! }]
    }

    private func survival(
        _ code: String, _ name: String, among members: [SubjectRecord]? = nil, _ time: (SubjectRecord) -> Endpoints.Time
    ) -> SurvivalSummary {
        SurvivalSummary(code: code, name: name, times: (members ?? records).map(time), horizon: horizon)
    }

    private var baseline: [BaselineRow] {
        let shown: [(id: String, name: String, digits: Int)] = [
            ("age", "age (years)", 0), ("weight", "weight (kg)", 0), ("diagnosisDiameter", "diameter at diagnosis (mm)", 0),
            ("TMB", "mutational burden (per Mb)", 1), ("albumin", "albumin (g/L)", 0),
        ]
        var rows = shown.compactMap { id, name, digits -> BaselineRow? in
            let q = Quantiles.quartiles(records.compactMap { $0.patient.covariates[id] })
            guard q.count == 3 else { return nil }
            let text = q.map { String(format: "%.\(digits)f", $0) }
            return BaselineRow(name: name, text: "\(text[1]) (\(text[0])–\(text[2]))")
        }
        func share(_ name: String, _ test: (VirtualPatient) -> Bool) {
            let n = records.count { test($0.patient) }
            rows.append(BaselineRow(name: name, text: "\(n) (\(Int((100 * Double(n) / Double(max(1, records.count))).rounded())) %)"))
        }
        share("men") { $0.covariates["male"] == 1 }
        share("ECOG 0") { $0.covariates["ECOG"] == 0 }
        // a cancer of blood has none
        guard records.contains(where: { $0.patient.covariates["PDL1_fraction"] != nil }) else { return rows }
        share("PD-L1 at least 50 %") { ($0.covariates["PDL1_fraction"] ?? 0) >= 0.5 }
        share("PD-L1 below 1 %") { ($0.covariates["PDL1_fraction"] ?? 0) < 0.01 }
        return rows
    }
}

extension SurvivalSummary {
    /// - Parameter horizon: Longest follow-up, days.
    init(code: String, name: String, times: [Endpoints.Time], horizon: Double) {
        let month = 30.4375
        var data = SurvivalTimes()
        var causes: [String: Int] = [:]
        for value in times {
            data.append(time: max(0, value.days) / month, isEvent: value.isEvent)
            if value.isEvent { causes[value.reason, default: 0] += 1 }
        }
        let curve = KaplanMeier(data)
        let last = horizon / month
        let riskMonths = Array(stride(from: 0, through: last, by: last > 18 ? 6 : 3))
        self.init(
            code: code, name: name, months: [0] + curve.steps.map(\.time), survival: [1] + curve.steps.map(\.survival),
            lower: [1] + curve.steps.map { $0.lower.isFinite ? $0.lower : $0.survival },
            upper: [1] + curve.steps.map { $0.upper.isFinite ? $0.upper : $0.survival }, censoredMonths: curve.censoredTimes,
            riskMonths: riskMonths, riskCounts: riskMonths.map { curve.atRisk(at: $0) }, patients: data.count,
            events: data.eventCount, median: Interval(curve.median),
            // nobody followed that far, though some left without an event: no estimate
            landmarks: [6.0, 12, 18, 24, 36, 48, 60].filter { $0 <= last && (curve.atRisk(at: $0) > 0 || data.eventCount == data.count) }
                .map { .init(months: $0, percent: Interval(percent: curve.survival(at: $0))) },
            causes: causes.sorted { $0.key < $1.key }.map { Count($0.key, $0.value) })
    }
}

extension Interval {
    init(_ estimate: Estimate) { self.init(estimate.value, estimate.lower, estimate.upper) }
    /// A proportion as percent.
    init(percent estimate: Estimate) {
        self.init(estimate.value.map { 100 * $0 }, estimate.lower.map { 100 * $0 }, estimate.upper.map { 100 * $0 })
    }
}
