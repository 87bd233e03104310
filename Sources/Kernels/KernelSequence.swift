private import CKernels

/// Kernels that run one after another, each on its own buffers.
///
/// Machine code runs as one list of calls: the floating-point mode is set once, where 25 short kernels of a step would
/// each set and restore it.
package final class KernelSequence {
    package typealias Table = UnsafePointer<UnsafeMutablePointer<Double>>
    private let kernels: [(kernel: LoadedKernel, table: Table)]
    private let calls: UnsafeMutableBufferPointer<pk_call>

    /// - Precondition: The tables outlive this.
    package init(_ kernels: [(kernel: LoadedKernel, table: Table)]) {
        self.kernels = kernels
        let functions = kernels.compactMap(\.kernel.machineCode)
        guard functions.count == kernels.count else {
            calls = UnsafeMutableBufferPointer(start: nil, count: 0)
            return
        }
        calls = .allocate(capacity: kernels.count)
        for (index, item) in kernels.enumerated() {
            let table = UnsafeRawPointer(item.table).assumingMemoryBound(to: UnsafeMutablePointer<Double>?.self)
            calls.initializeElement(at: index, to: pk_call(function: functions[index], buffers: table))
        }
    }

    deinit { calls.deallocate() }

    package func run() {
        if calls.count > 0 {
            pk_run_calls(calls.baseAddress, calls.count)
        } else {
            for item in kernels { item.kernel.run(item.table) }
        }
    }
}
