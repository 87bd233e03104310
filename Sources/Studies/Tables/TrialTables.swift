import Foundation
import VirtualTrials

/// The analysis data sets of a trial. Every subject is simulated, and every table says so (SIMFL).
public struct TrialTables: Sendable {
    private let study: Study
    /// By arm, in the order of the study.
    private let records: [[SubjectRecord]]
    /// Response criteria by name.
    private let criteria: String
    /// What `sumOfDiameters` holds under the study's criteria.
    private let measure: (code: String, label: String)

    public init(_ result: TrialResult) {
        self.init(
            study: result.study, records: result.records, criteria: result.cohort.arms.first?.response.criteria ?? "", measure: result.measure)
    }

    /// Tables of some of the records, as those of one shard.
    init(study: Study, records: [[SubjectRecord]], criteria: String, measure: (code: String, label: String)) {
        self.study = study
        self.records = records
        self.criteria = criteria
        self.measure = measure
    }

    public var all: [AnalysisTable] { [subjects, tumours, responses, times, adverseEvents, exposure] }

    /// What the columns mean, as Define-XML.
    public var definition: String { DefineFile(study: study, tables: all).text }

    /// Rows of all arms with the arm's name; in order of arm and subject.
    private var members: [(arm: String, record: SubjectRecord)] {
        zip(study.arms, records).flatMap { arm, records in records.map { (arm.name, $0) } }
    }

    /// With twins the same person is a subject in each arm, so the arm is part of the identifier.
    private func subjectID(_ arm: String, _ record: SubjectRecord) -> String {
        let number = String(format: "%05d", record.patient.subject + 1)
        guard study.design == .twins, let index = study.arms.firstIndex(where: { $0.name == arm }), study.arms.count > 1 else {
            return "\(study.id)-\(number)"
        }
        return "\(study.id)-\(number)-\(index + 1)"
    }

    private func table(
        _ name: String, _ label: String, structure: String, keys: [String] = [], _ variables: [AnalysisTable.Variable]
    ) -> AnalysisTable {
        AnalysisTable(
            name, label, structure: structure, keys: ["STUDYID", "USUBJID"] + keys,
            variables: [
                .init("STUDYID", "Study identifier"), .init("USUBJID", "Unique subject identifier"), .init("SIMFL", "Simulated subject flag"),
            ] + variables)
    }

    private func lead(_ member: (arm: String, record: SubjectRecord)) -> [String] {
        [study.id, subjectID(member.arm, member.record), "Y"]
    }

    // MARK: One row a subject

    private static let covariates: [(id: String, variable: AnalysisTable.Variable, digits: Int)] = [
        ("age", .init("AGE", "Age (years)", .integer), 0), ("height", .init("HEIGHTBL", "Height at baseline (cm)", .float), 0),
        ("weight", .init("WEIGHTBL", "Weight at baseline (kg)", .float), 1), ("ECOG", .init("ECOGBL", "ECOG performance status at baseline", .integer), 0),
        ("PDL1_fraction", .init("PDL1BL", "Tumour cells with PD-L1 at baseline (fraction)", .float), 4),
        ("TMB", .init("TMBBL", "Mutational burden (mutations per megabase)", .float), 2),
        ("albumin", .init("ALBBL", "Albumin at baseline (g/L)", .float), 1), ("GFR", .init("GFRBL", "Glomerular filtration at baseline (mL/min)", .float), 0),
        ("diagnosisDiameter", .init("DIAMBL", "Diameter of the lesion at screening (mm)", .float), 1),
    ]

    var subjects: AnalysisTable {
        let strata = study.strata.enumerated().map { AnalysisTable.Variable("STRATA\($0.offset + 1)", "Stratification: \($0.element.text)") }
        var table = table(
            "ADSL", "Subject-level analysis data", structure: "SUBJECT LEVEL ANALYSIS DATASET",
            [
                .init("SUBJID", "Subject identifier for the study"), .init("ARM", "Planned arm"), .init("TRT01P", "Planned treatment"),
                .init("TRT01A", "Actual treatment"), .init("ITTFL", "Intent-to-treat population flag"), .init("SAFFL", "Safety population flag"),
                .init("SEX", "Sex"),
            ] + Self.covariates.map(\.variable) + strata + [
                .init("TRTSDY", "First day of treatment", .integer), .init("TRTEDY", "Last day of treatment", .integer),
                .init("EOTSTT", "End of treatment status"), .init("DCTREAS", "Reason for discontinuation of treatment"),
                .init("HELDDOSE", "Doses held for side effects", .integer), .init("CROSSDY", "Day of crossover", .integer),
                .init("EOSSTT", "End of study status"), .init("DTHFL", "Death flag"), .init("DTHDY", "Day of death", .integer),
                .init("DTHCAUS", "Cause of death"), .init("LSTALVDY", "Last day known alive", .integer),
                .init("SIMFAIL", "Reason why the subject could not be simulated to the end"),
            ])
        for member in members {
            let record = member.record
            let covariates = record.patient.covariates
            let isTreated = record.endOfTreatment != .neverStarted
            var cells = lead(member)
            cells += [
                String(format: "%05d", record.patient.subject + 1), member.arm, member.arm, isTreated ? member.arm : "Not treated", "Y",
                isTreated ? "Y" : "N", covariates["male"] == 1 ? "M" : "F",
            ]
            cells += Self.covariates.map { Cell.number(covariates[$0.id], digits: $0.digits) }
            cells += study.strata.map { $0.name(of: $0.level(covariates)) }
            let isOngoing = record.endOfTreatment == .ongoing
            cells += [
                record.administrations.first.map { Cell.day($0.day) } ?? "", record.administrations.last.map { Cell.day($0.day) } ?? "",
                isOngoing ? "ONGOING" : record.endOfTreatment == .completed ? "COMPLETED" : "DISCONTINUED",
                isOngoing || record.endOfTreatment == .completed ? "" : record.endOfTreatment.rawValue.uppercased(),
                String(record.heldDoses), Cell.day(record.crossoverDay),
                record.deathDay != nil ? "DISCONTINUED" : record.dropoutDay != nil ? "LOST TO FOLLOW-UP" : "ONGOING",
                record.deathDay != nil ? "Y" : "N", Cell.day(record.deathDay), record.deathCause?.uppercased() ?? "", Cell.day(record.lastDay),
                record.failure ?? "",
            ]
            table.append(cells)
        }
        return table
    }

    // MARK: Tumours and responses

    var tumours: AnalysisTable {
        var table = table(
            "ADTR", "Tumour measurements", structure: "BASIC DATA STRUCTURE", keys: ["PARAMCD", "AVISITN"],
            [
                .init("TRTP", "Planned treatment"), .init("PARAMCD", "Parameter code"), .init("PARAM", "Parameter"), .init("AVISITN", "Analysis visit (N)", .integer),
                .init("AVISIT", "Analysis visit"), .init("ADY", "Analysis relative day", .integer), .init("AVAL", "Analysis value", .float),
                .init("BASE", "Baseline value", .float), .init("CHG", "Change from baseline", .float), .init("PCHG", "Percent change from baseline", .float),
                .init("NADIR", "Smallest value before, baseline included", .float), .init("PCHGNAD", "Percent change from nadir", .float),
                .init("ABLFL", "Baseline record flag"),
            ])
        let name = measure
        for member in members {
            let record = member.record
            let base = record.baselineDiameters.reduce(0, +)
            let head = lead(member) + [member.arm, name.code, name.label]
            table.append(head + ["0", "BASELINE", Cell.day(record.baselineDay), Cell.number(base), Cell.number(base), "", "", "", "", "Y"])
            for (visit, point) in record.points.enumerated() {
                guard let sum = point.sumOfDiameters else { continue }
                table.append(
                    head + [
                        String(visit + 1), "VISIT \(visit + 1)", Cell.day(point.day), Cell.number(sum), Cell.number(base), Cell.number(sum - base),
                        Cell.number(point.percentFromBaseline), Cell.number(point.nadir), Cell.number(point.percentFromNadir), "",
                    ])
            }
        }
        return table
    }

    var responses: AnalysisTable {
        var table = table(
            "ADRS", "Responses", structure: "BASIC DATA STRUCTURE", keys: ["PARAMCD", "AVISITN"],
            [
                .init("TRTP", "Planned treatment"), .init("PARAMCD", "Parameter code"), .init("PARAM", "Parameter"), .init("AVISITN", "Analysis visit (N)", .integer),
                .init("AVISIT", "Analysis visit"), .init("ADY", "Analysis relative day", .integer), .init("AVALC", "Analysis value (C)"),
                .init("PDCAUSE", "What showed progression"), .init("ANL01FL", "Up to the first progression flag"),
            ])
        for member in members {
            let record = member.record
            var isBefore = true
            for (visit, point) in record.points.enumerated() {
                table.append(
                    lead(member) + [
                        member.arm, "OVRLRESP", "Overall response at the visit (\(criteria))", String(visit + 1), "VISIT \(visit + 1)",
                        Cell.day(point.day), point.overall.rawValue, point.progressionCause?.uppercased() ?? "", isBefore ? "Y" : "",
                    ])
                if point.overall == .progression { isBefore = false }
            }
            if let day = record.operationDay, let cells = record.specimenCells {
                table.append(
                    lead(member) + [
                        member.arm, "PCR", "Pathological complete response (below \(Cell.number(study.assessment.residualCells, digits: 0)) cells)", "", "", Cell.day(day),
                        cells < study.assessment.residualCells ? "Y" : "N", "", "",
                    ])
            }
            table.append(
                lead(member) + [
                    member.arm, "BOR", "Best overall response (\(criteria)\(study.assessment.confirmation == nil ? "" : ", confirmed"))", "", "", Cell.day(record.endpoints.timeToResponse),
                    record.endpoints.best.rawValue, "", "Y",
                ])
        }
        return table
    }

    // MARK: Times to event

    var times: AnalysisTable {
        var table = table(
            "ADTTE", "Times to event", structure: "BASIC DATA STRUCTURE", keys: ["PARAMCD"],
            [
                .init("TRTP", "Planned treatment"), .init("PARAMCD", "Parameter code"), .init("PARAM", "Parameter"), .init("AVAL", "Analysis value", .float),
                .init("AVALU", "Analysis value unit"), .init("CNSR", "Censor (0: event)", .integer), .init("EVNTDESC", "Event description"),
                .init("CNSDTDSC", "Reason for censoring"), .init("STARTDY", "Day of origin", .integer),
            ])
        for member in members {
            let record = member.record
            func add(_ code: String, _ name: String, _ time: Endpoints.Time, from start: Double = 0) {
                table.append(
                    lead(member) + [
                        member.arm, code, name, Cell.number(max(0, time.days)), "DAYS", time.isEvent ? "0" : "1", time.isEvent ? time.reason.uppercased() : "",
                        time.isEvent ? "" : time.reason.uppercased(), Cell.day(start),
                    ])
            }
            add(study.progressionEndpoint.rawValue, study.progressionName, record.endpoints.progressionFreeSurvival)
            add("OS", "Overall survival", record.overallSurvival)
            if let response = record.endpoints.timeToResponse, let duration = record.endpoints.durationOfResponse {
                add("DOR", "Duration of response", duration, from: response)
                add("TTR", "Time to response", Endpoints.Time(days: response, isEvent: true, reason: "response"))
            }
        }
        return table
    }

    // MARK: Side effects and doses

    var adverseEvents: AnalysisTable {
        var table = table(
            "ADAE", "Adverse events", structure: "OCCURRENCE DATA STRUCTURE", keys: ["AEDECOD", "ASTDY"],
            [
                .init("TRTA", "Actual treatment"), .init("AEDECOD", "Term"), .init("AETOXGR", "Worst grade", .integer), .init("AESCALE", "Grading scale"),
                .init("ASTDY", "Start day", .integer), .init("AENDY", "End day", .integer), .init("TRTEMFL", "Treatment-emergent flag"),
            ])
        for member in members where member.record.endOfTreatment != .neverStarted {
            for event in member.record.adverseEvents {
                let scale = event.term.contains("cytokine") || event.term.contains("ICANS") ? "ASTCT 2019" : "CTCAE 5.0"
                table.append(
                    lead(member) + [
                        treatment(of: member, on: event.startDay), event.term.uppercased(), String(event.grade), scale, Cell.day(event.startDay), Cell.day(event.endDay), event.startDay > 0 ? "Y" : "",
                    ])
            }
        }
        return table
    }

    /// The arm's name, or what is given after crossing over.
    private func treatment(of member: (arm: String, record: SubjectRecord), on day: Double) -> String {
        guard let crossed = member.record.crossoverDay, day >= crossed else { return member.arm }
        return study.arms.first { $0.name == member.arm }?.crossover?.therapy ?? member.arm
    }

    var exposure: AnalysisTable {
        var table = table(
            "ADEX", "Exposure", structure: "OCCURRENCE DATA STRUCTURE", keys: ["EXTRT", "ASTDY"],
            [
                .init("TRTP", "Planned treatment"), .init("EXTRT", "Name of treatment"), .init("EXDOSE", "Dose", .float), .init("EXDOSU", "Dose unit"),
                .init("ASTDY", "Day of the dose", .integer),
            ])
        for member in members {
            for dose in member.record.administrations {
                table.append(lead(member) + [member.arm, dose.agent.uppercased(), Cell.number(dose.amount, digits: 3), dose.unit, Cell.day(dose.day)])
            }
        }
        return table
    }
}

extension SubjectRecord {
    /// Time to death from any cause, or to the end of observation.
    var overallSurvival: Endpoints.Time {
        deathDay.map { Endpoints.Time(days: $0, isEvent: true, reason: "death") }
            ?? Endpoints.Time(days: max(0, lastDay), isEvent: false, reason: dropoutDay == nil ? "end of follow-up" : "lost to follow-up")
    }
}
