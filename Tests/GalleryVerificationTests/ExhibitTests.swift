import Foundation
import Gallery
import ImmuneModels
import Studies
import Testing

@Suite struct ExhibitTests {
    static let library = Result { try ModelLibrary.builtIn() }

    @Test func `ids are unique and every exhibit names its test`() {
        #expect(Set(Exhibit.all.map(\.id)).count == Exhibit.all.count)
        for exhibit in Exhibit.all { #expect(!exhibit.heldBy.isEmpty && !exhibit.panels.isEmpty, "\(exhibit.id)") }
    }

    @Test func `the tests that exhibits name exist`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)).compactMap { $0 as? URL }
        let names = Set(files.filter { $0.pathExtension == "swift" }.map { $0.deletingPathExtension().lastPathComponent })
        for exhibit in Exhibit.all {
            for suite in exhibit.heldBy.components(separatedBy: ", ") { #expect(names.contains(suite), "\(exhibit.id): \(suite)") }
        }
    }

    @Test("every line is there, finite, and conditions differ in every panel", arguments: Exhibit.all.map(\.id))
    func shows(id: String) throws {
        let exhibit = try #require(Exhibit.all.first { $0.id == id })
        let result = try exhibit.run(try Self.library.get())
        #expect(result.drawings.count == exhibit.panels.count)
        for drawing in result.drawings {
            #expect(!drawing.lines.isEmpty, "\(drawing.panel.observable)")
            for line in drawing.lines { #expect(line.values.allSatisfy(\.isFinite) && !line.values.isEmpty) }
            let isFlat = drawing.lines.allSatisfy { ($0.values.max()! - $0.values.min()!) <= 1e-9 * abs($0.values.max()!) }
            #expect(!isFlat, "\(id): nothing happens to \(drawing.panel.observable)")
            if drawing.lines.count > 1 { #expect(Set(drawing.lines.map(\.values)).count > 1, "\(id): \(drawing.panel.observable) is the same in every condition") }
        }
    }
}
