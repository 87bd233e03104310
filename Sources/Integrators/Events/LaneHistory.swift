import Dynamics

/// The past of one lane, as the interpolating polynomials of its accepted steps: what `delay()` looks back into.
///
/// Of each step the states that delays need are kept: y, y₁ and the interpolation vectors, D values each.
struct LaneHistory {
    private(set) var start = 0.0
    private var starts: [Double] = []
    private var ends: [Double] = []
    private var coefficients: [Double] = []
    /// Parameters over time: each version holds until the next one starts.
    private(set) var parameterVersions: [Snapshot.ParameterVersion] = []
    let width: Int
    let vectors: Int

    init(denseStateCount: Int, vectors: Int) {
        width = denseStateCount
        self.vectors = vectors
    }

    private var stride: Int { (2 + vectors) * width }
    var isEmpty: Bool { starts.isEmpty }

    mutating func reset(start: Double) {
        self.start = start
        starts.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        coefficients.removeAll(keepingCapacity: true)
        parameterVersions.removeAll(keepingCapacity: true)
    }

    /// The parameters change at `time`.
    mutating func note(_ parameters: [Double], at time: Double) {
        if parameterVersions.last?.start == time { parameterVersions.removeLast() }
        parameterVersions.append(.init(start: time, parameters: parameters))
    }

    /// The parameters in force at `time`; before the start, the first.
    func parameterVersion(at time: Double) -> Int {
        var version = parameterVersions.count - 1
        while version > 0 && parameterVersions[version].start > time { version -= 1 }
        return version
    }

    mutating func append(start: Double, end: Double, _ fill: (inout [Double]) -> Void) {
        starts.append(start)
        ends.append(end)
        fill(&coefficients)
        assert(coefficients.count == starts.count * stride)
    }

    /// Index of the step that holds `time`: the last that starts at or before it (so a jump is seen from its right).
    private func step(at time: Double) -> Int {
        var low = 0
        var high = starts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if starts[middle] <= time { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Calls back with each dense state's place and value at `time`; beyond the last step its polynomial goes on.
    /// - Precondition: The history isn't empty and `time` is at or after its start.
    func interpolate(at time: Double, _ body: (_ place: Int, _ value: Double) -> Void) {
        let index = step(at: time)
        let h = ends[index] - starts[index]
        let theta = h > 0 ? (time - starts[index]) / h : 1
        let rest = 1 - theta
        let base = index * stride
        for place in 0..<width {
            var inner = coefficients[base + (1 + vectors) * width + place]
            for m in Swift.stride(from: vectors, to: 1, by: -1) {
                inner = coefficients[base + m * width + place] + theta * inner
            }
            let y = coefficients[base + place]
            let outer = coefficients[base + width + place] - y + rest * inner
            body(place, y + theta * outer)
        }
    }

    var snapshot: [Snapshot.HistoryStep] {
        starts.indices.map {
            Snapshot.HistoryStep(
                start: starts[$0], end: ends[$0], coefficients: Array(coefficients[$0 * stride..<($0 + 1) * stride]))
        }
    }

    mutating func restore(_ snapshot: Snapshot) {
        reset(start: snapshot.historyStart)
        parameterVersions = snapshot.parameterHistory
        for step in snapshot.history { append(start: step.start, end: step.end) { $0 += step.coefficients } }
    }
}
