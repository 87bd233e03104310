/// The standard normal distribution.
package enum Normal {
    /// (2π)^(-1/2) e^(-x²/2)
    package static func density(_ x: Double) -> Double {
        0.398_942_280_401_432_7 * Elementary.exp(-0.5 * x * x)
    }

    /// Φ(x). Relative accuracy is kept in the lower tail.
    package static func cumulative(_ x: Double) -> Double {
        if x.isNaN { return x }
        let half = 0.5 * complementaryErrorFunction(abs(x) * 0.707_106_781_186_547_5)
        return x < 0 ? half : 1 - half
    }

    /// erfc(x) for x ≥ 0: Kummer's series of positive terms below 2, Laplace's continued fraction above.
    static func complementaryErrorFunction(_ x: Double) -> Double {
        if x > 27.3 { return 0 }
        if x < 2 {
            // erf x = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1))
            let square = 2 * x * x
            var term = x
            var sum = x
            var odd = 1.0
            while term > 1e-17 * sum {
                odd += 2
                term *= square / odd
                sum += term
            }
            return 1 - 1.128_379_167_095_512_6 * Elementary.exp(-x * x) * sum
        }
        // erfc x = e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3/2/(x + …)))), evaluated from the far end
        var fraction = x
        for k in stride(from: 70, through: 1, by: -1) { fraction = x + 0.5 * Double(k) / fraction }
        // e^(−x²) with x² split, since its rounding error would be magnified by x²
        let high = (x * 4096).rounded() / 4096
        let tail = (x - high) * (x + high)
        return Elementary.exp(-high * high) * Elementary.exp(-tail) * 0.564_189_583_547_756_3 / fraction
    }

    /// Φ⁻¹(p) for 0 < p < 1; ±∞ at the ends.
    ///
    /// Source: Wichura, *Algorithm AS 241*, Appl. Stat. 37 (1988) 477, PPND16 (about 1 part in 10¹⁶).
    package static func quantile(_ p: Double) -> Double {
        if p.isNaN || p < 0 || p > 1 { return .nan }
        let q = p - 0.5
        if abs(q) <= 0.425 {
            let r = 0.180625 - q * q
            return q * ratio(r, central)
        }
        let tail = q < 0 ? p : 1 - p
        if tail == 0 { return q < 0 ? -.infinity : .infinity }
        let r = (-Elementary.log(tail)).squareRoot()
        let x = r <= 5 ? ratio(r - 1.6, near) : ratio(r - 5, far)
        return q < 0 ? -x : x
    }

    private typealias Coefficients = (numerator: [Double], denominator: [Double])

    private static func ratio(_ r: Double, _ c: Coefficients) -> Double {
        var top = 0.0
        var bottom = 0.0
        for i in stride(from: 7, through: 0, by: -1) {
            top = top * r + c.numerator[i]
            bottom = bottom * r + c.denominator[i]
        }
        return top / bottom
    }

    private static let central: Coefficients = (
        [
            3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
            4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
        ],
        [
            1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
            3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
        ]
    )
    private static let near: Coefficients = (
        [
            1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
            1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
        ],
        [
            1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
            1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
        ]
    )
    private static let far: Coefficients = (
        [
            6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
            2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
        ],
        [
            1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
            7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
        ]
    )
}
