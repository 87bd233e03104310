/// The positions of the structurally non-zero entries of a square matrix, row by row, ascending.
struct SparsityPattern {
    var rows: [[Int]]

    var count: Int { rows.count }
    var entryCount: Int { rows.reduce(0) { $0 + $1.count } }

    init(count: Int, entries: some Sequence<(row: Int, column: Int)>) {
        rows = Array(repeating: [], count: count)
        for entry in entries { rows[entry.row].append(entry.column) }
        for row in rows.indices { rows[row] = Array(Set(rows[row])).sorted() }
    }
}
