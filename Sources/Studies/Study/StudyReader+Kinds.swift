import Foundation
import ModelIR
import VirtualTrials
import Yams

/// What only some studies have: prevention, treatment before the study, tables of doses, weights.
extension StudyReader {
    /// `prevention: {infection: HPV, site: penis, infected_at_entry: 0 %, counted_from: 7 months}`.
    func prevention(_ top: Fields) -> Study.Prevention? {
        guard top["prevention"] != nil else { return nil }
        let fields = Fields(top["prevention"], "prevention", keys: ["infection", "site", "infected_at_entry", "counted_from"], findings)
        if let node = top["cancer"] {
            findings.report("people in a study of prevention have no cancer", at: findings.place(node), remedy: "leave out `cancer` or `prevention`")
        }
        let infection = fields.requiredText("infection")
        if !infection.isEmpty, infection.lowercased() != "hpv" {
            findings.report("there is no natural history of '\(infection)'", at: fields.place("infection"), remedy: "known: HPV")
        }
        let sites = ["cervix", "oropharynx", "penis"]
        let site = fields.requiredText("site")
        if !site.isEmpty, !sites.contains(site) {
            findings.report(
                "'\(site)' is no site of the natural history", at: fields.place("site"),
                remedy: suggestion(for: site, among: sites) ?? "known: \(sites.joined(separator: ", "))")
        }
        return Study.Prevention(
            infection: infection, site: site, infectedAtEntry: fields.share("infected_at_entry") ?? 0,
            countedFrom: fields.days("counted_from", orZero: true) ?? 0, place: top.place("prevention"))
    }

    /// `before: {therapy: surgery, duration: 8 weeks}`.
    func earlier(_ treatment: Fields) -> Study.Earlier? {
        guard treatment["before"] != nil else { return nil }
        let fields = Fields(treatment["before"], "before", keys: ["therapy", "duration"], findings)
        let therapy = fields.requiredText("therapy")
        _ = fields.required("duration")
        return Study.Earlier(
            therapy: therapy, days: fields.days("duration") ?? 0, place: treatment.place("before"), therapyPlace: fields.place("therapy"))
    }

    /// `doses: {file: arm.csv, compartments: [pembrolizumab], time: days}`, or the file's name alone.
    func doses(_ node: Node, in arm: Fields) -> Study.DosingFile? {
        if arm["therapy"] != nil {
            findings.report("an arm has a therapy in words or a table of doses, not both", at: arm.place("doses"), remedy: "leave one of them out")
        }
        let fields = Fields(node, "doses", keys: ["file", "compartments", "time"], findings)
        let name = fields.requiredText("file")
        let compartments = fields.list("compartments").compactMap(\.string)
        if compartments.isEmpty {
            findings.report("doses need the agents that CMT 1, 2, ... are", at: fields.place("compartments"), remedy: "write `compartments: [pembrolizumab]`")
        }
        let unit = fields.text("time") ?? "days"
        if !["days", "hours"].contains(unit) {
            findings.report("'\(unit)' is no unit of time here", at: fields.place("time"), remedy: "write `time: days` or `time: hours`")
        }
        guard !name.isEmpty else { return nil }
        if name.contains("/") {
            findings.report("'\(name)' is not in the study's folder", at: fields.place("file"), remedy: "put the table beside the study and give its name alone")
            return nil
        }
        let text = folder.flatMap { FileManager.default.contents(atPath: URL(fileURLWithPath: $0).appendingPathComponent(name).path) }
            .flatMap { String(data: $0, encoding: .utf8) }
        guard let text else {
            findings.report(
                "can't read the table of doses '\(name)'", at: fields.place("file"), remedy: "it is looked for in the study's own folder")
            return nil
        }
        return Study.DosingFile(
            name: name, text: text, compartments: compartments, hoursPerUnit: unit == "hours" ? 1 : 24, place: fields.place("file"))
    }

    /// Texts of agents' files, or names of files beside the study.
    func agents(_ top: Fields) -> [Study.DeclaredAgent] {
        top.list("agents").compactMap { node in
            guard let text = node.string, !text.isEmpty else {
                findings.report("an agent is the text of an agent's file, or the name of one", at: findings.place(node), remedy: "write `- |` and the text below it, or `- my_drug.txt`")
                return nil
            }
            if text.contains("\n") { return Study.DeclaredAgent(file: nil, text: text, place: findings.place(node)) }
            let content = text.contains("/") ? nil : folder.flatMap { FileManager.default.contents(atPath: URL(fileURLWithPath: $0).appendingPathComponent(text).path) }
                .flatMap { String(data: $0, encoding: .utf8) }
            guard let content else {
                findings.report("can't read the agent's file '\(text)'", at: findings.place(node), remedy: "it is looked for in the study's own folder")
                return nil
            }
            return Study.DeclaredAgent(file: text, text: content, place: findings.place(node))
        }
    }

    /// `ALC: {below 1000: 30 %, below 1500: 40 %, above: 30 %}`.
    func weighting(_ node: Node?) -> [Study.Weighting] {
        guard let node else { return [] }
        guard let mapping = node.mapping else {
            findings.report("weights must be a list of `quantity: {below LIMIT: share, ..., above: share}`", at: findings.place(node))
            return []
        }
        return mapping.compactMap { key, value in
            guard let name = key.string.map(Self.covariateName) else { return nil }
            guard let classes = value.mapping else {
                findings.report("'\(name)' needs classes with their shares", at: findings.place(value), remedy: "write {below 1000: 30 %, above: 70 %}")
                return nil
            }
            var limits: [Double] = []
            var shares: [Double] = []
            var above: Double?
            for (label, share) in classes {
                let text = label.string ?? ""
                guard let amount = share.string.flatMap(Fields.amount), (0...1).contains(amount) else {
                    findings.report("'\(text)' needs a share between 0 and 100 %", at: findings.place(share))
                    continue
                }
                if text == "above" {
                    above = amount
                } else if text.hasPrefix("below "), let limit = Fields.amount(String(text.dropFirst(6))) {
                    limits.append(limit)
                    shares.append(amount)
                } else {
                    findings.report("'\(text)' is no class", at: findings.place(label), remedy: "write `below 1000` or `above`")
                }
            }
            guard let above, !limits.isEmpty else {
                findings.report("'\(name)' needs at least one `below LIMIT` and `above`", at: findings.place(value))
                return nil
            }
            if limits != limits.sorted() || Set(limits).count != limits.count {
                findings.report("the limits of '\(name)' must rise", at: findings.place(value), remedy: "list the lowest class first")
            }
            let sum = shares.reduce(above, +)
            if abs(sum - 1) > 0.011 {
                findings.report("the shares of '\(name)' sum to \(Int((100 * sum).rounded())) %", at: findings.place(value), remedy: "shares sum to 100 %")
            }
            return Study.Weighting(quantity: name, limits: limits, shares: (shares + [above]).map { $0 / sum }, place: findings.place(key))
        }
    }
}
