import Foundation

/// The score of a set of semantic cases, as a table by feature.
struct SuiteScore {
    var results: [(case: SemanticCase, verdict: SemanticCase.Verdict)] = []

    func count(_ matches: (SemanticCase.Verdict) -> Bool) -> Int { results.count { matches($0.verdict) } }
    var passed: Int { count { $0 == .pass } }
    var wrong: Int { count { if case .wrong = $0 { true } else { false } } }
    var declined: Int { count { if case .declined = $0 { true } else { false } } }
    var failed: Int { count { if case .failed = $0 { true } else { false } } }

    /// One line for each case that did not pass.
    var exceptions: String {
        results.compactMap { item in
            switch item.verdict {
            case .pass: nil
            case .wrong(let reason): "\(item.case.name) wrong: \(reason)"
            case .declined(let reason): "\(item.case.name) declined: \(reason)"
            case .failed(let reason): "\(item.case.name) failed: \(reason)"
            }
        }.joined(separator: "\n")
    }

    func markdown(title: String) -> String {
        var text = """
            # \(title)

            \(results.count) time courses: **\(passed) right**, \(declined) refused by name, \(failed) not completed, **\(wrong) wrong**.

            | tag (a case counts under each of its tags) | cases | right | refused | not completed | wrong |
            |---|---:|---:|---:|---:|---:|

            """
        var byTag: [String: SuiteScore] = [:]
        for item in results {
            var tags = Set(item.case.tags)
            if tags.contains(where: { $0.hasPrefix("comp:") }) { tags.insert("comp (any)") }
            for tag in tags { byTag[tag, default: SuiteScore()].results.append(item) }
        }
        for (tag, score) in byTag.sorted(by: { $0.key < $1.key }) {
            text += "| \(tag) | \(score.results.count) | \(score.passed) | \(score.declined) | \(score.failed) | \(score.wrong) |\n"
        }
        if !exceptions.isEmpty { text += "\n## Cases that are not right\n\n" + exceptions.split(separator: "\n").map { "- \($0)\n" }.joined() }
        return text
    }
}
