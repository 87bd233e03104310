private import CKernels

/// Runs a kernel one instruction at a time: slow, simple, the oracle of the other forms.
struct Interpreter: Sendable {
    private let code: [pk_instruction]
    private let constants: [Double]
    private let lanes: Int

    init(_ kernel: Kernel, lanes: Int) {
        code = kernel.instructions.map {
            pk_instruction(operation: Int32($0.operation.rawValue), a: $0.a, b: $0.b, c: $0.c)
        }
        constants = kernel.constants
        self.lanes = lanes
    }

    func run(_ buffers: UnsafePointer<UnsafeMutablePointer<Double>>) {
        let scratch = pk_thread_scratch(code.count * lanes * MemoryLayout<Double>.stride)
        buffers.withMemoryRebound(to: UnsafeMutablePointer<Double>?.self, capacity: 1) { table in
            pk_interpret(code, code.count, constants, table, Int32(lanes), scratch)
        }
    }
}
