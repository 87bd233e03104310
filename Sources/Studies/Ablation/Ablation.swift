import Foundation
public import ImmuneModels
import ModelIR

/// A mechanism of the model, and the constants that switch it off: a row of `Resources/ablations.csv`.
public struct Ablation: Sendable, Hashable {
    public var mechanism: String
    public var cancer: String
    /// In the words of a protocol.
    public var therapy: String
    /// Values from the first day of treatment on, by id.
    public var switched: [String: Double]

    /// The shipped table.
    /// - Throws: `InvalidModel` with the line that can't be read.
    public static func all() throws -> [Ablation] {
        guard let url = Bundle.module.url(forResource: "ablations", withExtension: "csv", subdirectory: "Resources") else {
            throw InvalidModel([Diagnostic(.error, .invalid, "ablations.csv is missing from the installation")])
        }
        return try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline).enumerated().dropFirst().map { index, line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let pairs = cells.last?.split(separator: ";").map { $0.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) } } ?? []
            guard cells.count == 4, !pairs.isEmpty, pairs.allSatisfy({ $0.count == 2 && Double($0[1]) != nil }) else {
                throw InvalidModel([
                    Diagnostic(
                        .error, .invalid, "a row is mechanism, cancer, therapy, switched (id=value; ...)",
                        at: SourceLocation(file: "ablations.csv", line: index + 1, column: 1))
                ])
            }
            return Ablation(
                mechanism: cells[0], cancer: cells[1], therapy: cells[2],
                switched: Dictionary(pairs.map { ($0[0], Double($0[1])!) }) { first, _ in first })
        }
    }

    /// What a treated cohort comes to.
    public struct Outcome: Sendable, Hashable, Codable {
        /// Percent of the patients.
        public var response: Double
        public var freeOfProgression: Double
        public var alive: Double
        public var severeToxicity: Double
    }

    public struct Row: Sendable, Hashable, Codable {
        public var mechanism: String
        public var cancer: String
        public var therapy: String
        public var whole: Outcome
        public var without: Outcome
        /// Patients whose record changes: best response, day of progression or death by more than a day, worst grade.
        public var changed: Int
        /// Nothing in the cohort changes.
        public var isInert: Bool { changed == 0 }
    }

    /// Runs every ablation in twins: the same patients with and without the mechanism.
    ///
    /// - Parameter days: Follow-up; outcomes are those at its end.
    /// - Throws: `InvalidModel`, `CancellationError`.
    public static func table(
        _ ablations: [Ablation], library: ModelLibrary, patients: Int, days: Double, seed: UInt64, threads: Int,
        progress: (Int) -> Void = { _ in }
    ) throws -> [Row] {
        var whole: [[String]: ArmResult] = [:]
        return try ablations.enumerated().map { index, ablation in
            func arm(_ switched: [String: Double]) throws -> ArmResult {
                var plan = CohortPlan(
                    title: ablation.mechanism, cancer: ablation.cancer, arms: [.init(name: ablation.therapy, therapy: ablation.therapy)],
                    patients: patients, seed: seed, horizon: days, threads: threads)
                plan.switched = switched
                return try CohortStudy(plan, library: library).run().arms[0]
            }
            let key = [ablation.cancer, ablation.therapy]
            let treated = try whole[key] ?? arm([:])
            whole[key] = treated
            let without = try arm(ablation.switched)
            progress(index + 1)
            return Row(
                mechanism: ablation.mechanism, cancer: ablation.cancer, therapy: ablation.therapy, whole: outcome(treated, days),
                without: outcome(without, days), changed: zip(treated.patients, without.patients).count { !isSame($0, $1) })
        }
    }

    private static func worst(_ patient: PatientResult) -> Int { patient.adverseEvents.map(\.grade).max() ?? 0 }

    /// Whether a patient's record shows no difference: the same best response, day of progression and death within a day, worst grade.
    private static func isSame(_ a: PatientResult, _ b: PatientResult) -> Bool {
        a.bestResponse == b.bestResponse && abs(a.progressionFreeDays - b.progressionFreeDays) <= 1
            && abs(a.survivalDays - b.survivalDays) <= 1 && a.hasDied == b.hasDied && worst(a) == worst(b)
    }

    private static func outcome(_ arm: ArmResult, _ days: Double) -> Outcome {
        func percent(_ isMeant: (PatientResult) -> Bool) -> Double {
            100 * Double(arm.patients.count(where: isMeant)) / Double(max(1, arm.patients.count))
        }
        return Outcome(
            response: arm.response.objectiveResponse.value ?? 0, freeOfProgression: percent { !$0.hasProgressedOrDied },
            alive: percent { !$0.hasDied }, severeToxicity: percent { worst($0) >= 3 })
    }
}
