#if Web
    import Foundation
    import ImmuneModels
    import Reports
    import Studies

    /// Runs a trial from the text of a study file, with live Kaplan-Meier curves while it runs.
    struct TrialService: Sendable {
        let library: ModelLibrary
        /// The plotting library, as JavaScript text, for the report.
        let plottingBundle: String

        static let largestTrial = 5000

        struct Request: Decodable {
            /// The text of a study file (YAML).
            var study: String
            var patients: Int?
            var seed: UInt64?
        }

        struct Curve: Encodable {
            var arm: String
            var endpoint: String
            var months: [Double]
            var survival: [Double]
            var lower: [Double]
            var upper: [Double]
            var risk_months: [Double]
            var risk_counts: [Int]
            var median: Double?
            var events: Int
            var patients: Int
        }

        private struct Preview: Encodable {
            var curves: [Curve]
        }

        private struct Answer: Encodable {
            struct File: Encodable {
                var name: String
                var type: String
                var content: String
            }
            var summary: TrialSummary
            var curves: [Curve]
            /// Tables, their definition and the report.
            var files: [File]
        }

        /// - Throws: `InvalidModel` with the line of everything that is wrong in the study; `WebFailure` for its size.
        func trial(_ body: Data) throws -> JobCenter.Work {
            let request = try JSONDecoder().decode(Request.self, from: body)
            var plan = try Study(yaml: request.study, file: "study.yaml")
            if let patients = request.patients { plan.patients = patients }
            if let seed = request.seed { plan.seed = seed }
            guard (1...Self.largestTrial).contains(plan.patients) else {
                throw WebFailure(
                    .badRequest, "a trial in the browser has 1 to \(Self.largestTrial) patients, not \(plan.patients); `perforin trial` takes more")
            }
            let trial = try TrialStudy(plan, library: library, command: "perforin trial study.yaml --patients \(plan.patients) --seed \(plan.seed) --out results/")
            return { report in
                let result = try trial.run(threads: ProcessInfo.processInfo.activeProcessorCount) { progress in
                    report(progress.done, progress.total, nil)
                } preview: { done, cohort in
                    report(done, trial.study.patients, try? JSONText.of(Preview(curves: Self.curves(of: cohort))))
                }
                try Task.checkCancellation()
                let page = HTMLPage(TrialReport(result).report, figures: .interactive(bundle: plottingBundle))
                let tables = TrialTables(result)
                var files = tables.all.map { Answer.File(name: $0.fileName, type: "text/csv", content: $0.csv) }
                files.append(.init(name: "define.xml", type: "application/xml", content: tables.definition))
                files.append(.init(name: "report.html", type: "text/html", content: page.text))
                return try JSONText.of(Answer(summary: result.summary, curves: Self.curves(of: result.cohort), files: files))
            }
        }

        private static func curves(of cohort: CohortResult) -> [Curve] {
            cohort.arms.flatMap { arm in
                arm.survival.filter { ["PFS", "RFS", "EFS", "OS"].contains($0.code) }.map { curve in
                    Curve(
                        arm: arm.name, endpoint: curve.code, months: curve.months, survival: curve.survival, lower: curve.lower, upper: curve.upper,
                        risk_months: curve.riskMonths, risk_counts: curve.riskCounts, median: curve.median.value, events: curve.events,
                        patients: curve.patients)
                }
            }
        }
    }
#endif
