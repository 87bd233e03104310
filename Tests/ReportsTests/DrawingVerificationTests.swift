import Foundation
import Testing

@testable import Reports

/// The second path for figures: vl-convert accepts and draws each of them.
@Suite struct DrawingVerificationTests {
    static let tools = PlottingTools(environment: [
        "PERFORIN_HOME": URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    ])

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: tools.home.path + "/.venv/bin/python"), "set-up has not run"))
    func `every kind of figure is drawn with its marks`() throws {
        let svg = try Self.tools.svg(FigureTests.figures)
        for figure in FigureTests.figures {
            let text = try #require(svg[figure.id])
            #expect(text.hasPrefix("<svg"))
            #expect(text.components(separatedBy: "<path").count > 3, "\(figure.id) has too few marks")
        }
        #expect(svg["km"]?.contains(">10<") == true, "numbers at risk are missing")
    }
}
