// exp, log and pow as kernel operations: rounding, scaling, exponent, mantissa and fused Horner schemes. So they are
// vectorised in every form, and don't depend on a mathematics library.

extension KernelBuilder {
    /// eˣ, error below 1 ulp; results below 2⁻¹⁰²² are 0, as everywhere in kernels.
    ///
    /// x = n ln 2 + r with |r| ≤ ln 2 / 2, eˣ = 2ⁿ (1 + r + r²/2 + r³ g(r)), g a Chebyshev fit of degree 9 (error
    /// of eʳ below 4·10⁻¹⁹); ln 2 in two parts, the first of 41 bits, so that n times it is exact.
    public mutating func exp(_ x: Value) -> Value { exp(x, correction: nil) }

    /// e^(x + correction) for a correction far below x.
    mutating func exp(_ x: Value, correction: Value?) -> Value {
        let bounded = maximum(constant(-800), minimum(constant(800), x))
        let n = round(multiply(bounded, constant(Self.log2e.high)))
        let leading = negativeMultiplyAdd(n, constant(Self.ln2.high), bounded)
        let r: Value
        if let correction {
            // Where x was out of bounds the correction is meaningless, and may be NaN.
            let kept = select(equal(bounded, x), correction, constant(0))
            r = add(leading, negativeMultiplyAdd(n, constant(Self.ln2.low), kept))
        } else {
            r = negativeMultiplyAdd(n, constant(Self.ln2.low), leading)
        }
        let g = polynomial(Self.exponentialTail, at: r)
        let quadratic = multiplyAdd(g, r, constant(0.5))
        let minusOne = multiplyAdd(multiply(quadratic, r), r, r)
        return scale(add(constant(1), minusOne), n)
    }

    /// ln x, error below 1 ulp; −∞ at 0, NaN below.
    ///
    /// x = 2ᵉ(1 + f) with 1 + f in (√½, √2], s = f / (2 + f), z = s²: ln x = e ln 2 + 2 s + s z R(z), arranged as in
    /// Ng and Turner's algorithm for FDLIBM so that f itself leads; own fit of R, degree 6.
    public mutating func log(_ x: Value) -> Value {
        let (e, m) = exponentAndMantissa(x)
        let f = subtract(m, constant(1))
        let s = divide(f, add(constant(2), f))
        let z = multiply(s, s)
        let tail = multiply(z, polynomial(Self.logarithmTail, at: z))
        let halfSquare = multiply(multiply(constant(0.5), f), f)
        let small = multiplyAdd(e, constant(Self.ln2.low), multiply(s, add(halfSquare, tail)))
        let result = subtract(
            multiply(e, constant(Self.ln2.high)), subtract(subtract(halfSquare, small), f))
        return select(less(x, constant(0)), constant(.nan), result)
    }

    /// log₂ x, exact at powers of two.
    public mutating func log2(_ x: Value) -> Value {
        let (e, m) = exponentAndMantissa(x)
        let product = multiply(logarithm(ofMantissa: m), Self.log2e)
        let sum = add(e, product.high)
        let rest = add(subtract(product.high, subtract(sum, e)), product.low)
        let result = select(equal(absolute(e), constant(.infinity)), e, add(sum, rest))
        return select(less(x, constant(0)), constant(.nan), result)
    }

    /// log₁₀ x, exact at powers of ten.
    public mutating func log10(_ x: Value) -> Value {
        let logarithm = logarithmInTwoParts(x)
        let product = multiply(logarithm, Self.log10e)
        let result = select(
            equal(absolute(logarithm.high), constant(.infinity)), logarithm.high, add(product.high, product.low))
        return select(less(x, constant(0)), constant(.nan), result)
    }

    /// `x` scaled by 2 to the power ⌊n⌋.
    public mutating func scale(_ x: Value, _ n: Value) -> Value { apply(.scale, x, n) }

    /// Σ cₖ xᵏ by Horner's rule, fused.
    public mutating func polynomial(_ coefficients: [Double], at x: Value) -> Value {
        precondition(!coefficients.isEmpty, "a polynomial has at least one coefficient")
        var result = constant(coefficients[coefficients.count - 1])
        for coefficient in coefficients.dropLast().reversed() {
            result = multiplyAdd(result, x, constant(coefficient))
        }
        return result
    }

    // MARK: Numbers in two parts

    /// An unevaluated sum of two doubles, the second far below the first.
    struct TwoParts<Part: Sendable>: Sendable {
        var high: Part
        var low: Part
    }

    /// The product of two numbers in two parts, to about 100 bits.
    mutating func multiply(_ x: TwoParts<Value>, _ y: TwoParts<Double>) -> TwoParts<Value> {
        let high = multiply(x.high, constant(y.high))
        let error = multiplySubtract(x.high, constant(y.high), high)
        let cross = multiplyAdd(x.high, constant(y.low), multiply(x.low, constant(y.high)))
        return TwoParts(high: high, low: add(error, cross))
    }

    /// |x| = 2ᵉ m with m in (√½, √2]; e infinite at 0 and infinity.
    mutating func exponentAndMantissa(_ x: Value) -> (exponent: Value, mantissa: Value) {
        let m = apply(.mantissa, x)
        let isLarge = less(constant(2.0.squareRoot()), m)
        return (add(apply(.exponent, x), isLarge), select(isLarge, multiply(m, constant(0.5)), m))
    }

    /// ln m for m in (√½, √2], relative error about 2⁻⁶³: with s = (m − 1)/(m + 1) and z = s², all in two parts,
    /// ln m = s (2 + z (2/3 + z h(z))), where h needs a double only.
    mutating func logarithm(ofMantissa m: Value) -> TwoParts<Value> {
        let one = constant(1)
        let f = subtract(m, one)
        let sum = add(m, one)
        let sumLow = subtract(m, subtract(sum, one))
        let reciprocal = divide(one, sum)
        let s = multiply(f, reciprocal)
        let sLow = multiply(
            reciprocal, negativeMultiplyAdd(s, sumLow, negativeMultiplyAdd(s, sum, f)))
        let z = multiply(s, s)
        let zLow = multiplyAdd(multiply(constant(2), s), sLow, multiplySubtract(s, s, z))
        let tail = multiply(z, polynomial(Self.twoPartLogarithmTail, at: z))
        let c = add(constant(Self.twoThirds.high), tail)
        let cLow = add(
            add(subtract(constant(Self.twoThirds.high), c), tail), constant(Self.twoThirds.low))
        let w = multiply(z, c)
        let wLow = add(multiplySubtract(z, c, w), multiplyAdd(z, cLow, multiply(zLow, c)))
        let v = add(constant(2), w)
        let vLow = add(add(subtract(constant(2), v), w), wLow)
        let high = multiply(s, v)
        let low = add(multiplySubtract(s, v, high), multiplyAdd(s, vLow, multiply(sLow, v)))
        return TwoParts(high: high, low: low)
    }

    /// ln |x| to about 2⁻⁶²; where the high part is infinite the low one is NaN.
    mutating func logarithmInTwoParts(_ x: Value) -> TwoParts<Value> {
        let (e, m) = exponentAndMantissa(x)
        let fraction = logarithm(ofMantissa: m)
        let whole = multiply(e, constant(Self.ln2.high))
        let high = add(whole, fraction.high)
        let error = subtract(fraction.high, subtract(high, whole))
        return TwoParts(
            high: high, low: add(error, multiplyAdd(e, constant(Self.ln2.low), fraction.low)))
    }

    // MARK: Constants

    /// ln 2; the high part has 41 bits.
    static let ln2 = TwoParts(high: 0x1.62e42fefa3000p-1, low: 0x1.3de6af278ece6p-42)
    static let log2e = TwoParts(high: 0x1.71547652b82fep+0, low: 0x1.777d0ffda0d24p-56)
    static let log10e = TwoParts(high: 0x1.bcb7b1526e50ep-2, low: 0x1.95355baaafad3p-57)
    static let twoThirds = TwoParts(high: 0x1.5555555555555p-1, low: 0x1.5555555555555p-55)

    // Chebyshev fits made with mpmath at 60 digits, rounded to doubles; the errors are those before rounding.

    /// g(r) = (eʳ − 1 − r − r²/2) / r³, |r| ≤ ln 2 / 2; error of eʳ 3.4·10⁻¹⁹.
    static let exponentialTail = [
        0x1.5555555555556p-3, 0x1.5555555555555p-5, 0x1.11111111109b3p-7, 0x1.6c16c16c167e1p-10,
        0x1.a01a01a7c41d5p-13, 0x1.a01a01a47b054p-16, 0x1.71de0dae63bb3p-19, 0x1.27e4e1f48534fp-22,
        0x1.af38a9b0ec855p-26, 0x1.1f66df7fca49fp-29,
    ]
    /// R(z) = Σ 2/(2k+3) zᵏ, 0 ≤ z ≤ 0.0295; error 3.1·10⁻¹⁶.
    static let logarithmTail = [
        0x1.5555555555558p-1, 0x1.99999999952d7p-2, 0x1.2492492df281ap-2, 0x1.c71c62e3f11e6p-3,
        0x1.7462b51cb66b1p-3, 0x1.39fe51a7c18f9p-3, 0x1.2b5900de53b32p-3,
    ]
    /// h(z) = Σ 2/(2k+5) zᵏ, 0 ≤ z ≤ 0.0295; error 2.8·10⁻¹⁶.
    static let twoPartLogarithmTail = [
        0x1.999999999999ep-2, 0x1.249249248e532p-2, 0x1.c71c71d7e7fc3p-3, 0x1.745d09f06d811p-3,
        0x1.3b18b8ee7a308p-3, 0x1.1018ae366a914p-3, 0x1.08788c3e01713p-3,
    ]
}
