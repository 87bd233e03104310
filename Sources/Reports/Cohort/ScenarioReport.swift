public import Studies

/// The report on a scenario: its figures, a picture for each quantity, and how it was made.
public struct ScenarioReport: Sendable {
    public var result: ScenarioResult

    public init(_ result: ScenarioResult) { self.result = result }

    public var report: Report {
        let table = Table(header: ["", "value", "unit"], rows: result.figures.map { [$0.name, $0.value.shortText, $0.unit] })
        var quantities: [String] = []
        for course in result.courses where !quantities.contains(course.quantity) { quantities.append(course.quantity) }
        let figures = quantities.enumerated().map { number, quantity -> Report.Block in
            let courses = result.courses.filter { $0.quantity == quantity }
            let unit = courses[0].unit.isEmpty ? "" : " (\(courses[0].unit))"
            return .figure(
                .lines(
                    id: "course-\(number + 1)", title: quantity,
                    caption: courses.count > 1 ? "Lines: " + courses.map(\.series).joined(separator: ", ") + "." : "",
                    quantity: "\(quantity)\(unit)", series: courses.map { ($0.series, $0.times, $0.values) },
                    logarithmic: courses[0].isLogarithmic, axis: Figure.HorizontalAxis("time (\(courses[0].timeUnit)s)")))
        }
        return Report(
            title: result.title, subtitle: result.about.first ?? "", highlights: result.figures.prefix(5).map { ($0.name, "\($0.value.shortText) \($0.unit)") },
            sections: [
                .init("Figures", [.table(table, caption: "What came out.")]), .init("Time courses", figures),
                .init("Methods", result.about.map(Report.Block.paragraph) + [.code(result.command)]),
            ])
    }
}
