extension KernelBuilder {
    public mutating func add(_ a: Value, _ b: Value) -> Value { apply(.add, a, b) }
    public mutating func subtract(_ a: Value, _ b: Value) -> Value { apply(.subtract, a, b) }
    public mutating func multiply(_ a: Value, _ b: Value) -> Value { apply(.multiply, a, b) }
    public mutating func divide(_ a: Value, _ b: Value) -> Value { apply(.divide, a, b) }
    /// a·b + c, rounded once
    public mutating func multiplyAdd(_ a: Value, _ b: Value, _ c: Value) -> Value { apply(.multiplyAdd, a, b, c) }
    /// c − a·b, rounded once
    public mutating func negativeMultiplyAdd(_ a: Value, _ b: Value, _ c: Value) -> Value {
        apply(.negativeMultiplyAdd, a, b, c)
    }
    /// a·b − c, rounded once
    public mutating func multiplySubtract(_ a: Value, _ b: Value, _ c: Value) -> Value {
        apply(.multiplySubtract, a, b, c)
    }
    public mutating func negate(_ a: Value) -> Value { apply(.negate, a) }
    public mutating func absolute(_ a: Value) -> Value { apply(.absolute, a) }
    public mutating func squareRoot(_ a: Value) -> Value { apply(.squareRoot, a) }
    /// a < b ? a : b; with a constant as `a` and a NaN as `b`, NaN results.
    public mutating func minimum(_ a: Value, _ b: Value) -> Value { apply(.minimum, a, b) }
    /// a > b ? a : b; with a constant as `a` and a NaN as `b`, NaN results.
    public mutating func maximum(_ a: Value, _ b: Value) -> Value { apply(.maximum, a, b) }
    public mutating func floor(_ a: Value) -> Value { apply(.floor, a) }
    public mutating func ceiling(_ a: Value) -> Value { apply(.ceiling, a) }
    public mutating func truncate(_ a: Value) -> Value { apply(.truncate, a) }
    /// To the nearest integer, ties to even.
    public mutating func round(_ a: Value) -> Value { apply(.round, a) }

    public mutating func less(_ a: Value, _ b: Value) -> Value { apply(.less, a, b) }
    public mutating func lessOrEqual(_ a: Value, _ b: Value) -> Value { apply(.lessOrEqual, a, b) }
    public mutating func greater(_ a: Value, _ b: Value) -> Value { apply(.less, b, a) }
    public mutating func greaterOrEqual(_ a: Value, _ b: Value) -> Value { apply(.lessOrEqual, b, a) }
    public mutating func equal(_ a: Value, _ b: Value) -> Value { apply(.equal, a, b) }
    public mutating func notEqual(_ a: Value, _ b: Value) -> Value { apply(.notEqual, a, b) }
    public mutating func and(_ a: Value, _ b: Value) -> Value { apply(.and, a, b) }
    public mutating func or(_ a: Value, _ b: Value) -> Value { apply(.or, a, b) }
    public mutating func not(_ a: Value) -> Value { apply(.not, a) }
    /// condition ≠ 0 ? a : b
    public mutating func select(_ condition: Value, _ a: Value, _ b: Value) -> Value { apply(.select, condition, a, b) }

    /// An existing or simpler value that equals the operation; see the rules at `KernelBuilder`.
    mutating func simplified(_ operation: Operation, _ a: Value, _ b: Value, _ c: Value) -> Value? {
        switch operation {
        case .add:
            if constantValue(of: a) == 0 { return b }
            if constantValue(of: b) == 0 { return a }
            if let x = negated(b) { return subtract(a, x) }
            if let x = negated(a) { return subtract(b, x) }
        case .subtract:
            if constantValue(of: b) == 0 { return a }
            if let x = negated(b) { return add(a, x) }
        case .multiply:
            if let x = constantValue(of: a) { return scaled(b, by: x) }
            if let x = constantValue(of: b) { return scaled(a, by: x) }
            if let x = negated(a), let y = negated(b) { return multiply(x, y) }
        case .divide:
            guard let divisor = constantValue(of: b) else { return nil }
            if divisor == 1 { return a }
            if divisor == -1 { return negate(a) }
            // Exact both ways, as long as neither number nor reciprocal is denormal.
            if divisor.isNormal, divisor.significand == 1, (1 / divisor).isNormal {
                return multiply(a, constant(1 / divisor))
            }
        case .multiplyAdd:
            if constantValue(of: c) == 0 { return multiply(a, b) }
            if let x = unit(a) { return x > 0 ? add(b, c) : subtract(c, b) }
            if let x = unit(b) { return x > 0 ? add(a, c) : subtract(c, a) }
            if let x = negated(a) { return negativeMultiplyAdd(x, b, c) }
            if let x = negated(b) { return negativeMultiplyAdd(a, x, c) }
            if let x = negated(c) { return multiplySubtract(a, b, x) }
        case .negativeMultiplyAdd:
            if let x = unit(a) { return x > 0 ? subtract(c, b) : add(b, c) }
            if let x = unit(b) { return x > 0 ? subtract(c, a) : add(a, c) }
            if let x = negated(a) { return multiplyAdd(x, b, c) }
            if let x = negated(b) { return multiplyAdd(a, x, c) }
        case .multiplySubtract:
            if constantValue(of: c) == 0 { return multiply(a, b) }
            if let x = unit(a), x > 0 { return subtract(b, c) }
            if let x = unit(b), x > 0 { return subtract(a, c) }
            if let x = negated(c) { return multiplyAdd(a, b, x) }
        case .negate:
            return negated(a)
        case .absolute:
            let inner = instruction(of: a)
            if inner.operation == .absolute || inner.operation.isTruthValue { return a }
            if inner.operation == .negate { return absolute(inner.a) }
        case .minimum, .maximum:
            if a == b { return a }
        case .floor, .ceiling, .truncate, .round:
            switch instruction(of: a).operation {
            case .floor, .ceiling, .truncate, .round: return a
            default: break
            }
        case .and:
            if constantValue(of: a) == 0 || constantValue(of: b) == 0 { return constant(0) }
            if constantValue(of: a) != nil { return truthValue(b) }
            if constantValue(of: b) != nil || a == b { return truthValue(a) }
        case .or:
            if let x = constantValue(of: a) { return x != 0 ? constant(1) : truthValue(b) }
            if let x = constantValue(of: b) { return x != 0 ? constant(1) : truthValue(a) }
            if a == b { return truthValue(a) }
        case .not:
            let inner = instruction(of: a)
            if inner.operation == .not { return truthValue(inner.a) }
            if inner.operation == .equal { return notEqual(inner.a, inner.b) }
            if inner.operation == .notEqual { return equal(inner.a, inner.b) }
        case .select:
            if let condition = constantValue(of: a) { return condition != 0 ? b : c }
            if b == c { return b }
            let inner = instruction(of: a)
            if inner.operation == .not { return select(inner.a, c, b) }
            if inner.operation.isTruthValue, constantValue(of: b) == 1, constantValue(of: c)?.bitPattern == 0 {
                return a
            }
        default: break
        }
        return nil
    }

    /// x where `value` is −x.
    private func negated(_ value: Value) -> Value? {
        let instruction = instruction(of: value)
        return instruction.operation == .negate ? instruction.a : nil
    }

    /// 1 or −1, if `value` is one of them.
    private func unit(_ value: Value) -> Double? {
        guard let x = constantValue(of: value), x == 1 || x == -1 else { return nil }
        return x
    }

    private mutating func scaled(_ value: Value, by factor: Double) -> Value? {
        if factor == 1 { return value }
        if factor == -1 { return negate(value) }
        if let x = negated(value) { return multiply(x, constant(-factor)) }
        return nil
    }

    /// 1 where `value` isn't 0.
    private mutating func truthValue(_ value: Value) -> Value {
        instruction(of: value).operation.isTruthValue ? value : notEqual(value, constant(0))
    }
}
