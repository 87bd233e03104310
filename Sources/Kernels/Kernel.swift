/// A straight-line program over doubles, in single-assignment form, that runs for all lanes at once.
///
/// One kernel computes one thing for `W` patients side by side: a right-hand side, a Jacobian, a factorisation.
/// Every back end (AVX-512, AVX2, virtual machine) performs exactly these operations in this order with one
/// rounding each, so that results agree bit for bit between forms.
///
/// Memory: a kernel sees numbered buffers of doubles; slot `s` of a buffer holds `W` consecutive doubles, one
/// per lane (`buffer[s * W + lane]`, 64-byte aligned). A buffer may be read and written by the same kernel;
/// loads see earlier stores of the same slot only if the builder emitted them later in program order.
public struct Kernel: Hashable, Sendable {
    /// Index of the instruction that produced a value.
    public typealias Value = Int32

    public struct Instruction: Hashable, Sendable {
        public var operation: Operation
        /// Operands; what they mean depends on the operation, unused ones are -1.
        public var a: Int32
        public var b: Int32
        public var c: Int32
        public init(_ operation: Operation, _ a: Int32 = -1, _ b: Int32 = -1, _ c: Int32 = -1) {
            self.operation = operation
            self.a = a
            self.b = b
            self.c = c
        }
    }

    public var name: String
    /// Names of the buffers, in the order in which they are passed to `run`.
    public var buffers: [String]
    public var constants: [Double]
    public var instructions: [Instruction]
    /// How many times the program runs: a loop over states is short code for a long vector.
    public var repeats = 1
    /// Slots by which each buffer moves on from one time to the next; empty: none.
    public var strides: [Int] = []

    public init(name: String, buffers: [String], constants: [Double] = [], instructions: [Instruction] = []) {
        self.name = name
        self.buffers = buffers
        self.constants = constants
        self.instructions = instructions
    }
}

/// One operation on lanes. Truth values are the doubles 1 and 0; any non-zero value counts as true.
public enum Operation: UInt8, Hashable, Sendable, CaseIterable {
    // Data movement
    /// constants[a], in every lane
    case constant
    /// buffer a, slot b
    case load
    /// value a to buffer b, slot c; produces no value
    case store

    // Arithmetic, one IEEE rounding each (to nearest, ties to even)
    case add, subtract, multiply, divide
    /// a·b + c
    case multiplyAdd
    /// c − a·b
    case negativeMultiplyAdd
    /// a·b − c
    case multiplySubtract
    case negate, absolute, squareRoot
    /// a < b ? a : b, exactly (so b when either is NaN)
    case minimum
    /// a > b ? a : b, exactly (so b when either is NaN)
    case maximum
    case floor, ceiling, truncate
    /// To the nearest integer, ties to even
    case round

    // Parts of a floating-point number, the bricks of exp, log and pow
    /// Unbiased exponent of |a| as a double; −∞ at 0, +∞ at ±∞, NaN at NaN (denormals count as 0)
    case exponent
    /// |a| scaled into [1, 2); 1 at 0 and at ±∞, NaN at NaN
    case mantissa
    /// a · 2^round-to-−∞(b), saturating to ±∞ or ±0 (denormal results are 0)
    case scale

    // Relations yield 1 or 0; every relation with NaN is 0 except notEqual, which is 1
    case less, lessOrEqual, equal, notEqual
    /// Logic on truth values, yields 1 or 0
    case and, or, not
    /// a ≠ 0 ? b : c  (NaN counts as true)
    case select

    // Rare functions, computed lane by lane by code shared between all back ends
    case sine, cosine, tangent, arcsine, arccosine, arctangent
    case hyperbolicSine, hyperbolicCosine, hyperbolicTangent
    case areaHyperbolicSine, areaHyperbolicCosine, areaHyperbolicTangent
    /// Γ(a + 1)
    case factorial
}
