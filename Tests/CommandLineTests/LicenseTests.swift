import Foundation
import Testing

@testable import CommandLine

@Suite struct LicenseTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func `every package that the build resolved to is listed with its version and licence`() throws {
        struct Resolution: Decodable {
            struct Pin: Decodable {
                struct State: Decodable { var version: String? }
                var identity: String
                var state: State
            }
            var pins: [Pin]
        }
        let file = Self.root.appendingPathComponent("Package.resolved")
        let pins = try JSONDecoder().decode(Resolution.self, from: Data(contentsOf: file)).pins
        #expect(!pins.isEmpty)
        let listed = Dictionary(try LicensedPart.all().map { ($0.name, $0.version) }) { first, _ in first }
        for pin in pins { #expect(listed[pin.identity] == pin.state.version, "\(pin.identity) is not in licences.csv") }
    }

    @Test func `every Python requirement is listed with its version`() throws {
        let listed = Dictionary(try LicensedPart.all().map { ($0.name, $0.version) }) { first, _ in first }
        for name in ["requirements.txt", "requirements-test.txt"] {
            let text = try String(contentsOf: Self.root.appendingPathComponent(name), encoding: .utf8)
            for line in text.split(separator: "\n") where line.contains("==") {
                let parts = line.split(separator: "=", omittingEmptySubsequences: true).map(String.init)
                #expect(listed[parts[0]] == parts[1], "\(line) of \(name) is not in licences.csv")
            }
        }
    }

    @Test func `every part has a licence, and data folders that ship are listed`() throws {
        let parts = try LicensedPart.all()
        #expect(parts.count > 30)
        #expect(parts.allSatisfy { !$0.licence.isEmpty && !$0.version.isEmpty })
        #expect(parts.contains { $0.purpose == "data" && $0.licence == "CC-BY-4.0" })
    }
}
