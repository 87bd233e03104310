import ArgumentParser
import Foundation
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
