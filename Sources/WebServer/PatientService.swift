#if Web
    import Foundation
    import ImmuneModels
    import ModelIR
    import Studies

    /// Treats the twins of a patient whom the user describes.
    struct PatientService {
        let library: ModelLibrary

        struct Request: Decodable {
            var cancer: String
            /// One therapy, or several for the same twins side by side.
            var therapy: String?
            var therapies: [String]?
            var sex: String
            var diameter_mm: Double
            var age: Double
            var weight_kg: Double
            var ecog: Double
            var pdl1_pct: Double
            var tmb: Double
            var days: Double
            var twins: Int
            var seed: UInt64

            /// - Throws: `WebFailure` that names the first value out of range.
            func plan(limit: Int) throws -> CohortPlan {
                let names = therapies ?? [therapy].compactMap(\.self)
                guard (1...4).contains(names.count) else {
                    throw WebFailure(.badRequest, "one to four therapies run side by side, got \(names.count)")
                }
                try check("the diameter in mm", diameter_mm, 5...200)
                try check("the age in years", age, 0...110)
                try check("the weight in kg", weight_kg, 3...250)
                try check("ECOG", ecog, 0...4)
                try check("PD-L1 in percent", pdl1_pct, 0...100)
                try check("TMB per megabase", tmb, 0...500)
                try check("follow-up in days", days, 7...3650)
                try check("the number of twins", Double(twins), 1...Double(limit))
                return CohortPlan(
                    title: "One patient, many twins", cancer: cancer, arms: names.map { .init(name: $0, therapy: $0) }, patients: twins,
                    seed: seed, horizon: days,
                    fixed: [
                        "age": age, "weight": weight_kg, "male": sex == "male" ? 1 : 0, "ECOG": ecog, "diagnosisDiameter": diameter_mm,
                        "PDL1_fraction": max(1e-4, min(0.9999, pdl1_pct / 100)), "TMB": tmb,
                    ], threads: ProcessInfo.processInfo.activeProcessorCount)
            }
        }

        struct Answer: Encodable {
            struct Fact: Encodable {
                var label: String
                var value: String
            }
            struct Series: Encodable {
                var id: String
                var name: String
                var unit: String
                var axis: String
                var group: String
                var kind: String
                var organ: String
                var cell: String
                var logarithmic: Bool
                var q05: [Double]
                var q50: [Double]
                var q95: [Double]
            }
            /// Twins by best response, and those with a harm of grade 3 or more, out of `twins`.
            struct Outcome: Encodable {
                var name: String
                var count: Int
            }
            struct Arm: Encodable {
                var name: String
                var regimen: [String]
                var days: [Double]
                var series: [Series]
                var facts: [Fact]
                var twins: Int
                var responses: [Outcome]
                var harms: [Outcome]
                var remarks: [String]
            }
            var cancer: String
            var arms: [Arm]
            var solve_ms: Double
        }

        func simulate(_ body: Data) throws -> String {
            let request = try JSONDecoder().decode(Request.self, from: body)
            let started = ContinuousClock.now
            let result = try CohortStudy(try request.plan(limit: 256), library: library).run()
            return try JSONText.of(answer(result, seconds: ContinuousClock.now - started))
        }

        /// A larger cohort as a job, with progress; its result is that of `simulate`.
        func cohort(_ body: Data) throws -> JobCenter.Work {
            let request = try JSONDecoder().decode(Request.self, from: body)
            let study = try CohortStudy(try request.plan(limit: 20_000), library: library)
            return { report in
                let started = ContinuousClock.now
                let result = try study.run { progress in report(progress.done, progress.total, nil) }
                try Task.checkCancellation()
                return try JSONText.of(answer(result, seconds: ContinuousClock.now - started))
            }
        }

        private func answer(_ result: CohortResult, seconds: Duration) -> Answer {
            let rejected = result.screening.rejections.filter { $0.count > 0 }.map { "\($0.count) \($0.name)" }
            let screening = rejected.isEmpty ? [] : ["Draws turned down: \(rejected.joined(separator: ", "))."]
            return Answer(
                cancer: result.cancerName, arms: result.arms.map { self.arm($0, remarks: screening) }, solve_ms: milliseconds(seconds))
        }

        private func arm(_ arm: ArmResult, remarks: [String]) -> Answer.Arm {
            let days = arm.bands.map(\.days).max { $0.count < $1.count } ?? []
            let series = arm.bands.filter { $0.days.count == days.count }.map { band in
                let place = Self.places[band.id]
                let isCell = band.group == .cells
                return Answer.Series(
                    id: band.id, name: band.meaning, unit: band.unit, axis: isCell ? "cells" : band.unit,
                    group: Self.groups[band.id] ?? band.meaning, kind: isCell ? "cell" : band.group.rawValue,
                    organ: place?.organ ?? "", cell: place?.cell ?? band.meaning, logarithmic: isCell, q05: band.quantiles[0],
                    q50: band.quantiles[2], q95: band.quantiles[4])
            }
            func percent(_ value: Double?) -> String { value.map { "\(Int($0.rounded())) %" } ?? "–" }
            func months(_ code: String) -> String {
                arm.survival.first { $0.code == code }?.median.value.map { String(format: "%.1f months", $0) } ?? "not reached"
            }
            let responders = arm.response.counts.prefix(2).map(\.count).reduce(0, +)
            var facts: [Answer.Fact] = [
                .init(label: "Tumour shrinks (response)", value: "\(responders) of \(arm.response.patients) twins"),
                .init(label: "Tumour controlled", value: percent(arm.response.diseaseControl.value)),
                .init(label: "Median time without progression", value: months("PFS")),
                .init(label: "Median survival", value: months("OS")),
            ]
            facts += arm.toxicity.map { .init(label: "\($0.term), grade 3 or more", value: percent($0.severe.value)) }
            var words = ["Given: \(arm.regimen.joined(separator: "; "))."] + remarks
            if !arm.failures.isEmpty { words.append("\(arm.failures.count) twins could not be simulated to the end; they count as no response.") }
            return Answer.Arm(
                name: arm.name, regimen: arm.regimen, days: days, series: series, facts: facts, twins: arm.response.patients,
                responses: arm.response.counts.map { .init(name: $0.name, count: $0.count) },
                harms: arm.toxicity.map { .init(name: "\($0.term), grade 3 or more", count: $0.byGrade[2...].reduce(0, +)) }, remarks: words)
        }

        /// Where the body map shows a quantity.
        private static let places: [String: (organ: String, cell: String)] = [
            "C_total": ("tumour", "cancer cells"), "effectorCD8_tumour": ("tumour", "effector CD8"),
            "exhaustedCD8_tumour": ("tumour", "exhausted CD8"), "progenitorCD8_tumour": ("tumour", "progenitor CD8"),
            "Treg_tumour": ("tumour", "regulatory T"), "mAPC_node": ("node", "mature APC"),
            "neo_effector": ("tissue", "effector CD8"), "NK_blood": ("tissue", "NK cells"),
        ]

        /// Quantities that share a chart.
        private static let groups: [String: String] = [
            "effectorCD8_tumour": "T cells in the tumour", "exhaustedCD8_tumour": "T cells in the tumour",
            "progenitorCD8_tumour": "T cells in the tumour", "Treg_tumour": "T cells in the tumour", "C_total": "Cancer cells",
            "diameter_tumour": "Tumour diameter",
        ]
    }
#endif
