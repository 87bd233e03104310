import Foundation
import ModelIR
import Testing

@testable import SBMLFormat

/// What fuzzing and other people's files have taught.
@Suite struct FoundInputTests {
    static let files: [URL] = {
        let folder = Bundle.module.resourceURL?.appending(path: "Fixtures/found")
        let found = folder.flatMap { try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil) } ?? []
        return found.sorted { $0.path < $1.path }
    }()

    @Test func `there are inputs to try`() { #expect(!Self.files.isEmpty) }

    @Test("an input once found is read, or refused with a place", arguments: files)
    func ends(file: URL) throws {
        do {
            _ = try readSBML(Data(contentsOf: file), file: file.lastPathComponent)
        } catch let error as InvalidModel {
            #expect(error.diagnostics.filter { $0.severity == .error }.allSatisfy { $0.location != nil })
        }
    }

    /// Exports of COPASI name an argument twice (MODEL2003040001); libRoadRunner lets the later one count, and so do we.
    @Test func `of two arguments with one name the later one counts`() throws {
        let file = try #require(Self.files.first { $0.lastPathComponent == "repeated-argument.xml" })
        let model = try readSBML(Data(contentsOf: file), file: file.lastPathComponent)
        #expect(model.functions[0].arguments == ["u_", "u"] && model.functions[0].body == .symbol("u"))
        #expect(model.warnings.contains { $0.severity == .warning && $0.message.contains("named twice") })
    }
}
