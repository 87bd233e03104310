import Explanation
import Foundation
public import ImmuneModels
import ModelIR
import Survival

/// Response by bins of mutational burden and PD-L1, beside what was observed: `Resources/biomarkers.csv`.
///
/// The observed counts pool cohorts whose panels differ; the simulated patients are those of the cancer's population.
public struct BiomarkerTable: Sendable {
    public struct Row: Sendable, Hashable, Codable {
        public var source: String
        public var cancer: String
        public var therapy: String
        public var covariate: String
        public var low: Double
        public var high: Double
        public var observedPatients: Int
        /// Percent, with the 95 % interval by Clopper and Pearson.
        public var observed: Double
        public var lower: Double
        public var upper: Double
        public var simulatedPatients: Int
        /// Percent; nil when no simulated patient falls into the bin.
        public var simulated: Double?

        public var isInside: Bool? { simulated.map { lower <= $0 && $0 <= upper } }
    }

    /// Observed rows, in the file's order; nothing simulated yet.
    public let observed: [Row]

    /// - Throws: `InvalidModel` with the line that can't be read.
    public init() throws {
        let table = try ResourceTable("biomarkers", in: .module)
        observed = try table.rows.map { line, cells in
            guard let low = Double(cells["low"]!), let high = Double(cells["high"]!), low < high, let patients = Int(cells["patients"]!),
                let responders = Int(cells["responders"]!), responders <= patients
            else { throw InvalidModel([Diagnostic(.error, .invalid, "a bin needs two limits and two counts", at: table.place(line))]) }
            let share = Interval(percent: Proportion(responders, of: patients).clopperPearson())
            return Row(
                source: cells["source"]!, cancer: cells["cancer"]!, therapy: cells["therapy"]!, covariate: cells["covariate"]!, low: low, high: high,
                observedPatients: patients, observed: share.value ?? 0, lower: share.lower ?? 0, upper: share.upper ?? 100, simulatedPatients: 0)
        }
    }

    /// The rows of the wanted cancers with what a cohort of each gives.
    ///
    /// - Throws: `InvalidModel`, `CancellationError`.
    public func rows(
        cancers: Set<String>? = nil, library: ModelLibrary, patients: Int, seed: UInt64, threads: Int, progress: (Int) -> Void = { _ in }
    ) throws -> [Row] {
        var arms: [[String]: ArmResult] = [:]
        return try observed.filter { cancers?.contains($0.cancer) ?? true }.enumerated().map { index, row in
            let key = [row.cancer, row.therapy]
            let arm =
                try arms[key]
                ?? CohortStudy(
                    CohortPlan(
                        title: "biomarkers", cancer: row.cancer, arms: [.init(name: row.therapy, therapy: row.therapy)], patients: patients, seed: seed,
                        horizon: 365, threads: threads), library: library
                ).run().arms[0]
            arms[key] = arm
            let members = arm.patients.filter { patient in patient.covariates[row.covariate].map { row.low <= $0 && $0 < row.high } ?? false }
            var row = row
            row.simulatedPatients = members.count
            row.simulated = members.isEmpty ? nil : 100 * Double(members.count { ["CR", "PR"].contains($0.bestResponse) }) / Double(members.count)
            progress(index + 1)
            return row
        }
    }
}
