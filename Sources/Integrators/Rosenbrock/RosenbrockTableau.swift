/// Coefficients of a stiffly accurate Rosenbrock method in its transformed form, which needs no product with the
/// Jacobian:
///
/// ```
/// (M/(γh) − J) uₛ = f(t + cₛh, y + Σⱼ Aₛⱼuⱼ) + M Σⱼ (Cₛⱼ/h) uⱼ + dₛ h ∂f/∂t        s = 1 … S,  j < s
/// y₁ = y + Σⱼ bⱼuⱼ            b = (A_S, 1)
/// e  = u_S                    the embedded method of one order less is y₁ − u_S
/// y(t + θh) = (1−θ) y + θ (y₁ + (1−θ)(k₁ + θ(k₂ + θ k₃)))      kₘ = Σⱼ Hₘⱼuⱼ
/// ```
///
/// Source: Hairer & Wanner, *Solving Ordinary Differential Equations II*, 2nd ed., §IV.7 (eqs. 7.25, 7.26) and
/// §VI.4 for mass matrices, doi:10.1007/978-3-642-05221-7.
public struct RosenbrockTableau: Sendable, Hashable {
    public var name: String
    /// Order of the method; the embedded method has one less.
    public var order: Int
    /// Order of the interpolating polynomial.
    public var denseOrder: Int
    public var gamma: Double
    /// Strictly lower triangular, row s has s entries (rows counted from 0).
    public var A: [[Double]]
    /// Strictly lower triangular, row s has s entries.
    public var C: [[Double]]
    public var c: [Double]
    public var d: [Double]
    /// One row per interpolation vector kₘ.
    public var H: [[Double]]

    public var stageCount: Int { A.count }

    /// True when the argument of stage s is that of stage s−1 plus u of stage s−1, so that it can be updated in place.
    package func extendsPreviousStage(_ s: Int) -> Bool {
        s > 0 && A[s].last == 1 && Array(A[s].dropLast()) == A[s - 1] + Array(repeating: 0, count: s - 1 - A[s - 1].count)
    }
}
