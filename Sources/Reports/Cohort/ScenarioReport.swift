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
            // the axis counts days; years are shown as such in the caption's words
            let perUnit = courses[0].timeUnit == "year" ? 365.25 : 1
            return .figure(
                .lines(
                    id: "course-\(number + 1)", title: quantity,
                    caption: "\(quantity)\(unit) over time\(courses.count > 1 ? ": " + courses.map(\.series).joined(separator: ", ") : "").",
                    quantity: "\(quantity)\(unit)", series: courses.map { ($0.series, $0.times.map { $0 * perUnit }, $0.values) },
                    logarithmic: courses[0].isLogarithmic))
        }
        return Report(
            title: result.title, subtitle: result.about.first ?? "", highlights: result.figures.prefix(5).map { ($0.name, "\($0.value.shortText) \($0.unit)") },
            sections: [
                .init("Figures", [.table(table, caption: "What came out.")]), .init("Time courses", figures),
                .init("Methods", result.about.map(Report.Block.paragraph) + [.code(result.command)]),
            ])
    }
}
