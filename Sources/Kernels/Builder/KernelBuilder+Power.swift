extension KernelBuilder {
    /// xʸ as in C99 (annex F.10.4.4), error about 1 ulp.
    ///
    /// `pow(x, 0)` and `pow(1, y)` are 1, even for NaN; a negative `x` with an integer `y` gives ±|x|ʸ, with another
    /// `y` NaN. A constant integer `y` with |y| ≤ 8 is done by multiplications (error below 4 ulp); ½ by a square root.
    public mutating func pow(_ x: Value, _ y: Value) -> Value {
        if let exponent = constantValue(of: y) {
            if exponent == 0.5 { return principalRoot(x) }
            if exponent.magnitude <= 8, exponent == exponent.rounded() { return power(x, Int(exponent)) }
        }
        let magnitude = powerOfMagnitude(x, y)
        let isInteger = equal(floor(y), y)
        let half = multiply(y, constant(0.5))
        let isOdd = and(isInteger, notEqual(floor(half), half))
        let zero = constant(0)
        let one = constant(1)
        let size = absolute(x)

        var result = magnitude
        // Below zero: a sign for odd y, no real value for a fraction (but |−∞|ʸ is as good as any).
        let isNegative = less(x, zero)
        let isUndefined = and(not(isInteger), less(size, constant(.infinity)))
        let ofNegative = select(isUndefined, constant(.nan), select(isOdd, negate(magnitude), magnitude))
        result = select(isNegative, ofNegative, result)
        // The sign of a zero survives an odd power.
        let ofZero = select(less(zero, y), x, divide(one, x))
        result = select(and(isOdd, equal(size, zero)), ofZero, result)
        // Whatever y is, even infinite, 1ʸ = 1; (−1)^±∞ = 1.
        let isSureOne = or(equal(x, one), and(equal(x, constant(-1)), equal(absolute(y), constant(.infinity))))
        return select(or(isSureOne, equal(y, zero)), one, result)
    }

    /// xⁿ by repeated squaring; x⁻ⁿ = 1/xⁿ. The error grows with n, by about half an ulp for each unit.
    public mutating func power(_ x: Value, _ n: Int) -> Value {
        if n == 0 { return constant(1) }
        if n < 0 { return divide(constant(1), power(x, -n)) }
        if n == 1 { return x }
        let half = power(x, n / 2)
        let square = multiply(half, half)
        return n % 2 == 0 ? square : multiply(square, x)
    }

    /// |x|ʸ = exp(y ln|x|), the logarithm and the product in two parts.
    private mutating func powerOfMagnitude(_ x: Value, _ y: Value) -> Value {
        let logarithm = logarithmInTwoParts(x)
        let high = multiply(y, logarithm.high)
        let low = multiplyAdd(y, logarithm.low, multiplySubtract(y, logarithm.high, high))
        return exp(high, correction: low)
    }

    /// x^½ of C99, which differs from the square root at −0 and −∞.
    private mutating func principalRoot(_ x: Value) -> Value {
        let root = select(equal(x, constant(0)), constant(0), squareRoot(x))
        return select(equal(x, constant(-.infinity)), constant(.infinity), root)
    }
}
