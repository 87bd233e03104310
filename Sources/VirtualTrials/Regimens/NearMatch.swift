/// Words of `candidates` that a reader may have meant by `word`, closest first.
///
/// Counts insertions, deletions, substitutions and swaps of neighbours (Damerau-Levenshtein); at most a third of the
/// word may differ.
package func nearMatches(to word: String, among candidates: some Sequence<String>, limit: Int = 3) -> [String] {
    let w = Array(word.lowercased())
    let allowed = max(1, w.count / 3)
    let scored = candidates.compactMap { candidate -> (Int, String)? in
        let c = Array(candidate.lowercased())
        if w.count >= 3, candidate.lowercased().hasPrefix(word.lowercased()) { return (0, candidate) }
        guard abs(c.count - w.count) <= allowed else { return nil }
        let distance = editDistance(w, c)
        return distance <= allowed ? (distance, candidate) : nil
    }
    return Array(scored.sorted { $0 < $1 }.prefix(limit).map(\.1))
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var table = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count { table[i][0] = i }
    for j in 0...b.count { table[0][j] = j }
    for i in 0..<a.count {
        for j in 0..<b.count {
            let substitution = table[i][j] + (a[i] == b[j] ? 0 : 1)
            table[i + 1][j + 1] = min(substitution, table[i][j + 1] + 1, table[i + 1][j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                table[i + 1][j + 1] = min(table[i + 1][j + 1], table[i - 1][j - 1] + 1)
            }
        }
    }
    return table[a.count][b.count]
}
