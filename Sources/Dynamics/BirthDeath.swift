public import Kernels

/// Chance where few cells are left: the bricks of keyed random events.
///
/// An event in which a population dies out or not, when it falls below a threshold, assigns
/// `survivors(of:birth:death:lot:)` to it and lists the lot's slot in `draws`. A new clone appears when a state with
/// the rate of its appearance as derivative passes `waitingHazard(lot:)`; the event resets the state and draws a new
/// lot. Both are exact, for rates that change in time too, and both are ordinary located events, so a patient's run
/// stays a function of its own key.
extension KernelBuilder {
    /// n, or 0 with the probability that n independent cells, each dividing at rate b and dying at rate d, leave no
    /// descendants in the end:
    /// ```
    /// P = (d/b)ⁿ  where d < b,  1 where d ≥ b
    /// ```
    /// - Parameters:
    ///   - n: Cells, a pure number, positive.
    ///   - birth, death: Rates at this moment, 1/time.
    ///   - lot: A uniform random number in (0, 1).
    ///
    /// Source: Kendall 1948, "On the generalized 'birth-and-death' process", *Ann. Math. Statist.* 19:1-15,
    /// doi:10.1214/aoms/1177730285; the rates are taken as constant from here on.
    public mutating func survivors(of n: Value, birth b: Value, death d: Value, lot: Value) -> Value {
        let ratio = divide(d, b)
        let probability = exp(multiply(n, log(ratio)))
        let diesOut = or(lessOrEqual(b, d), less(lot, probability))
        return select(diesOut, constant(0), n)
    }

    /// The cumulated hazard ∫ rate dt at which the first event of an inhomogeneous Poisson process happens: −ln(lot).
    public mutating func waitingHazard(lot: Value) -> Value { negate(log(lot)) }
}
