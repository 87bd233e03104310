extension MachineProgram {
    /// One kernel operation in machine steps. For a relation of the VEX form, `mask` becomes the comparison's mask.
    mutating func lowered(_ operation: Operation, _ x: [Int], mask: inout Int?) -> Int {
        switch operation {
        case .add: return plain(.add, x[0], x[1], commutes: true)
        case .subtract: return plain(.subtract, x[0], x[1])
        case .multiply: return plain(.multiply, x[0], x[1], commutes: true)
        case .divide: return plain(.divide, x[0], x[1])
        case .multiplyAdd, .negativeMultiplyAdd, .multiplySubtract:
            return append(.fused(operation), x[0], x[1], x[2])
        case .negate: return plain(.bitXor, x[0], constant(-0.0), commutes: true)
        case .absolute: return plain(.bitAnd, x[0], constant(bits: ~(1 << 63)), commutes: true)
        case .squareRoot: return plain(.squareRoot, x[0])
        case .minimum: return plain(.minimum, x[0], x[1])
        case .maximum: return plain(.maximum, x[0], x[1])
        case .round: return plain(.round(0), x[0])
        case .floor: return plain(.round(1), x[0])
        case .ceiling: return plain(.round(2), x[0])
        case .truncate: return plain(.round(3), x[0])
        case .exponent: return exponent(x[0])
        case .mantissa: return mantissa(x[0])
        case .scale: return scale(x[0], x[1])
        case .less: return relation(.less, x[0], x[1], &mask)
        case .lessOrEqual: return relation(.lessOrEqual, x[0], x[1], &mask)
        case .equal: return relation(.equal, x[0], x[1], &mask)
        case .notEqual: return relation(.notEqual, x[0], x[1], &mask)
        case .not: return relation(.equal, x[0], constant(0), &mask)
        case .and:
            if prefix == .evex { return append(.bothTrue, x[0], x[1]) }
            mask = plain(
                .bitAnd, comparison(.notEqual, x[0], constant(0)), comparison(.notEqual, x[1], constant(0)),
                commutes: true)
            return plain(.bitAnd, mask!, constant(1), commutes: true)
        case .or:
            // The bits of x or y are those of a zero (or a denormal, which counts as zero) only if both are.
            return relation(.notEqual, plain(.bitOr, x[0], x[1], commutes: true), constant(0), &mask)
        case .constant, .load, .store, .select:
            preconditionFailure("\(operation) isn't lowered here")
        default: return append(.call(operation), x[0])
        }
    }

    private mutating func comparison(_ predicate: Predicate, _ a: Int, _ b: Int) -> Int {
        var opcode = Opcode.compare
        opcode.immediate = predicate.rawValue
        return plain(opcode, a, b)
    }

    private mutating func relation(_ predicate: Predicate, _ a: Int, _ b: Int, _ mask: inout Int?) -> Int {
        if prefix == .evex { return append(.truth(predicate), a, b) }
        mask = comparison(predicate, a, b)
        return plain(.bitAnd, mask!, constant(1), commutes: true)
    }

    /// condition ≠ 0 ? x[1] : x[2], directly on the relation that the condition is.
    mutating func selection(condition: Kernel.Instruction, values: [Int], mask: Int?, _ x: [Int]) -> Int {
        if prefix == .vex {
            return append(.blend, mask ?? comparison(.notEqual, x[0], constant(0)), x[1], x[2])
        }
        let predicate: Predicate? =
            switch condition.operation {
            case .less: .less
            case .lessOrEqual: .lessOrEqual
            case .equal: .equal
            case .notEqual: .notEqual
            default: nil
            }
        if let predicate {
            return append(
                .compareSelect(predicate), values[Int(condition.a)], values[Int(condition.b)], x[1], x[2])
        }
        return append(.compareSelect(.notEqual), x[0], constant(0), x[1], x[2])
    }

    // MARK: Parts of a number; AVX2 puts them together from bits

    private mutating func blend(_ mask: Int, _ a: Int, _ b: Int) -> Int { append(.blend, mask, a, b) }
    private mutating func absolute(_ a: Int) -> Int {
        plain(.bitAnd, a, constant(bits: ~(1 << 63)), commutes: true)
    }

    /// 2⁵² + 1023: a double whose lowest bits hold a biased exponent when a small integer is added.
    private static var bias: Double { 0x1.00000000003ffp52 }

    private mutating func exponent(_ a: Int) -> Int {
        if prefix == .evex { return plain(.exponent, a) }
        let size = absolute(a)
        let field = append(.shift(isLeft: false, 52), size)
        let shifted = plain(.bitOr, field, constant(bits: 0x4330_0000_0000_0000), commutes: true)
        let exponent = plain(.subtract, shifted, constant(Self.bias))
        let finite = blend(comparison(.less, size, constant(.infinity)), exponent, size)
        return blend(comparison(.equal, size, constant(0)), constant(-.infinity), finite)
    }

    private mutating func mantissa(_ a: Int) -> Int {
        if prefix == .evex { return plain(.mantissa, a) }
        let fraction = plain(.bitAnd, a, constant(bits: 0x000f_ffff_ffff_ffff), commutes: true)
        let scaled = plain(.bitOr, fraction, constant(1), commutes: true)
        let ofZero = blend(comparison(.equal, a, constant(0)), constant(1), scaled)
        return blend(comparison(.unordered, a, a), a, ofZero)
    }

    /// With |a| = 2ᵉ m: ±m · 2^(e + ⌊b⌋), the power from its bits, where −1023 gives 0 and 1024 infinity.
    private mutating func scale(_ a: Int, _ b: Int) -> Int {
        if prefix == .evex { return plain(.scale, a, b) }
        let total = plain(.add, exponent(a), plain(.round(1), b), commutes: true)
        let low = plain(.maximum, total, constant(-1023))
        let bounded = plain(.minimum, low, constant(1024))
        let power = append(
            .shift(isLeft: true, 52), plain(.add, bounded, constant(Self.bias), commutes: true))
        let sign = plain(.bitAnd, a, constant(-0.0), commutes: true)
        let significand = plain(.bitOr, mantissa(a), sign, commutes: true)
        let product = plain(.multiply, significand, power, commutes: true)
        let ordered = blend(comparison(.unordered, total, total), total, product)
        // NaN · 2^±∞ is +∞ or +0, as the EVEX instruction has it.
        let isNaN = comparison(.unordered, a, a)
        let isUp = plain(.bitAnd, isNaN, comparison(.equal, b, constant(.infinity)), commutes: true)
        let isDown = plain(.bitAnd, isNaN, comparison(.equal, b, constant(-.infinity)), commutes: true)
        return blend(isDown, constant(0), blend(isUp, constant(.infinity), ordered))
    }
}
