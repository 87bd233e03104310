extension HTMLPage {
    /// Colours by role, both schemes; contrast of text at least 4.5:1. Figures take text and axis colours from here.
    static let style = """
        :root { color-scheme: light dark; --text: light-dark(#1a1a1a, #e8e8e8); --quiet: light-dark(#555, #b0b0b0);
          --page: light-dark(#fff, #16181b); --panel: light-dark(#f4f6f8, #22262b); --line: light-dark(#d5d9de, #3a4048);
          --accent: light-dark(#0b5c96, #7cc0f0); --warn: light-dark(#8a4b00, #f0b060); }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1rem clamp(.75rem, 3vw, 2rem) 3rem; max-width: 62rem; color: var(--text); background: var(--page);
          font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
        h1 { font-size: clamp(1.4rem, 4vw, 2rem); line-height: 1.2; margin: .6rem 0 .2rem; }
        h2 { font-size: 1.3rem; margin: 2.2rem 0 .6rem; padding-top: .8rem; border-top: 1px solid var(--line); }
        h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
        .subtitle, figcaption, .caption { color: var(--quiet); }
        .notice { margin: 0; padding: .5rem .8rem; border-left: 4px solid var(--warn); background: var(--panel); font-size: .9rem; }
        .remark { padding: .6rem .8rem; border-left: 4px solid var(--accent); background: var(--panel); }
        .highlights { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .6rem; margin: 1rem 0; }
        .highlights div { background: var(--panel); padding: .6rem .8rem; border-radius: .4rem; }
        dt { color: var(--quiet); font-size: .85rem; } dd { margin: 0; font-size: 1.15rem; font-weight: 600; }
        nav a { display: inline-block; margin: 0 .9rem .2rem 0; } a { color: var(--accent); }
        figure { margin: 1rem 0 1.6rem; } .chart { width: 100%; min-height: 3rem; } .chart svg { max-width: 100%; height: auto; }
        .chart svg text { fill: var(--text) !important; } .chart svg .role-axis-grid line, .chart svg .role-axis-domain line,
        .chart svg .role-axis-tick line { stroke: var(--line) !important; } figcaption { font-size: .92rem; max-width: 46rem; }
        .vega-embed { width: 100%; } .vega-embed details summary { opacity: .5; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .92rem; margin: .6rem 0; }
        .caption { margin: .8rem 0 .2rem; max-width: 46rem; font-size: .92rem; } th, td { padding: .28rem .5rem; border-bottom: 1px solid var(--line); text-align: left; }
        thead th { border-bottom: 2px solid var(--line); font-weight: 600; vertical-align: bottom; } tbody th { font-weight: 500; } td, tbody th { white-space: nowrap; } td:first-child, td:last-child:not(.number) { white-space: normal; } .number { text-align: right; font-variant-numeric: tabular-nums; }
        details summary { cursor: pointer; color: var(--accent); width: fit-content; }
        pre { background: var(--panel); padding: .7rem .9rem; border-radius: .4rem; overflow-x: auto; font-size: .88rem; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        @media print { nav, .vega-embed details, details summary { display: none; } body { max-width: none; } figure { break-inside: avoid; } }
        """
}
