private import CKernels

/// A kernel that can be called.
///
/// Any number of threads may run one kernel at the same time on different buffers. Intermediate values live in a
/// scratch area that belongs to the thread and is made (or grown) at a thread's first call of a larger kernel; after
/// that a call allocates nothing.
public final class LoadedKernel: Sendable {
    public let name: String
    public let lanes: Int
    private let program: Interpreter

    init(_ kernel: Kernel, lanes: Int) {
        name = kernel.name
        self.lanes = lanes
        program = Interpreter(kernel, lanes: lanes)
    }

    /// Computes the kernel for all lanes.
    ///
    /// - Parameter buffers: One pointer per buffer of the kernel, in its order: 64-byte aligned, slot `s` of lane `l` at
    ///   `s * lanes + l`. Different buffers must not overlap.
    public func run(_ buffers: UnsafePointer<UnsafeMutablePointer<Double>>) {
        program.run(buffers)
    }
}

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
