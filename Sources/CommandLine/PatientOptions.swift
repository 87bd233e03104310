import ArgumentParser
import Explanation
import Foundation
import ModelIR
import Quantities
import Studies

/// Who the patient is: the same words for every command that treats one.
struct PatientOptions: ParsableArguments {
    @Option(help: "Age in years.") var age: Double?
    @Option(help: "female or male.") var sex: Sex?
    @Option(help: "Body weight with its unit: 70kg.") var weight: String?
    @Option(help: "ECOG performance status, 0 to 4.") var ecog: Int?
    @Option(help: "Diameter of the lesion at diagnosis with its unit: 37mm.") var diameter: String?
    @Option(help: "Share of PD-L1-positive tumour cells: 80%.") var pdl1: String?
    @Option(help: "Mutations per megabase.") var tmb: Double?

    enum Sex: String, ExpressibleByArgument, CaseIterable { case female, male }

    func validate() throws {
        try Self.check("--age", age, 0...110)
        try Self.check("--ecog", ecog.map(Double.init), 0...4)
        try Self.check("--tmb", tmb, 0...500)
        _ = try kilograms()
        _ = try millimetres()
        _ = try percentPDL1()
    }

    static func check(_ name: String, _ value: Double?, _ range: ClosedRange<Double>) throws {
        guard let value, !range.contains(value) else { return }
        throw ValidationError("\(name) must be between \(Int(range.lowerBound)) and \(Int(range.upperBound)), got \(value.formatted()).")
    }

    /// A number with a unit, converted; a mismatch says what was expected.
    private static func quantity(_ name: String, _ text: String?, in unit: String, _ range: ClosedRange<Double>) throws -> Double? {
        guard let text else { return nil }
        if let number = Double(text) { throw ValidationError("\(name) '\(text)' has no unit. Write it like \(number.formatted())\(unit).") }
        let value: Double
        do {
            value = try Quantity(text).value(in: Unit(unit))
        } catch {
            throw ValidationError("\(name) '\(text)' is not a quantity in \(unit): \(error). Write it like \(range.lowerBound.formatted()) \(unit).")
        }
        try check(name, value, range)
        return value
    }

    private func kilograms() throws -> Double? { try Self.quantity("--weight", weight, in: "kg", 3...250) }
    private func millimetres() throws -> Double? { try Self.quantity("--diameter", diameter, in: "mm", 5...200) }

    private func percentPDL1() throws -> Double? {
        guard let pdl1 else { return nil }
        let text = pdl1.hasSuffix("%") ? String(pdl1.dropLast()) : pdl1
        guard let percent = Double(text), (0...100).contains(percent) else {
            throw ValidationError("--pdl1 must be a percentage between 0% and 100%, got '\(pdl1)'.")
        }
        if percent > 0, percent < 1, !pdl1.hasSuffix("%") { throw ValidationError("--pdl1 \(PatientProfile.ambiguous(text)).") }
        return percent
    }

    /// Values of the model's covariates, by id.
    func covariates() throws -> [String: Double] {
        var values: [String: Double] = [:]
        if let age { values["age"] = age }
        if let sex { values["male"] = sex == .male ? 1 : 0 }
        if let ecog { values["ECOG"] = Double(ecog) }
        if let tmb { values["TMB"] = tmb }
        if let weight = try kilograms() { values["weight"] = weight }
        if let diameter = try millimetres() { values["diagnosisDiameter"] = diameter }
        // a share of exactly 0 or 1 has no logit
        if let percent = try percentPDL1() { values["PDL1_fraction"] = max(1e-4, min(0.9999, percent / 100)) }
        return values
    }

    /// The same in the words and units of the facts that rules read.
    func facts() throws -> [String: String] {
        let values: [(String, Double?)] = [
            ("age", age), ("ecog", ecog.map(Double.init)), ("tmb", tmb), ("weight", try kilograms()), ("diameter", try millimetres()),
        ]
        var facts: [String: String] = [:]
        for case (let name, let value?) in values { facts[name] = value == value.rounded() ? "\(Int(value))" : "\(value)" }
        if let percent = try percentPDL1() { facts["pdl1"] = percent == percent.rounded() ? "\(Int(percent))" : "\(percent)%" }
        if let sex { facts["sex"] = sex.rawValue }
        return facts
    }

    /// Options that were given, for refusals.
    var given: [(String, Bool)] {
        [
            ("--age", age != nil), ("--sex", sex != nil), ("--weight", weight != nil), ("--ecog", ecog != nil), ("--diameter", diameter != nil),
            ("--pdl1", pdl1 != nil), ("--tmb", tmb != nil),
        ]
    }
}
