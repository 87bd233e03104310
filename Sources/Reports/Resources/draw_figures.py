"""Draws Vega-Lite figures without a browser: reads a JSON list of {id, spec, formats} on standard input, writes
ID.svg, ID.png and ID.pdf into the folder named by the first argument."""
import json
import pathlib
import sys

import vl_convert

VEGA_LITE = "6.4"
folder = pathlib.Path(sys.argv[1])
for figure in json.load(sys.stdin):
    svg = None
    for kind in figure["formats"]:
        if kind == "svg":
            (folder / f"{figure['id']}.svg").write_text(vl_convert.vegalite_to_svg(figure["spec"], vl_version=VEGA_LITE))
        elif kind == "png":
            (folder / f"{figure['id']}.png").write_bytes(vl_convert.vegalite_to_png(figure["spec"], vl_version=VEGA_LITE, scale=2))
        elif kind == "pdf":
            (folder / f"{figure['id']}.pdf").write_bytes(vl_convert.vegalite_to_pdf(figure["spec"], vl_version=VEGA_LITE))
