/// Elementary functions of our own, so that results don't depend on the system's mathematics library.
///
/// Only +, −, ×, ÷ and square root are used, which IEEE 754 rounds the same way everywhere; no operation is fused.
/// Each is within 2 units in the last place of the true value (tests compare with 50-digit arithmetic), `pow`
/// within |y ln x| + 2 units.
package enum Elementary {
    static let ln2High = Double(bitPattern: 0x3FE6_2E42_FEE0_0000)
    static let ln2Low = Double(bitPattern: 0x3DEA_39EF_3579_3C76)
    static let log2e = 1.442_695_040_888_963_4

    /// e^x. Splits x = k ln 2 + r with |r| ≤ ln 2 / 2 and sums the Taylor series of e^r.
    package static func exp(_ x: Double) -> Double {
        if x.isNaN { return x }
        if x > 709.782_712_893_384 { return .infinity }
        if x < -745.133_219_101_941_2 { return 0 }
        let k = (x * log2e).rounded(.toNearestOrEven)
        let r = (x - k * ln2High) - k * ln2Low
        return scaled(1 + expm1Series(r), byPowerOfTwo: Int(k))
    }

    /// e^x − 1, without cancellation near 0.
    package static func expm1(_ x: Double) -> Double {
        if abs(x) < 0.35 { return expm1Series(x) }
        return exp(x) - 1
    }

    /// Σ_{n=1}^{14} rⁿ/n!, for |r| < 0.36: the first term left out is below 1e-19 relative.
    private static func expm1Series(_ r: Double) -> Double {
        var tail = 1.0 / 87_178_291_200
        for coefficient in inverseFactorials { tail = tail * r + coefficient }
        return r + r * r * tail
    }

    /// 1/13!, 1/12!, ..., 1/2!
    private static let inverseFactorials: [Double] = [
        1.0 / 6_227_020_800, 1.0 / 479_001_600, 1.0 / 39_916_800, 1.0 / 3_628_800, 1.0 / 362_880, 1.0 / 40_320,
        1.0 / 5_040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5,
    ]

    private static func scaled(_ x: Double, byPowerOfTwo k: Int) -> Double {
        func power(_ n: Int) -> Double { Double(bitPattern: UInt64(1023 + n) << 52) }
        if k > 1023 { return x * power(1023) * power(k - 1023) }
        if k < -1022 { return x * power(k + 60) * power(-60) }
        return x * power(k)
    }

    /// ln x. With x = 2^k m, f = m − 1 and s = f/(2 + f): ln m = f − (f²/2 − s (f²/2 + R(s²))).
    package static func log(_ x: Double) -> Double {
        if x.isNaN || x < 0 { return .nan }
        if x == 0 { return -.infinity }
        if x == .infinity { return x }
        var value = x
        var exponent = 0
        if value < 2.225_073_858_507_201_4e-308 {
            value *= 18_014_398_509_481_984  // 2^54
            exponent = -54
        }
        let bits = value.bitPattern
        exponent += Int(bits >> 52) - 1023
        var mantissa = Double(bitPattern: (bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000)
        if mantissa > 1.414_213_562_373_095_1 {
            mantissa *= 0.5
            exponent += 1
        }
        let k = Double(exponent)
        let f = mantissa - 1
        if f == 0 { return k * ln2High + k * ln2Low }
        let s = f / (2 + f)
        let z = s * s
        var r = 2.0 / 25
        for odd in stride(from: 23.0, through: 3.0, by: -2.0) { r = r * z + 2 / odd }
        r *= z
        let half = 0.5 * f * f
        return k * ln2High - ((half - (s * (half + r) + k * ln2Low)) - f)
    }

    /// ln(1 + x), without cancellation near 0: the rounding of 1 + x is corrected to first order.
    package static func log1p(_ x: Double) -> Double {
        let u = 1 + x
        if u == 1 { return x }
        if u == .infinity { return u }
        return log(u) + (x - (u - 1)) / u
    }

    /// x^y for x ≥ 0, as e^(y ln x).
    package static func pow(_ x: Double, _ y: Double) -> Double {
        if y == 0 { return 1 }
        if x == 0 { return y > 0 ? 0 : .infinity }
        return exp(y * log(x))
    }
}
