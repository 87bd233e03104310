/// What a person without cancer goes through: figures, time courses, tables.
public struct ScenarioResult: Sendable, Codable, Hashable {
    /// Version of this record's form.
    public var version = 1
    public var title: String
    /// What was simulated and what the figures mean, in sentences.
    public var about: [String]
    public var figures: [Figure]
    public var courses: [Course]
    public var command: String

    /// One number with its name and unit.
    public struct Figure: Sendable, Codable, Hashable {
        public var name: String
        public var value: Double
        public var unit: String
        public init(_ name: String, _ value: Double, _ unit: String) {
            self.name = name
            self.value = value
            self.unit = unit
        }
    }

    /// One quantity over time; courses with the same `quantity` belong into one picture.
    public struct Course: Sendable, Codable, Hashable {
        public var quantity: String
        public var unit: String
        public var series: String
        /// Of `times`: `day` or `year`.
        public var timeUnit: String
        public var times: [Double]
        public var values: [Double]
        public var isLogarithmic: Bool
    }
}

/// The situations that can be simulated without a cancer.
public enum Scenario: String, Sendable, CaseIterable {
    /// An ageing, healthy person.
    case healthy
    /// A respiratory virus, once or twice.
    case infection
    /// Human papillomavirus in a cohort, vaccinated and not.
    case hpv
}
