import Ensembles

/// Quantile sketches of an arm's time courses, one a day and observable: what a band of a large trial is drawn from.
struct BandSketches: Sendable {
    /// Days of the longest time course so far.
    private(set) var days: [Double] = []
    private let width: Int
    /// `[day · width + observable]`
    private var cells: [QuantileSketch] = []

    init(width: Int) { self.width = width }

    subscript(day row: Int, column: Int) -> QuantileSketch { cells[row * width + column] }

    /// - Parameter outputs: Row-major `[days, observables]`; the days of all records of an arm begin alike.
    mutating func add(days: [Double], outputs: [Double]) {
        if days.count > self.days.count {
            self.days = days
            cells += Array(repeating: QuantileSketch(), count: days.count * width - cells.count)
        }
        for (index, value) in outputs.prefix(days.count * width).enumerated() where !value.isNaN { cells[index].add(value) }
    }
}
