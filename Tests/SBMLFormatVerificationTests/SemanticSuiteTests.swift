import Dispatch
import Foundation
import Synchronization
import Testing

@Suite struct SemanticSuiteTests {
    /// All time courses of the SBML Test Suite, in one process. `PERFORIN_SBML_CASES=00001-00100,00500` takes a part,
    /// `PERFORIN_SBML_REPORT=FILE` writes the table by feature.
    @Test(
        "at least 1,750 of the 1,787 time courses are right, and none is wrong",
        .enabled(if: Collections.suite != nil, "PERFORIN_SBML_SUITE is not set; our own cases run instead"))
    func timeCourses() throws {
        let root = try #require(Collections.suite)
        let environment = ProcessInfo.processInfo.environment
        let names = try FileManager.default.contentsOfDirectory(atPath: root.path).filter { $0.count == 5 && Int($0) != nil }.sorted()
        let wanted = environment["PERFORIN_SBML_CASES"].map(SemanticSuiteTests.ranges)
        let cases = try names.filter { name in wanted?.contains { $0.contains(Int(name)!) } ?? true }
            .compactMap { try SemanticCase(folder: root.appending(path: $0)) }.filter(\.isTimeCourse)
        let verdicts = Mutex([SemanticCase.Verdict?](repeating: nil, count: cases.count))
        let isTraced = environment["PERFORIN_SBML_TRACE"] != nil
        DispatchQueue.concurrentPerform(iterations: cases.count) { index in
            if isTraced { FileHandle.standardError.write(Data("case \(cases[index].name)\n".utf8)) }
            let verdict = cases[index].verdict()
            verdicts.withLock { $0[index] = verdict }
        }
        let score = SuiteScore(results: verdicts.withLock { Array(zip(cases, $0.map { $0! })) })
        print(score.exceptions)
        print("\(score.results.count) time courses: \(score.passed) right, \(score.declined) refused, \(score.failed) not completed, \(score.wrong) wrong")
        if let path = environment["PERFORIN_SBML_REPORT"] {
            try score.markdown(title: "SBML Test Suite by feature").write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(score.wrong == 0)
        if wanted == nil {
            #expect(score.results.count == 1787)
            #expect(score.passed >= 1750)
        }
    }

    private static func ranges(_ text: String) -> [ClosedRange<Int>] {
        text.split(separator: ",").compactMap { part in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            return ends.isEmpty ? nil : ends[0]...max(ends[0], ends[ends.count - 1])
        }
    }
}
