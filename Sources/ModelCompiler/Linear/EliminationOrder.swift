/// A fill-reducing order of diagonal pivots for a sparse matrix with full structural diagonal.
///
/// Markowitz's rule on the diagonal: eliminate the variable with the smallest (row count − 1)·(column count − 1),
/// and among equals the one that comes first. Pivots must be non-zero numerically as well: in w·M − J with a
/// large w every differential row qualifies. The row of an algebraic variable has no w, so `isAlgebraic`
/// variables are eliminated after all their differential neighbours, when their pivot holds the Schur complement.
///
/// Source: Markowitz 1957, doi:10.1287/mnsc.3.3.255; static order as in Damian et al. 2002 (KPP),
/// doi:10.1016/S0098-1354(02)00128-X.
struct EliminationOrder {
    /// Variables in the order of elimination.
    let pivots: [Int]
    /// Columns of each row of L + U after fill, ascending, diagonal included.
    let filledRows: [[Int]]

    init(_ pattern: SparsityPattern, isAlgebraic: [Bool]) {
        let n = pattern.count
        var rows = pattern.rows.map(Set.init)
        var columns = [Set<Int>](repeating: [], count: n)
        for i in 0..<n {
            rows[i].insert(i)
            for j in rows[i] { columns[j].insert(i) }
        }
        // `rows` and `columns` hold the part still to be eliminated; `filled` collects everything.
        var filled = rows
        var isLeft = [Bool](repeating: true, count: n)
        var order: [Int] = []
        order.reserveCapacity(n)
        for _ in 0..<n {
            var best = -1
            var bestCost = Int.max
            for i in 0..<n where isLeft[i] {
                var cost = (rows[i].count - 1) * (columns[i].count - 1)
                if isAlgebraic[i] { cost += 1 << 40 }
                if cost < bestCost {
                    best = i
                    bestCost = cost
                    if cost == 0 { break }
                }
            }
            let k = best
            order.append(k)
            isLeft[k] = false
            for j in rows[k] { columns[j].remove(k) }
            for i in columns[k] { rows[i].remove(k) }
            for i in columns[k] {
                for j in rows[k] where j != k && rows[i].insert(j).inserted {
                    columns[j].insert(i)
                    filled[i].insert(j)
                }
            }
        }
        pivots = order
        filledRows = filled.map { $0.sorted() }
    }
}
