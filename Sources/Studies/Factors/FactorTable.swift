import Explanation
import Foundation
public import ImmuneModels
import ModelIR
import VirtualTrials

/// One factor at a time: what a cohort comes to with the factor low and with it high, by therapy.
///
/// `Resources/factors.csv` says what the factors are, how each acts (state, PK, or hazard only) and which direction a source
/// supports, by the beginning of the therapy's class (the first row that fits counts; an empty direction is an open one);
/// `Resources/factor_therapies.csv` has a representative of each class. The directions found are those of the simulation.
public struct FactorTable: Sendable {
    public struct Factor: Sendable, Hashable, Codable {
        public var name: String
        public var low: [String: Double]
        public var high: [String: Double]
        /// `state (module 9)`, `PK`, `hazard only`
        public var acts: String
        /// Beginning of the classes that the directions are for.
        public var therapyClass: String
        /// `+`, `-`, `0` (no change) or empty (no source sets one).
        public var response: String
        public var survival: String
        public var toxicity: String
        public var source: String

        /// Acts through nothing but the hazard of death: prognostic, never predictive.
        public var isPrognosticOnly: Bool { acts == "hazard only" }
    }

    public struct Therapy: Sendable, Hashable, Codable {
        public var therapyClass: String
        public var cancer: String
        public var therapy: String
    }

    /// Percent of a cohort.
    public struct Outcome: Sendable, Hashable, Codable {
        public var patients: Int
        public var response: Double
        public var alive: Double
        public var severe: Double
        /// Alive without treatment: the same patients in a control arm.
        public var aliveUntreated: Double
        /// Mean of the best changes of the sum of diameters, percent; 0 in cancers of blood.
        public var bestChange: Double
    }

    public struct Row: Sendable, Hashable, Codable {
        public var therapy: Therapy
        public var factor: Factor
        public var low: Outcome
        public var high: Outcome

        /// Direction of a percentage: `+` or `-` when it changes by more than two standard errors, else `0`.
        public func direction(_ path: KeyPath<Outcome, Double>) -> String {
            let (a, b) = (low[keyPath: path] / 100, high[keyPath: path] / 100)
            let error = (a * (1 - a) / Double(max(1, low.patients)) + b * (1 - b) / Double(max(1, high.patients))).squareRoot()
            return abs(b - a) <= 2 * error ? "0" : b > a ? "+" : "-"
        }

        /// Whether survival changes otherwise than in the untreated: by more than two standard errors of the four shares.
        public var isPredictive: Bool {
            func variance(_ outcome: Outcome, _ share: Double) -> Double { share * (100 - share) / Double(max(1, outcome.patients)) }
            let change = (high.alive - low.alive) - (high.aliveUntreated - low.aliveUntreated)
            let error = (variance(low, low.alive) + variance(high, high.alive) + variance(low, low.aliveUntreated) + variance(high, high.aliveUntreated)).squareRoot()
            return !factor.isPrognosticOnly && abs(change) > 2 * error
        }

        /// What of the source's directions is found: `as the source`, `not seen` (no change found), `contrary`; nil where none is set.
        public var agreement: String? {
            let pairs = [(factor.response, direction(\.response)), (factor.survival, direction(\.alive)), (factor.toxicity, direction(\.severe))]
            let set = pairs.filter { !$0.0.isEmpty }
            if set.isEmpty { return nil }
            if set.contains(where: { $0.0 != $0.1 && $0.0 != "0" && $0.1 != "0" }) { return "contrary" }
            if let odd = set.first(where: { $0.0 == "0" && $0.1 != "0" }) { return "changes (\(odd.1)), the source says no" }
            return set.allSatisfy({ $0.0 == $0.1 }) ? "as the source" : "not seen in all"
        }
    }

    public let factors: [Factor]
    public let therapies: [Therapy]

    /// The shipped tables.
    /// - Throws: `InvalidModel` with the line that can't be read.
    public init() throws {
        let table = try ResourceTable("factors", in: .module)
        factors = try table.rows.map { line, cells in
            func values(_ text: String) throws -> [String: Double] {
                var result: [String: Double] = [:]
                for pair in text.split(separator: ";") {
                    let parts = pair.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
                    guard parts.count == 2, let value = Double(parts[1]) else {
                        throw InvalidModel([Diagnostic(.error, .invalid, "'\(text)' is not id=value; ...", at: table.place(line))])
                    }
                    result[parts[0]] = value
                }
                return result
            }
            return Factor(
                name: cells["factor"]!, low: try values(cells["low"]!), high: try values(cells["high"]!), acts: cells["acts"]!, therapyClass: cells["class"]!,
                response: cells["response"]!, survival: cells["survival"]!, toxicity: cells["toxicity"]!, source: cells["source"]!)
        }
        therapies = try ResourceTable("factor_therapies", in: .module).rows.map { _, cells in
            Therapy(therapyClass: cells["class"]!, cancer: cells["cancer"]!, therapy: cells["therapy"]!)
        }
    }

    /// The factors that a therapy's model has, each with the directions of the therapy's class.
    func factors(of therapy: Therapy, library: ModelLibrary) throws -> [Factor] {
        let agents = try Regimen(parsing: therapy.therapy, library: library).agents
        let ids = Set(try library.assemble(ModelPlan(cancer: therapy.cancer, agents: agents)).parameters.map(\.id)).union(["age", "male", "weight", "lesions"])
        let isSolid = library.cancer(named: therapy.cancer)?.geometry == .solid
        var seen: Set<String> = []
        return factors.filter { factor in
            guard therapy.therapyClass.hasPrefix(factor.therapyClass), factor.low.keys.allSatisfy(ids.contains) else { return false }
            if factor.low.keys.contains("lesions"), !isSolid { return false }
            return seen.insert(factor.name).inserted
        }
    }

    /// Simulates the rows of some therapies; cohorts share their random numbers.
    ///
    /// - Parameter days: Follow-up; survival is that at its end.
    /// - Throws: `InvalidModel`, `CancellationError`.
    public func rows(
        _ wanted: [Therapy], library: ModelLibrary, patients: Int, days: Double, seed: UInt64, threads: Int, factor name: String? = nil,
        progress: (Int) -> Void = { _ in }
    ) throws -> [Row] {
        var result: [Row] = []
        for (index, therapy) in wanted.enumerated() {
            for factor in try factors(of: therapy, library: library) where name.map({ factor.name.hasPrefix($0) }) ?? true {
                func outcome(_ values: [String: Double]) throws -> Outcome {
                    try Self.outcome(therapy, values, library: library, patients: patients, days: days, seed: seed, threads: threads)
                }
                result.append(Row(therapy: therapy, factor: factor, low: try outcome(factor.low), high: try outcome(factor.high)))
            }
            progress(index + 1)
        }
        return result
    }

    private static func outcome(
        _ therapy: Therapy, _ values: [String: Double], library: ModelLibrary, patients: Int, days: Double, seed: UInt64, threads: Int
    ) throws -> Outcome {
        var fixed = values
        let lesions = Int(fixed.removeValue(forKey: "lesions") ?? 1)
        // with three lesions all patients have them
        for number in stride(from: 2, through: lesions, by: 1) { fixed["L\(number)_site_seed"] = 1 }
        let plan = CohortPlan(
            title: "one factor", cancer: therapy.cancer,
            arms: [.init(name: "treated", therapy: therapy.therapy), .init(name: "untreated", therapy: "none")], patients: patients, seed: seed,
            horizon: days, fixed: fixed, threads: threads, lesions: lesions)
        let arms = try CohortStudy(plan, library: library).run().arms
        func percent(_ arm: ArmResult, _ isMeant: (PatientResult) -> Bool) -> Double {
            100 * Double(arm.patients.count(where: isMeant)) / Double(max(1, arm.patients.count))
        }
        let changes = arms[0].patients.compactMap(\.bestChange)
        return Outcome(
            patients: arms[0].patients.count, response: arms[0].response.objectiveResponse.value ?? 0, alive: percent(arms[0]) { !$0.hasDied },
            severe: percent(arms[0]) { $0.adverseEvents.contains { $0.grade >= 3 } }, aliveUntreated: percent(arms[1]) { !$0.hasDied },
            bestChange: changes.isEmpty ? 0 : changes.reduce(0, +) / Double(changes.count))
    }
}
