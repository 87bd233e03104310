import ArgumentParser
import Explanation
import Foundation
import ImmuneModels
import ModelIR
import Reports
import Studies

/// `perforin compare`: which therapy for one patient, and why.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare therapies for one patient and explain the difference.",
        discussion: """
            Rules say what the patient may have; every such therapy is then simulated on the same twins, who share what is known
            and vary in the rest. --why attributes the difference of the first two (or of two that you name) to mechanisms by
            runs in which a mechanism is held as it is under the other therapy.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin compare --cancer nsclc --age 64 --ecog 1 --diameter 37mm --pdl1 80%
              perforin compare patient.yaml --therapies "pembrolizumab,docetaxel" --know line=2 --why --out report/
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Patient") var options: PatientOptions
    @Argument(help: "Patient file (YAML): one 'fact: value' a line (cancer, age, pdl1, line, ...).")
    var patient: String?
    @Option(help: "Cancer by id.") var cancer: String?
    @Option(help: "Therapies by name, with commas between; 'all' is what practice offers in this cancer.") var therapies: String?
    @Option(help: ArgumentHelp("File or folder with agents of your own; Documentation/Agents.md.", valueName: "path")) var agents: String?
    @Option(help: "Line of therapy that is being chosen.") var line: String?
    @Option(help: ArgumentHelp("Any other fact; may be given often. 'perforin compare --facts' lists them.", valueName: "fact=value"))
    var know: [String] = []
    @Option(help: "Twins to treat.") var twins: Int = 100
    @Option(help: "Weights of the ranking: survival=1,progression=0.38,response=0.04,toxicity=0.13,hospital=1.") var weights: String?
    @Flag(help: "Explain the first therapy of the ranking against the second.") var why = false
    @Option(help: ArgumentHelp("Explain these two instead.", valueName: "a,b")) var whyOf: String?
    @Flag(help: "Look for values of PD-L1, burden, size, age and ECOG that turn the ranking.") var flips = false
    @Option(help: ArgumentHelp("Grow the twins without these mechanisms from birth, and run the two again: treg,exhaustion. A question apart from --why, which acts from the first day of treatment.", valueName: "a,b"))
    var fromBirth: String?
    @Flag(help: "List the facts that rules and models read, and end.") var facts = false
    @Flag(help: "Score the vignettes: top choice against practice, with eligibility alone beside it.") var vignettes = false

    func validate() throws {
        guard (2...100_000).contains(twins) else { throw ValidationError("--twins must be between 2 and 100,000, got \(twins).") }
        _ = try readWeights()
        for text in know where text.split(separator: "=", maxSplits: 1).count != 2 {
            throw ValidationError("--know takes fact=value, got '\(text)'.")
        }
    }

    private func readWeights() throws -> ComparisonWeights {
        var result = ComparisonWeights()
        for pair in (weights ?? "").split(separator: ",") {
            let parts = pair.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, let value = Double(parts[1]), value.isFinite, value >= 0 else {
                throw ValidationError("--weights takes name=number with commas between, got '\(pair)'.")
            }
            switch parts[0] {
            case "survival": result.survival = value
            case "progression": result.progression = value
            case "response": result.response = value
            case "toxicity": result.toxicity = value
            case "hospital": result.hospital = value
            default: throw ValidationError("--weights knows survival, progression, response, toxicity and hospital, not '\(parts[0])'.")
            }
        }
        return result
    }

    /// The file, then the options, which come first where both speak.
    private func profile(_ file: PatientFile?) throws -> PatientProfile {
        var known = file?.facts ?? [:]
        known.merge(try options.facts()) { $1 }
        if let line { known["line"] = line }
        for text in know {
            let parts = text.split(separator: "=", maxSplits: 1)
            known[parts[0].trimmingCharacters(in: .whitespaces)] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        guard let id = cancer ?? file?.cancer else {
            throw CommandOutcome(.usage, "error: which cancer? give --cancer, or 'cancer:' in the patient file")
        }
        return PatientProfile(cancer: id, facts: known)
    }

    /// Names of `--therapies`, or of the file; empty: all.
    private func names(_ file: PatientFile?) -> [String] {
        guard let therapies else { return file?.therapies ?? [] }
        return therapies == "all" ? [] : therapies.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    func run() async throws {
        if facts { return try printFacts() }
        let library = try AgentFiles.library(with: agents)
        if vignettes { return try scoreVignettes(library) }
        if let path = common.out { try StudyRun.checkWritable(path) }
        let file = try patient.map { try PatientFile(contentsOf: $0) }
        let named = (whyOf ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let plan = ComparisonPlan(
            profile: try profile(file), therapies: names(file), twins: twins, weights: try readWeights(), explains: why || whyOf != nil,
            explained: named, looksForFlips: flips,
            fromBirth: (fromBirth ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }, seed: common.seed, threads: common.threads,
            command: (["perforin"] + ProcessInfo.processInfo.arguments.dropFirst()).map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: " "))
        let result: TherapyComparisonResult
        do {
            let bars = BarByStage(quiet: common.quiet)
            defer { bars.finish() }
            result = try TherapyComparison(plan, library: library).run { bars.update($0) }
        } catch let refused as IneligibleTherapy {
            throw CommandOutcome(.declined, "declined: \(refused)")
        }
        if let path = common.out { try write(result, to: path) }
        print(common.json ? try Self.json(result) : ComparisonText(result).text)
    }

    private func write(_ result: TherapyComparisonResult, to path: String) throws {
        let page = try ComparisonReport(result).page(PlottingTools())
        guard !path.hasSuffix(".html") else { return try page.write(toFile: path, atomically: true, encoding: .utf8) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try page.write(toFile: path + "/compare.html", atomically: true, encoding: .utf8)
        try Self.json(result).write(toFile: path + "/compare.json", atomically: true, encoding: .utf8)
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func printFacts() throws {
        for fact in try PatientProfile.vocabulary() {
            let reader = fact.covariate.isEmpty ? "rules" : "rules and model"
            print("\(fact.name)  [\(fact.unit)]  \(fact.meaning)\(fact.standard.map { "; taken as \($0) when not given" } ?? "")  (\(reader))")
        }
    }

    private func scoreVignettes(_ library: ModelLibrary) throws {
        let bars = BarByStage(quiet: common.quiet)
        defer { bars.finish() }
        let report = try VignetteScore.run(
            library: library, twins: twins, weights: try readWeights(), seed: common.seed, threads: common.threads
        ) { bars.update($0) }
        print(common.json ? try Self.json(report) : report.text)
    }
}
