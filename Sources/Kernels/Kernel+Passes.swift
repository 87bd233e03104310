extension Kernel {
    /// The same kernel as a loop, moving on by `strides` slots of each buffer.
    package func repeated(_ count: Int, strides: [Int]) -> Kernel {
        var result = self
        result.repeats = count
        result.strides = strides
        return result
    }

    /// Whether machine code leaves the kernel for code that all forms share.
    var callsRareFunctions: Bool { instructions.contains { $0.operation.rawValue >= Operation.sine.rawValue } }

    /// The same operations in the same order without the loop.
    var unrolled: Kernel {
        guard repeats > 1 else { return self }
        var result = Kernel(name: name, buffers: buffers, constants: constants)
        // Constants are made in the first turn only.
        result.instructions.reserveCapacity(repeats * instructions.count)
        var renamed = [Value](repeating: -1, count: instructions.count)
        for turn in 0..<repeats {
            for (index, original) in instructions.enumerated() where turn == 0 || original.operation != .constant {
                var instruction = original
                instruction.renameOperands { renamed[Int($0)] }
                renamed[index] = Value(result.instructions.count)
                switch instruction.operation {
                case .load: instruction.b += Int32(turn * strides[Int(instruction.a)])
                case .store: instruction.c += Int32(turn * strides[Int(instruction.b)])
                default: break
                }
                result.instructions.append(instruction)
            }
        }
        return result
    }

    /// The same kernel with only those stores whose buffer is wanted, and what they need.
    package func keepingStores(_ isWanted: (_ buffer: Int32) -> Bool) -> Kernel {
        droppingDeadCode(except: instructions.map { $0.operation == .store && !isWanted($0.b) })
    }

    /// The same kernel without instructions that no store depends on, and without stores marked in `dead`.
    func droppingDeadCode(except dead: [Bool] = []) -> Kernel {
        var isLive = [Bool](repeating: false, count: instructions.count)
        for index in instructions.indices.reversed() {
            let instruction = instructions[index]
            if instruction.operation == .store { isLive[index] = dead.isEmpty || !dead[index] }
            guard isLive[index] else { continue }
            instruction.forEachOperand { isLive[Int($0)] = true }
        }
        var result = Kernel(name: name, buffers: buffers)
        var renamed = [Value](repeating: -1, count: instructions.count)
        for index in instructions.indices where isLive[index] {
            var instruction = instructions[index]
            if instruction.operation == .constant {
                result.constants.append(constants[Int(instruction.a)])
                instruction.a = Int32(result.constants.count - 1)
            } else {
                instruction.renameOperands { renamed[Int($0)] }
            }
            renamed[index] = Value(result.instructions.count)
            result.instructions.append(instruction)
        }
        return result
    }

    /// Products with a single use, a sum or difference, fused into it; the products are left behind unused.
    func fusingMultiplyAdd() -> Kernel {
        var uses = [Int](repeating: 0, count: instructions.count)
        for instruction in instructions { instruction.forEachOperand { uses[Int($0)] += 1 } }
        var result = self
        func product(_ value: Value) -> Instruction? {
            guard uses[Int(value)] == 1, result.instructions[Int(value)].operation == .multiply else { return nil }
            return result.instructions[Int(value)]
        }
        for (index, instruction) in instructions.enumerated() {
            let (a, b) = (instruction.a, instruction.b)
            switch instruction.operation {
            case .add:
                let (late, early) = a > b ? (a, b) : (b, a)
                if let factors = product(late) {
                    result.instructions[index] = Instruction(.multiplyAdd, factors.a, factors.b, early)
                } else if let factors = product(early) {
                    result.instructions[index] = Instruction(.multiplyAdd, factors.a, factors.b, late)
                }
            case .subtract:
                if let factors = product(b) {
                    result.instructions[index] = Instruction(.negativeMultiplyAdd, factors.a, factors.b, a)
                } else if let factors = product(a) {
                    result.instructions[index] = Instruction(.multiplySubtract, factors.a, factors.b, b)
                }
            default: break
            }
        }
        return result
    }
}

extension Kernel.Instruction {
    /// Calls `body` with each value that the instruction reads.
    func forEachOperand(_ body: (Kernel.Value) -> Void) {
        let count = operation.operandCount
        if count > 0 { body(a) }
        if count > 1 { body(b) }
        if count > 2 { body(c) }
    }

    mutating func renameOperands(_ rename: (Kernel.Value) -> Kernel.Value) {
        let count = operation.operandCount
        if count > 0 { a = rename(a) }
        if count > 1 { b = rename(b) }
        if count > 2 { c = rename(c) }
    }
}
