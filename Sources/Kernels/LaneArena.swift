/// The buffers that kernels work on: slots of `lanes` doubles each, zero at first, every buffer 64-byte aligned.
///
/// Slot `s` of buffer `b` for lane `l` is `arena[b, s, l]`, or `arena.buffer(b)[s * lanes + l]`.
public struct LaneArena: ~Copyable {
    public let lanes: Int
    /// Slots of each buffer.
    public let slots: [Int]
    private let memory: UnsafeMutableRawPointer
    private let table: UnsafeMutablePointer<UnsafeMutablePointer<Double>>

    /// Buffers of the given numbers of slots, in this order.
    public init(lanes: Int, slots: [Int]) {
        precondition(lanes > 0 && slots.allSatisfy { $0 >= 0 }, "an arena needs lanes and non-negative sizes")
        self.lanes = lanes
        self.slots = slots
        let lengths = slots.map { max(64, ($0 * lanes * MemoryLayout<Double>.stride + 63) & ~63) }
        let bytes = lengths.reduce(64, +)
        memory = .allocate(byteCount: bytes, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        table = .allocate(capacity: max(1, slots.count))
        var offset = 0
        for (index, length) in lengths.enumerated() {
            let start = (memory + offset).bindMemory(to: Double.self, capacity: length / 8)
            (table + index).initialize(to: start)
            offset += length
        }
    }

    deinit {
        table.deallocate()
        memory.deallocate()
    }

    /// Start of a buffer.
    public func buffer(_ index: Int) -> UnsafeMutablePointer<Double> {
        precondition(slots.indices.contains(index), "the arena has \(slots.count) buffers, not \(index + 1)")
        return table[index]
    }

    /// Starts of all buffers, as a kernel takes them when it uses all of them in this order.
    public var pointers: UnsafePointer<UnsafeMutablePointer<Double>> { UnsafePointer(table) }

    public subscript(buffer: Int, slot: Int, lane: Int) -> Double {
        get {
            check(buffer, slot, lane)
            return table[buffer][slot * lanes + lane]
        }
        nonmutating set {
            check(buffer, slot, lane)
            table[buffer][slot * lanes + lane] = newValue
        }
    }

    private func check(_ buffer: Int, _ slot: Int, _ lane: Int) {
        precondition(
            slots.indices.contains(buffer) && slot >= 0 && slot < slots[buffer] && lane >= 0 && lane < lanes,
            "no lane \(lane) in slot \(slot) of buffer \(buffer)")
    }
}
