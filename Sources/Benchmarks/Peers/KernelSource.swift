import Dynamics
import Kernels

/// Kernels as C for one patient: what a careful hand would write for a solver that takes one patient at a time.
///
/// The same program as ours (per-patient constants hoisted, common subexpressions shared, products fused into sums); the
/// parts of a double that exponentials and logarithms are made of are inline functions.
struct KernelSource {
    private var lines: [String] = []

    /// `model.h` for `cvode_peer.c`.
    static func header(for system: DynamicalSystem) -> String {
        var source = KernelSource()
        source.lines.append(prelude)
        // Column-compressed places of the Jacobian, and the kernel's slot of each.
        let order = system.jacobianPattern.indices.sorted {
            let (a, b) = (system.jacobianPattern[$0], system.jacobianPattern[$1])
            return (a.column, a.row) < (b.column, b.row)
        }
        var starts = [Int](repeating: 0, count: system.stateCount + 1)
        for entry in system.jacobianPattern { starts[entry.column + 1] += 1 }
        for column in 0..<system.stateCount { starts[column + 1] += starts[column] }
        func table(_ name: String, _ values: [Int]) -> String {
            "static const int \(name)[] = {\((values.isEmpty ? [0] : values).map(String.init).joined(separator: ","))};"
        }
        source.lines += [
            "enum { STATES = \(system.stateCount), INPUTS = \(system.inputs.count), PARAMETERS = \(system.parameterSlots), "
                + "ENTRIES = \(order.count), OBSERVABLES = \(system.observables.count) };",
            table("COLUMN_STARTS", starts), table("ROWS", order.map { system.jacobianPattern[$0].row }), table("SLOTS", order),
        ]
        source.function("model_derive", system.derive)
        source.function("model_initial", system.initialState)
        source.function("model_rates", system.rightHandSide)
        source.function("model_jacobian", system.jacobian, only: 4)
        source.function("model_observe", system.observe)
        return source.lines.joined(separator: "\n") + "\n"
    }

    /// - Parameter only: The one buffer whose stores are kept, and that the function takes as its last argument.
    private mutating func function(_ name: String, _ kernel: Kernel, only: Int32? = nil) {
        let kernel = only.map { buffer in kernel.keepingStores { $0 == buffer } } ?? kernel
        let stored = Set(kernel.instructions.filter { $0.operation == .store }.map(\.b))
        let arguments = kernel.buffers.indices.compactMap { index -> String? in
            let isInput = index < 3 || only == nil
            guard isInput || Int32(index) == only else { return nil }
            return (stored.contains(Int32(index)) ? "double *" : "const double *") + "__restrict b\(index)"
        }
        lines.append("static void \(name)(\(arguments.joined(separator: ", "))) {")
        for (index, instruction) in kernel.instructions.enumerated() {
            let (a, b, c) = ("v\(instruction.a)", "v\(instruction.b)", "v\(instruction.c)")
            let expression: String
            switch instruction.operation {
            case .constant: expression = Self.literal(kernel.constants[Int(instruction.a)])
            case .load: expression = "b\(instruction.a)[\(instruction.b)]"
            case .store:
                lines.append("  b\(instruction.b)[\(instruction.c)] = \(a);")
                continue
            case .add: expression = "\(a) + \(b)"
            case .subtract: expression = "\(a) - \(b)"
            case .multiply: expression = "\(a) * \(b)"
            case .divide: expression = "\(a) / \(b)"
            case .multiplyAdd: expression = "fma(\(a), \(b), \(c))"
            case .negativeMultiplyAdd: expression = "fma(-\(a), \(b), \(c))"
            case .multiplySubtract: expression = "fma(\(a), \(b), -\(c))"
            case .negate: expression = "-\(a)"
            case .absolute: expression = "fabs(\(a))"
            case .squareRoot: expression = "sqrt(\(a))"
            case .minimum: expression = "\(a) < \(b) ? \(a) : \(b)"
            case .maximum: expression = "\(a) > \(b) ? \(a) : \(b)"
            case .floor: expression = "floor(\(a))"
            case .ceiling: expression = "ceil(\(a))"
            case .truncate: expression = "trunc(\(a))"
            case .round: expression = "rint(\(a))"
            case .exponent: expression = "part_exponent(\(a))"
            case .mantissa: expression = "part_mantissa(\(a))"
            case .scale: expression = "part_scale(\(a), \(b))"
            case .less: expression = "\(a) < \(b)"
            case .lessOrEqual: expression = "\(a) <= \(b)"
            case .equal: expression = "\(a) == \(b)"
            case .notEqual: expression = "\(a) != \(b)"
            case .and: expression = "\(a) != 0 && \(b) != 0"
            case .or: expression = "\(a) != 0 || \(b) != 0"
            case .not: expression = "\(a) == 0"
            case .select: expression = "\(a) != 0 ? \(b) : \(c)"
            case .sine: expression = "sin(\(a))"
            case .cosine: expression = "cos(\(a))"
            case .tangent: expression = "tan(\(a))"
            case .arcsine: expression = "asin(\(a))"
            case .arccosine: expression = "acos(\(a))"
            case .arctangent: expression = "atan(\(a))"
            case .hyperbolicSine: expression = "sinh(\(a))"
            case .hyperbolicCosine: expression = "cosh(\(a))"
            case .hyperbolicTangent: expression = "tanh(\(a))"
            case .areaHyperbolicSine: expression = "asinh(\(a))"
            case .areaHyperbolicCosine: expression = "acosh(\(a))"
            case .areaHyperbolicTangent: expression = "atanh(\(a))"
            case .factorial: expression = "tgamma(\(a) + 1)"
            }
            lines.append("  const double v\(index) = \(expression);")
        }
        lines.append("}")
    }

    private static func literal(_ x: Double) -> String {
        if x.isNaN { return "NAN" }
        if x.isInfinite { return x < 0 ? "-INFINITY" : "INFINITY" }
        return "\(x)"
    }

    private static let prelude = """
        // Written by the benchmark.
        #include <math.h>
        #include <stdint.h>
        #include <string.h>
        static inline uint64_t part_bits(double x) { uint64_t u; memcpy(&u, &x, 8); return u; }
        static inline double part_double(uint64_t u) { double x; memcpy(&x, &u, 8); return x; }
        static inline double part_exponent(double x) {
            double a = fabs(x);
            if (a == 0) return -INFINITY;
            if (!(a < INFINITY)) return a;
            return (double)((int64_t)(part_bits(a) >> 52) - 1023);
        }
        static inline double part_mantissa(double x) {
            double a = fabs(x);
            if (a == 0 || a == INFINITY) return 1;
            return a != a ? a : part_double((part_bits(a) & 0x000fffffffffffffull) | 0x3ff0000000000000ull);
        }
        static inline double part_scale(double a, double b) {
            double k = floor(b);
            if (k >= -1022 && k <= 1023) return a * part_double((uint64_t)((int64_t)k + 1023) << 52);
            return scalbn(a, (int)fmax(-2200, fmin(2200, k)));
        }
        """
}
