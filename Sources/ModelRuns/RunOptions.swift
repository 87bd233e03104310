/// What to run a model for, and what to report of it.
public struct RunOptions: Sendable, Hashable {
    /// In the model's unit of time.
    public var start: Double = 0
    /// First reported time, at or after `start`; nil: `start`.
    public var outputStart: Double?
    public var duration: Double = 100
    /// Intervals between reported times: `steps + 1` rows.
    public var steps: Int = 100
    /// Ids to report: species, parameters, compartments, reactions; nil: all species.
    public var observed: [String]?
    /// Those to report as amounts; other species are reported as their symbol is meant in formulas.
    public var amounts: [String] = []
    public var concentrations: [String] = []
    /// Values that replace those of the model.
    public var settings: [String: Double] = [:]
    public var relativeTolerance: Double = 1e-6
    /// The same for all states, in their units; nil: a thousandth of the relative tolerance times each state's scale.
    public var absoluteTolerance: Double?
    public var threads: Int = 1

    public init() {}

    /// Reported times, ascending; the last is exactly `start + duration`.
    public var times: [Double] {
        let first = outputStart ?? start
        let span = start + duration - first
        return (0...steps).map { $0 == steps ? start + duration : first + span * Double($0) / Double(steps) }
    }
}
