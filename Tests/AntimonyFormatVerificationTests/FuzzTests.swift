import AntimonyFormat
import Foundation
import Testing

@Suite struct FuzzTests {
    /// `PERFORIN_FUZZ` sets the number of inputs; a crash or hang ends the whole run.
    @Test func `mutated texts are refused with an error or read back alike, soon`() {
        let count = ProcessInfo.processInfo.environment["PERFORIN_FUZZ"].flatMap(Int.init) ?? 20_000
        let seed = ProcessInfo.processInfo.environment["PERFORIN_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
        var fuzzer = AntimonyFuzzer(corpus: AntimonyFuzzer.seeds, seed: seed)
        var accepted = 0
        var slowest = 0.0
        for number in 0..<count {
            let text = fuzzer.input()
            let start = ContinuousClock.now
            switch AntimonyFuzzer.check(text) {
            case .accepted: accepted += 1
            case .refused: break
            case .broken(let why): Issue.record("seed \(seed), input \(number): \(why)\n\(text.prefix(3000))")
            }
            let spent = (ContinuousClock.now - start).components
            slowest = max(slowest, Double(spent.seconds) + Double(spent.attoseconds) * 1e-18)
        }
        print("\(count) inputs, \(accepted) accepted, slowest \(slowest) s")
        #expect(accepted > count / 100, "mutations must leave some texts sound: \(accepted)")
        #expect(slowest < 5)
    }
}
