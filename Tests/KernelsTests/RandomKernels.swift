@testable import Kernels

/// A small generator of its own, so that a printed seed names a program for ever (SplitMix64).
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// A random program over buffers [input, output, both], with stores that overwrite and loads that see them.
func randomKernel(seed: UInt64, length: Int, operations: [Kernels.Operation]) -> Kernel {
    var random = TestRandom(seed: seed)
    var b = KernelBuilder(name: "random \(seed)", buffers: ["input", "output", "both"])
    var values = (0..<6).map { b.load(0, slot: $0) } + (0..<4).map { b.load(2, slot: $0) }
    for _ in 0..<3 { values.append(b.constant(specialValues.randomElement(using: &random)!)) }
    // Either mostly recent values (long chains) or all alike (many live values, so that registers spill).
    let reach = Bool.random(using: &random) ? 12 : Int.max
    func pick(_ random: inout TestRandom) -> Kernel.Value {
        values.suffix(reach).randomElement(using: &random)!
    }
    for step in 0..<length {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: b.store(pick(&random), to: 2, slot: Int.random(in: 0..<4, using: &random))
        case 1: values.append(b.load(2, slot: Int.random(in: 0..<4, using: &random)))
        case 2: values.append(b.constant(Double.random(in: -4...4, using: &random)))
        case 3: b.store(pick(&random), to: 1, slot: step % 64)
        default:
            let operation = operations.randomElement(using: &random)!
            let count = operation.operandCount
            values.append(
                b.apply(
                    operation, pick(&random), count > 1 ? pick(&random) : -1, count > 2 ? pick(&random) : -1))
        }
    }
    for (slot, value) in values.suffix(length / 2).enumerated() { b.store(value, to: 1, slot: 64 + slot) }
    return b.finish(fusingMultiplyAdd: Bool.random(using: &random))
}

/// All values that a kernel of buffers [input, output, both] leaves, for inputs drawn from `seed`; NaNs as one NaN.
func bits(of kernel: Kernel, backend: Backend, length: Int, seed: UInt64, turns: Int = 1) throws -> [[UInt64]] {
    try bits(of: backend.load([kernel])[0], length: length, seed: seed, turns: turns)
}

func bits(of loaded: LoadedKernel, length: Int, seed: UInt64, turns: Int = 1) throws -> [[UInt64]] {
    let lanes = loaded.lanes
    let patients = 32
    var rows: [[UInt64]] = []
    for start in stride(from: 0, to: patients, by: lanes) {
        let arena = LaneArena(lanes: lanes, slots: [5 + turns, (64 + length) * turns, 3 + turns])
        for lane in 0..<lanes {
            var random = TestRandom(seed: seed &+ UInt64(start + lane) &* 7919)
            for slot in 0..<10 {
                let x: Double
                switch Int.random(in: 0..<5, using: &random) {
                case 0: x = specialValues.randomElement(using: &random)!
                case 1: x = Double(bitPattern: random.next())
                default: x = Double.random(in: -3...3, using: &random)
                }
                if slot < 6 { arena[0, slot, lane] = x } else { arena[2, slot - 6, lane] = x }
            }
        }
        loaded.run(arena.pointers)
        for lane in 0..<lanes where rows.count < patients {
            let output = (0..<(64 + length) * turns).map { arena[1, $0, lane] } + (0..<3 + turns).map { arena[2, $0, lane] }
            rows.append(output.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern })
        }
    }
    return rows
}

/// Where two runs first differ, in words; nil if they agree.
func difference(_ found: [[UInt64]], _ wanted: [[UInt64]]) -> String? {
    for (lane, (a, b)) in zip(found, wanted).enumerated() {
        for (slot, (x, y)) in zip(a, b).enumerated() where x != y {
            return "lane \(lane) slot \(slot): \(Double(bitPattern: x)), not \(Double(bitPattern: y))"
        }
    }
    return found.count == wanted.count ? nil : "\(found.count) lanes, not \(wanted.count)"
}

let commonOperations: [Kernels.Operation] = Kernels.Operation.allCases.filter {
    $0.operandCount > 0 && $0 != .store && $0.rawValue < Kernels.Operation.sine.rawValue
}
