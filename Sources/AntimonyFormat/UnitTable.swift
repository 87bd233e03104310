private import Foundation
import ModelIR

/// All units of a model: definitions of every instance, merged where name and meaning agree, and units written
/// without a name of their own.
struct UnitTable {
    /// What an id stands for; base units stand for themselves.
    private(set) var definitions: [UnitDefinition] = []
    private var meanings: [String: String] = [:]
    private var ids: [String: String] = [:]
    private var idOfMeaning: [String: String] = [:]
    private let scopes: [Scope]
    private var open: Set<String> = []
    private var cache: [String: [UnitDefinition.Factor]] = [:]

    init(scopes: [Scope]) { self.scopes = scopes }

    // MARK: Factors

    /// A unit as a product of base units.
    mutating func factors(of formula: UnitFormula, in scope: Int) throws(Finding) -> [UnitDefinition.Factor] {
        switch formula {
        case .number(let value, let location):
            guard value > 1e-200, value < 1e200 else {
                throw Finding("a unit has a positive factor of sensible size", at: location)
            }
            return [Self.factor("dimensionless", multiplier: value)]
        case .name(let name, let location): return try factors(named: name, in: scope, at: location)
        case .product(let left, let right):
            return try Self.sensible(
                Self.product(try factors(of: left, in: scope), try factors(of: right, in: scope)), at: left.location)
        case .quotient(let left, let right):
            return try Self.sensible(
                Self.product(try factors(of: left, in: scope), Self.power(try factors(of: right, in: scope), -1)),
                at: left.location)
        case .power(let base, let exponent):
            return try Self.sensible(Self.power(try factors(of: base, in: scope), exponent), at: base.location)
        }
    }

    private static func sensible(
        _ factors: [UnitDefinition.Factor], at location: SourceLocation
    ) throws(Finding) -> [UnitDefinition.Factor] {
        let isSensible = factors.allSatisfy {
            abs($0.exponent) < 1e6 && $0.multiplier > 1e-250 && $0.multiplier < 1e250 && abs($0.scale) < 250
        }
        guard isSensible else { throw Finding("unit of no sensible size", at: location) }
        return factors
    }

    private mutating func factors(
        named name: String, in scope: Int, at location: SourceLocation
    ) throws(Finding) -> [UnitDefinition.Factor] {
        let name = UnitNames.normal(name)
        if let definition = scopes[scope].units[name], let formula = definition.formula {
            let key = "\(scope):\(name)"
            if let known = cache[key] { return known }
            guard open.insert(key).inserted else {
                throw Finding("unit '\(name)' is defined by itself", at: definition.location)
            }
            defer { open.remove(key) }
            if open.count > 100 { throw Finding("units are defined through more than 100 others", at: location) }
            let result = try factors(of: formula, in: scope)
            if result.count > 100 { throw Finding("unit '\(name)' has more than 100 factors", at: definition.location) }
            cache[key] = result
            return result
        }
        if UnitNames.base.contains(name) { return [Self.factor(name)] }
        if let value = UnitNames.defaults[name] {
            if scope != 0, scopes[0].units[name] != nil { return try factors(named: name, in: 0, at: location) }
            return [Self.factor(value.kind, exponent: value.exponent)]
        }
        let suggestion = suggestion(for: name, among: Array(UnitNames.base) + scopes[scope].unitOrder)
        throw Finding(
            "unit '\(name)' is not defined", at: location, kind: .units,
            remedy: suggestion ?? "define it in this model: 'unit \(name) = ...'")
    }

    private static func factor(
        _ kind: String, exponent: Double = 1, multiplier: Double = 1
    ) -> UnitDefinition.Factor {
        var result = UnitDefinition.Factor(kind: kind, exponent: exponent, multiplier: multiplier)
        normalise(&result)
        return result
    }

    /// Writes a multiplier that is a power of ten as a scale.
    private static func normalise(_ factor: inout UnitDefinition.Factor) {
        guard factor.multiplier != 1 else { return }
        for scale in -24...24 where scale != 0 && Double("1e\(scale)") == factor.multiplier {
            factor.scale += scale
            factor.multiplier = 1
            return
        }
    }

    private static func product(
        _ left: [UnitDefinition.Factor], _ right: [UnitDefinition.Factor]
    ) -> [UnitDefinition.Factor] {
        if left.count == 1, left[0].kind == "dimensionless" { return absorb(left[0], into: right) }
        if right.count == 1, right[0].kind == "dimensionless" { return absorb(right[0], into: left) }
        return left + right
    }

    /// Moves the factor of a pure number into the first unit: n·(m u)^e = (n^(1/e) m u)^e.
    private static func absorb(
        _ number: UnitDefinition.Factor, into factors: [UnitDefinition.Factor]
    ) -> [UnitDefinition.Factor] {
        var result = factors
        if result.isEmpty { return [number] }
        let value = power(10, number.scale) * number.multiplier
        if value == 1 { return result }
        let first = result[0]
        let root =
            first.exponent * number.exponent == 1
            ? value : pow(value, number.exponent / first.exponent)
        let scaled = power(10, first.scale) * first.multiplier * root
        result[0].scale = 0
        result[0].multiplier = scaled
        normalise(&result[0])
        return result
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        Double("1e\(exponent)") ?? pow(base, Double(exponent))
    }

    private static func power(_ factors: [UnitDefinition.Factor], _ exponent: Double) -> [UnitDefinition.Factor] {
        factors.map { factor in
            var factor = factor
            factor.exponent *= exponent
            return factor
        }
    }

    /// Joins factors of the same unit; those that cancel are left out.
    static func reduced(_ factors: [UnitDefinition.Factor]) -> [UnitDefinition.Factor] {
        var result: [UnitDefinition.Factor] = []
        for factor in factors {
            if let same = result.firstIndex(where: {
                $0.kind == factor.kind && $0.scale == factor.scale && $0.multiplier == factor.multiplier
            }) {
                result[same].exponent += factor.exponent
            } else {
                result.append(factor)
            }
        }
        result.removeAll { $0.exponent == 0 }
        return result.isEmpty
            ? [factor("dimensionless")] : result.filter { $0.exponent > 0 } + result.filter { $0.exponent < 0 }
    }

    /// Equal for units of equal meaning: base units with exponents, and the factor to twelve digits.
    private static func meaning(_ factors: [UnitDefinition.Factor]) -> String {
        var exponents: [String: Double] = [:]
        var logarithm = 0.0
        for factor in factors {
            exponents[factor.kind, default: 0] += factor.exponent
            logarithm += factor.exponent * (Double(factor.scale) + log10(factor.multiplier))
        }
        exponents["dimensionless"] = nil
        let bases = exponents.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { "\($0.key)^\($0.value)" }
        return bases.joined(separator: " ") + " \((logarithm * 1e11).rounded())"
    }

    // MARK: Ids

    /// Gives every definition its id, the top-level ones first.
    mutating func define(reporting diagnostics: inout DiagnosticList) {
        for (index, scope) in scopes.enumerated() {
            for name in scope.unitOrder where UnitNames.defaults[name] == nil {
                let content = scope.units[name]!
                guard let formula = content.formula else {
                    if !UnitNames.base.contains(name) {
                        diagnostics.error(
                            "unit '\(name)' is declared but not defined", at: content.location, kind: .units,
                            remedy: "write 'unit \(name) = ...'")
                    }
                    continue
                }
                do throws(Finding) {
                    let factors = try factors(of: formula, in: index)
                    let id = add(
                        factors, names: [name, instancePath(index) + name], name: content.name, at: content.location)
                    ids["\(index):\(name)"] = id
                } catch {
                    diagnostics.append(error.diagnostic)
                }
            }
        }
    }

    private func instancePath(_ scope: Int) -> String {
        guard let parent = scopes[scope].parent else { return "" }
        return instancePath(parent) + scopes[scope].name + "_"
    }

    /// The id of a unit given by its factors; a new definition takes the first name that is free.
    private mutating func add(
        _ factors: [UnitDefinition.Factor], names: [String], name: String? = nil, at location: SourceLocation?
    ) -> String {
        let meaning = Self.meaning(factors)
        var candidates = names
        var count = 1
        while true {
            if candidates.isEmpty {
                count += 1
                candidates = ["\(names.last!)_\(count)"]
            }
            let candidate = candidates.removeFirst()
            if UnitNames.base.contains(candidate) { continue }
            if let known = meanings[candidate] {
                if known == meaning { return candidate }
                continue
            }
            meanings[candidate] = meaning
            if idOfMeaning[meaning] == nil { idOfMeaning[meaning] = candidate }
            definitions.append(UnitDefinition(id: candidate, name: name, factors: factors, location: location))
            return candidate
        }
    }

    /// The id of a named unit.
    mutating func id(named name: String, in scope: Int, at location: SourceLocation) throws(Finding) -> String {
        let name = UnitNames.normal(name)
        if let id = ids["\(scope):\(name)"] { return id }
        if UnitNames.base.contains(name), scopes[scope].units[name]?.formula == nil { return name }
        let factors = try factors(named: name, in: scope, at: location)
        let id = id(of: factors, suggesting: name)
        ids["\(scope):\(name)"] = id
        return id
    }

    /// The id of any unit expression.
    mutating func id(of reference: UnitReference) throws(Finding) -> String {
        if case .name(let name, let location) = reference.formula {
            return try id(named: name, in: reference.scope, at: location)
        }
        let factors = try factors(of: reference.formula, in: reference.scope)
        return id(of: factors, suggesting: Self.suggestedName(reference.formula))
    }

    /// An existing unit of the same meaning, or a new one.
    mutating func id(of factors: [UnitDefinition.Factor], suggesting name: String) -> String {
        if factors.count == 1, factors[0].exponent == 1, factors[0].scale == 0, factors[0].multiplier == 1 {
            return factors[0].kind
        }
        if let known = idOfMeaning[Self.meaning(factors)] { return known }
        return add(factors, names: [name.prefix(60).description], at: nil)
    }

    private static func suggestedName(_ formula: UnitFormula) -> String {
        switch formula {
        case .number(let value, _):
            "_" + String("\(value)".map { $0.isLetter || $0.isNumber ? $0 : "_" })
        case .name(let name, _): UnitNames.normal(name)
        case .product(let left, let right): suggestedName(left) + "_" + suggestedName(right)
        case .quotient(.number(1, _), let right): "per_" + suggestedName(right)
        case .quotient(let left, let right): suggestedName(left) + "_per_" + suggestedName(right)
        case .power(let base, let exponent):
            suggestedName(base) + String("\(exponent)".map { $0.isNumber ? $0 : "_" })
        }
    }

    /// What the whole model counts in: the definition of `substance`, `volume`, ... in the top model or, where it has
    /// none, the one that all instances share.
    mutating func modelUnit(_ name: String) throws(Finding) -> String? {
        var found: (scope: Int, meaning: String)?
        for (index, scope) in scopes.enumerated() {
            guard let definition = scope.units[name], definition.formula != nil else { continue }
            let meaning = Self.meaning(try factors(named: name, in: index, at: definition.location))
            if let found, found.meaning != meaning {
                throw Finding(
                    "model '\(scope.module)' has another unit of \(name == "time_unit" ? "time" : name) than model '\(scopes[found.scope].module)'",
                    at: definition.location, kind: .unsupported, remedy: "write both in the same unit")
            }
            if found == nil { found = (index, meaning) }
        }
        guard let found else { return nil }
        return try id(named: name, in: found.scope, at: scopes[found.scope].units[name]!.location)
    }
}
