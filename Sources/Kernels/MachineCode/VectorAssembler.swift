/// Writes vector instructions for x86-64 as bytes: EVEX forms (AVX-512, 32 registers, masks, broadcast constants) or
/// VEX forms (AVX2 with FMA, 16 registers).
///
/// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, sections 2.3 (VEX) and 2.7 (EVEX).
struct VectorAssembler {
    enum Prefix { case vex, evex }

    /// Opcode of an instruction on packed doubles with the mandatory prefix 66.
    struct Opcode: Hashable {
        enum Map: UInt8 { case x0F = 1, x0F38 = 2, x0F3A = 3 }
        var map: Map
        var byte: UInt8
        var immediate: UInt8?
        /// W bit of the VEX form; EVEX forms on doubles always set it.
        var vexWide = false
    }

    /// The last operand: a register, or memory.
    enum Source: Hashable {
        case register(Int)
        /// [general register + displacement], a whole vector
        case memory(base: GeneralRegister, displacement: Int)
        /// An entry of the constant pool
        case constant(Int)
    }

    enum GeneralRegister: UInt8 {
        case rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
    }

    let prefix: Prefix
    /// 64 or 32
    let vectorBytes: Int
    private(set) var code: [UInt8] = []
    /// Numbers of the pool; in the EVEX form one double each (broadcast), else a whole vector each.
    private(set) var pool: [UInt64] = []
    private var poolIndex: [UInt64: Int] = [:]
    private var poolReferences: [(position: Int, end: Int, entry: Int)] = []

    init(prefix: Prefix, vectorBytes: Int) {
        self.prefix = prefix
        self.vectorBytes = vectorBytes
    }

    var registerCount: Int { prefix == .evex ? 32 : 16 }

    // MARK: Constants

    mutating func poolEntry(_ bits: UInt64) -> Int {
        if let found = poolIndex[bits] { return found }
        poolIndex[bits] = pool.count
        pool.append(bits)
        return pool.count - 1
    }

    /// Code and pool as one image; the pool starts at a multiple of 64 bytes.
    func image() -> [UInt8] {
        var image = code
        while image.count % 64 != 0 { image.append(0xcc) }
        let start = image.count
        let copies = prefix == .evex ? 1 : vectorBytes / 8
        for bits in pool {
            for _ in 0..<copies { withUnsafeBytes(of: bits.littleEndian) { image.append(contentsOf: $0) } }
        }
        for reference in poolReferences {
            let distance = Int32(start + reference.entry * copies * 8 - reference.end)
            withUnsafeBytes(of: distance.littleEndian) { bytes in
                for (index, byte) in bytes.enumerated() { image[reference.position + index] = byte }
            }
        }
        return image
    }

    // MARK: Vector instructions

    /// `opcode reg, second, source`; `second` is nil for instructions of two operands.
    ///
    /// - Parameters:
    ///   - mask: EVEX only: 1–7, a mask register; 0: none.
    ///   - zeroing: EVEX only: lanes that the mask leaves out become 0.
    mutating func emit(
        _ opcode: Opcode, _ register: Int, _ second: Int?, _ source: Source, mask: Int = 0, zeroing: Bool = false,
        isScalarLoad: Bool = false, trailing: UInt8? = nil
    ) {
        let immediate = trailing ?? opcode.immediate
        let vvvv = second ?? 0
        var rmLow = 0
        var rmHigh = 0
        var isBroadcast = false
        switch source {
        case .register(let number): (rmLow, rmHigh) = (number & 8, number & 16)
        case .memory(let base, _): rmLow = Int(base.rawValue) & 8
        case .constant: isBroadcast = !isScalarLoad
        }
        switch prefix {
        case .evex:
            let r: UInt8 = register & 8 == 0 ? 0x80 : 0
            let x: UInt8 = rmHigh == 0 ? 0x40 : 0
            let b: UInt8 = rmLow == 0 ? 0x20 : 0
            let rr: UInt8 = register & 16 == 0 ? 0x10 : 0
            let length: UInt8 = vectorBytes == 64 ? 0x40 : 0x20
            append(
                0x62, r | x | b | rr | opcode.map.rawValue, 0x80 | UInt8(~vvvv & 15) << 3 | 0x04 | 0x01,
                (zeroing ? 0x80 : 0) | length | (isBroadcast ? 0x10 : 0) | (vvvv & 16 == 0 ? 0x08 : 0) | UInt8(mask))
        case .vex:
            let r: UInt8 = register & 8 == 0 ? 0x80 : 0
            let b: UInt8 = rmLow == 0 ? 0x20 : 0
            let rest: UInt8 = UInt8(~vvvv & 15) << 3 | 0x04 | 0x01
            if opcode.map == .x0F && b != 0 && !opcode.vexWide {
                append(0xc5, r | rest)
            } else {
                append(0xc4, r | 0x40 | b | opcode.map.rawValue, (opcode.vexWide ? 0x80 : 0) | rest)
            }
        }
        append(opcode.byte)
        appendOperand(
            register & 7, source, scale: prefix == .vex ? 1 : isScalarLoad ? 8 : vectorBytes,
            immediateBytes: immediate == nil ? 0 : 1)
        if let immediate { append(immediate) }
    }

    private mutating func appendOperand(_ register: Int, _ source: Source, scale: Int, immediateBytes: Int) {
        let reg = UInt8(register) << 3
        switch source {
        case .register(let number):
            append(0xc0 | reg | UInt8(number & 7))
        case .memory(let base, let displacement):
            appendMemory(reg, base, displacement, scale: scale)
        case .constant(let entry):
            append(reg | 0x05)
            poolReferences.append((code.count, code.count + 4 + immediateBytes, entry))
            append(0, 0, 0, 0)
        }
    }

    private mutating func appendMemory(_ reg: UInt8, _ base: GeneralRegister, _ displacement: Int, scale: Int) {
        let low = base.rawValue & 7
        let isShort = displacement % scale == 0 && (-128...127).contains(displacement / scale)
        let mode: UInt8 = displacement == 0 && low != 5 ? 0 : isShort ? 0x40 : 0x80
        append(mode | reg | low)
        if low == 4 { append(0x24) }
        if mode == 0x40 {
            append(UInt8(bitPattern: Int8(displacement / scale)))
        } else if mode == 0x80 {
            append32(Int32(displacement))
        }
    }

    // MARK: General instructions

    mutating func append(_ bytes: UInt8...) { code.append(contentsOf: bytes) }

    mutating func append32(_ value: Int32) {
        withUnsafeBytes(of: value.littleEndian) { code.append(contentsOf: $0) }
    }

    /// A 64-bit instruction `opcode register, [base + displacement]`, e.g. 8B (load), 89 (store), 8D (address), 03 (add).
    mutating func emit(
        _ opcode: UInt8, _ register: GeneralRegister, at base: GeneralRegister, _ displacement: Int
    ) {
        append(0x48 | (register.rawValue & 8) >> 1 | (base.rawValue & 8) >> 3, opcode)
        appendMemory((register.rawValue & 7) << 3, base, displacement, scale: 1)
    }

    mutating func patch(_ value: Int32, at position: Int) {
        withUnsafeBytes(of: value.littleEndian) { bytes in
            for (index, byte) in bytes.enumerated() { code[position + index] = byte }
        }
    }

    mutating func move(_ register: GeneralRegister, _ value: UInt64) {
        append(0x48 | (register.rawValue & 8) >> 3, 0xb8 | (register.rawValue & 7))
        withUnsafeBytes(of: value.littleEndian) { code.append(contentsOf: $0) }
    }

    mutating func add(_ register: GeneralRegister, _ value: Int32) {
        append(0x48 | (register.rawValue & 8) >> 3, 0x81, 0xc0 | (register.rawValue & 7))
        append32(value)
    }

    mutating func push(_ register: GeneralRegister) {
        if register.rawValue >= 8 { append(0x41) }
        append(0x50 | (register.rawValue & 7))
    }

    mutating func pop(_ register: GeneralRegister) {
        if register.rawValue >= 8 { append(0x41) }
        append(0x58 | (register.rawValue & 7))
    }

    mutating func zeroUpper() { append(0xc5, 0xf8, 0x77) }
}

extension VectorAssembler.Opcode {
    static func packed(_ byte: UInt8) -> Self { Self(map: .x0F, byte: byte) }

    static let add = packed(0x58)
    static let multiply = packed(0x59)
    static let subtract = packed(0x5c)
    static let minimum = packed(0x5d)
    static let divide = packed(0x5e)
    static let maximum = packed(0x5f)
    static let squareRoot = packed(0x51)
    static let bitAnd = packed(0x54)
    /// ~first & second
    static let bitAndNot = packed(0x55)
    static let bitOr = packed(0x56)
    static let bitXor = packed(0x57)
    static let loadAligned = packed(0x28)
    static let storeAligned = packed(0x29)
    static let broadcast = Self(map: .x0F38, byte: 0x19)
    static let shift = packed(0x73)
    static let compare = packed(0xc2)
    /// VEX: vblendvpd (the mask register goes into the trailing byte)
    static let blendVariable = Self(map: .x0F3A, byte: 0x4b)
    /// EVEX: vblendmpd
    static let blendMasked = Self(map: .x0F38, byte: 0x65)
    /// Rounds to an integer: 0 nearest, 1 down, 2 up, 3 towards zero; without raising "inexact".
    static func round(_ mode: UInt8) -> Self { Self(map: .x0F3A, byte: 0x09, immediate: 8 | mode) }
    // EVEX only
    static let exponent = Self(map: .x0F38, byte: 0x42)
    /// In [1, 2), of the absolute value
    static let mantissa = Self(map: .x0F3A, byte: 0x26, immediate: 4)
    static let scale = Self(map: .x0F38, byte: 0x2c)

    /// The three orders of a fused operation; `form` is 132, 213 or 231.
    static func fused(_ operation: Operation, form: Int) -> Self {
        let base: UInt8 = form == 132 ? 0x98 : form == 213 ? 0xa8 : 0xb8
        let kind: UInt8 = operation == .multiplyAdd ? 0 : operation == .multiplySubtract ? 2 : 4
        return Self(map: .x0F38, byte: base + kind, vexWide: true)
    }
}
