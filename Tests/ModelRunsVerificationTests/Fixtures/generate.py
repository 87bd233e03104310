"""Writes libantimony/*.xml from libantimony/*.ant: what libAntimony makes of our own texts.

    pip install antimony==3.3.0 && python generate.py
"""
import glob

import antimony

for path in sorted(glob.glob("libantimony/*.ant")):
    antimony.clearPreviousLoads()
    if antimony.loadAntimonyFile(path) < 0:
        raise SystemExit(f"{path}: {antimony.getLastError()}")
    text = antimony.getSBMLString(antimony.getMainModuleName())
    with open(path.replace(".ant", ".xml"), "w") as file:
        file.write(text)
