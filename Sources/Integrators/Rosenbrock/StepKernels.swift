import Dynamics
import Kernels

/// Slots of the control buffer: what differs from lane to lane besides state and parameters.
enum Control {
    static let time = 0
    static let stepSize = 1
    /// 1/h
    static let inverseStepSize = 2
    /// 1/(γh), the scalar of the matrix w M − J
    static let shift = 3
    /// Time at which the current stage is evaluated
    static let stageTime = 4
    /// Weighted RMS norm of the error estimate
    static let errorNorm = 5
    /// 0.9 ‖e‖^(−1/p), not clamped
    static let stepFactor = 6
    /// 1 where the step is accepted
    static let mask = 7
    /// Place of an interpolation within the step, 0…1
    static let theta = 8
    static let denseTime = 9
    /// 1 where a located trigger isn't what it was
    static let hasSwitched = 10
    /// The relative tolerance as the error norm takes it, and what the norm is multiplied with; see `Tightening`
    static let relativeTolerance = 11
    static let normFactor = 12
    static let count = 13
}

/// The loops of the Rosenbrock driver as kernels, so that the instruction set is chosen at run time for them too.
///
/// Vectors over states are laid out one after another: `u` holds the S stage solutions, slot s·n + i.
struct StepKernels {
    let system: DynamicalSystem
    let tableau: RosenbrockTableau
    let absoluteTolerances: [Double]
    /// States that are interpolated within a step.
    let denseStates: [Int]
    /// f depends on time, explicitly or through delays.
    let hasTimeDerivative: Bool

    private var n: Int { system.stateCount }
    /// All states are treated alike, so that a loop serves. It pays where the code of all stages doesn't fit the
    /// processor's cache for instructions (32 KiB).
    private var isUniform: Bool { n >= 8 && system.mass.allSatisfy { $0 == 1 } }
    private var interpolatesAll: Bool { n >= 8 && denseStates.count == n }

    /// u₁ += h d₁ ∂f/∂t, after f was written to u₁. Buffers: [control, timeDerivative, u].
    func firstStage() -> Kernel {
        var k = KernelBuilder(name: "firstStage", buffers: ["control", "timeDerivative", "u"])
        let hd = k.multiply(k.load(0, slot: Control.stepSize), k.constant(tableau.d[0]))
        for i in 0..<n {
            k.store(k.multiplyAdd(hd, k.load(1, slot: i), k.load(2, slot: i)), to: 2, slot: i)
        }
        return k.finish()
    }

    /// Argument and fixed part of the right-hand side of stage s, the latter still to be divided by h:
    /// ```
    /// Y = y + Σⱼ Aₛⱼ uⱼ,     uₛ ← M Σⱼ Cₛⱼ uⱼ + dₛ h² ∂f/∂t,     stage time = t + cₛ h
    /// ```
    /// Buffers: [control, y, timeDerivative, u, Y].
    func stage(_ s: Int) -> Kernel {
        var k = KernelBuilder(name: "stage\(s + 1)", buffers: ["control", "y", "timeDerivative", "u", "Y"])
        let h = k.load(0, slot: Control.stepSize)
        if hasTimeDerivative {
            k.store(k.multiplyAdd(h, k.constant(tableau.c[s]), k.load(0, slot: Control.time)), to: 0, slot: Control.stageTime)
        }
        let extends = tableau.extendsPreviousStage(s)
        let h2d = tableau.d[s] != 0 && hasTimeDerivative ? k.multiply(k.multiply(h, h), k.constant(tableau.d[s])) : nil
        for i in 0..<(isUniform ? 1 : n) {
            let u = (0..<s).map { k.load(3, slot: $0 * n + i) }
            if extends {
                k.store(k.add(k.load(4, slot: i), u[s - 1]), to: 4, slot: i)
            } else {
                var y = k.load(1, slot: i)
                for j in 0..<s where tableau.A[s][j] != 0 { y = k.multiplyAdd(k.constant(tableau.A[s][j]), u[j], y) }
                k.store(y, to: 4, slot: i)
            }
            var c: Kernel.Value?
            if system.mass[i] != 0 {
                var sum = k.multiply(k.constant(tableau.C[s][0]), u[0])
                for j in 1..<max(s, 1) where tableau.C[s][j] != 0 {
                    sum = k.multiplyAdd(k.constant(tableau.C[s][j]), u[j], sum)
                }
                c = k.multiply(sum, k.constant(system.mass[i]))
            }
            if let h2d {
                let ft = k.load(2, slot: i)
                c = c.map { k.multiplyAdd(h2d, ft, $0) } ?? k.multiply(h2d, ft)
            }
            k.store(c ?? k.constant(0), to: 3, slot: s * n + i)
        }
        return isUniform ? k.finish().repeated(n, strides: [0, 1, 1, 1, 1]) : k.finish()
    }

    /// The system's right-hand side with what the derivative buffer holds, divided by h, added to it:
    /// ```
    /// uₛ ← f(t, Y, p) + (1/h) uₛ
    /// ```
    /// Buffers: [time, state, parameters, derivative, inverseStepSize].
    func accumulatingRightHandSide() -> Kernel {
        let derivative: Int32 = 3
        let source = system.rightHandSide
        var result = source
        result.name = "accumulate." + source.name
        result.buffers.append("inverseStepSize")
        result.instructions = [.init(.load, 4, 0)]
        var renumbered: [Int32] = []
        renumbered.reserveCapacity(source.instructions.count)
        for instruction in source.instructions {
            var copy = instruction
            switch instruction.operation {
            case .constant, .load:
                break
            case .store:
                copy.a = renumbered[Int(instruction.a)]
                if instruction.b == derivative {
                    result.instructions.append(.init(.load, derivative, instruction.c))
                    let held = Int32(result.instructions.count - 1)
                    result.instructions.append(.init(.multiplyAdd, held, 0, copy.a))
                    copy.a = held + 1
                }
            default:
                if copy.a >= 0 { copy.a = renumbered[Int(copy.a)] }
                if copy.b >= 0 { copy.b = renumbered[Int(copy.b)] }
                if copy.c >= 0 { copy.c = renumbered[Int(copy.c)] }
            }
            renumbered.append(Int32(result.instructions.count))
            result.instructions.append(copy)
        }
        return result
    }

    /// New state, error norm and step factor:
    /// ```
    /// y₁ = Y_S + u_S,   ‖u_S‖ as in `Tolerances`,   factor = 0.9 ‖u_S‖^(−1/order)
    /// ```
    /// with the lane's own tightening of the tolerances (`Tightening`): the kernel computes ν‖e‖ with ρ in place of rtol.
    /// The squares are summed in four interleaved sums (fixed, so the result doesn't depend on the lane count).
    /// Buffers: [control, y, Y, u, y₁].
    func finish() -> Kernel {
        var k = KernelBuilder(name: "finish", buffers: ["control", "y", "Y", "u", "y1"])
        let last = (tableau.stageCount - 1) * n
        let rtol = k.load(0, slot: Control.relativeTolerance)
        let zero = k.constant(0)
        var squares: [Kernel.Value] = []
        // 0·y₁ is NaN when y₁ isn't finite, where the quotient may well be 0.
        var guards: [Kernel.Value] = []
        for i in 0..<n {
            let e = k.load(3, slot: last + i)
            let y1 = k.add(k.load(2, slot: i), e)
            k.store(y1, to: 4, slot: i)
            let size = k.maximum(k.absolute(k.load(1, slot: i)), k.absolute(y1))
            let scale = k.multiplyAdd(rtol, size, k.constant(absoluteTolerances[i]))
            let q = k.divide(e, scale)
            if i < 4 {
                squares.append(k.multiply(q, q))
                guards.append(k.multiply(y1, zero))
            } else {
                squares[i % 4] = k.multiplyAdd(q, q, squares[i % 4])
                guards[i % 4] = k.multiplyAdd(y1, zero, guards[i % 4])
            }
        }
        let terms = squares + guards
        let sum = terms.dropFirst().reduce(terms.first ?? zero) { k.add($0, $1) }
        let mean = k.multiply(sum, k.constant(1 / Double(max(n, 1))))
        let norm = k.multiply(k.squareRoot(mean), k.load(0, slot: Control.normFactor))
        k.store(norm, to: 0, slot: Control.errorNorm)
        let power = k.pow(k.maximum(norm, k.constant(1e-30)), k.constant(-1 / Double(tableau.order)))
        k.store(k.multiply(k.constant(0.9), power), to: 0, slot: Control.stepFactor)
        return k.finish()
    }

    /// y₁ ← y where the mask is 0, so that y₁ is the state to go on from in every lane. Buffers: [control, y, y₁].
    func keepRejected() -> Kernel {
        var k = KernelBuilder(name: "keepRejected", buffers: ["control", "y", "y1"])
        let mask = k.load(0, slot: Control.mask)
        for i in 0..<(n >= 8 ? 1 : n) { k.store(k.select(mask, k.load(2, slot: i), k.load(1, slot: i)), to: 2, slot: i) }
        return n >= 8 ? k.finish().repeated(n, strides: [0, 1, 1]) : k.finish()
    }

    /// Whether any located trigger differs from what it was at the last sample. Buffers: [triggers, truths, control].
    func detectSwitches(_ events: [LocatedEvent]) -> Kernel {
        var k = KernelBuilder(name: "detectSwitches", buffers: ["triggers", "truths", "control"])
        let zero = k.constant(0)
        var any = zero
        for (place, event) in events.enumerated() {
            let isTrue = k.less(zero, k.load(0, slot: event.trigger))
            any = k.or(any, k.notEqual(isTrue, k.load(1, slot: place)))
        }
        k.store(any, to: 2, slot: Control.hasSwitched)
        return k.finish()
    }

    /// Interpolation vectors kₘ = Σⱼ Hₘⱼ uⱼ of the dense states, slot m·D + k. Buffers: [u, K].
    func prepareInterpolation() -> Kernel {
        var k = KernelBuilder(name: "prepareInterpolation", buffers: ["u", "K"])
        for (place, i) in denseStates.prefix(interpolatesAll ? 1 : n).enumerated() {
            let u = (0..<tableau.stageCount).map { k.load(0, slot: $0 * n + i) }
            for (m, row) in tableau.H.enumerated() {
                var sum = k.multiply(k.constant(row[0]), u[0])
                for j in 1..<tableau.stageCount where row[j] != 0 {
                    sum = k.multiplyAdd(k.constant(row[j]), u[j], sum)
                }
                k.store(sum, to: 1, slot: m * denseStates.count + place)
            }
        }
        return interpolatesAll ? k.finish().repeated(n, strides: [1, 1]) : k.finish()
    }

    /// Dense states at t + θh, into their own slots of a state buffer:
    /// ```
    /// y(θ) = y + θ (y₁ − y + (1−θ)(k₁ + θ(k₂ + θ k₃)))
    /// ```
    /// In this form a state that doesn't move is interpolated exactly; at θ = 1 it is y₁ exactly. Buffers: [control, y, y₁, K, dense].
    func interpolate() -> Kernel {
        var k = KernelBuilder(name: "interpolate", buffers: ["control", "y", "y1", "K", "dense"])
        let theta = k.load(0, slot: Control.theta)
        let rest = k.subtract(k.constant(1), theta)
        let isAtEnd = k.equal(theta, k.constant(1))
        for (place, i) in denseStates.prefix(interpolatesAll ? 1 : n).enumerated() {
            var inner = k.load(3, slot: (tableau.H.count - 1) * denseStates.count + place)
            for m in (0..<(tableau.H.count - 1)).reversed() {
                inner = k.multiplyAdd(theta, inner, k.load(3, slot: m * denseStates.count + place))
            }
            let y = k.load(1, slot: i)
            let y1 = k.load(2, slot: i)
            let outer = k.multiplyAdd(rest, inner, k.subtract(y1, y))
            k.store(k.select(isAtEnd, y1, k.multiplyAdd(theta, outer, y)), to: 4, slot: i)
        }
        return interpolatesAll ? k.finish().repeated(n, strides: [0, 1, 1, 1, 1]) : k.finish()
    }
}

extension Kernel {
    /// Slots of a buffer that the kernel reads.
    func loadedSlots(ofBuffer buffer: Int) -> Set<Int> {
        var slots: Set<Int> = []
        for instruction in instructions where instruction.operation == .load && instruction.a == Int32(buffer) {
            slots.insert(Int(instruction.b))
        }
        return slots
    }

    /// For a kernel that only copies slots of one buffer to another: the source of each; else nil.
    func copiedSlots(from source: Int32, to target: Int32, count: Int) -> [Int]? {
        var slots = [Int](repeating: -1, count: count)
        for instruction in instructions {
            switch instruction.operation {
            case .load where instruction.a == source: continue
            case .store where instruction.b == target: slots[Int(instruction.c)] = Int(instructions[Int(instruction.a)].b)
            default: return nil
            }
        }
        return slots.contains(-1) ? nil : slots
    }
}
