import Foundation
import ModelIR

/// What is known about a real or imagined patient, in the words of `facts.csv`.
public struct PatientProfile: Sendable, Hashable, Codable {
    /// Id of the cancer.
    public var cancer: String
    /// Known facts by name, as text: `pdl1` to `80`, `prior` to `platinum taxane`.
    public var facts: [String: String]

    public init(cancer: String, facts: [String: String] = [:]) {
        self.cancer = cancer
        self.facts = facts
    }

    /// One kind of fact that rules and models read.
    public struct Fact: Sendable, Hashable, Codable {
        public var name: String
        public var unit: String
        /// The model's covariate; empty: only the rules read it.
        public var covariate: String
        public var scale: Double
        /// Taken when nothing is said; nil: unknown.
        public var standard: String?
        public var meaning: String
        /// Words that it may be; empty for a number.
        public var choices: [String]
        /// Smallest and largest value of a number, in its unit.
        public var range: ClosedRange<Double>?
        public var isNumber: Bool { unit != "word" && unit != "words" }

        /// What is wrong with a value; nil: nothing.
        func problem(with value: String) -> String? {
            if isNumber {
                guard let number = Double(value), number.isFinite, range?.contains(number) != false else {
                    let limits = range.map { " between \(Self.text($0.lowerBound)) and \(Self.text($0.upperBound))" } ?? ""
                    return "must be a number\(limits) in \(unit)"
                }
                return nil
            }
            let words = unit == "words" ? value.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "+" }).map(String.init) : [value]
            return words.allSatisfy(choices.contains) && !words.isEmpty ? nil : "must be \(unit == "words" ? "some of" : "one of") \(choices.joined(separator: ", "))"
        }

        private static func text(_ x: Double) -> String { x == x.rounded() ? "\(Int(x))" : "\(x)" }
    }

    /// Every fact, in the table's order.
    public static func vocabulary() throws -> [Fact] {
        try ResourceTable("facts").rows.map { _, cells in
            let choices = cells["choices"]!
            let limits = choices.components(separatedBy: "..").compactMap { Double($0) }
            return Fact(
                name: cells["fact"]!, unit: cells["unit"]!, covariate: cells["covariate"]!, scale: Double(cells["scale"]!) ?? 1,
                standard: cells["default"]!.isEmpty ? nil : cells["default"]!, meaning: cells["meaning"]!,
                choices: limits.count == 2 ? [] : choices.split(separator: "|").map(String.init), range: limits.count == 2 ? limits[0]...limits[1] : nil)
        }
    }

    /// The profile checked and in the rules' units, with what was assumed for want of knowledge.
    ///
    /// - Throws: `InvalidModel` for a fact that the vocabulary lacks, or a value that is no number where one is needed.
    public func completed() throws -> (facts: [String: String], assumed: [String]) {
        let vocabulary = try Self.vocabulary()
        let byName = Dictionary(vocabulary.map { ($0.name, $0) }) { first, _ in first }
        var result: [String: String] = [:]
        var problems: [Diagnostic] = []
        for (name, text) in facts.sorted(by: { $0.key < $1.key }) {
            guard let fact = byName[name] else {
                problems.append(
                    Diagnostic(
                        .error, .invalid, "no rule and no model reads '\(name)'",
                        remedy: "known: \(vocabulary.map(\.name).joined(separator: ", "))"))
                continue
            }
            var value = text.trimmingCharacters(in: [" "]).lowercased()
            for suffix in ["%", " percent", " " + fact.unit.lowercased(), fact.unit.lowercased()] where fact.isNumber && value.hasSuffix(suffix) {
                value = String(value.dropLast(suffix.count)).trimmingCharacters(in: [" "])
            }
            if let problem = fact.problem(with: value) {
                problems.append(Diagnostic(.error, .invalid, "'\(name)' \(problem), got '\(text)'"))
            } else if fact.unit == "percent", let number = Double(value), number > 0, number < 1, Double(text) != nil {
                problems.append(Diagnostic(.error, .invalid, "'\(name)' \(Self.ambiguous(text))"))
            }
            result[name] = value
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
        var assumed: [String] = []
        for fact in vocabulary where result[fact.name] == nil {
            guard let standard = fact.standard else { continue }
            result[fact.name] = standard
            assumed.append("\(fact.name) \(standard)")
        }
        return (result, assumed)
    }

    /// What is asked back where a share may be meant: `0.8` could be 0.8 % or 80 %.
    public static func ambiguous(_ text: String) -> String {
        let percent = (Double(text) ?? 0) * 100
        return "of \(text) could mean \(text) % or \(percent.formatted()) %: write \(text)% or \(percent.formatted())%"
    }

    /// Values that the model's covariates take, by id.
    func covariates() throws -> [String: Double] {
        let known = try completed().facts
        var values: [String: Double] = [:]
        for fact in try Self.vocabulary() where !fact.covariate.isEmpty {
            guard facts[fact.name] != nil, let text = known[fact.name] else { continue }
            switch fact.name {
            case "sex": values["male"] = text == "male" ? 1 : 0
            case "line": values["prior_lines"] = Double(text)! - 1
            // what one draws from a part of its distribution
            case "burden", "msi": continue
            // the score counts immune cells as well, which brake as much; what is known of the cancer cells comes first
            case "cps":
                guard facts["pdl1"] == nil else { continue }
                values[fact.covariate] = min(0.9999, max(1e-4, Double(text)! * fact.scale))
            case "autoimmune": values["autoimmune"] = text == "none" ? 0 : 1
            // a share of exactly 0 or 1 has no logit
            case "pdl1": values["PDL1_fraction"] = min(0.9999, max(1e-4, Double(text)! * fact.scale))
            default: values[fact.covariate] = Double(text)! * fact.scale
            }
        }
        return values
    }

    /// Parts of their distributions that covariates are drawn from, by id.
    ///
    /// A marrow with little or much leukaemia lies below or above half (the split of TOWER's subgroups, Kantarjian 2017,
    /// doi:10.1056/NEJMoa1609783, from memory); microsatellite instability brings at least 10 mutations per megabase (assumed).
    func limits() throws -> [String: ClosedRange<Double>] {
        let known = try completed().facts
        var limits: [String: ClosedRange<Double>] = [:]
        if let burden = facts["burden"].flatMap({ _ in known["burden"] }) { limits["diagnosisMarrow"] = burden == "low" ? 0...0.5 : 0.5...1 }
        if facts["msi"] != nil, known["msi"] == "yes", facts["tmb"] == nil { limits["TMB"] = 10...500 }
        return limits
    }
}
