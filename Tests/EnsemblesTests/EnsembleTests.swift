import Dynamics
import Ensembles
import Integrators
import Kernels
import SystemFixtures
import Synchronization
import Testing

@Suite struct EnsembleTests {
    static let system: DynamicalSystem = {
        var system = WrittenSystem(["x", "y"], initial: [1, 0]) { s in
            [-s.p[0] * s.y[0] * s.y[0], s.p[0] * s.y[0] * s.y[0] - s.y[1]]
        }
        system.inputs = [("k", 1)]
        return system.compiled()
    }()

    static let times = (0...10).map(Double.init)

    @Sendable static func input(_ patient: Int) -> PatientInput {
        // Every 50th is a number that can't be: it fails, and is counted.
        let k = patient % 50 == 49 ? Double.nan : 0.1 + 0.01 * Double((patient * 37) % 200)
        return PatientInput(inputs: [k], endTime: 10, outputTimes: times)
    }

    static func summary(threads: Int, lanes: Int, count: Int = 500) throws -> EnsembleSummary {
        let integrator = try Integrator(system, backend: .virtualMachine(lanes: lanes))
        return try Ensemble(integrator, threads: threads).reduce(
            0..<count, into: EnsembleSummary(timeCount: times.count, observableCount: 2), input: input)
    }

    @Test func `threads and lanes make no difference to a summary, to the last bit`() throws {
        let one = try Self.summary(threads: 1, lanes: 8)
        for (threads, lanes) in [(2, 8), (1, 4), (2, 32), (3, 1)] {
            let other = try Self.summary(threads: threads, lanes: lanes)
            #expect(other.patientCount == 500 && other.failures == one.failures)
            #expect(other.acceptedSteps == one.acceptedSteps)
            for index in one.cells.indices {
                #expect(other.cells[index].mean.bitPattern == one.cells[index].mean.bitPattern)
                #expect(
                    other.cells[index].standardDeviation.bitPattern == one.cells[index].standardDeviation.bitPattern)
                #expect(other.cells[index].quantile(0.25) == one.cells[index].quantile(0.25))
            }
        }
    }

    @Test func `a summary agrees with the patients it sums up`() throws {
        let integrator = try Integrator(Self.system)
        let results = try Ensemble(integrator, threads: 2).results(0..<500, input: Self.input)
        let summary = try Self.summary(threads: 2, lanes: 8)
        #expect(summary.failedCount == 10 && results.filter { $0.failure != nil }.count == 10)
        #expect(summary.failures == [.nonFiniteState: 10])
        let values = results.filter { $0.failure == nil }.map { $0.outputs[2 * 5] }.sorted()
        let cell = summary[5, 0]
        #expect(cell.count == 490 && cell.minimum == values.first && cell.maximum == values.last)
        #expect(abs(cell.mean - values.reduce(0, +) / 490) < 1e-14)
        for q in [0.05, 0.25, 0.5, 0.75, 0.95] {
            let exact = values[Int(q * 489)]
            #expect(abs(cell.quantile(q)! - exact) <= 0.005 * exact)
        }
    }

    @Test func `progress counts to the end, and a cancelled ensemble says so`() throws {
        let integrator = try Integrator(Self.system)
        let reports = Mutex<[EnsembleProgress]>([])
        let ensemble = Ensemble(integrator, threads: 2) { report in reports.withLock { $0.append(report) } }
        try ensemble.forEach(0..<300, input: Self.input) { _, _ in }
        let last = try #require(reports.withLock { $0.last })
        #expect(last.done == 300 && last.failed == 6 && last.total == 300 && last.rate > 0)

        let cancellation = Cancellation()
        let cancelled = Ensemble(integrator, threads: 2, cancellation: cancellation)
        let done = Atomic(0)
        #expect(throws: CancellationError.self) {
            try cancelled.forEach(0..<1_000_000, input: Self.input) { _, _ in
                if done.add(1, ordering: .relaxed).newValue == 100 { cancellation.cancel() }
            }
        }
        #expect(done.load(ordering: .relaxed) < 1000)
    }

    @Test func `no patients is no work`() throws {
        let integrator = try Integrator(Self.system)
        #expect(try Ensemble(integrator, threads: 4).results(0..<0, input: Self.input).isEmpty)
    }
}

@Suite struct ReductionTests {
    @Test("sums are exact in any order", arguments: UInt64(0)..<8)
    func exactSums(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        let integers = (0..<200).map { _ in Int64.random(in: -1_000_000_000...1_000_000_000, using: &generator) }
        var terms = integers.map { Double($0) * 0x1p-20 }
        // Large terms that cancel exactly, and would wipe out the small ones in ordinary sums.
        for exponent in [60, 100, 300] {
            let big = Double(sign: .plus, exponent: exponent, significand: Double.random(in: 1..<2, using: &generator))
            terms += [big, -big]
        }
        let exact = Double(integers.reduce(0, +)) * 0x1p-20
        var left = ExactSum(), right = ExactSum()
        for term in terms.shuffled(using: &generator) {
            if Bool.random(using: &generator) { left.add(term) } else { right.add(term) }
        }
        left.merge(right)
        #expect(left.value == exact, "seed \(seed): \(left.value) \(exact)")
    }

    @Test func `tiny, huge and infinite terms`() {
        var sum = ExactSum()
        sum.add(.leastNonzeroMagnitude)
        sum.add(.leastNonzeroMagnitude)
        #expect(sum.value == 2 * .leastNonzeroMagnitude)
        sum.add(1e308)
        #expect(sum.value == 1e308)
        sum.add(-1e308)
        #expect(sum.value == 2 * .leastNonzeroMagnitude)
        sum.add(.infinity)
        #expect(sum.value == .infinity)
    }

    @Test("quantiles keep their relative error over sign and scale", arguments: UInt64(0)..<4)
    func quantiles(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        var values: [Double] = (0..<3000).map { _ in
            let size = Double(sign: .plus, exponent: Int.random(in: -40...40, using: &generator), significand: .random(in: 1..<2, using: &generator))
            return Bool.random(using: &generator) ? size : -size
        }
        values += [Double](repeating: 0, count: 300)
        var sketch = QuantileSketch(relativeError: 0.01)
        for value in values.shuffled(using: &generator) { sketch.add(value) }
        values.sort()
        for q in stride(from: 0.0, through: 1, by: 0.05) {
            let exact = values[Int(q * Double(values.count - 1))]
            #expect(abs(sketch.quantile(q)! - exact) <= 0.01 * abs(exact) * (1 + 1e-9), "seed \(seed), q \(q)")
        }
    }

    struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}

@Suite struct SnapshotCacheTests {
    @Test func `arms share growth to diagnosis by content`() throws {
        var system = WrittenSystem(["tumour"], initial: [1e-3]) { s in [s.p[0] * s.y[0] - s.p[1] * s.y[0]] }
        system.inputs = [("growth", 0.1)]
        system.controls = ["kill"]
        var diagnosis = WrittenEvent("diagnosis", when: { $0.y[0] - 1 })
        diagnosis.isTerminal = true
        system.events = [diagnosis]
        let integrator = try Integrator(system.compiled())
        let cache = SnapshotCache()
        let base = ContentHash(of: integrator)
        func diagnosed(_ growth: Double) -> Snapshot {
            let input = PatientInput(inputs: [growth], endTime: 1000, keepsSnapshot: true)
            let key = ContentHash(of: input, base: base)
            if let known = cache[key] { return known }
            let result = integrator.run(input)
            #expect(result.endedBy == "diagnosis")
            cache[key] = result.snapshot
            return result.snapshot!
        }
        for growth in [0.1, 0.2] {
            for kill in [0.0, 0.05, 0.3] {
                let start = diagnosed(growth)
                let arm = integrator.run(
                    PatientInput(
                        inputs: [], endTime: start.time + 10, stops: [Stop(time: start.time, .setParameter(1, kill))],
                        outputTimes: [start.time + 10], snapshot: start))
                // The event doesn't fire again: its trigger is known to be true.
                #expect(arm.endedBy == nil && arm.failure == nil)
                #expect(abs(arm.outputs[0] - exp((growth - kill) * 10)) < 1e-5 * arm.outputs[0])
            }
        }
        #expect(cache.count == 2)
        let other = try Integrator(system.compiled(), tolerances: Tolerances(relative: 1e-5))
        #expect(ContentHash(of: other) != base)
        #expect(try ContentHash(of: Integrator(system.compiled())) == base)
    }
}

import func Foundation.exp
