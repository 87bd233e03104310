import Quantities

extension DimensionCheck {
    /// The unit of an expression; findings are reported as they are met.
    mutating func unit(of math: Expression) -> Finding {
        depth += 1
        defer { depth -= 1 }
        // A formula nested this deeply is left unchecked rather than trusted to the stack.
        if depth > 1000 { return unknown() }
        switch math {
        case .number(let value, let id):
            if let id {
                if let unit = resolver.unit(id) { return .unit(unit) }
                fail("'\(id)' is no unit", math)
                return unknown()
            }
            return value == 0 || !isStrict || !value.isFinite ? .number : .unit(.dimensionless)
        case .avogadro: return .number
        case .time: return resolver.time.map(Finding.unit) ?? unknown()
        case .symbol(let id):
            if let bound = bindings[id] {
                if case .unknown = bound { isComplete = false }
                return bound
            }
            return units[id].map(Finding.unit) ?? unknown()
        case .rateOf(let id):
            guard let unit = units[id], let time = resolver.time else { return unknown() }
            return .unit(unit / time)
        case .delay(let value, let lag):
            if case .unit(let unit) = self.unit(of: lag), let time = resolver.time, unit != time {
                fail("the delay is in \(unit), time in \(time)", lag)
            }
            return self.unit(of: value)
        case .call(let name, let arguments): return call(name, arguments)
        case .apply(let op, let arguments): return apply(op, arguments, math)
        }
    }

    private mutating func unknown() -> Finding {
        isComplete = false
        return .unknown
    }

    private mutating func call(_ name: String, _ arguments: [Expression]) -> Finding {
        let values = arguments.map { unit(of: $0) }
        guard let function = functions[name], let body = function.body, function.arguments.count == values.count else { return unknown() }
        let saved = bindings
        defer { bindings = saved }
        bindings = Dictionary(zip(function.arguments, values)) { $1 }
        return unit(of: body)
    }

    private mutating func apply(_ op: Operator, _ arguments: [Expression], _ whole: Expression) -> Finding {
        switch op {
        case .times: return product(arguments)
        case .divide:
            guard arguments.count == 2 else { return unknown() }
            return quotient(unit(of: arguments[0]), unit(of: arguments[1]))
        case .plus, .minus, .min, .max, .rem: return same(arguments, whole, verb: verb(op))
        case .abs, .floor, .ceiling: return arguments.first.map { unit(of: $0) } ?? unknown()
        case .eq, .neq, .gt, .lt, .geq, .leq:
            _ = same(arguments, whole, verb: "compares")
            return .number
        case .and, .or, .xor, .not, .implies:
            for argument in arguments { _ = unit(of: argument) }
            return .number
        case .power:
            guard arguments.count == 2 else { return unknown() }
            return power(arguments[0], exponent: arguments[1], inverse: false, whole)
        case .root:
            guard let last = arguments.last else { return unknown() }
            return power(last, exponent: arguments.count == 2 ? arguments[0] : .number(2), inverse: true, whole)
        case .quotient:
            guard arguments.count == 2 else { return unknown() }
            return quotient(unit(of: arguments[0]), unit(of: arguments[1]))
        case .piecewise: return piecewise(arguments, whole)
        default:
            // exp, ln, log, factorial and the trigonometric functions take and give plain numbers.
            for argument in arguments {
                if case .unit(let unit) = unit(of: argument), unit != .dimensionless {
                    fail("the argument of '\(op.rawValue)' is in \(unit), not dimensionless", whole, remedy: "divide it by a reference value in \(unit)")
                }
            }
            return .unit(.dimensionless)
        }
    }

    private func verb(_ op: Operator) -> String {
        switch op {
        case .plus: "adds"
        case .minus: "subtracts"
        default: "takes '\(op.rawValue)' of"
        }
    }

    /// All of one unit: sums, comparisons, minima.
    private mutating func same(_ arguments: [Expression], _ whole: Expression, verb: String) -> Finding {
        var common: Unit?
        var isUnknown = false
        for argument in flattened(arguments, whole) {
            switch unit(of: argument) {
            case .number: continue
            case .unknown: isUnknown = true
            case .unit(let unit):
                if let common, unit != common {
                    fail("it \(verb) \(common) and \(unit)", whole, remedy: unit.hasSameDimension(as: common) ? remedy(unit, common) : nil)
                } else {
                    common = unit
                }
            }
        }
        if let common { return .unit(common) }
        return isUnknown ? .unknown : .number
    }

    /// The terms of a chain `((a + b) − c) + …`, so that long sums are not nested.
    private func flattened(_ arguments: [Expression], _ whole: Expression) -> [Expression] {
        guard case .apply(let op, _) = whole, op == .plus || op == .minus, arguments.count == 2 else { return arguments }
        var terms: [Expression] = []
        var current = whole
        while case .apply(let op, let pair) = current, op == .plus || op == .minus, pair.count == 2 {
            terms.append(pair[1])
            current = pair[0]
        }
        terms.append(current)
        return terms.reversed()
    }

    private mutating func product(_ arguments: [Expression]) -> Finding {
        var result = Finding.number
        for argument in arguments {
            switch (result, unit(of: argument)) {
            case (.unknown, _), (_, .unknown): result = .unknown
            case (let known, .number): result = known
            case (.number, let known): result = known
            case (.unit(let a), .unit(let b)): result = .unit(a * b)
            }
        }
        return result
    }

    private func quotient(_ a: Finding, _ b: Finding) -> Finding {
        switch (a, b) {
        case (.unknown, _), (_, .unknown): .unknown
        case (_, .number): a
        case (.number, .unit(let b)): .unit(b.raised(to: Rational(-1)))
        case (.unit(let a), .unit(let b)): .unit(a / b)
        }
    }

    private mutating func power(_ base: Expression, exponent: Expression, inverse: Bool, _ whole: Expression) -> Finding {
        if case .unit(let unit) = unit(of: exponent), unit != .dimensionless {
            fail("the exponent is in \(unit), not dimensionless", whole)
        }
        switch unit(of: base) {
        case .unit(let unit) where unit == .dimensionless: return .unit(.dimensionless)
        case .unit(let unit):
            guard let value = number(exponent), let power = Rational(inverse ? 1 / value : value),
                power.numerator.magnitude <= 1000
            else { return unknown() }
            return .unit(unit.raised(to: power))
        case .number: return .number
        case .unknown: return .unknown
        }
    }

    /// The value of an exponent made of numbers and constant parameters.
    private func number(_ math: Expression) -> Double? {
        switch math {
        case .number(let value, _): return value
        case .symbol(let id): return bindings[id] == nil ? constants[id] : nil
        case .apply(let op, let arguments):
            let values = arguments.compactMap(number)
            guard values.count == arguments.count, let first = values.first else { return nil }
            switch op {
            case .plus: return values.reduce(0, +)
            case .times: return values.reduce(1, *)
            case .minus: return values.count == 1 ? -first : first - values[1]
            case .divide: return first / values[1]
            default: return nil
            }
        default: return nil
        }
    }

    private mutating func piecewise(_ arguments: [Expression], _ whole: Expression) -> Finding {
        var values: [Expression] = []
        for (i, argument) in arguments.enumerated() {
            if i % 2 == 1 { _ = unit(of: argument) } else { values.append(argument) }
        }
        return same(values, whole, verb: "chooses between")
    }
}
