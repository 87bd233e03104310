#if Web
    import Foundation
    import ModelRuns

    /// CAR-T cells in a B-cell leukaemia: what lessons on supplied cells run.
    struct CellTherapyService: Sendable {
        let model: LessonModel

        struct Request: Decodable {
            /// Leukaemia cells that carry CD19, and those that lack it.
            var burden: Double
            var lost: Double
            /// CAR-T cells infused; 0 is none.
            var cells: Double
            /// Fludarabine and cyclophosphamide before the cells.
            var lymphodepletion: Bool
            /// Days from the infusion.
            var tocilizumab_after: Double?
            var steroid_after: Double?
            var days: Double

            /// - Throws: `WebFailure` that names the first value out of range.
            func values() throws -> [String: Double] {
                try check("the leukaemia cells", burden, 1...1e13)
                try check("the leukaemia cells without CD19", lost, 0...1e12)
                try check("the CAR-T cells", cells, 0...1e10)
                try check("the day of tocilizumab", tocilizumab_after ?? 0, 0...700)
                try check("the day of the steroid", steroid_after ?? 0, 0...700)
                try check("the length in days", days, 35...730)
                let area = 1.8  // m², of an adult of 70 kg
                var values = ["C1": burden, "C2": lost, "infused_cells": cells]
                if lymphodepletion {
                    // 30 mg/m² of 365 g/mol and 500 mg/m² of 261 g/mol, in µmol
                    values["fludarabine_dose"] = 30 * area * 1000 / 365
                    values["cyclophosphamide_dose"] = 500 * area * 1000 / 261
                }
                if let tocilizumab_after {
                    // 8 mg/kg at 70 kg of 148 kDa, in nmol
                    values["tocilizumab_day"] = LessonModel.infusionDay + tocilizumab_after
                    values["tocilizumab_dose"] = 560e3 / 148
                }
                if let steroid_after {
                    values["steroid_day"] = LessonModel.infusionDay + steroid_after
                    values["dexamethasone_dose"] = 10
                }
                return values
            }
        }

        struct Answer: Encodable {
            var days: [Double]
            var series: [LessonSeries]
            var infusion_day: Double
            /// Leukaemia cells on day 28 after the infusion, and their share of marrow cells in percent.
            var cells_day28: Double
            var marrow_day28_pct: Double
            /// Days from the infusion until leukaemia, once below 5 % of marrow, is above it again; absent where it isn't.
            var relapse_after: Double?
            /// Highest grades by ASTCT.
            var CRS_grade: Int
            var ICANS_grade: Int
            var CAR_peak_per_uL: Double
            var CAR_peak_after: Double
            var IL6_peak_pg: Double
            var temperature: Double
            var solve_ms: Double
        }

        func run(_ body: Data) throws -> String {
            let request = try JSONDecoder().decode(Request.self, from: body)
            let run = try model.run(try request.values(), days: request.days)
            let start = LessonModel.infusionDay
            let after = start...request.days
            let peak = run.highest("CAR_count", after)
            let infiltration = run.columns["marrowInfiltration"]!
            let remission = run.days.indices.first { run.days[$0] >= start && infiltration[$0] < 0.05 }
            let relapse = remission.flatMap { first in run.days.indices.first { $0 > first && infiltration[$0] >= 0.05 } }
            return try JSONText.of(
                Answer(
                    days: run.days, series: run.series, infusion_day: start, cells_day28: run.value("C_total", on: start + 28),
                    marrow_day28_pct: 100 * run.value("marrowInfiltration", on: start + 28), relapse_after: relapse.map { run.days[$0] - start },
                    CRS_grade: Int(run.highest("CRS_grade", after).value.rounded()), ICANS_grade: Int(run.highest("ICANS_grade", after).value.rounded()),
                    CAR_peak_per_uL: peak.value, CAR_peak_after: run.days[peak.row] - start, IL6_peak_pg: run.highest("IL6_pg", after).value,
                    temperature: run.highest("temperature", after).value, solve_ms: run.milliseconds))
        }
    }
#endif
