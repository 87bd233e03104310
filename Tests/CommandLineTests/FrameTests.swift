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
