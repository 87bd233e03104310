public import Dynamics

/// Something that sums up patients, in any order and in parts: adding and merging must commute exactly, so that the
/// outcome doesn't depend on threads or shards.
public protocol EnsembleReduction: Sendable {
    mutating func add(_ result: PatientResult, of patient: Int)
    mutating func merge(_ other: Self)
}

/// Mean, spread, range and quantiles of every observable at every output time, in memory that doesn't grow with the
/// number of patients; and what became of them.
///
/// A failed patient counts for the times it reached, and in `failures`; nobody is dropped silently.
public struct EnsembleSummary: EnsembleReduction {
    public struct Cell: Sendable {
        public internal(set) var count = 0
        public internal(set) var minimum = Double.infinity
        public internal(set) var maximum = -Double.infinity
        var sum = ExactSum()
        var sumOfSquares = ExactSum()
        var sketch: QuantileSketch

        public var mean: Double { sum.value / Double(count) }
        /// Sample standard deviation; exact sums, so only the last subtraction cancels.
        public var standardDeviation: Double {
            guard count > 1 else { return 0 }
            let mean = mean
            return max(0, (sumOfSquares.value - mean * sum.value) / Double(count - 1)).squareRoot()
        }
        public func quantile(_ q: Double) -> Double? {
            sketch.quantile(q).map { min(max($0, minimum), maximum) }
        }
    }

    public let observableCount: Int
    /// `[time · observableCount + observable]`
    public private(set) var cells: [Cell]
    public private(set) var patientCount = 0
    public private(set) var endings: [String: Int] = [:]
    /// Patients that failed, by reason.
    public private(set) var failures: [IntegrationFailure.Reason: Int] = [:]
    /// Patients that were begun anew with tighter tolerances.
    public private(set) var restartedCount = 0
    public private(set) var acceptedSteps = 0
    public private(set) var rejectedSteps = 0

    public init(timeCount: Int, observableCount: Int, relativeError: Double = 0.005) {
        self.observableCount = observableCount
        cells = Array(
            repeating: Cell(sketch: QuantileSketch(relativeError: relativeError)),
            count: timeCount * observableCount)
    }

    public var failedCount: Int { failures.values.reduce(0, +) }

    public subscript(time: Int, observable: Int) -> Cell { cells[time * observableCount + observable] }

    public mutating func add(_ result: PatientResult, of patient: Int) {
        patientCount += 1
        if result.restarts > 0 { restartedCount += 1 }
        acceptedSteps += result.acceptedSteps
        rejectedSteps += result.rejectedSteps
        if let failure = result.failure { failures[failure.reason, default: 0] += 1 }
        if let ending = result.endedBy { endings[ending, default: 0] += 1 }
        for (index, x) in result.outputs.enumerated() where !x.isNaN {
            cells[index].count += 1
            cells[index].minimum = min(cells[index].minimum, x)
            cells[index].maximum = max(cells[index].maximum, x)
            cells[index].sum.add(x)
            cells[index].sumOfSquares.add(x * x)
            cells[index].sketch.add(x)
        }
    }

    public mutating func merge(_ other: EnsembleSummary) {
        precondition(cells.count == other.cells.count, "summaries of different shape don't merge")
        patientCount += other.patientCount
        restartedCount += other.restartedCount
        acceptedSteps += other.acceptedSteps
        rejectedSteps += other.rejectedSteps
        failures.merge(other.failures, uniquingKeysWith: +)
        endings.merge(other.endings, uniquingKeysWith: +)
        for index in cells.indices {
            cells[index].count += other.cells[index].count
            cells[index].minimum = min(cells[index].minimum, other.cells[index].minimum)
            cells[index].maximum = max(cells[index].maximum, other.cells[index].maximum)
            cells[index].sum.merge(other.cells[index].sum)
            cells[index].sumOfSquares.merge(other.cells[index].sumOfSquares)
            cells[index].sketch.merge(other.cells[index].sketch)
        }
    }
}
