private import CKernels
#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

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
    package private(set) var allows512 = true
    /// The lanes are fitted to each model; see `fitted(toInstructions:states:)`.
    private var fitsLanes = false

    private init(form: Form, lanes: Int, reason: String, fitsLanes: Bool = false) {
        self.form = form
        self.lanes = lanes
        self.reason = reason
        self.fitsLanes = fitsLanes
    }

    public var description: String { "\(form.rawValue), \(lanes) lanes (\(reason))" }

    /// The virtual machine, which runs anywhere; results don't depend on the number of lanes. Multiples of 32 serve best.
    public static func virtualMachine(lanes: Int = 32, reason: String = "asked for") -> Backend {
        precondition(lanes > 0, "a backend has at least one lane")
        return Backend(form: .virtualMachine, lanes: lanes, reason: reason)
    }

    /// The virtual machine's loops in AVX2 instructions at most, whatever the processor has; for comparisons.
    package var withoutAVX512: Backend {
        var result = self
        result.allows512 = false
        return result
    }

    /// AVX-512 instructions on four or eight lanes; results don't depend on which.
    static func avx512(lanes: Int) -> Backend {
        precondition(lanes == 4 || lanes == 8, "AVX-512 runs 4 or 8 lanes, not \(lanes)")
        return Backend(form: .avx512, lanes: lanes, reason: "asked for")
    }

    /// The fastest form of this machine, or the one that `PERFORIN_BACKEND` names.
    public static let best: Backend = {
        let wanted = getenv("PERFORIN_BACKEND").map { String(cString: $0) } ?? ""
        return choose(wanted: wanted.isEmpty ? nil : wanted)
    }()

    /// The same with the number of lanes that suits a model, where it is open.
    ///
    /// A processor that carries out vectors of eight in two halves (Zen 4) gains nothing from their arithmetic, and
    /// the data of four patients stay in the cache where those of eight don't: four lanes were measured a tenth faster on 98
    /// states. But code that is longer than the cache for instructions (32 KiB; about 8 bytes an instruction) is fetched anew in
    /// every step, for half as many patients: measured a third slower on 104 states of an assembled cancer. And in few
    /// states the driver dominates, which costs as much for four as for eight. The results are the same.
    package func fitted(toInstructions count: Int, states: Int) -> Backend {
        guard fitsLanes else { return self }
        var result = self
        result.fitsLanes = false
        guard states >= 24, count <= Self.cachedInstructions else { return result }
        return Backend(form: .avx512, lanes: 4, reason: reason)
    }

    private static let cachedInstructions = 8000

    /// The forms that this machine can run, fastest first.
    public static let available: [Backend] = {
        var forms: [Backend] = []
        if ExecutableMemory.isAllowed {
            if pk_has_avx512() != 0 {
                forms += [.avx512(lanes: 8), .avx512(lanes: 4)]
            }
            if pk_has_avx2() != 0 { forms.append(Backend(form: .avx2, lanes: 4, reason: "asked for")) }
        }
        return forms + [.virtualMachine()]
    }()

    static func choose(wanted: String?) -> Backend {
        if let wanted {
            if let found = available.first(where: { $0.form.rawValue == wanted }) {
                return Backend(form: found.form, lanes: found.lanes, reason: "PERFORIN_BACKEND")
            }
            let known = Form.allCases.map(\.rawValue).joined(separator: ", ")
            let problem = Form(rawValue: wanted) == nil ? "is none of \(known)" : "doesn't run on this machine"
            return .virtualMachine(reason: "PERFORIN_BACKEND=\(wanted) \(problem)")
        }
        guard ExecutableMemory.isAllowed else {
            return .virtualMachine(reason: "this system allows no executable memory")
        }
        let fastest = available[0]
        return fastest.form == .virtualMachine
            ? .virtualMachine(reason: "the processor has neither AVX-512 nor AVX2 with FMA")
            : Backend(
                form: fastest.form, lanes: fastest.lanes, reason: "the fastest here",
                fitsLanes: fastest.form == .avx512 && pk_halves_avx512() != 0)
    }

    /// Makes kernels runnable; the order is kept.
    ///
    /// The result says which form serves: the virtual machine where executable memory is refused after all.
    public func load(_ kernels: [Kernel]) throws(InvalidKernel) -> LoadedKernels {
        try load(kernels) { ExecutableMemory($0) }
    }

    func load(_ kernels: [Kernel], makeMemory: ([UInt8]) -> ExecutableMemory?) throws(InvalidKernel) -> LoadedKernels {
        for kernel in kernels { try kernel.validate() }
        guard form != .virtualMachine else {
            return LoadedKernels(backend: self, kernels: kernels.map { LoadedKernel($0, lanes: lanes, allows512: allows512) })
        }
        var image: [UInt8] = []
        var offsets: [Int] = []
        for kernel in kernels {
            while image.count % 64 != 0 { image.append(0xcc) }
            offsets.append(image.count)
            image += MachineEncoder.image(of: kernel.callsRareFunctions ? kernel.unrolled : kernel, prefix: form == .avx512 ? .evex : .vex, lanes: lanes)
        }
        guard let memory = makeMemory(image) else {
            // A limit reached meanwhile; the virtual machine gives the same results with as many lanes.
            let machine = Backend.virtualMachine(lanes: lanes, reason: "this system refused executable memory for \(image.count) bytes")
            return LoadedKernels(backend: machine, kernels: kernels.map { LoadedKernel($0, lanes: lanes) })
        }
        return LoadedKernels(
            backend: self,
            kernels: zip(kernels, offsets).map { LoadedKernel($0, lanes: lanes, memory: memory, offset: $1) })
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
