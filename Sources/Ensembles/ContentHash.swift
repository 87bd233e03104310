import Dynamics
public import Integrators
import Kernels
import Mathematics

/// A 128-bit name of some content, the same in every process: equal content has equal names, and different content
/// has different ones but for a chance of 2⁻⁶⁴ among billions. Not cryptographic.
public struct ContentHash: Hashable, Sendable, CustomStringConvertible {
    public private(set) var high: UInt64
    public private(set) var low: UInt64

    public init() {
        high = 0
        low = 0
    }

    public var description: String {
        let digits = [high, low].map { value in
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return digits.joined()
    }

    /// The hash so far keys a block cipher that encrypts the next word.
    public mutating func combine(_ word: UInt64) {
        let words = Philox.words(counter: (word, low, 2, 0), key: (high, low))
        high = words.0
        low = words.1
    }

    public mutating func combine(_ value: Double) { combine(value.bitPattern) }

    public mutating func combine(_ values: [Double]) {
        combine(UInt64(values.count))
        for value in values { combine(value) }
    }

    public mutating func combine(_ text: String) {
        combine(UInt64(text.utf8.count))
        var word: UInt64 = 0
        for (place, byte) in text.utf8.enumerated() {
            word = word << 8 | UInt64(byte)
            if place % 8 == 7 { combine(word) }
        }
        combine(word)
    }
}

extension ContentHash {
    /// Everything of an integrator that a result depends on.
    public init(of integrator: Integrator) {
        self.init()
        let system = integrator.system
        for names in [system.states, system.inputs, system.controls, system.observables] {
            combine(UInt64(names.count))
            for name in names { combine(name) }
        }
        combine(system.inputDefaults)
        combine(system.mass)
        combine(system.typicalMagnitudes)
        for kernel in [
            system.derive, system.initialState, system.rightHandSide, system.jacobian, system.factor, system.solve,
            system.observe, system.triggers, system.scheduledTimes, system.delays,
        ] + system.events.map(\.values) {
            combine(kernel)
        }
        for event in system.events {
            combine("\(event.trigger) \(event.initialTriggerValue) \(event.isPersistent) \(event.isTerminal)")
            combine("\(event.usesValuesFromTriggerTime) \(event.hasDelay) \(event.hasPriority) \(event.targets)")
        }
        combine("\(system.randomSlots)")
        combine(integrator.tableau.name)
        combine(integrator.backend.form.rawValue)
        combine(integrator.tolerances.relative)
        combine("\(integrator.tolerances.absolute)")
        combine(integrator.tolerances.maximumStep)
    }

    private mutating func combine(_ kernel: Kernel) {
        combine(kernel.name)
        combine(kernel.constants)
        combine(UInt64(kernel.instructions.count))
        for instruction in kernel.instructions {
            combine(UInt64(instruction.operation.rawValue) << 32 | UInt64(UInt32(bitPattern: instruction.a)))
            combine(UInt64(UInt32(bitPattern: instruction.b)) << 32 | UInt64(UInt32(bitPattern: instruction.c)))
        }
    }
}
