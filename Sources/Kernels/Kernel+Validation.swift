/// A kernel that can't be loaded, with the reason.
public struct InvalidKernel: Error, CustomStringConvertible {
    public var kernel: String
    public var reason: String
    public var description: String { "kernel '\(kernel)': \(reason)" }
}

extension Kernel {
    /// Buffers of one kernel: machine code keeps the start of each in a register.
    public static let bufferLimit = 8

    /// Checks that operands are computed earlier, and that constants and buffers exist.
    public func validate() throws(InvalidKernel) {
        guard buffers.count <= Self.bufferLimit else {
            throw InvalidKernel(kernel: name, reason: "\(buffers.count) buffers; at most \(Self.bufferLimit) can be passed")
        }
        guard repeats >= 1, repeats == 1 || strides.count == buffers.count else {
            throw InvalidKernel(kernel: name, reason: "\(repeats) repetitions with \(strides.count) strides for \(buffers.count) buffers")
        }
        for (index, instruction) in instructions.enumerated() {
            func fail(_ reason: String) -> InvalidKernel {
                InvalidKernel(kernel: name, reason: "instruction \(index) (\(instruction.operation)): \(reason)")
            }
            func checkValue(_ value: Int32) throws(InvalidKernel) {
                guard value >= 0, value < index else { throw fail("value \(value) isn't computed earlier") }
                guard instructions[Int(value)].operation != .store else { throw fail("a store has no value") }
            }
            func checkSlot(_ buffer: Int32, _ slot: Int32) throws(InvalidKernel) {
                guard buffers.indices.contains(Int(buffer)) else { throw fail("there is no buffer \(buffer)") }
                guard slot >= 0 else { throw fail("slot \(slot) is negative") }
            }
            switch instruction.operation {
            case .constant:
                guard constants.indices.contains(Int(instruction.a)) else {
                    throw fail("there is no constant \(instruction.a)")
                }
            case .load:
                try checkSlot(instruction.a, instruction.b)
            case .store:
                try checkValue(instruction.a)
                try checkSlot(instruction.b, instruction.c)
            default:
                let count = instruction.operation.operandCount
                try checkValue(instruction.a)
                if count > 1 { try checkValue(instruction.b) }
                if count > 2 { try checkValue(instruction.c) }
            }
        }
    }
}
