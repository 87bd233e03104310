/// How accurate, and how patient, an integration is.
///
/// A step is acceptable when the weighted root-mean-square norm of its error estimate is at most 1:
/// ```
/// ‖e‖ = sqrt( (1/n) Σᵢ ( eᵢ / (atolᵢ + rtol max(|yᵢ|, |y₁ᵢ|)) )² )
/// ```
public struct Tolerances: Sendable, Hashable {
    public enum Absolute: Sendable, Hashable {
        /// atolᵢ = factor · typical magnitude of state i.
        case scaled(Double)
        /// The same for all states, in their units.
        case uniform(Double)
        /// One per state, in its unit.
        case each([Double])
    }

    /// Dimensionless.
    public var relative: Double
    public var absolute: Absolute
    /// Attempted steps (accepted and rejected) after which a patient fails with `tooManySteps`.
    public var attemptLimit: Int
    /// Longest step, in the model's unit of time.
    public var maximumStep: Double
    /// Smallest step as a fraction of |t|; below it a patient fails.
    public var minimumStepFraction: Double
    /// Rejections of one step in a row after which a patient fails: wherever it starts, a step that is cut to a tenth
    /// so often has left all scales behind.
    public var rejectionLimit = 60
    /// How often a patient that failed is begun anew with tighter tolerances; see `Tightening`.
    public var restartLimit = Tightening.levels.count - 1
    /// Steps of this size without error control, for studies of convergence.
    package var fixedStep: Double?

    public init(
        relative: Double = 1e-6, absolute: Absolute? = nil, attemptLimit: Int = 1_000_000,
        maximumStep: Double = .infinity, minimumStepFraction: Double = 1e-15
    ) {
        precondition(relative > 0 && relative < 1, "relative tolerance \(relative) is not between 0 and 1")
        self.relative = relative
        // Measured: a thousandth of the relative tolerance, times the state's scale, serves picomolar and
        // billion-cell states alike.
        self.absolute = absolute ?? .scaled(1e-3 * relative)
        self.attemptLimit = attemptLimit
        self.maximumStep = maximumStep
        self.minimumStepFraction = minimumStepFraction
    }

    /// Absolute tolerance of each state, in its unit.
    package func absolute(typicalMagnitudes: [Double]) -> [Double] {
        let values: [Double]
        switch absolute {
        case .scaled(let factor): values = typicalMagnitudes.map { factor * $0 }
        case .uniform(let value): values = typicalMagnitudes.map { _ in value }
        case .each(let each):
            precondition(
                each.count == typicalMagnitudes.count,
                "\(each.count) absolute tolerances for \(typicalMagnitudes.count) states")
            values = each
        }
        precondition(values.allSatisfy { $0 > 0 && $0.isFinite }, "absolute tolerances must be positive")
        return values
    }
}
