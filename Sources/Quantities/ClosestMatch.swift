/// The candidate that differs least from `word`, if it is close enough to be what was meant: at most a third of the
/// letters differ, case aside. Equally close ones go by name, so that the answer doesn't depend on their order.
public func closestMatch(to word: String, among candidates: some Sequence<String>) -> String? {
    near(word, candidates).min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}

/// Candidates that a reader may have meant by `word`, closest first; one that begins with `word` counts as closest.
package func nearMatches(to word: String, among candidates: some Sequence<String>, limit: Int = 3) -> [String] {
    let start = word.lowercased()
    let completed = candidates.filter { word.count >= 3 && $0.lowercased().hasPrefix(start) }.map { (distance: 0, name: $0) }
    let others = near(word, candidates).filter { other in !completed.contains { $0.name == other.name } }
    return (completed + others).sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
}

private func near(_ word: String, _ candidates: some Sequence<String>) -> [(distance: Int, name: String)] {
    let target = Array(word.lowercased())
    guard target.count <= 100 else { return [] }  // nobody mistypes so long a name, and the table below is quadratic
    let limit = max(1, target.count / 3)
    return candidates.compactMap { candidate in
        let letters = Array(candidate.lowercased())
        guard abs(letters.count - target.count) <= limit else { return nil }
        let distance = editDistance(target, letters)
        return distance <= limit ? (distance, candidate) : nil
    }
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
///
/// Source: the Wagner-Fischer recurrence, doi:10.1145/321796.321811, with Damerau's transpositions,
/// doi:10.1145/363958.363994.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var table = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count { table[i][0] = i }
    for j in 0...b.count { table[0][j] = j }
    for i in a.indices {
        for j in b.indices {
            let substituted = table[i][j] + (a[i] == b[j] ? 0 : 1)
            table[i + 1][j + 1] = min(substituted, table[i][j + 1] + 1, table[i + 1][j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                table[i + 1][j + 1] = min(table[i + 1][j + 1], table[i - 1][j - 1] + 1)
            }
        }
    }
    return table[a.count][b.count]
}
