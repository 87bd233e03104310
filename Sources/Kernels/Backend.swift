/// One way of running kernels on this machine.
///
/// `Backend.best` is what to use; the environment variable `PERFORIN_BACKEND` (`avx512`, `avx2`, `vm`) forces a form.
/// What was chosen, and why, is the backend's `description`.
public struct Backend: Sendable, Hashable, CustomStringConvertible {
    /// Instruction form; manifests record its raw value.
    public enum Form: String, Sendable, CaseIterable {
        case avx512, avx2
        case virtualMachine = "vm"
    }

    public let form: Form
    /// Patients side by side.
    public let lanes: Int
    /// Why this form was chosen, for reports.
    public let reason: String

    public var description: String { "\(form.rawValue), \(lanes) lanes (\(reason))" }

    /// The virtual machine, which runs anywhere; results don't depend on the number of lanes.
    public static func virtualMachine(lanes: Int = 8, reason: String = "asked for") -> Backend {
        precondition(lanes > 0, "a backend has at least one lane")
        return Backend(form: .virtualMachine, lanes: lanes, reason: reason)
    }

    /// The fastest form of this machine, or the one that `PERFORIN_BACKEND` names.
    public static let best: Backend = .virtualMachine(reason: "the only form so far")

    /// Makes kernels runnable; the order is kept.
    public func load(_ kernels: [Kernel]) throws(InvalidKernel) -> LoadedKernels {
        for kernel in kernels { try kernel.validate() }
        return LoadedKernels(backend: self, kernels: kernels.map { LoadedKernel($0, lanes: lanes) })
    }
}

/// Kernels ready to run, in the order in which they were given to `Backend.load`.
public struct LoadedKernels: Sendable, RandomAccessCollection {
    public let backend: Backend
    private let kernels: [LoadedKernel]

    init(backend: Backend, kernels: [LoadedKernel]) {
        self.backend = backend
        self.kernels = kernels
    }

    public var lanes: Int { backend.lanes }
    public var startIndex: Int { 0 }
    public var endIndex: Int { kernels.count }
    public subscript(index: Int) -> LoadedKernel { kernels[index] }
}
