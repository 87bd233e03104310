import Foundation
import Testing

@testable import Reports

@Suite struct FigureTests {
    static let courses = [
        Figure.TumourCourse(patient: "1", arm: "a", days: [0, 42, 84], percentChange: [0, -35, -50], response: "PR"),
        Figure.TumourCourse(patient: "2", arm: "a", days: [0, 42], percentChange: [0, 30], response: "PD"),
        Figure.TumourCourse(patient: "3", arm: "b <x>", days: [0, 42], percentChange: [0, 5], response: "SD"),
    ]

    static let figures = [
        Figure.spider(id: "spider", title: "Spider", caption: "c", courses: courses),
        Figure.waterfall(id: "waterfall", title: "Waterfall", caption: "c", courses: courses),
        Figure.bands(
            id: "bands", title: "Bands", caption: "c", quantity: "cells",
            bands: [.init(series: "a", days: [0, 1], quantiles: [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]])], logarithmic: true),
        Figure.kaplanMeier(
            id: "km", title: "KM", caption: "c", endpoint: "progression-free survival",
            curves: [
                .init(
                    arm: "a", months: [0, 2, 4], survival: [1, 0.6, 0.3], lower: [1, 0.4, 0.1], upper: [1, 0.8, 0.5],
                    censoredMonths: [3], atRisk: [(0, 10), (3, 5)])
            ]),
    ]

    @Test func `the waterfall is sorted from worst to best and leaves the baseline out`() throws {
        let table = try #require(Self.figures[1].table)
        #expect(table.rows.map { $0[1] } == ["2", "1", "3"])
        #expect(table.rows.map { $0[2] } == ["30.0", "-50.0", "5.0"])
    }

    @Test func `a survival curve is a right-continuous step function`() {
        let curve = Figure.SurvivalCurve(
            arm: "a", months: [0, 2], survival: [1, 0.5], lower: [1, 0.5], upper: [1, 0.5], censoredMonths: [], atRisk: [])
        #expect(curve.survival(at: 1.99) == 1)
        #expect(curve.survival(at: 2) == 0.5)
    }

    @Test func `a page is one file without network and escapes every text`() {
        let report = Report(
            title: "A & B <script>", subtitle: "s", highlights: [("n", "3")],
            sections: [.init("Tumours", [.figure(Self.figures[0]), .table(Table(header: ["x"], rows: [["<b>"]]), caption: "c")])])
        let page = HTMLPage(report, figures: .interactive(bundle: "var a='</script>';")).text
        #expect(!page.contains("A & B <script>"))
        #expect(!page.contains("<b>"))
        #expect(!page.contains("b <x>"))
        #expect(page.contains("not medical advice"))
        #expect(page.components(separatedBy: "</script>").count == 3, "two scripts, none closed early")
        #expect(!page.contains("src=\"http") && !page.contains("href=\"http"))
    }

    @Test func `numbers that JSON can't hold become null`() {
        #expect(JSON.array([.number(.nan), .number(.infinity), .number(1.5), .number(3)]).text == "[null,null,1.5,3]")
    }
}
