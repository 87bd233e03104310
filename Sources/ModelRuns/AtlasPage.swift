public import Foundation

extension Atlas {
    /// One self-contained page of cards: light and dark, any width, no network, usable without scripts.
    public func html() -> Data {
        let agreement =
            compared > 0
            ? "<div><dt>agree with their reference</dt><dd>\(agreed) of \(compared)</dd></div>" : ""
        let page = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Atlas of models</title><link rel="icon" href="data:,"><style>\(Self.style)</style></head><body>
            <header><h1>Atlas of models</h1>
            <p class="quiet">\(escape(URL(fileURLWithPath: folder).lastPathComponent)): every model loaded, its units checked, run and described. Research and education only: not medical advice.</p>
            <dl class="sums"><div><dt>models</dt><dd>\(entries.count)</dd></div><div><dt>ran to the end</dt><dd>\(ran)</dd></div>\(agreement)<div><dt>seconds</dt><dd>\(String(format: "%.1f", seconds))</dd></div></dl>
            <p><label for="find">Find</label> <input id="find" type="search" placeholder="title, therapy, file" autocomplete="off"> <span id="count" class="quiet" role="status"></span></p>
            </header>
            <main>\(entries.map(card).joined(separator: "\n"))</main>
            <footer class="quiet"><p>Agreement: largest difference from the reference trajectory over all its columns, relative to each column's range; within 1e-4 counts as agreement, and rounding of the reference as none. Units: share of symbols that declare one, and formulas whose units disagree. Therapies are words of the title; a model may name one without simulating it.</p></footer>
            <script>\(Self.script)</script></body></html>

            """
        return Data(page.utf8)
    }

    private func card(_ entry: AtlasEntry) -> String {
        let facts = entry.facts
        let title = facts?.title ?? entry.file
        let therapies = (facts?.therapies ?? []).map { "<span class=\"tag\">\(escape($0))</span>" }.joined(
            separator: " ")
        var rows: [(String, String)] = []
        if let facts {
            rows.append(("states", "\(facts.states)"))
            rows.append(("reactions, rules, events", "\(facts.reactions), \(facts.rules), \(facts.events)"))
            rows.append(("parameters", "\(facts.parameters)"))
            rows.append(("symbols with unit", "\(facts.symbolsWithUnit) of \(facts.symbols)"))
            if facts.failedFormulas > 0 {
                rows.append(("formulas with unit errors", "\(facts.failedFormulas) of \(facts.formulas)"))
            }
            rows.append(("annotated species", "\(facts.annotatedSpecies) of \(facts.species)"))
        }
        let list = rows.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined()
        return """
            <article data-text="\(escape((title + " " + entry.file + " " + (facts?.therapies.joined(separator: " ") ?? "")).lowercased()))">
            <h2>\(escape(title))</h2><p class="quiet file">\(escape(entry.file))</p>\(therapies.isEmpty ? "" : "<p>\(therapies)</p>")
            \(status(entry))\(entry.course.map(picture) ?? "")<dl>\(list)</dl></article>
            """
    }

    private func status(_ entry: AtlasEntry) -> String {
        if case .failed(let stage, let message) = entry.outcome {
            return "<p class=\"bad\"><strong>Failed to \(stage.rawValue):</strong> \(escape(message))</p>"
        }
        guard entry.hasReference else { return "<p class=\"good\">Ran to the end.</p>" }
        guard let difference = entry.difference else { return "<p class=\"bad\">Reference names other columns.</p>" }
        if difference.worst == 0 { return "<p class=\"good\">Agrees with the reference to its last digit.</p>" }
        let text = String(format: "%.1e", difference.worst)
        if difference.worst <= 1e-4 { return "<p class=\"good\">Agrees with the reference (\(text)).</p>" }
        return
            "<p class=\"bad\">Differs from the reference by \(text) of its range in \(escape(difference.column)).</p>"
    }

    /// Each column over its own range, as small lines; columns are told apart by colour and dash.
    private func picture(_ course: TimeCourse) -> String {
        guard let first = course.times.first, let last = course.times.last, last > first else { return "" }
        var lines = ""
        for index in course.columns.indices {
            let values = course.column(index)
            let finite = values.filter(\.isFinite)
            guard let low = finite.min(), let high = finite.max() else { continue }
            let range = high > low ? high - low : 1
            var path = ""
            for (time, value) in zip(course.times, values) where value.isFinite {
                let x = 4 + 292 * (time - first) / (last - first)
                let y = high > low ? 86 - 76 * (value - low) / range : 48
                path += "\(path.isEmpty ? "M" : "L")\(String(format: "%.1f %.1f", x, y))"
            }
            lines += "<path class=\"c\(index % 8)\" d=\"\(path)\"/>"
        }
        let legend = course.columns.enumerated().map {
            "<span class=\"k c\($0.offset % 8)\">\(escape($0.element))</span>"
        }
        let unit = course.timeUnit.isEmpty ? "" : " \(course.timeUnit)"
        let span = "0 to \(String(format: "%g", last))\(unit)"
        return
            "<figure><svg viewBox=\"0 0 300 92\" role=\"img\" aria-label=\"\(escape(course.columns.joined(separator: ", "))) over time\">\(lines)</svg><figcaption>\(legend.joined(separator: " ")) <span class=\"quiet\">\(escape(span)), each over its own range</span></figcaption></figure>"
    }

    private func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
            "\"", with: "&quot;")
    }

    private static let style = """
        :root { color-scheme: light dark; --text: light-dark(#1a1a1a, #e8e8e8); --quiet: light-dark(#555, #b0b0b0); --page: light-dark(#fff, #16181b);
          --panel: light-dark(#f4f6f8, #22262b); --line: light-dark(#d5d9de, #3a4048); --good: light-dark(#116329, #6fd08c); --bad: light-dark(#9a2500, #ff9a7a); }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1rem clamp(.75rem, 3vw, 2rem) 3rem; max-width: 90rem; color: var(--text); background: var(--page); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
        h1 { font-size: clamp(1.4rem, 4vw, 2rem); line-height: 1.2; margin: .4rem 0; } h2 { font-size: 1rem; margin: 0; line-height: 1.35; }
        .quiet, figcaption { color: var(--quiet); } .file { font-size: .85rem; margin: .1rem 0 .4rem; }
        main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: .9rem; }
        article { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem; } article p { margin: .3rem 0; font-size: .9rem; }
        dl { margin: .5rem 0 0; font-size: .85rem; } dl div { display: flex; justify-content: space-between; gap: 1rem; border-top: 1px solid var(--line); padding: .15rem 0; }
        dt { color: var(--quiet); } dd { margin: 0; font-variant-numeric: tabular-nums; }
        .sums { display: flex; flex-wrap: wrap; gap: .6rem; } .sums div { display: block; background: var(--panel); border: 0; border-radius: .4rem; padding: .5rem .9rem; } .sums dd { font-size: 1.2rem; font-weight: 600; }
        .good { color: var(--good); } .bad { color: var(--bad); } .tag { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .55rem; font-size: .8rem; margin: 0 .2rem .2rem 0; }
        figure { margin: .4rem 0 0; } svg { width: 100%; height: auto; background: var(--page); border: 1px solid var(--line); border-radius: .3rem; } figcaption { font-size: .78rem; } path { fill: none; stroke-width: 1.6; vector-effect: non-scaling-stroke; }
        .k::before { content: ""; display: inline-block; width: .7rem; height: .2rem; margin-right: .25rem; vertical-align: middle; background: currentColor; } .k { margin-right: .35rem; white-space: nowrap; }
        \(zip(0..., ["#0072b2, #6db7e8", "#b34700, #ff9f5c", "#00734d, #4fd1a1", "#8c3f74, #e39ac9", "#7a5c00, #e6c34a", "#2f6f8f, #8fd3f4", "#444444, #c8c8c8", "#a11d33, #ff8b9e"]).map { "path.c\($0) { stroke: light-dark(\($1)); } .k.c\($0) { color: light-dark(\($1)); }" }.joined(separator: " ")) path.c4, path.c5, path.c6, path.c7 { stroke-dasharray: 5 3; }
        input { font: inherit; padding: .3rem .6rem; width: min(100%, 20rem); color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: .3rem; }
        :focus-visible { outline: 3px solid light-dark(#0b5c96, #7cc0f0); outline-offset: 2px; } [hidden] { display: none; }
        @media print { article { break-inside: avoid; } }
        """

    private static let script = """
        const cards = [...document.querySelectorAll('article')], count = document.getElementById('count');
        document.getElementById('find').addEventListener('input', event => {
          const words = event.target.value.toLowerCase().split(/\\s+/).filter(Boolean);
          let shown = 0;
          for (const card of cards) { card.hidden = !words.every(word => card.dataset.text.includes(word)); if (!card.hidden) shown++; }
          count.textContent = words.length ? `${shown} of ${cards.length}` : '';
        });
        """
}
