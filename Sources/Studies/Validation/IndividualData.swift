import Explanation
import Foundation
public import ImmuneModels
import ModelIR
import VirtualTrials

/// Real patients, one by one, beside simulated ones that passed through the same filter.
public struct IndividualData: Sendable {
    public struct Row: Sendable, Codable, Hashable {
        public var data: String
        public var arm: String
        /// What is compared: `best change of a lesion (%)`, `CAR-T cells per uL, day 14`.
        public var quantity: String
        public var real: Int
        public var simulated: Int
        /// Distance or value of the simulated, and what it is held against.
        public var value: Double?
        public var lower: Double?
        public var upper: Double?
        public var isWithin: Bool
        /// Quartiles of the real and the simulated; empty where there are none.
        public var realQuartiles: [Double] = []
        public var simulatedQuartiles: [Double] = []
    }

    public struct Result: Sendable, Codable, Hashable {
        public var rows: [Row]
        /// Data that were not found, with where they would be.
        public var skipped: [String]
    }

    let library: ModelLibrary
    public var patients = 300
    public var threads = 1
    /// Folder with data that may not be shipped (`PERFORIN_DATA`); nil: they are skipped and counted.
    public var folder: URL?

    public init(library: ModelLibrary) { self.library = library }

    /// A row of `tumour_sizes/cohorts.csv`.
    private struct Trial: Sendable {
        var file: String
        var folder: String
        var name: String
        var cancer: String
        var therapy: String
        /// Code of the arm that gets it; nil: all.
        var arm: String?
        var visits: Double
        var fixed: [String: Double]
        var limits: [String: ClosedRange<Double>]

        init(_ cells: [String: String]) {
            func text(_ column: String) -> String { cells[column] ?? "" }
            (file, folder, name, cancer, therapy) = (text("file"), text("folder"), text("trial"), text("cancer"), text("therapy"))
            arm = text("arm").isEmpty ? nil : text("arm")
            visits = Double(text("visits_days")) ?? 42
            fixed = Double(text("prior_lines")).map { ["prior_lines": $0] } ?? [:]
            limits = Double(text("least_PDL1_fraction")).map { ["PDL1_fraction": $0...1] } ?? [:]
        }
    }

    /// - Throws: `InvalidModel` when shipped data are missing or malformed.
    public func run(progress: (@Sendable (StudyProgress) -> Void)? = nil) throws -> Result {
        var result = Result(rows: [], skipped: [])
        let trials = try ResourceTable("tumour_sizes/cohorts", in: .module).rows.map { Trial($0.cells) }
        for (index, trial) in trials.enumerated() {
            progress?(StudyProgress(stage: "individual data", done: index, total: trials.count + 1))
            result.rows += try rows(of: trial)
        }
        let cells = folder?.appendingPathComponent("car_t_cd22_crs")
        if let cells, FileManager.default.fileExists(atPath: cells.appendingPathComponent("patients.csv").path) {
            result.rows += try CARTData(folder: cells, library: library, patients: patients, threads: threads).rows()
        } else {
            result.skipped.append("CD22 CAR-T cells (Lichtenstein 2021): \(cells?.path ?? "set PERFORIN_DATA, or --individual, to a folder that holds car_t_cd22_crs")")
        }
        progress?(StudyProgress(stage: "individual data", done: trials.count + 1, total: trials.count + 1))
        return result
    }

    /// Each arm of at least 40 patients by itself, the smaller ones pooled, all beside one simulated cohort.
    private func rows(of trial: Trial) throws -> [Row] {
        let data = try ObservedData.table(trial.file, in: trial.folder, trial: trial.name, simulated: trial.name) { trial.arm == nil || $0 == trial.arm }
        var plan = CohortPlan(
            title: trial.name, cancer: trial.cancer, arms: [CohortPlan.Arm(name: trial.name, therapy: trial.therapy)], patients: patients, seed: 1,
            fixed: trial.fixed, limits: trial.limits, threads: threads, observed: data)
        plan.visitInterval = trial.visits
        let cohort = try CohortStudy(plan, library: library).run()
        guard let simulated = cohort.arms.first?.filtered?.courses.map(\.bestChange).sorted(), !simulated.isEmpty else { return [] }
        let groups = data.arms.filter { $0.courses.count >= 40 }.map { ($0.name, $0.courses) }
        let small = data.arms.filter { $0.courses.count < 40 }
        let pooled = small.isEmpty ? [] : [(small.map(\.name).joined(separator: ", "), small.flatMap(\.courses))]
        return (groups + pooled).map { name, courses in
            let real = courses.map(\.bestChange).sorted()
            let distance = ObservedData.kolmogorovSmirnov(simulated, real)
            let limit = 1.36 / Double(real.count).squareRoot() + 0.05
            return Row(
                data: trial.name, arm: "\(trial.therapy), \(name)", quantity: "best change of a lesion (%)", real: real.count, simulated: simulated.count,
                value: distance, lower: 0, upper: limit, isWithin: distance <= limit, realQuartiles: Quantiles.quartiles(real),
                simulatedQuartiles: Quantiles.quartiles(simulated))
        }
    }
}
