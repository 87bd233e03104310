import ModelIR

/// One model, one way of dosing, one population: what every code under test is given.
package struct BenchmarkProblem: Sendable {
    package struct Dose: Sendable {
        /// Days
        package var time: Double
        /// The species that jumps.
        package var species: String
        /// In the unit of the species' amount.
        package var amount: Double
    }

    /// A constant that differs between patients: log-normal around the model's value.
    package struct Variation: Sendable {
        package var id: String
        /// Coefficient of variation.
        package var variation: Double
        /// Values outside are drawn again.
        package var low: Double?
        package var high: Double?
    }

    /// What the command line calls it: `checkpoint`, `nsclc`, `small`, `lesions`.
    package var id: String
    package var title: String
    /// Without events; starting values included.
    package var model: Model
    package var doses: [Dose]
    package var varied: [Variation]
    /// Time of the last output.
    package var duration = 400.0
    /// Intervals between outputs, all states at each.
    package var intervals = 400
    /// What a reader should know.
    package var remarks: [String] = []

    package var outputTimes: [Double] { (0...intervals).map { duration * Double($0) / Double(intervals) } }
}
