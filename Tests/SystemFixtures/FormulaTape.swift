import Dynamics
import Kernels

/// Formulas over a kernel's values that carry their derivatives along, so that test systems are written once as
/// ordinary Swift expressions and get an exact Jacobian.
package final class FormulaTape {
    var builder: KernelBuilder
    init(_ name: String, buffers: [String]) { builder = KernelBuilder(name: name, buffers: buffers) }
}

/// A value and its partial derivatives with respect to numbered variables.
package struct Formula {
    let tape: FormulaTape
    let value: Kernel.Value
    let partials: [Int: Kernel.Value]

    func unary(_ value: Kernel.Value, slope: @autoclosure () -> Kernel.Value) -> Formula {
        guard !partials.isEmpty else { return Formula(tape: tape, value: value, partials: [:]) }
        let slope = slope()
        return Formula(tape: tape, value: value, partials: partials.mapValues { tape.builder.multiply(slope, $0) })
    }

    func combined(
        _ other: Formula, value: Kernel.Value, _ slopeSelf: Kernel.Value?, _ slopeOther: Kernel.Value?
    ) -> Formula {
        var result: [Int: Kernel.Value] = [:]
        func add(_ partials: [Int: Kernel.Value], _ slope: Kernel.Value?) {
            for (variable, partial) in partials.sorted(by: { $0.key < $1.key }) {
                let term = slope.map { tape.builder.multiply($0, partial) } ?? partial
                result[variable] = result[variable].map { tape.builder.add($0, term) } ?? term
            }
        }
        add(partials, slopeSelf)
        add(other.partials, slopeOther)
        return Formula(tape: tape, value: value, partials: result)
    }

    func constant(_ x: Double) -> Formula {
        Formula(tape: tape, value: tape.builder.constant(x), partials: [:])
    }

    package static func + (a: Formula, b: Formula) -> Formula {
        a.combined(b, value: a.tape.builder.add(a.value, b.value), nil, nil)
    }
    package static func - (a: Formula, b: Formula) -> Formula {
        a.combined(
            b, value: a.tape.builder.subtract(a.value, b.value), nil, a.tape.builder.constant(-1))
    }
    package static prefix func - (a: Formula) -> Formula {
        a.unary(a.tape.builder.negate(a.value), slope: a.tape.builder.constant(-1))
    }
    package static func * (a: Formula, b: Formula) -> Formula {
        a.combined(b, value: a.tape.builder.multiply(a.value, b.value), b.value, a.value)
    }
    package static func / (a: Formula, b: Formula) -> Formula {
        let quotient = a.tape.builder.divide(a.value, b.value)
        let inverse = a.tape.builder.divide(a.tape.builder.constant(1), b.value)
        return a.combined(
            b, value: quotient, inverse, a.tape.builder.negate(a.tape.builder.multiply(quotient, inverse)))
    }
    package static func + (a: Formula, b: Double) -> Formula { a + a.constant(b) }
    package static func + (a: Double, b: Formula) -> Formula { b.constant(a) + b }
    package static func - (a: Formula, b: Double) -> Formula { a - a.constant(b) }
    package static func - (a: Double, b: Formula) -> Formula { b.constant(a) - b }
    package static func * (a: Double, b: Formula) -> Formula { b.constant(a) * b }
    package static func * (a: Formula, b: Double) -> Formula { a * a.constant(b) }
    package static func / (a: Formula, b: Double) -> Formula { a / a.constant(b) }
    package static func / (a: Double, b: Formula) -> Formula { b.constant(a) / b }
}

package func exp(_ a: Formula) -> Formula {
    let value = a.tape.builder.exp(a.value)
    return a.unary(value, slope: value)
}
package func log(_ a: Formula) -> Formula {
    a.unary(
        a.tape.builder.log(a.value), slope: a.tape.builder.divide(a.tape.builder.constant(1), a.value))
}
package func sin(_ a: Formula) -> Formula {
    a.unary(a.tape.builder.apply(.sine, a.value), slope: a.tape.builder.apply(.cosine, a.value))
}
package func cos(_ a: Formula) -> Formula {
    a.unary(
        a.tape.builder.apply(.cosine, a.value),
        slope: a.tape.builder.negate(a.tape.builder.apply(.sine, a.value)))
}
package func minimum(_ a: Formula, _ b: Formula) -> Formula {
    Formula(tape: a.tape, value: a.tape.builder.minimum(a.value, b.value), partials: [:])
}
package func maximum(_ a: Formula, _ b: Formula) -> Formula {
    Formula(tape: a.tape, value: a.tape.builder.maximum(a.value, b.value), partials: [:])
}
/// condition > 0 ? a : b
package func choose(_ condition: Formula, _ a: Formula, _ b: Formula) -> Formula {
    let builder = a.tape
    let test = builder.builder.greater(condition.value, builder.builder.constant(0))
    var partials: [Int: Kernel.Value] = [:]
    let zero = builder.builder.constant(0)
    for variable in Set(a.partials.keys).union(b.partials.keys).sorted() {
        partials[variable] = builder.builder.select(test, a.partials[variable] ?? zero, b.partials[variable] ?? zero)
    }
    return Formula(tape: builder, value: builder.builder.select(test, a.value, b.value), partials: partials)
}

package func survivors(of n: Formula, birth: Formula, death: Formula, lot: Formula) -> Formula {
    let value = n.tape.builder.survivors(of: n.value, birth: birth.value, death: death.value, lot: lot.value)
    return Formula(tape: n.tape, value: value, partials: [:])
}
package func waitingHazard(lot: Formula) -> Formula {
    Formula(tape: lot.tape, value: lot.tape.builder.waitingHazard(lot: lot.value), partials: [:])
}
