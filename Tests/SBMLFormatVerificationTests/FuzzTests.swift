import Dispatch
import Foundation
import ModelCompiler
import ModelIR
import SBMLFormat
import Synchronization
import Testing

/// Mutated models: whatever the bytes, reading ends soon, with a model or with located errors.
@Suite struct FuzzTests {
    /// SplitMix64; one input depends on nothing but its number.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let fragments: [String] = [
        "<apply>", "</apply>", "<math>", "NaN", "INF", "-1e999", "0", "\"", "<", "&amp;", "&#0;", "&x;", "<!--", "]]>", "<![CDATA[", "\u{0}",
        "é", "<piecewise/>", "<lambda>", "<ci>x</ci>", "<cn type=\"rational\">1<sep/>0</cn>", " fast=\"true\"", " constant=\"false\"", " constant=\"true\"",
        " level=\"1\"", " boundaryCondition=\"true\"", "<algebraicRule><math xmlns=\"http://www.w3.org/1998/Math/MathML\"><cn>1</cn></math></algebraicRule>",
        " xmlns:comp=\"http://www.sbml.org/sbml/level3/version1/comp/version1\" comp:required=\"true\"", "<!DOCTYPE a>", "<?xml version=\"1.0\"?>",
    ]

    /// A model with one to eight changes: bytes set, cut, doubled or moved, fragments put in, attribute values exchanged.
    static func mutant(_ number: Int, of models: [[UInt8]]) -> [UInt8] {
        var random = Generator(state: UInt64(number))
        var bytes = models[Int(random.next() % UInt64(models.count))]
        func place(_ random: inout Generator) -> Int { Int(random.next() % UInt64(max(1, bytes.count))) }
        for _ in 0...Int(random.next() % 8) where !bytes.isEmpty {
            let at = place(&random)
            switch random.next() % 7 {
            case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.removeSubrange(at..<min(bytes.count, at + 1 + Int(random.next() % 200)))
            case 2:
                let piece = bytes[at..<min(bytes.count, at + 1 + Int(random.next() % 400))]
                bytes.insert(contentsOf: Array(piece), at: place(&random))
            case 3: bytes.insert(contentsOf: Array(fragments[Int(random.next() % UInt64(fragments.count))].utf8), at: at)
            case 4: bytes.removeSubrange(at...)
            case 5:
                // One quoted value in the place of another.
                let quotes = (at..<min(bytes.count, at + 2000)).filter { bytes[$0] == 0x22 }
                if quotes.count >= 4 {
                    let value = Array(bytes[(quotes[0] + 1)..<quotes[1]])
                    bytes.replaceSubrange((quotes[2] + 1)..<quotes[3], with: value)
                }
            default:
                // One tag in the place of another.
                let starts = (at..<min(bytes.count, at + 1000)).filter { bytes[$0] == 0x3C }
                if starts.count >= 3 {
                    let tag = Array(bytes[starts[0]..<starts[1]])
                    bytes.insert(contentsOf: tag, at: starts[2])
                }
            }
        }
        return bytes
    }

    /// `PERFORIN_FUZZ_INPUTS` sets how many (200,000 for a release), `PERFORIN_FUZZ_TRACE` prints each number first.
    @Test("mutated published models never crash or hang the reader", .enabled(if: Collections.published != nil, "no folder of published models"))
    func mutants() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = Int(environment["PERFORIN_FUZZ_INPUTS"] ?? "") ?? 3000
        let first = Int(environment["PERFORIN_FUZZ_FIRST"] ?? "") ?? 0
        let isTraced = environment["PERFORIN_FUZZ_TRACE"] != nil
        let models = try Collections.files(in: try #require(Collections.published), suffix: ".xml").map { [UInt8](try Data(contentsOf: $0)) }
            .filter { $0.count < 400_000 }
        let tally = Mutex((read: 0, compiled: 0, refused: 0, unplaced: [Int](), slowest: 0.0, slowestNumber: 0))
        let block = 50
        DispatchQueue.concurrentPerform(iterations: (count + block - 1) / block) { part in
            for number in (first + part * block)..<min(first + count, first + (part + 1) * block) {
                if isTraced { FileHandle.standardError.write(Data("input \(number)\n".utf8)) }
                let bytes = FuzzTests.mutant(number, of: models)
                let start = ContinuousClock.now
                var wasRead = false
                var wasCompiled = false
                var isPlaced = true
                do {
                    let model = try readSBML(Data(bytes), file: "mutant.xml")
                    wasRead = true
                    if number % 5 == 0 {
                        _ = try compile(model)
                        wasCompiled = true
                    }
                } catch let error as InvalidModel {
                    let errors = error.diagnostics.filter { $0.severity == .error }
                    isPlaced = !errors.isEmpty && (wasRead || errors.allSatisfy { ($0.location?.line ?? 0) > 0 && ($0.location?.column ?? 0) > 0 })
                } catch {
                    isPlaced = false
                }
                let duration = ContinuousClock.now - start
                let seconds = Double(duration.components.seconds) + 1e-18 * Double(duration.components.attoseconds)
                tally.withLock { tally in
                    if wasRead { tally.read += 1 } else { tally.refused += 1 }
                    if wasCompiled { tally.compiled += 1 }
                    if !isPlaced { tally.unplaced.append(number) }
                    if seconds > tally.slowest { (tally.slowest, tally.slowestNumber) = (seconds, number) }
                }
            }
        }
        let result = tally.withLock { $0 }
        print("\(count) inputs: \(result.read) read (\(result.compiled) of them compiled), \(result.refused) refused, slowest \(result.slowest) s (input \(result.slowestNumber))")
        #expect(result.unplaced.sorted().prefix(20) == [], "refused without a place")
        #expect(result.slowest < 10)
    }
}
