private import CKernels

/// Gives registers to the values of a machine program and writes its bytes: one pass in program order.
///
/// A value that is needed and in no register is read from its place in memory or the constant pool, directly by the
/// instruction where that is possible. When registers run out, the value whose next use is furthest away leaves; it is
/// written to the stack only if it can't be read back from elsewhere.
///
/// Source: Belady's rule applied to straight-line code, as in Guo, Garzarán & Padua 2003, "The power of Belady's
/// algorithm in register allocation for long basic blocks", LCPC, doi:10.1007/978-3-540-24644-2_24.
struct MachineEncoder {
    private let program: MachineProgram
    private var assembler: VectorAssembler
    private let vectorBytes: Int

    /// Places of use of each value, ascending; `nextUse` points behind those that are done.
    private var uses: [[Int]]
    private var nextUse: [Int]
    private var registerOf: [Int]
    private var valueIn: [Int]
    /// Stack slot of each value, or −1.
    private var slotOf: [Int]
    private var freeSlots: [Int] = []
    private var slotCount = 0
    /// Memory values whose place has been written over.
    private var isOverwritten: [Bool]
    /// Where a computed value was stored, as a store's place is written once: it can be read back from there.
    private var storedAt: [MachineProgram.Place?]
    private var memoryValues: [MachineProgram.Place: Int] = [:]
    private var pinned: Set<Int> = []
    /// Values that a loop keeps in registers throughout.
    private var isHeld: [Bool]
    private let calls: Bool

    /// Stack below the slots: table of buffers, while a rare function is called.
    private static let header = 64
    /// Registers for buffer pointers; the table itself arrives in rdi.
    private static let bases: [VectorAssembler.GeneralRegister] = [.rax, .rcx, .rdx, .rsi, .r8, .r9, .r10, .r11]
    static var bufferLimit: Int { bases.count }

    /// Machine code and constants of a kernel, to be called with the table of buffers.
    static func image(of kernel: Kernel, prefix: VectorAssembler.Prefix, lanes: Int) -> [UInt8] {
        var encoder = MachineEncoder(kernel, prefix: prefix, lanes: lanes)
        encoder.encode(kernel)
        return encoder.assembler.image()
    }

    private init(_ kernel: Kernel, prefix: VectorAssembler.Prefix, lanes: Int) {
        program = MachineProgram(kernel, prefix: prefix)
        vectorBytes = lanes * MemoryLayout<Double>.stride
        assembler = VectorAssembler(prefix: prefix, vectorBytes: vectorBytes)
        uses = Array(repeating: [], count: program.origins.count)
        for (index, instruction) in program.instructions.enumerated() {
            for operand in instruction.operands where uses[operand].last != index { uses[operand].append(index) }
        }
        nextUse = Array(repeating: 0, count: program.origins.count)
        registerOf = Array(repeating: -1, count: program.origins.count)
        valueIn = Array(repeating: -1, count: assembler.registerCount)
        slotOf = Array(repeating: -1, count: program.origins.count)
        isOverwritten = Array(repeating: false, count: program.origins.count)
        storedAt = Array(repeating: nil, count: program.origins.count)
        isHeld = Array(repeating: false, count: program.origins.count)
        for (value, origin) in program.origins.enumerated() {
            if case .memory(let place) = origin { memoryValues[place] = value }
        }
        calls = program.instructions.contains { if case .call = $0.step { true } else { false } }
    }

    // MARK: Frame

    private mutating func encode(_ kernel: Kernel) {
        let bufferCount = kernel.buffers.count
        precondition(bufferCount <= Self.bufferLimit, "a kernel of \(bufferCount) buffers")
        // push rbp; mov rbp, rsp; and rsp, −64; lea rax, [rsp − frame] (filled in below)
        assembler.push(.rbp)
        assembler.append(0x48, 0x89, 0xe5, 0x48, 0x83, 0xe4, 0xc0, 0x48, 0x8d, 0x84, 0x24)
        let framePosition = assembler.code.count
        assembler.append32(0)
        // Touch the new frame page by page, so that an overflow meets the guard page and doesn't jump over it:
        // again: sub rsp, 4096; test [rsp], rsp; cmp rsp, rax; ja again; mov rsp, rax
        assembler.append(0x48, 0x81, 0xec, 0x00, 0x10, 0x00, 0x00, 0x48, 0x85, 0x24, 0x24, 0x48, 0x39, 0xc4, 0x77, 0xf0)
        assembler.append(0x48, 0x89, 0xc4)
        if calls { assembler.emit(0x89, .rdi, at: .rsp, 8) }
        loadBases(bufferCount)
        let isLoop = kernel.repeats > 1
        if isLoop { holdInvariants(strides: kernel.strides) }
        // mov edi, repeats: the table of buffers isn't needed any more, as loops call nothing
        if isLoop {
            assembler.append(0xbf)
            assembler.append32(Int32(kernel.repeats))
        }
        let start = assembler.code.count
        for (index, instruction) in program.instructions.enumerated() {
            encode(instruction, at: index, bufferCount: bufferCount)
        }
        if isLoop {
            for (buffer, stride) in kernel.strides.enumerated() where stride != 0 {
                assembler.add(Self.bases[buffer], Int32(stride * vectorBytes))
            }
            // sub rdi, 1; jnz start
            assembler.append(0x48, 0x83, 0xef, 0x01, 0x0f, 0x85)
            assembler.append32(Int32(start - assembler.code.count - 4))
        }
        assembler.append(0x48, 0x89, 0xec)
        assembler.pop(.rbp)
        assembler.zeroUpper()
        assembler.append(0xc3)
        assembler.patch(-Int32((Self.header + slotCount * vectorBytes + 63) & ~63), at: framePosition)
    }

    /// Puts what every turn of a loop reads into registers, half of them at most.
    private mutating func holdInvariants(strides: [Int]) {
        let candidates = program.origins.indices.filter { !uses[$0].isEmpty && program.isInvariant($0, strides: strides) }
        for value in candidates.prefix(assembler.registerCount / 2) {
            let register = freeRegister()
            load(value, into: register)
            registerOf[value] = register
            valueIn[register] = value
            isHeld[value] = true
        }
    }

    private mutating func loadBases(_ count: Int) {
        for buffer in 0..<count { assembler.emit(0x8b, Self.bases[buffer], at: .rdi, 8 * buffer) }
    }

    // MARK: Instructions

    private mutating func encode(_ instruction: MachineProgram.Instruction, at index: Int, bufferCount: Int) {
        let x = instruction.operands
        pinned.removeAll(keepingCapacity: true)
        freeSlots += pendingSlots
        pendingSlots.removeAll(keepingCapacity: true)
        switch instruction.step {
        case .plain(let opcode, let commutes):
            if x.count == 1 {
                let source = source(x[0], at: index)
                release(x, at: index)
                assembler.emit(opcode, define(instruction.result), nil, source)
            } else {
                var (a, b) = (x[0], x[1])
                if commutes && registerOf[a] < 0 && registerOf[b] >= 0 { swap(&a, &b) }
                let first = register(of: a)
                let second = source(b, at: index)
                release(x, at: index)
                assembler.emit(opcode, define(instruction.result), first, second)
            }
        case .fused(let operation):
            fuse(operation, instruction, at: index)
        case .shift(let isLeft, let count):
            let source = register(of: x[0])
            release(x, at: index)
            assembler.emit(
                .shift, isLeft ? 6 : 2, define(instruction.result), .register(source), trailing: count)
        case .truth(let predicate):
            let first = register(of: x[0])
            assembler.emit(.compare, 1, first, source(x[1], at: index), trailing: predicate.rawValue)
            release(x, at: index)
            defineTruth(instruction.result, mask: 1)
        case .bothTrue:
            let zero = assembler.poolEntry(0)
            let first = register(of: x[0])
            assembler.emit(.compare, 1, first, .constant(zero), trailing: MachineProgram.Predicate.notEqual.rawValue)
            let second = register(of: x[1])
            assembler.emit(
                .compare, 2, second, .constant(zero), mask: 1, trailing: MachineProgram.Predicate.notEqual.rawValue)
            release(x, at: index)
            defineTruth(instruction.result, mask: 2)
        case .compareSelect(let predicate):
            let first = register(of: x[0])
            assembler.emit(.compare, 1, first, source(x[1], at: index), trailing: predicate.rawValue)
            let otherwise = register(of: x[3])
            let chosen = source(x[2], at: index)
            release(x, at: index)
            assembler.emit(.blendMasked, define(instruction.result), otherwise, chosen, mask: 1)
        case .blend:
            let mask = register(of: x[0])
            let otherwise = register(of: x[2])
            let chosen = source(x[1], at: index)
            release(x, at: index)
            assembler.emit(
                .blendVariable, define(instruction.result), otherwise, chosen, trailing: UInt8(mask << 4))
        case .store(let place):
            let stored = register(of: x[0])
            preserve(place, at: index)
            assembler.emit(.storeAligned, stored, nil, address(of: place))
            storedAt[x[0]] = place
            release(x, at: index)
        case .call(let operation):
            call(operation, instruction, at: index, bufferCount: bufferCount)
        }
    }

    /// ±a·b ± c in the register of an operand that isn't needed any more, if there is one.
    private mutating func fuse(_ operation: Operation, _ instruction: MachineProgram.Instruction, at index: Int) {
        var (a, b) = (instruction.operands[0], instruction.operands[1])
        let c = instruction.operands[2]
        func dies(_ value: Int, except others: Int...) -> Bool {
            registerOf[value] >= 0 && isLastUse(value, at: index) && !others.contains(value)
        }
        if dies(c, except: a, b) {
            // c ± a·b
            if registerOf[a] < 0 && registerOf[b] >= 0 { swap(&a, &b) }
            pin(registerOf[c])
            let target = registerOf[c]
            let first = register(of: a)
            let second = source(b, at: index)
            finishFused(operation, 231, target, first, second, instruction, at: index)
            return
        }
        if !dies(a, except: b, c) && dies(b, except: a, c) { swap(&a, &b) }
        if dies(a, except: b, c) {
            let target = registerOf[a]
            pin(target)
            if registerOf[b] >= 0 {
                // b·a ± c
                let first = register(of: b)
                let last = source(c, at: index)
                finishFused(operation, 213, target, first, last, instruction, at: index)
            } else {
                // a·b ± c
                let middle = register(of: c)
                let last = source(b, at: index)
                finishFused(operation, 132, target, middle, last, instruction, at: index)
            }
            return
        }
        // Nothing dies: c into a new register.
        if registerOf[a] < 0 && registerOf[b] >= 0 { swap(&a, &b) }
        let first = register(of: a)
        let held = registerOf[c] >= 0 ? VectorAssembler.Source.register(registerOf[c]) : nil
        if let held, case .register(let number) = held { pin(number) }
        let second = source(b, at: index)
        if case .register(let number) = second { pin(number) }
        let target = freeRegister()
        pin(target)
        load(c, into: target)
        finishFused(operation, 231, target, first, second, instruction, at: index)
    }

    private mutating func finishFused(
        _ operation: Operation, _ form: Int, _ target: Int, _ second: Int, _ third: VectorAssembler.Source,
        _ instruction: MachineProgram.Instruction, at index: Int
    ) {
        assembler.emit(.fused(operation, form: form), target, second, third)
        release(instruction.operands, at: index)
        registerOf[instruction.result] = target
        valueIn[target] = instruction.result
    }

    private mutating func defineTruth(_ result: Int, mask: Int) {
        let one = assembler.poolEntry((1.0).bitPattern)
        assembler.emit(
            .broadcast, define(result), nil, .constant(one), mask: mask, zeroing: true, isScalarLoad: true)
    }

    /// A rare function, by the code that all forms share: everything alive goes to memory first.
    private mutating func call(
        _ operation: Operation, _ instruction: MachineProgram.Instruction, at index: Int, bufferCount: Int
    ) {
        let argument = register(of: instruction.operands[0])
        let input = takeSlot()
        let output = takeSlot()
        assembler.emit(.storeAligned, argument, nil, stack(input))
        release(instruction.operands, at: index)
        for register in valueIn.indices where valueIn[register] >= 0 { evict(register) }
        assembler.append(0xbf)  // mov edi, operation
        assembler.append32(Int32(operation.rawValue))
        assembler.emit(0x8d, .rsi, at: .rsp, Self.header + input * vectorBytes)
        assembler.emit(0x8d, .rdx, at: .rsp, Self.header + output * vectorBytes)
        assembler.append(0xb9)  // mov ecx, lanes
        assembler.append32(Int32(vectorBytes / 8))
        assembler.zeroUpper()
        let function: @convention(c) (Int32, UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, Int32) -> Void =
            pk_rare_lanes
        assembler.move(.rax, UInt64(UInt(bitPattern: unsafeBitCast(function, to: UnsafeRawPointer.self))))
        assembler.append(0xff, 0xd0)  // call rax
        assembler.emit(0x8b, .rdi, at: .rsp, 8)
        loadBases(bufferCount)
        freeSlots.append(input)
        slotOf[instruction.result] = output
    }

    // MARK: Values

    private func isLastUse(_ value: Int, at index: Int) -> Bool { uses[value].last! <= index && !isHeld[value] }

    /// Next use behind the present instruction; a large number if there is none.
    private func distance(_ value: Int) -> Int {
        nextUse[value] < uses[value].count ? uses[value][nextUse[value]] : Int.max
    }

    private mutating func pin(_ register: Int) { pinned.insert(register) }

    /// The value in a register, loaded if need be.
    private mutating func register(of value: Int) -> Int {
        if registerOf[value] < 0 {
            let register = freeRegister()
            load(value, into: register)
            registerOf[value] = register
            valueIn[register] = value
        }
        pin(registerOf[value])
        return registerOf[value]
    }

    /// The value as last operand: where it is, unless it is needed again soon and a register is free for it.
    private mutating func source(_ value: Int, at index: Int) -> VectorAssembler.Source {
        if registerOf[value] < 0 {
            var place = nextUse[value]
            while place < uses[value].count && uses[value][place] <= index { place += 1 }
            guard place < uses[value].count, uses[value][place] - index < 40, valueIn.contains(-1) else {
                return home(of: value)
            }
        }
        return .register(register(of: value))
    }

    private mutating func home(of value: Int) -> VectorAssembler.Source {
        if slotOf[value] >= 0 { return stack(slotOf[value]) }
        switch program.origins[value] {
        case .constant(let bits): return .constant(assembler.poolEntry(bits))
        case .memory(let place) where !isOverwritten[value]: return address(of: place)
        default:
            guard let place = storedAt[value] else { preconditionFailure("value \(value) is lost") }
            return address(of: place)
        }
    }

    private mutating func load(_ value: Int, into register: Int) {
        if registerOf[value] >= 0 {
            assembler.emit(.loadAligned, register, nil, .register(registerOf[value]))
            return
        }
        let home = home(of: value)
        if case .constant = home, assembler.prefix == .evex {
            assembler.emit(.broadcast, register, nil, home, isScalarLoad: true)
        } else {
            assembler.emit(.loadAligned, register, nil, home)
        }
    }

    /// A register for a result.
    private mutating func define(_ result: Int) -> Int {
        let register = freeRegister()
        registerOf[result] = register
        valueIn[register] = result
        return register
    }

    private mutating func freeRegister() -> Int {
        if let free = valueIn.indices.first(where: { valueIn[$0] < 0 && !pinned.contains($0) }) { return free }
        let victim = valueIn.indices.filter { !pinned.contains($0) && !isHeld[valueIn[$0]] }.max {
            distance(valueIn[$0]) < distance(valueIn[$1])
        }!
        evict(victim)
        return victim
    }

    /// Empties a register; its value goes to the stack if it can't be read from anywhere else.
    private mutating func evict(_ register: Int) {
        let value = valueIn[register]
        valueIn[register] = -1
        registerOf[value] = -1
        guard slotOf[value] < 0, storedAt[value] == nil, distance(value) < Int.max else { return }
        switch program.origins[value] {
        case .constant: return
        case .memory where !isOverwritten[value]: return
        default:
            slotOf[value] = takeSlot()
            assembler.emit(.storeAligned, register, nil, stack(slotOf[value]))
        }
    }

    /// Keeps what a slot held, if that is still needed, before the slot is written.
    private mutating func preserve(_ place: MachineProgram.Place, at index: Int) {
        guard let value = memoryValues[place], !isOverwritten[value] else { return }
        if let last = uses[value].last, last > index { _ = register(of: value) }
        isOverwritten[value] = true
    }

    /// Takes note that an instruction has read its operands: what isn't needed any more gives up its register (which
    /// the result may take) and its slot.
    private mutating func release(_ operands: [Int], at index: Int) {
        pinned.removeAll(keepingCapacity: true)
        for value in operands {
            while nextUse[value] < uses[value].count && uses[value][nextUse[value]] <= index { nextUse[value] += 1 }
            guard nextUse[value] == uses[value].count, !isHeld[value] else { continue }
            if registerOf[value] >= 0 {
                valueIn[registerOf[value]] = -1
                registerOf[value] = -1
            }
            if slotOf[value] >= 0 {
                // The result's eviction must not use it before the instruction has read it: free from the next on.
                pendingSlots.append(slotOf[value])
                slotOf[value] = -1
            }
        }
    }

    private var pendingSlots: [Int] = []

    private mutating func takeSlot() -> Int {
        if let slot = freeSlots.popLast() { return slot }
        slotCount += 1
        return slotCount - 1
    }

    private func stack(_ slot: Int) -> VectorAssembler.Source {
        .memory(base: .rsp, displacement: Self.header + slot * vectorBytes)
    }

    private func address(of place: MachineProgram.Place) -> VectorAssembler.Source {
        .memory(base: Self.bases[place.buffer], displacement: place.slot * vectorBytes)
    }
}
