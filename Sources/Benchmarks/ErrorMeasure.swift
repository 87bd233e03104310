import Mathematics

/// How far a patient's table is from the reference: root of the mean, over all states and output times, of
/// ```
/// ( |y − ref| / (|ref| + 10⁻³ max_t |ref|) )²
/// ```
/// A state that is zero throughout counts as right where it is zero.
package struct ErrorMeasure: Sendable {
    /// Tables of the patients, row-major `[times, states]`.
    let reference: [[Double]]
    let stateCount: Int

    package func error(of table: [Double], patient: Int) -> Double {
        let exact = reference[patient]
        guard table.count == exact.count else { return .infinity }
        var largest = [Double](repeating: 0, count: stateCount)
        for (index, value) in exact.enumerated() { largest[index % stateCount] = max(largest[index % stateCount], value.magnitude) }
        var sum = 0.0
        for index in exact.indices {
            let difference = (table[index] - exact[index]).magnitude
            let scale = exact[index].magnitude + 1e-3 * largest[index % stateCount]
            if scale > 0 {
                let relative = difference / scale
                sum += relative * relative
            } else if difference > 0 {
                return .infinity
            }
        }
        let error = (sum / Double(exact.count)).squareRoot()
        return error.isNaN ? .infinity : error
    }

    /// Median and ninetieth percentile over the patients.
    package func summary(of tables: [[Double]]) -> (median: Double, p90: Double) {
        let errors = tables.indices.map { error(of: tables[$0], patient: $0) }.sorted()
        func quantile(_ q: Double) -> Double { errors[min(errors.count - 1, Int((q * Double(errors.count - 1)).rounded()))] }
        let middle = errors.count / 2
        let median = errors.count % 2 == 1 ? errors[middle] : (errors[middle - 1] + errors[middle]) / 2
        return (median, quantile(0.9))
    }
}
