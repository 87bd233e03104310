/// By how much the tolerances of one patient are tightened when it is begun anew after a failure.
///
/// A state far below its absolute tolerance may come out negative: the error is allowed. Where the rates aren't meant
/// for negative states it may run away from there, as in logistic growth of a negative tumour, and end in a pole that
/// the solution doesn't have. With next to no absolute tolerance a decaying state keeps its sign, since its error is held
/// against its own size. In the second try, therefore, nothing but its own size excuses a state's error. Where that asks for
/// too much (a state that is only the rounding of others), the third and fourth excuse a little; what fails then has failed.
///
/// ```
/// rtol′ = τ rtol,   atol′ = α atol,     ‖e‖′ = ν ‖ e / (atol + ρ max(|y|, |y₁|)) ‖     ρ = rtol τ/α,   ν = 1/α
/// ```
/// so one kernel serves every lane; untightened, ρ = rtol and ν = 1 leave every bit as it is.
struct Tightening: Sendable, Hashable {
    /// τ
    var relative: Double
    /// α
    var absolute: Double

    /// No tightening first; powers of two, so that scaling by them rounds nothing.
    static let levels = [
        Tightening(relative: 1, absolute: 1),
        Tightening(relative: 0x1p-3, absolute: 0x1p-200),
        Tightening(relative: 0x1p-3, absolute: 0x1p-13),
        Tightening(relative: 0x1p-6, absolute: 0x1p-40),
    ]

    /// Attempts that a tightened try may take while there is another: that many say that it asks for too much.
    static let attemptLimit = 20_000

    /// ρ for a given rtol.
    func weight(relativeTolerance: Double) -> Double { relativeTolerance * relative / absolute }
    /// ν
    var normFactor: Double { 1 / absolute }
}
