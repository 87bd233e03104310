/// Which instruction must come before which: values before their uses, and memory in program order
/// (a slot is written after earlier reads and writes of it, and read after earlier writes).
struct DependencyGraph {
    private(set) var predecessorCounts: [Int]
    private var starts: [Int]
    private var targets: [Int]

    private struct Place: Hashable {
        var buffer: Int32
        var slot: Int32
    }

    init(_ kernel: Kernel) {
        let count = kernel.instructions.count
        var edges: [(from: Int, to: Int)] = []
        edges.reserveCapacity(2 * count)
        var lastStore: [Place: Int] = [:]
        var loads: [Place: [Int]] = [:]
        for (index, instruction) in kernel.instructions.enumerated() {
            instruction.forEachOperand { edges.append((Int($0), index)) }
            switch instruction.operation {
            case .load:
                let place = Place(buffer: instruction.a, slot: instruction.b)
                if let store = lastStore[place] { edges.append((store, index)) }
                loads[place, default: []].append(index)
            case .store:
                let place = Place(buffer: instruction.b, slot: instruction.c)
                if let store = lastStore[place] { edges.append((store, index)) }
                for load in loads[place] ?? [] { edges.append((load, index)) }
                loads[place] = nil
                lastStore[place] = index
            default: break
            }
        }
        predecessorCounts = [Int](repeating: 0, count: count)
        starts = [Int](repeating: 0, count: count + 1)
        for edge in edges {
            predecessorCounts[edge.to] += 1
            starts[edge.from + 1] += 1
        }
        for index in 0..<count { starts[index + 1] += starts[index] }
        var next = starts
        targets = [Int](repeating: 0, count: edges.count)
        for edge in edges {
            targets[next[edge.from]] = edge.to
            next[edge.from] += 1
        }
    }

    /// Instructions that wait for `index`, one entry for each reason.
    func successors(of index: Int) -> ArraySlice<Int> { targets[starts[index]..<starts[index + 1]] }
}
