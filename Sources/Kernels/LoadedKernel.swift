private import CKernels

/// A kernel that can be called.
///
/// Any number of threads may run one kernel at the same time on different buffers. Intermediate values live in
/// registers and on the stack (machine code), or in a scratch area that belongs to the thread and is made (or grown)
/// at a thread's first call of a larger kernel (virtual machine); after that a call allocates nothing.
public final class LoadedKernel: Sendable {
    public let name: String
    public let lanes: Int
    private let program: Program

    private enum Program: Sendable {
        case machineCode(ExecutableMemory.Function, ExecutableMemory)
        case interpreted(Interpreter)
        case batched(BatchedProgram)
    }

    /// For the virtual machine: batched where the lanes allow it.
    init(_ kernel: Kernel, lanes: Int, allows512: Bool = true) {
        name = kernel.name
        self.lanes = lanes
        let kernel = kernel.unrolled
        program = BatchedProgram.serves(lanes: lanes)
            ? .batched(BatchedProgram(kernel, lanes: lanes, allows512: allows512)) : .interpreted(Interpreter(kernel, lanes: lanes))
    }

    /// Machine code at an offset of executable memory.
    init(_ kernel: Kernel, lanes: Int, memory: ExecutableMemory, offset: Int) {
        name = kernel.name
        self.lanes = lanes
        program = .machineCode(memory.function(at: offset), memory)
    }

    /// The machine code, where there is any.
    var machineCode: ExecutableMemory.Function? {
        if case .machineCode(let function, _) = program { function } else { nil }
    }

    /// Computes the kernel for all lanes.
    ///
    /// - Parameter buffers: One pointer per buffer of the kernel, in its order: 64-byte aligned, slot `s` of lane `l` at
    ///   `s * lanes + l`. Different buffers must not overlap.
    public func run(_ buffers: UnsafePointer<UnsafeMutablePointer<Double>>) {
        switch program {
        case .machineCode(let function, _):
            buffers.withMemoryRebound(to: UnsafeMutablePointer<Double>?.self, capacity: 1) { table in
                var call = pk_call(function: function, buffers: table)
                pk_run_calls(&call, 1)
            }
        case .interpreted(let interpreter): interpreter.run(buffers)
        case .batched(let batched): batched.run(buffers)
        }
    }
}
