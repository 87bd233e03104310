import Testing

@testable import Kernels

/// Every form of running kernels computes the same bits as the interpreter.
@Suite struct AgreementTests {
    @Test("each operation agrees with the interpreter at special values", arguments: Kernels.Operation.allCases)
    func specialOperands(operation: Kernels.Operation) throws {
        let count = operation.operandCount
        guard count > 0, operation != .store else { return }
        var b = KernelBuilder(name: "\(operation)", buffers: ["input", "output"])
        let x = (0..<count).map { b.load(0, slot: $0) }
        let value = b.apply(operation, x[0], count > 1 ? x[1] : -1, count > 2 ? x[2] : -1)
        b.store(value, to: 1, slot: 0)
        let kernel = b.finish()
        let values = specialValues + [Double.leastNonzeroMagnitude, -0x0.8p-1022, 0.49999999999999994, 1023.5, -1074, 2047, -2047]
        var rows: [[Double]] = []
        for x in values {
            if count == 1 { rows.append([x]) }
            for y in values where count > 1 {
                if count == 2 { rows.append([x, y]) }
                for z in specialValues where count == 3 { rows.append([x, y, z]) }
            }
        }
        let expected = try outputs(of: kernel, count: 1, inputs: rows, backend: .virtualMachine(lanes: 1))
        for backend in allBackends where backend.lanes > 1 {
            let results = try outputs(of: kernel, count: 1, inputs: rows, backend: backend)
            let wrong = zip(rows, zip(results, expected)).first { !same($1.0[0], $1.1[0]) }
            #expect(wrong == nil, "\(backend.form) at \(backend.lanes) lanes: \(operation)")
        }
    }

    /// They come from the C library, by the same call in every form: one number, one answer.
    @Test("rare functions agree bit for bit wherever they are called", arguments: Kernels.Operation.allCases)
    func rareFunctions(operation: Kernels.Operation) throws {
        guard operation.rawValue >= Kernels.Operation.sine.rawValue else { return }
        var b = KernelBuilder(name: "\(operation)", buffers: ["input", "output"])
        // Twice, with values alive across the calls.
        let x = b.load(0, slot: 0)
        let first = b.apply(operation, x, -1, -1)
        let second = b.apply(operation, b.multiplyAdd(x, b.constant(0.37), first), -1, -1)
        b.store(first, to: 1, slot: 0)
        b.store(b.add(second, x), to: 1, slot: 1)
        let kernel = b.finish()
        var rows: [[Double]] = []
        var state: UInt64 = 42
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let unit = Double(state >> 11) * 0x1p-53
            rows.append([(unit - 0.5) * (rows.count % 2 == 0 ? 2 : 60)])
        }
        let expected = try outputs(of: kernel, count: 2, inputs: rows, backend: .virtualMachine(lanes: 1))
        for backend in allBackends where backend.lanes > 1 {
            let results = try outputs(of: kernel, count: 2, inputs: rows, backend: backend)
            let wrong = zip(rows, zip(results, expected)).first { !same($1.0[0], $1.1[0]) || !same($1.0[1], $1.1[1]) }
            #expect(wrong == nil, "\(backend.form) at \(backend.lanes) lanes: \(operation)")
        }
    }

    @Test func `the lanes of a chosen form are left alone`() {
        for backend in Backend.available { #expect(backend.fitted(toInstructions: 100, states: 100) == backend) }
        let fitted = Backend.best.fitted(toInstructions: 100, states: 100)
        #expect(fitted.form == Backend.best.form && (fitted.lanes == 4 || fitted.lanes == Backend.best.lanes))
        #expect(Backend.best.fitted(toInstructions: 100_000, states: 100).lanes == Backend.best.lanes)
    }

    @Test("random programs agree bit for bit", arguments: UInt64(0)..<500)
    func randomPrograms(seed: UInt64) throws {
        for (number, length) in [5, 30, 120, 400].enumerated() {
            let seed = seed * 4 + UInt64(number)
            let kernel = randomKernel(seed: seed, length: length, operations: commonOperations)
            let expected = try bits(of: kernel, backend: .virtualMachine(lanes: 1), length: length, seed: seed)
            for backend in allBackends where backend.lanes > 1 {
                let result = try bits(of: kernel, backend: backend, length: length, seed: seed)
                let difference = difference(result, expected)
                #expect(difference == nil, "\(backend.form) at \(backend.lanes) lanes: seed \(seed), length \(length)")
            }
        }
    }

    @Test("long programs, whose spilled values fill many pages, agree bit for bit", arguments: UInt64(0)..<12)
    func longPrograms(seed: UInt64) throws {
        for length in [1500, 6000] {
            let kernel = randomKernel(seed: 77_000 + seed, length: length, operations: commonOperations)
            let expected = try bits(of: kernel, backend: .virtualMachine(lanes: 1), length: length, seed: seed)
            for backend in Backend.available {
                let difference = difference(try bits(of: kernel, backend: backend, length: length, seed: seed), expected)
                #expect(difference == nil, "\(backend.form): seed \(seed), length \(length)")
            }
        }
    }

    @Test("loops agree with the same operations written out", arguments: UInt64(0)..<60)
    func loops(seed: UInt64) throws {
        for length in [8, 40, 150] {
            let turns = 2 + Int(seed % 9)
            let kernel = randomKernel(seed: 9000 + seed, length: length, operations: commonOperations)
                .repeated(turns, strides: [Int(seed % 2), 64 + length, seed % 3 == 0 ? 0 : 1])
            let expected = try bits(of: kernel, backend: .virtualMachine(lanes: 1), length: length, seed: seed, turns: turns)
            for backend in allBackends where backend.lanes > 1 {
                let result = try bits(of: kernel, backend: backend, length: length, seed: seed, turns: turns)
                let difference = difference(result, expected)
                #expect(difference == nil, "\(backend.form) at \(backend.lanes) lanes: seed \(seed), length \(length), \(turns) turns")
            }
        }
    }

    @Test func `a loop without a stride for each buffer is refused`() {
        let kernel = randomKernel(seed: 1, length: 10, operations: commonOperations).repeated(3, strides: [1])
        #expect(throws: InvalidKernel.self) { try kernel.validate() }
    }

    @Test func `a kernel of too many buffers is refused by name`() {
        let names = (0..<9).map { "buffer\($0)" }
        var b = KernelBuilder(name: "wide", buffers: names)
        b.store(b.load(7, slot: 0), to: 8, slot: 0)
        let kernel = b.finish()
        for backend in Backend.available {
            #expect(throws: InvalidKernel.self) { try backend.load([kernel]) }
        }
    }

    @Test func `where executable memory is refused the virtual machine serves, and says so`() throws {
        let kernel = randomKernel(seed: 3, length: 60, operations: commonOperations)
        for backend in Backend.available {
            let loaded = try backend.load([kernel]) { _ in nil }
            #expect(loaded.backend.form == .virtualMachine)
            #expect(loaded.lanes == backend.lanes)
            #expect(backend.form == .virtualMachine || loaded.backend.reason.contains("refused executable memory"))
        }
    }
}

/// Every form that this machine can run.
let allBackends: [Backend] =
    [1, 4, 8, 16, 24, 32, 56, 64].map { .virtualMachine(lanes: $0) } + [Backend.virtualMachine().withoutAVX512] + Backend.available.filter { $0.form != .virtualMachine }
