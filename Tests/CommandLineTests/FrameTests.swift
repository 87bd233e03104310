import ArgumentParser
import Foundation
import ModelIR
import Testing

@testable import CommandLine

@Suite struct FrameTests {
    @Test func `help says that nothing here is medical advice and shows two examples`() {
        let help = PerforinCommand.helpMessage()
        #expect(help.contains("not medical advice"))
        #expect(help.components(separatedBy: "  perforin ").count >= 3)
    }

    @Test func `an unknown verb is a usage error`() {
        #expect(throws: (any Error).self) { try PerforinCommand.parseAsRoot(["simulat"]) }
    }
}

@Suite struct SimulateTests {
    static let patient = ["simulate", "--therapy", "pembrolizumab", "--quiet"]

    @Test("what can't be meant is a usage error that says what was expected", arguments: [
        ["--diameter", "37kg"], ["--age", "640"], ["--pdl1", "180%"], ["--until", "2"], ["--twins", "0"],
    ])
    func refused(options: [String]) {
        let error = #expect(throws: (any Error).self) { try PerforinCommand.parseAsRoot(Self.patient + options) }
        let message = error.map { PerforinCommand.message(for: $0) } ?? ""
        #expect(message.contains(options[0]), "the message does not name the option: \(message)")
        #expect(error.map { PerforinCommand.exitCode(for: $0).rawValue } == ExitStatus.usage.rawValue)
    }

    @Test func `a patient's options are read in their units`() throws {
        let command = try PerforinCommand.parseAsRoot(Self.patient + ["--diameter", "3.7cm", "--weight", "70 kg", "--pdl1", "80%", "--until", "2y"])
        #expect(command is SimulateCommand)
    }

    @Test func `help shows two examples and says that this is no advice`() {
        for command in [SimulateCommand.helpMessage(), DemoCommand.helpMessage(), ServeCommand.helpMessage()] {
            #expect(command.components(separatedBy: "\n  perforin ").count >= 3)
            #expect(command.contains("not medical advice"))
        }
    }
}

/// What a newcomer types, and the answer that says what is wrong with it.
@Suite struct MistypedTests {
    private static func message(_ arguments: [String]) -> String {
        let error = #expect(throws: (any Error).self) { try PerforinCommand.parseAsRoot(PerforinCommand.joiningNegativeValues(arguments)) }
        return error.map { PerforinCommand.message(for: $0) } ?? ""
    }

    @Test("a value that can't be meant is named with what was expected", arguments: [
        (["compare", "--cancer", "nsclc", "--age", "640"], "--age must be between 0 and 110"),
        (["compare", "--cancer", "nsclc", "--age", "-5"], "--age must be between 0 and 110"),
        (["compare", "--cancer", "nsclc", "--pdl1", "0.8"], "0.8% or 80%"),
        (["simulate", "--therapy", "none", "--twins", "-3"], "--twins must be between"),
        (["simulate", "--therapy", "none", "--until", "200y"], "at most 100y"),
        (["simulate", "--therapy", "none", "--until", "-2y"], "more than 0"),
        (["simulate", "--therapy", "none", "--until", "2"], "with its unit"),
        (["simulate", "--therapy", "none", "--out", "x.pdf"], ".html"),
        (["model", "export", "nsclc", "--format", "antimony", "--out", "a.xml"], "contradicts"),
    ])
    func refusals(arguments: [String], words: String) {
        let message = Self.message(arguments)
        #expect(message.contains(words), "\(message)")
    }

    @Test func `a share with its percent sign is taken as it stands`() throws {
        _ = try PerforinCommand.parseAsRoot(["compare", "--cancer", "nsclc", "--pdl1", "0.8%"])
        _ = try PerforinCommand.parseAsRoot(["compare", "--cancer", "nsclc", "--pdl1", "0"])
    }

    @Test func `only a negative number is joined to its option`() {
        #expect(PerforinCommand.joiningNegativeValues(["run", "m.xml", "--start", "-5", "--observe", "a", "--amounts", "-"])
            == ["run", "m.xml", "--start=-5", "--observe", "a", "--amounts", "-"])
        #expect(PerforinCommand.joiningNegativeValues(["simulate", "-q", "--set=k", "-.5"]) == ["simulate", "-q", "--set=k", "-.5"])
    }

    @Test func `what is declined is said once, on the last line`() {
        let invalid = InvalidModel([
            Diagnostic(.error, .unsupported, "fast reactions", at: SourceLocation(file: "m.xml", line: 3, column: 5), remedy: "take them out")
        ])
        let outcome = CommandOutcome(invalid)
        #expect(outcome?.status == .declined)
        #expect(outcome?.message.components(separatedBy: "fast reactions").count == 2)
        #expect(outcome?.message.split(separator: "\n").last == "declined: m.xml:3:5: fast reactions")
    }

    @Test func `a value that the table has as a column is refused with --set`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("perforin-set-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = folder.appendingPathComponent("m.ant").path, table = folder.appendingPathComponent("p.csv").path
        try "model m\n  species x; x = 1; k = 0.5;\n  x' = -k*x;\nend\n".write(toFile: model, atomically: true, encoding: .utf8)
        try "id,k\n1,0.1\n2,0.2\n".write(toFile: table, atomically: true, encoding: .utf8)
        let command = try #require(
            try PerforinCommand.parseAsRoot(["run", model, "--parameters", table, "--set", "k=3", "--quiet", "--out", folder.path + "/o.csv"]) as? RunCommand)
        #expect { try command.run() } throws: { "\($0)".contains("--set k") }
    }
}
