/// The candidate that differs least from `word` by insertions, deletions and substitutions, if it is close enough to be
/// what was meant (at most a third of the letters differ, case aside).
///
/// Source: Levenshtein distance by the Wagner-Fischer recurrence, doi:10.1145/321796.321811.
public func closestMatch(to word: String, among candidates: some Sequence<String>) -> String? {
    let target = Array(word.lowercased())
    let limit = max(1, target.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let letters = Array(candidate.lowercased())
        if abs(letters.count - target.count) > limit { continue }
        var row = Array(0...letters.count)
        for (i, letter) in target.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in letters.indices {
                let substituted = diagonal + (letters[j] == letter ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        let distance = row[letters.count]
        if distance <= limit, distance < (best?.distance ?? .max) { best = (candidate, distance) }
    }
    return best?.name
}
