import Foundation
import Testing

@testable import Kernels

/// Runs a kernel of buffers [input, output] on one row of inputs per lane.
func outputs(of kernel: Kernel, count: Int, inputs: [[Double]], backend: Backend) throws -> [[Double]] {
    let loaded = try backend.load([kernel])
    let slots = inputs.first?.count ?? 0
    var results: [[Double]] = []
    for start in stride(from: 0, to: inputs.count, by: backend.lanes) {
        let arena = LaneArena(lanes: backend.lanes, slots: [slots, count])
        let batch = inputs[start..<min(start + backend.lanes, inputs.count)]
        for (lane, row) in batch.enumerated() { for (slot, x) in row.enumerated() { arena[0, slot, lane] = x } }
        loaded[0].run(arena.pointers)
        for lane in batch.indices { results.append((0..<count).map { arena[1, $0, lane - start] }) }
    }
    return results
}

/// A kernel of one function of the input slots.
func function(_ inputs: Int, _ body: (inout KernelBuilder, [Kernel.Value]) -> Kernel.Value) -> Kernel {
    var b = KernelBuilder(name: "function", buffers: ["input", "output"])
    let values = (0..<inputs).map { b.load(0, slot: $0) }
    let result = body(&b, values)
    b.store(result, to: 1, slot: 0)
    return b.finish()
}

@Suite struct KernelBuilderTests {
    @Test func `equal operations are one value, in either order of a commutative one`() {
        var b = KernelBuilder(name: "k", buffers: ["x"])
        let (x, y) = (b.load(0, slot: 0), b.load(0, slot: 1))
        #expect(b.add(x, y) == b.add(y, x))
        #expect(b.subtract(x, y) != b.subtract(y, x))
        #expect(b.load(0, slot: 0) == x)
        #expect(b.constant(0.0) != b.constant(-0.0))
    }

    @Test func `a load after a store sees what was stored, and the first store is dropped`() throws {
        var b = KernelBuilder(name: "k", buffers: ["x"])
        let x = b.load(0, slot: 0)
        b.store(b.add(x, b.constant(1)), to: 0, slot: 0)
        b.store(b.multiply(b.load(0, slot: 0), b.constant(3)), to: 0, slot: 0)
        let kernel = b.finish()
        #expect(kernel.instructions.count(where: { $0.operation == .load }) == 1)
        #expect(kernel.instructions.count(where: { $0.operation == .store }) == 1)
        let arena = LaneArena(lanes: 4, slots: [1])
        arena[0, 0, 2] = 5
        try Backend.virtualMachine(lanes: 4).load([kernel])[0].run(arena.pointers)
        #expect(arena[0, 0, 2] == 18)
        #expect(arena[0, 0, 1] == 3)
    }

    @Test func `what no store needs is dropped, and single products are fused`() {
        let kernel = function(3) { b, x in
            _ = b.exp(x[0])
            return b.subtract(b.multiply(x[0], x[1]), x[2])
        }
        #expect(kernel.instructions.map(\.operation) == [.load, .load, .load, .multiplySubtract, .store])
    }

    @Test func `a product used twice is kept, and a difference of equals stays exactly zero`() throws {
        let kernel = function(2) { b, x in
            let product = b.multiply(x[0], x[1])
            return b.subtract(product, b.multiply(x[1], x[0]))
        }
        let result = try outputs(of: kernel, count: 1, inputs: [[0.1, 0.3]], backend: .virtualMachine(lanes: 1))
        #expect(result == [[0]])
    }

    @Test func `a kernel that reads the future, or a buffer that isn't there, is refused`() {
        var kernel = Kernel(name: "bad", buffers: ["x"], instructions: [.init(.negate, 0)])
        #expect(throws: InvalidKernel.self) { try Backend.virtualMachine().load([kernel]) }
        kernel.instructions = [.init(.load, 1, 0)]
        #expect(throws: InvalidKernel.self) { try Backend.virtualMachine().load([kernel]) }
    }

    @Test("integer powers are products", arguments: -8...8)
    func integerPowers(n: Int) throws {
        let kernel = function(1) { b, x in b.pow(x[0], b.constant(Double(n))) }
        for x in [-1.5, 0.25, 3] {
            let result = try outputs(of: kernel, count: 1, inputs: [[x]], backend: .virtualMachine(lanes: 1))[0][0]
            #expect(abs(result / Foundation.pow(x, Double(n)) - 1) < 1e-15)
        }
    }
}
