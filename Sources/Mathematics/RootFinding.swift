/// A root of `f` between `low` and `high`, where it changes sign, by Chandrupatla's mix of bisection and inverse
/// quadratic interpolation.
///
/// Goes on until the bracket can't shrink, so that the answer depends on the function alone.
///
/// Source: Chandrupatla, Adv. Eng. Softw. 28 (1997) 145, doi:10.1016/S0965-9978(96)00051-8.
package func root(between low: Double, and high: Double, of f: (Double) -> Double) -> Double {
    var a = low
    var b = high
    var fa = f(a)
    var fb = f(b)
    if fa == 0 { return a }
    if fb == 0 { return b }
    precondition((fa < 0) != (fb < 0), "no change of sign between \(low) and \(high)")
    var t = 0.5
    for _ in 0..<400 {
        let x = a + t * (b - a)
        let fx = f(x)
        let c: Double
        let fc: Double
        if (fx < 0) == (fa < 0) {
            (c, fc) = (a, fa)
        } else {
            (c, fc) = (b, fb)
            (b, fb) = (a, fa)
        }
        (a, fa) = (x, fx)
        let best = abs(fa) < abs(fb) ? a : b
        if fa == 0 { return a }
        let tolerance = 2.3e-16 * abs(best) + 1e-300
        let limit = tolerance / abs(b - c)
        if limit > 0.5 { return best }
        let xi = (a - b) / (c - b)
        let phi = (fa - fb) / (fc - fb)
        if phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi {
            t = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        } else {
            t = 0.5
        }
        t = min(1 - limit, max(limit, t))
    }
    return abs(fa) < abs(fb) ? a : b
}
