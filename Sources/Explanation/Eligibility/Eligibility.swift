public import ImmuneModels
import ModelIR
import VirtualTrials

/// A therapy and whether this patient may have it.
public struct TherapyOption: Sendable, Hashable, Codable {
    public enum Verdict: String, Sendable, Hashable, Codable {
        case eligible, excluded
        /// Practice offers it, but the catalogue has no model of an agent or of the cancer.
        case notModelled = "not modelled"
    }
    public var name: String
    /// In the words of a protocol.
    public var therapy: String
    public var verdict: Verdict
    /// Why not, each with its source.
    public var reasons: [String]
    /// What speaks for care, and what is not known.
    public var cautions: [String]
    /// Where the regimen is from.
    public var source: String
}

/// Which therapies practice offers to whom: rules as data (`rules.csv`, `regimens.csv`), without any outcome in them.
public struct Eligibility: Sendable {
    struct Rule: Sendable {
        var tags: Set<String>, cancer: String, condition: Condition, excludes: Bool, reason: String, source: String
    }
    struct Row: Sendable {
        var cancer: String, name: String, therapy: String, tags: Set<String>, condition: Condition, source: String
    }
    let rules: [Rule]
    let regimens: [Row]
    let library: ModelLibrary

    /// - Throws: `InvalidModel` for a table that can't be read, or a condition on a fact that the vocabulary lacks.
    public init(library: ModelLibrary) throws {
        self.library = library
        let known = Set(try PatientProfile.vocabulary().map(\.name))
        func condition(_ text: String, _ table: ResourceTable, _ line: Int) throws -> Condition {
            let condition = try Condition(parsing: text, at: table.place(line))
            if let unknown = condition.facts.subtracting(known).min() {
                throw InvalidModel([Diagnostic(.error, .invalid, "condition on '\(unknown)', which facts.csv lacks", at: table.place(line))])
            }
            return condition
        }
        func tags(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }
        let ruleTable = try ResourceTable("rules")
        rules = try ruleTable.rows.map { line, cells in
            Rule(
                tags: tags(cells["tags"]!), cancer: cells["cancer"]!, condition: try condition(cells["when"]!, ruleTable, line),
                excludes: cells["verdict"] == "exclude", reason: cells["reason"]!, source: cells["source"]!)
        }
        let table = try ResourceTable("regimens")
        regimens = try table.rows.map { line, cells in
            Row(
                cancer: cells["cancer"]!, name: cells["name"]!, therapy: cells["therapy"]!, tags: tags(cells["tags"]!),
                condition: try condition(cells["when"]!, table, line), source: cells["source"]!)
        }
    }

    /// Everything that practice has for the patient's cancer, in the table's order.
    public func options(for profile: PatientProfile) throws -> [TherapyOption] {
        let facts = try profile.completed().facts
        return regimens.filter { $0.cancer == profile.cancer }.map { judge($0, facts, isListed: true) }
    }

    /// What matters in a cancer: names of the facts that decide about its therapies or that its model reads, in the
    /// vocabulary's order, and the earlier treatments that rules ask about.
    ///
    /// - Throws: `InvalidModel` when the cancer has no model.
    public func vocabulary(for cancer: String) throws -> (facts: [String], prior: [String]) {
        let rows = regimens.filter { $0.cancer == cancer }
        let asked = rows.map(\.condition) + rules.filter { rule in
            (rule.cancer == "*" || rule.cancer == cancer) && rows.contains { !$0.tags.isDisjoint(with: rule.tags) }
        }.map(\.condition)
        let read = asked.reduce(into: Set<String>()) { $0.formUnion($1.facts) }
        let prior = asked.reduce(into: Set<String>()) { $0.formUnion($1.words(of: "prior")) }
        let model = try library.assemble(ModelPlan(cancer: cancer, agents: []))
        let covariates = Set(model.parameters.map(\.id)).union(["age", "male", "weight", "ECOG"])
        let facts = try PatientProfile.vocabulary()
        // these stand in for another fact, which the model reads
        let substitutes: Set = ["cps", "msi"]
        return (
            facts.filter { fact in
                read.contains(fact.name) || fact.name == "sex" || covariates.contains(fact.covariate) && !substitutes.contains(fact.name)
            }.map(\.name),
            facts.first { $0.name == "prior" }!.choices.filter(prior.contains)
        )
    }

    /// One therapy by a name of the table or in the words of a protocol.
    ///
    /// - Throws: `InvalidModel` for text that is no therapy.
    public func option(named text: String, for profile: PatientProfile) throws -> TherapyOption {
        let facts = try profile.completed().facts
        let key = text.lowercased()
        if let row = regimens.first(where: { $0.cancer == profile.cancer && ($0.name.lowercased() == key || $0.therapy.lowercased() == key) }) {
            return judge(row, facts, isListed: true)
        }
        if ["none", "placebo", "observation"].contains(key) {
            return TherapyOption(name: "no treatment", therapy: "none", verdict: .eligible, reasons: [], cautions: [], source: "")
        }
        let regimen = try Regimen(parsing: text, library: library)
        let agents = Set(regimen.agents)
        let same = regimens.filter { row in
            row.cancer == profile.cancer && (try? Regimen(parsing: row.therapy, library: library)).map { Set($0.agents) == agents } ?? false
        }
        if let row = same.first(where: { $0.condition.holds(for: facts) != false }) ?? same.first {
            var own = row
            own.name = text
            own.therapy = text
            return judge(own, facts, isListed: true)
        }
        let row = Row(
            cancer: profile.cancer, name: text, therapy: text, tags: tags(of: agents), condition: .always, source: "asked for")
        return judge(row, facts, isListed: false)
    }

    private func judge(_ row: Row, _ facts: [String: String], isListed: Bool) -> TherapyOption {
        var reasons: [String] = []
        var cautions: [String] = []
        switch row.condition.holds(for: facts) {
        case false?: reasons.append("practice offers it where " + row.condition.obstacles(for: facts).joined(separator: ", ") + " [\(row.source)]")
        case nil: cautions.append("depends on \(row.condition.facts.filter { facts[$0] == nil }.sorted().joined(separator: ", ")), not known")
        case true?: break
        }
        for rule in rules where (rule.cancer == "*" || rule.cancer == row.cancer) && !rule.tags.isDisjoint(with: row.tags) {
            guard rule.condition.holds(for: facts) == true else { continue }
            let text = "\(rule.reason) [\(rule.source)]"
            if rule.excludes { reasons.append(text) } else { cautions.append(text) }
        }
        if !isListed { cautions.append("no regimen that practice uses in this cancer has these agents") }
        var verdict = reasons.isEmpty ? TherapyOption.Verdict.eligible : .excluded
        if verdict == .eligible, let missing = unmodelled(row) {
            reasons.append(missing.text)
            verdict = missing.isSenseless ? .excluded : .notModelled
        }
        return TherapyOption(name: row.name, therapy: row.therapy, verdict: verdict, reasons: reasons, cautions: cautions, source: row.source)
    }

    /// Why the library can't simulate a regimen; nil: it can.
    private func unmodelled(_ row: Row) -> (text: String, isSenseless: Bool)? {
        guard library.cancer(named: row.cancer) != nil else { return ("the library has no model of \(row.cancer)", false) }
        do {
            let regimen = try Regimen(parsing: row.therapy, library: library)
            _ = try library.assemble(ModelPlan(cancer: row.cancer, agents: regimen.agents))
            return nil
        } catch let invalid as InvalidModel {
            let text = invalid.diagnostics.first { $0.severity == .error }?.message ?? "it can't be assembled"
            return (text, text.contains("makes no sense"))
        } catch { return ("\(error)", false) }
    }

    /// What the rules call a therapy that no table row describes, from its agents' targets and templates.
    private func tags(of agents: Set<String>) -> Set<String> {
        var tags: Set<String> = []
        for id in agents {
            guard let agent = library.agent(named: id) else { continue }
            for target in agent.targets {
                switch target {
                case "PD1", "PDL1": tags.formUnion(["icb", "pd1"])
                case "CTLA4": tags.formUnion(["icb", "ctla4"])
                case "LAG3": tags.insert("icb")
                case "HER2": tags.insert("anti-her2")
                case "CD20": tags.insert("anti-cd20")
                case "CD19": tags.insert("cd19")
                case "BCMA": tags.insert("bcma")
                default: break
                }
            }
            switch agent.template {
            case "18-chemotherapy": tags.insert("chemo")
            case "20-car-t": tags.insert("carT")
            case "19-bispecific": tags.insert("bispecific")
            case "26-il2": tags.insert("il2")
            case "23-bcg": tags.insert("live")
            case "23-vaccine": tags.insert("vaccine")
            default: break
            }
            tags.insert(id)  // rules may name an agent
        }
        if tags.contains("icb"), !tags.contains("chemo") { tags.insert("icb-alone") }
        return tags
    }
}
