import Dispatch
import Foundation
import Synchronization
import Testing

/// Every reader of user input against broken inputs: no crash, no hang, bounded memory.
///
/// `PERFORIN_FUZZ_INPUTS` sets how many inputs each reader gets (`scripts/fuzz` gives 200,000); a crash or a hang ends the
/// run and names the input.
@Suite(.serialized) struct InputFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    static let count = environment["PERFORIN_FUZZ_INPUTS"].flatMap(Int.init) ?? 2000
    static let isAlone = environment["PERFORIN_FUZZ_INPUTS"] != nil
    /// Seconds for one input; two cores shared with other suites make single inputs slow, never this slow.
    static let patience = 20.0
    /// Bytes that reading may add to the process. Inputs are up to 100 kB; 4 kB an input is for Foundation's XML parser,
    /// which keeps some 2 kB of every file that it refuses.
    static let memoryLimit = (200 << 20) + 4096 * count

    @Test("no input crashes, hangs or fills the memory", arguments: InputReader.all)
    func survives(reader: InputReader) throws {
        let mutator = reader.mutator
        #expect(mutator.seeds.contains { !$0.isEmpty }, "no examples")
        for seed in mutator.seeds where !seed.isEmpty {
            guard case .accepted = reader.verdict(seed) else { Issue.record("an example is refused: \(String(decoding: seed.prefix(200), as: UTF8.self))"); continue }
        }
        let tally = Mutex((accepted: 0, refused: 0, broken: [String](), slowest: 0.0, slowestNumber: 0))
        let running = Mutex<[Int: ContinuousClock.Instant]>([:])
        let watchdog = DispatchSource.makeTimerSource(queue: .global())
        watchdog.schedule(deadline: .now() + 1, repeating: 1)
        watchdog.setEventHandler {
            let stuck = running.withLock { $0.first { seconds(.now - $0.value) > Self.patience } }
            if let stuck { fatalError("\(reader.name): input \(stuck.key) takes more than \(Self.patience) s") }
        }
        watchdog.resume()
        defer { watchdog.cancel() }
        let before = ResidentMemory.peakAfterReset()
        let block = 100
        DispatchQueue.concurrentPerform(iterations: (Self.count + block - 1) / block) { part in
            for number in part * block..<min(Self.count, (part + 1) * block) {
                let input = mutator.input(number)
                let start = ContinuousClock.now
                running.withLock { $0[number] = start }
                let verdict = reader.verdict(input)
                let spent = seconds(.now - start)
                running.withLock { $0[number] = nil }
                tally.withLock { tally in
                    switch verdict {
                    case .accepted: tally.accepted += 1
                    case .refused: tally.refused += 1
                    case .broken(let why): tally.broken.append("input \(number): \(why)")
                    }
                    if spent > tally.slowest { (tally.slowest, tally.slowestNumber) = (spent, number) }
                }
            }
        }
        let result = tally.withLock { $0 }
        let grown = ResidentMemory.peak() - before
        let slowest = String(format: "%.3f", result.slowest)
        print("fuzz \(reader.name): \(Self.count) inputs, \(result.accepted) accepted, \(result.refused) refused, slowest \(slowest) s (input \(result.slowestNumber)), memory \(grown >> 20) MB")
        #expect(result.broken.prefix(10) == [])
        #expect(result.refused > Self.count / 100, "mutations must break some inputs")
        if Self.isAlone { #expect(grown < Self.memoryLimit, "reading grew the process by \(grown >> 20) MB") }
    }
}

private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + 1e-18 * Double(duration.components.attoseconds)
}

/// Peak resident memory of the process, from the kernel.
private enum ResidentMemory {
    /// Sets the peak back to what is resident now, where the kernel allows it.
    static func peakAfterReset() -> Int {
        try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
        return peak()
    }

    static func peak() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }
}
