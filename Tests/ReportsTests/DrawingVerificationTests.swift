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

/// Leaves a page with every kind of figure for the browser check in Tests/Scripts.
@Suite struct SamplePageVerificationTests {
    @Test func `a page with every kind of figure is written for the browser check`() throws {
        let tools = DrawingVerificationTests.tools
        guard let bundle = try? tools.bundle() else { return }
        var generator = SystemRandomNumberGenerator()
        let courses = (0..<60).map { index -> Figure.TumourCourse in
            let slope = Double.random(in: -8...8, using: &generator)
            let days = stride(from: 0.0, through: 336, by: 42).map { $0 }
            return .init(
                patient: "\(index)", arm: index.isMultiple(of: 2) ? "atezolizumab" : "docetaxel", days: days,
                percentChange: days.map { max(-100, slope * $0 / 42) }, response: slope < -5 ? "PR" : slope > 3 ? "PD" : "SD")
        }
        let report = Report(
            title: "Sample of every figure", subtitle: "Random numbers, no simulation", highlights: [("patients", "60"), ("arms", "2")],
            sections: [
                .init("Tumours", [.figure(.spider(id: "spider", title: "Spider", caption: "Each line is a patient.", courses: courses)),
                    .figure(.waterfall(id: "waterfall", title: "Waterfall", caption: "Each bar is a patient.", courses: courses))]),
                .init("Curves", FigureTests.figures.dropFirst(2).map { .figure($0) }),
            ])
        let folder = tools.home.appendingPathComponent(".cache/test-output")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try HTMLPage(report, figures: .interactive(bundle: bundle)).text.write(
            to: folder.appendingPathComponent("sample-report.html"), atomically: true, encoding: .utf8)
    }
}
