private import CKernels

/// Some states of one lane at a place within its step, by the same operations as the kernel that does so for all lanes.
///
/// On many lanes few have an output in the same step: the virtual machine is quicker with these alone.
package struct LaneInterpolation: Sendable {
    private let states: [Int32]
    private let places: [Int32]

    /// - Parameters:
    ///   - states: States that are wanted, in the order of the results.
    ///   - interpolated: All states that have interpolation vectors, in the vectors' order.
    package init(_ states: [Int], among interpolated: [Int]) {
        self.states = states.map(Int32.init)
        let place = Dictionary(uniqueKeysWithValues: interpolated.enumerated().map { ($1, Int32($0)) })
        places = states.map { place[$0]! }
    }

    /// - Parameters:
    ///   - theta: Place within the step, 0…1.
    ///   - y: The lane's first state at the start of the step; slots are `lanes` doubles apart.
    ///   - y1: The same at its end.
    ///   - vectors: The lane's interpolation vectors, each of `width` slots, one after another.
    ///   - output: Room for as many numbers as there are states.
    package func write(
        theta: Double, from y: UnsafePointer<Double>, to y1: UnsafePointer<Double>, vectors: UnsafePointer<Double>, count: Int,
        width: Int, lanes: Int, output: UnsafeMutablePointer<Double>
    ) {
        withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: count) { table in
            for m in 0..<count { table[m] = vectors + m * width * lanes }
            pk_interpolate(
                theta, y, y1, table.baseAddress, Int32(count), states, places, Int32(states.count), Int32(lanes), output)
        }
    }
}
