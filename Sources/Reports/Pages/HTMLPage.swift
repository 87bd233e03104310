import Foundation

/// One self-contained HTML file: no network, prints well, light and dark, any width.
public struct HTMLPage {
    /// How figures are drawn.
    public enum Figures {
        /// Vega-Lite in the page, with tooltips; the bundle's JavaScript text is inlined.
        case interactive(bundle: String)
        /// Ready-made SVG by figure id; no script at all.
        case drawn([String: String])
    }

    public var report: Report
    public var figures: Figures

    public init(_ report: Report, figures: Figures) {
        self.report = report
        self.figures = figures
    }

    /// The whole file.
    public var text: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escape(report.title))</title>
        <link rel="icon" href="data:,">
        <style>\(Self.style)</style>
        </head>
        <body>
        <header>
        <p class="notice" role="note">\(escape(Report.disclaimer))</p>
        <h1>\(escape(report.title))</h1>
        <p class="subtitle">\(escape(report.subtitle))</p>
        \(highlights)
        <nav aria-label="Sections">\(contents)</nav>
        </header>
        <main>
        \(report.sections.enumerated().map(section).joined(separator: "\n"))
        </main>
        <footer><p class="notice">\(escape(Report.disclaimer))</p></footer>
        \(script)
        </body>
        </html>

        """
    }

    private var highlights: String {
        let items = report.highlights.map { "<div><dt>\(escape($0.label))</dt><dd>\(escape($0.value))</dd></div>" }
        return items.isEmpty ? "" : "<dl class=\"highlights\">\(items.joined())</dl>"
    }

    private var contents: String {
        report.sections.enumerated().map { "<a href=\"#section-\($0.offset + 1)\">\(escape($0.element.title))</a>" }
            .joined(separator: " ")
    }

    private func section(_ index: Int, _ section: Report.Section) -> String {
        """
        <section id="section-\(index + 1)">
        <h2>\(escape(section.title))</h2>
        \(section.blocks.map(block).joined(separator: "\n"))
        </section>
        """
    }

    private func block(_ block: Report.Block) -> String {
        switch block {
        case .paragraph(let text): "<p>\(escape(text))</p>"
        case .remark(let text): "<p class=\"remark\" role=\"note\">\(escape(text))</p>"
        case .code(let text): "<pre><code>\(escape(text))</code></pre>"
        case .table(let table, let caption): html(table, caption: caption)
        case .figure(let figure): html(figure)
        }
    }

    private func html(_ figure: Figure) -> String {
        let drawing =
            switch figures {
            case .interactive: ""
            case .drawn(let svg): svg[figure.id] ?? "<p class=\"remark\">This figure could not be drawn.</p>"
            }
        let table = figure.table.map { table in
            "<details><summary>Data</summary>\(html(table, caption: figure.title))</details>"
        }
        return """
            <figure>
            <h3>\(escape(figure.title))</h3>
            <div class="chart" id="figure-\(figure.id)" role="img" aria-label="\(escape(figure.caption.isEmpty ? figure.title : figure.title + ". " + figure.caption))">\(drawing)</div>
            \(figure.caption.isEmpty ? "" : "<figcaption>\(escape(figure.caption))</figcaption>")
            \(table ?? "")
            </figure>
            """
    }

    /// The first column names the row; columns of numbers are set to the right.
    private func html(_ table: Table, caption: String) -> String {
        let numeric = table.header.indices.map { column in
            !table.rows.isEmpty && table.rows.allSatisfy { $0[column].isEmpty || $0[column].first.map { $0.isNumber || "–-−+<".contains($0) } == true }
        }
        let head = table.header.enumerated().map { "<th scope=\"col\"\(numeric[$0.offset] ? " class=\"number\"" : "")>\(escape($0.element))</th>" }
        let limit = 400
        let rows = table.rows.prefix(limit).map { row in
            let cells = row.enumerated().map { column, text in
                column == 0 && !numeric[0] ? "<th scope=\"row\">\(escape(text))</th>" : "<td\(numeric[column] ? " class=\"number\"" : "")>\(escape(text))</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        let rest = table.rows.count > limit ? "<p>\(table.rows.count - limit) more rows are in the tables beside this report.</p>" : ""
        return """
            <p class="caption">\(escape(caption))</p>
            <div class="scroll" tabindex="0" role="region" aria-label="\(escape(caption))"><table>
            <thead><tr>\(head.joined())</tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table></div>\(rest)
            """
    }

    private var script: String {
        guard case .interactive(let bundle) = figures else { return "" }
        let specifications = report.figures.map { figure -> String in
            var specification = figure.specification
            specification["$schema"] = "https://vega.github.io/schema/vega-lite/v6.json"
            specification["config"] = Theme.configuration
            let hasPanels = specification["vconcat"] != .null || specification["facet"] != .null || specification["spec"] != .null
            specification["autosize"] = !hasPanels ? ["type": "fit-x", "contains": "padding"] : .null
            if specification["autosize"] == .null { specification["autosize"] = ["type": "pad"] }
            return "[\"figure-\(figure.id)\", \(specification.text)]"
        }
        let safeBundle = bundle.replacingOccurrences(of: "</script", with: "<\\/script", options: .caseInsensitive)
        return """
            <script>\(safeBundle)</script>
            <script>
            for (const [id, specification] of [
            \(specifications.joined(separator: ",\n"))
            ]) {
              const place = document.getElementById(id);
              // Panels set one below the other can't size themselves: give them the width there is.
              if (specification.vconcat) for (const view of specification.vconcat) view.width = Math.max(180, place.clientWidth - 110);
              vegaEmbed(place, specification, {renderer: "svg", actions: {export: true, source: false, compiled: false, editor: false}})
                .catch(error => { place.textContent = "This figure could not be drawn: " + error; });
            }
            </script>
            """
    }

    private func escape(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
    }
}
