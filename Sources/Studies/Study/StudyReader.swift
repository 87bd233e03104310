import Foundation
public import ModelIR
import VirtualTrials
import Yams

extension Study {
    /// Reads a study file.
    ///
    /// - Throws: `InvalidModel` with everything that is wrong in it: place, what was expected, and a near match.
    public init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "can't read the study '\(path)'")])
        }
        guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "'\(path)' is no study: it holds more than a megabyte or isn't UTF-8 text")])
        }
        let place = URL(fileURLWithPath: path)
        try self.init(yaml: text, file: place.lastPathComponent, folder: place.deletingLastPathComponent().path)
    }

    /// - Parameter folder: Where tables that the study names are looked for; nil: it may name none.
    public init(yaml text: String, file: String, folder: String? = nil) throws(InvalidModel) {
        let root = try Self.compose(text, file: file)
        let findings = Findings(file: file)
        guard let root, root.mapping != nil else {
            throw InvalidModel([
                Diagnostic(.error, .invalid, "a study is a list of `field: value`", at: SourceLocation(file: file, line: 1, column: 1))
            ])
        }
        let reader = StudyReader(findings: findings, root: root, folder: folder)
        let study = reader.study(text: text)
        if !findings.diagnostics.isEmpty {
            throw InvalidModel(findings.diagnostics.sorted { ($0.location?.line ?? 0, $0.location?.column ?? 0) < ($1.location?.line ?? 0, $1.location?.column ?? 0) })
        }
        self = study
    }

    static func compose(_ text: String, file: String) throws(InvalidModel) -> Node? {
        func failure(_ message: String, _ mark: Mark?) -> InvalidModel {
            InvalidModel([
                Diagnostic(.error, .invalid, message, at: SourceLocation(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1))
            ])
        }
        do {
            return try Yams.compose(yaml: text)
        } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _)
        {
            throw failure("not YAML: \(problem)", mark)
        } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
            throw failure("a field is given twice: \(duplicates.sorted().joined(separator: ", "))", context.mark)
        } catch {
            throw failure("not YAML: \(error)", nil)
        }
    }
}

/// From YAML to a study; everything that can be judged without models and agents is judged here.
struct StudyReader {
    let findings: Findings
    let root: Node
    /// Folder of the study file, where tables that it names are looked for; nil: it came as text.
    var folder: String?

    static let keys = [
        "schema", "id", "title", "cancer", "prevention", "line", "patients", "seed", "design", "population", "agents", "arms", "randomisation", "visits",
        "assessment", "treatment", "follow_up", "endpoints", "observed", "simplifications",
    ]

    func study(text: String) -> Study {
        let top = Fields(root, "the study", keys: Self.keys, findings)
        if let version = top.required("schema")?.int, version != Study.schema {
            findings.report("schema \(version) is not known here", at: top.place("schema"), remedy: "this version reads schema \(Study.schema)")
        }
        let prevention = self.prevention(top)
        let arms = self.arms(top)
        let population = Fields(top["population"], "population", keys: ["covariates", "eligibility", "weights"], findings)
        let randomisation = Fields(top["randomisation"], "randomisation", keys: ["strata", "block"], findings)
        let treatment = Fields(
            top["treatment"], "treatment", keys: ["before", "beyond_progression", "toxicity", "rescue", "dropout_before"], findings)
        let followUp = Fields(top["follow_up"], "follow_up", keys: ["duration", "shortest", "dropout_per_year"], findings)
        let endpoints = Fields(top["endpoints"], "endpoints", keys: ["primary", "secondary", "subgroups"], findings)
        let sum = arms.map(\.allocation).reduce(0, +)
        let block = randomisation.integer("block", 1...1000)
        if let block, sum > 0, block % sum != 0 {
            findings.report(
                "a block of \(block) can't hold the arms \(arms.map { "\($0.allocation)" }.joined(separator: ":"))",
                at: randomisation.place("block"), remedy: "use a multiple of \(sum)")
        }
        let duration = followUp.required("duration").flatMap { _ in followUp.days("duration") } ?? 0
        let shortest = followUp.days("shortest")
        if let shortest, shortest > duration, duration > 0 {
            findings.report("the shortest follow-up is longer than the longest", at: followUp.place("shortest"))
        }
        let design = top.choice("design", as: Study.Design.self) ?? (arms.count > 1 ? .randomised : .twins)
        if design == .twins, let node = top["randomisation"] {
            findings.report("twins are treated in every arm, so there is nothing to randomise", at: findings.place(node), remedy: "leave out `randomisation` or say `design: randomised`")
        }
        return Study(
            file: findings.file, text: text, id: top.requiredText("id"), title: top.requiredText("title"), cancer: prevention == nil ? top.requiredText("cancer") : "",
            line: top.integer("line", 1...9), patients: top.integer("patients", 1...1_000_000) ?? 300,
            seed: UInt64(top.integer("seed", 0...Int.max) ?? 1), design: design, arms: arms, agents: agents(top),
            covariates: covariates(population["covariates"]), eligibility: eligibility(population["eligibility"]),
            weighting: weighting(population["weights"]), prevention: prevention,
            strata: splits(randomisation, "strata"), block: block, visits: visits(top, duration: duration), assessment: assessment(top),
            earlier: earlier(treatment), treatsBeyondProgression: treatment.flag("beyond_progression") ?? false, toxicity: toxicity(treatment), rescues: rescues(treatment),
            dropoutBeforeTreatment: treatment.share("dropout_before") ?? 0, followUp: duration, shortestFollowUp: shortest,
            dropoutPerYear: followUp.share("dropout_per_year") ?? 0, primary: self.endpoints(endpoints, "primary", fallback: [prevention == nil ? .progressionFreeSurvival : .vaccineEfficacy]),
            secondary: self.endpoints(endpoints, "secondary", fallback: prevention == nil ? [.overallSurvival, .objectiveResponse] : []),
            subgroups: splits(endpoints, "subgroups"), observed: top.text("observed"),
            simplifications: top.list("simplifications").compactMap(\.string),
            places: ["cancer": top.place("cancer"), "covariates": findings.place(population["covariates"]), "eligibility": findings.place(population["eligibility"]), "assessment": top.place("assessment")])
    }

    private func arms(_ top: Fields) -> [Study.Arm] {
        guard top.required("arms") != nil else { return [] }
        var arms: [Study.Arm] = []
        for node in top.list("arms") {
            let fields = Fields(node, "an arm", keys: ["name", "therapy", "doses", "allocation", "reference", "crossover", "observed"], findings)
            let name = fields.requiredText("name")
            if let twin = arms.first(where: { $0.name == name }) {
                findings.report(
                    "there are two arms '\(name)'", at: fields.place("name"),
                    remedy: "the other stands in line \(twin.place?.line ?? 0); give each a name of its own")
            }
            let doses = fields["doses"].flatMap { self.doses($0, in: fields) }
            var crossover: Study.Crossover?
            if fields["crossover"] != nil {
                let inner = Fields(fields["crossover"], "crossover", keys: ["to", "share"], findings)
                crossover = Study.Crossover(
                    therapy: inner.requiredText("to"), share: inner.share("share") ?? 1, place: inner.place("to"))
            }
            arms.append(
                Study.Arm(
                    name: name, therapy: doses == nil ? fields.requiredText("therapy") : "none", allocation: fields.integer("allocation", 1...100) ?? 1,
                    crossover: crossover, isReference: fields.flag("reference") ?? false, observed: fields.text("observed"), doses: doses, place: findings.place(node),
                    therapyPlace: fields.place("therapy")))
        }
        if arms.isEmpty { findings.report("a study needs an arm", at: top.place("arms")) }
        if arms.count(where: \.isReference) > 1 {
            findings.report("two arms are the reference", at: arms.last(where: \.isReference)?.place, remedy: "leave one `reference: true`")
        }
        return arms
    }

    /// `age: {mean: 64, sd: 9}`, `male: 61 %`, `ECOG: [35 %, 65 %, 0]`, `TMB: {median: 7, log_sd: 0.9}`.
    private func covariates(_ node: Node?) -> [String: Population.Row] {
        var rows: [String: Population.Row] = [:]
        guard let node else { return rows }
        guard let mapping = node.mapping else {
            findings.report("covariates must be a list of `name: distribution`", at: findings.place(node))
            return rows
        }
        for (key, value) in mapping {
            guard let name = key.string.map(Self.covariateName) else { continue }
            var row = Population.Row(
                covariate: name, distribution: "point", value: 0, spread: 0, low: nil, high: nil, unit: "", source: "the study file",
                confidence: "measured")
            if let shares = value.sequence {
                let numbers = shares.compactMap { $0.string.flatMap(Fields.amount) }
                guard numbers.count == shares.count, (2...3).contains(numbers.count), numbers.allSatisfy({ $0 >= 0 }), numbers.reduce(0, +) > 0 else {
                    findings.report("'\(name)' must list the shares of 0, 1 and 2", at: findings.place(value), remedy: "write [35 %, 65 %, 0]")
                    continue
                }
                row.distribution = "categorical"
                (row.value, row.low, row.high) = (numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : 0)
            } else if value.mapping != nil {
                let fields = Fields(value, "'\(name)'", keys: ["mean", "sd", "median", "log_sd", "min", "max"], findings)
                let wide = -1e12...1e12
                if let mean = fields.number("mean", wide) {
                    (row.distribution, row.value, row.spread) = ("normal", mean, fields.number("sd", 1e-9...1e12) ?? 0)
                    if fields["sd"] == nil { findings.report("a mean needs its `sd`", at: fields.place("mean")) }
                } else if let median = fields.number("median", 1e-12...1e12) {
                    (row.distribution, row.value, row.spread) = ("lognormal", median, fields.number("log_sd", 1e-9...10) ?? 0)
                    if fields["log_sd"] == nil { findings.report("a median needs its `log_sd`", at: fields.place("median")) }
                } else {
                    findings.report("'\(name)' needs `mean` and `sd`, or `median` and `log_sd`", at: findings.place(value))
                }
                (row.low, row.high) = (fields.number("min", wide), fields.number("max", wide))
            } else if let text = value.string, let amount = Fields.amount(text) {
                row.distribution = text.contains("%") ? "bernoulli" : "point"
                row.value = amount
            } else {
                findings.report("'\(name)' needs a distribution", at: findings.place(value), remedy: "write {mean: 64, sd: 9}, {median: 7, log_sd: 0.9}, 61 % or [35 %, 65 %]")
                continue
            }
            rows[name] = row
        }
        return rows
    }

    /// `age: {min: 18}`, `ECOG: {max: 1}`, `PDL1_fraction: {min: 50 %}`.
    private func eligibility(_ node: Node?) -> [Study.Criterion] {
        guard let node else { return [] }
        guard let mapping = node.mapping else {
            findings.report("eligibility must be a list of `covariate: {min, max}`", at: findings.place(node))
            return []
        }
        return mapping.compactMap { key, value in
            guard let name = key.string.map(Self.covariateName) else { return nil }
            let fields = Fields(value, "'\(name)'", keys: ["min", "max"], findings)
            func limit(_ key: String) -> Double? {
                guard let node = fields[key] else { return nil }
                guard let amount = node.string.flatMap(Fields.amount), amount.isFinite else {
                    findings.report("'\(key)' of '\(name)' must be a number or a percentage", at: findings.place(node))
                    return nil
                }
                return amount
            }
            if fields["min"] == nil && fields["max"] == nil {
                findings.report("'\(name)' has no limit", at: findings.place(value), remedy: "write {min: 18} or {max: 1}")
                return nil
            }
            let (low, high) = (limit("min") ?? -.infinity, limit("max") ?? .infinity)
            guard low <= high else {
                findings.report("nobody has '\(name)' of at least \(low.formatted()) and at most \(high.formatted())", at: findings.place(value), remedy: "swap min and max")
                return nil
            }
            return Study.Criterion(covariate: name, range: low...high, place: findings.place(key))
        }
    }

    static func covariateName(_ text: String) -> String {
        let others = ["PD-L1": "PDL1_fraction", "PDL1": "PDL1_fraction", "diameter": "diagnosisDiameter", "men": "male", "ecog": "ECOG", "tmb": "TMB"]
        return others[text] ?? text
    }

    private func splits(_ fields: Fields, _ key: String) -> [Study.Split] {
        fields.list(key).compactMap { node in
            let text = node.string ?? ""
            guard let match = text.wholeMatch(of: /\s*([A-Za-z][\w-]*)\s*(?:>=\s*([-0-9.]+\s*%?))?\s*/) else {
                findings.report("'\(text)' divides nobody", at: findings.place(node), remedy: "write `ECOG` or `age >= 65`")
                return nil
            }
            let limit = match.2.flatMap { Fields.amount(String($0)) }
            if match.2 != nil && limit == nil { findings.report("'\(match.2!)' is not a number", at: findings.place(node)) }
            return Study.Split(text: text, covariate: Self.covariateName(String(match.1)), limit: limit, place: findings.place(node))
        }
    }
}
