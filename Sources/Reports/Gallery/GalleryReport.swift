public import Gallery

/// The gallery as a page: every row of the mission with its pictures and the tests that hold them.
public struct GalleryReport: Sendable {
    public var results: [ExhibitResult]
    public var version: String

    public init(_ results: [ExhibitResult], version: String) {
        self.results = results
        self.version = version
    }

    public var report: Report {
        let rows = MissionRow.allCases.filter { row in results.contains { $0.exhibit.row == row } }
        let missing = MissionRow.allCases.filter { !rows.contains($0) }.map(\.rawValue)
        var sections = rows.map { row in
            Report.Section(row.rawValue, results.filter { $0.exhibit.row == row }.flatMap(blocks))
        }
        if !missing.isEmpty {
            sections.append(.init("Not shown here", [.paragraph("These rows of the mission have no exhibit yet: \(missing.joined(separator: "; ")).")]))
        }
        return Report(
            title: "Gallery of mechanisms",
            subtitle: "Each picture is simulated when the page is made. Perforin \(version).",
            highlights: [("Exhibits", "\(results.count)"), ("Rows of the mission", "\(rows.count) of \(MissionRow.allCases.count)")],
            sections: sections)
    }

    private func blocks(_ result: ExhibitResult) -> [Report.Block] {
        [.paragraph("\(result.exhibit.title). \(result.exhibit.message) Held by \(result.exhibit.heldBy).")]
            + result.drawings.filter { !$0.lines.isEmpty }.map { drawing in
                .figure(
                    .bands(
                        id: "\(result.exhibit.id)-\(drawing.panel.observable.filter { $0.isLetter || $0.isNumber })".lowercased(),
                        title: drawing.panel.quantity, caption: caption(drawing), quantity: drawing.panel.quantity,
                        bands: drawing.lines.map { .init(series: $0.name, days: $0.x, quantiles: $0.quantiles) },
                        logarithmic: drawing.panel.isLogarithmic, axis: .init(drawing.xQuantity, logarithmic: drawing.xIsLogarithmic)))
            }
    }

    private func caption(_ drawing: ExhibitResult.Drawing) -> String {
        let ranges = drawing.lines.map { line -> String in
            let values = line.values
            return "\(line.name): \((values.min() ?? 0).shortText) to \((values.max() ?? 0).shortText)"
        }
        return ranges.joined(separator: "; ") + "."
    }
}
