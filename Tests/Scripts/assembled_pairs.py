"""Every cancer with each class of therapy that makes sense in it, a year of doses, in libRoadRunner.

usage: assembled_pairs.py [--cancer ID] [--every agent|class] [--sample N] [--out FOUND.jsonl]
       assembled_pairs.py --table FOUND.jsonl ...

The pairs come from the library itself: cancers of `perforin model list`, agents of `perforin agents list`; of each class
the first agent that the program doesn't decline in the cancer, with its label's schedule, from the day on which the
typical tumour is found. --sample keeps the N pairs with the smallest checksum of their names: the same ones until the
library changes. Ends with 1 when a state differs by more than 1e-5 of its range. --table prints the page.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zlib

PERFORIN = ".build/release/perforin"
LIMIT = 1e-5


def perforin(*arguments):
    return subprocess.run([PERFORIN, *arguments], capture_output=True, text=True)


def library():
    cancers = [row["file"] for row in json.loads(perforin("model", "list", "--json").stdout) if row["file"] != "healthy"]
    classes = {}
    for agent in json.loads(perforin("agents", "list", "--json").stdout):
        classes.setdefault(agent["agentClass"], []).append(agent["id"])
    return cancers, classes


def pairs(cancers, classes, folder, everyone):
    """(cancer, class, agent), declined agents left out."""
    for cancer in cancers:
        for name, agents in classes.items():
            for agent in agents:
                tried = perforin("model", "export", cancer, "--therapy", agent, "--until", "1d", "--out", f"{folder}/try.xml")
                if tried.returncode == 3:
                    continue
                if tried.returncode != 0:
                    sys.exit(f"{cancer}, {agent}: {tried.stderr}")
                yield cancer, name, agent
                if not everyone:
                    break


def day_found(folder):
    """The day of the first dose in the last model that was tried."""
    text = open(f"{folder}/try.xml").read()
    times = re.findall(r"<geq/><csymbol[^>]*>time</csymbol><cn[^>]*>([^<]*)</cn>", text)
    return float(min(times, key=float)) if times else 100.0


def compare(cancer, agent, folder):
    import libsbml

    from assembled_oracle import deviations

    # No reading falls on a dose or on the end of an infusion: those are at whole hours or half hours after this day.
    first = int(day_found(folder)) + 0.37
    started = time.time()
    dosed = ["--therapy", agent, "--from", f"{first}d", "--until", "1y"]
    for file, flags in [("exact", []), ("shallow", ["--shallow"])]:
        made = perforin("model", "export", cancer, *dosed, *flags, "--out", f"{folder}/{file}.xml")
        if made.returncode:
            return {"error": made.stderr.strip().splitlines()[-1]}
    model = libsbml.readSBML(f"{folder}/exact.xml").getModel()
    states = [rule.getVariable() for rule in model.getListOfRules() if rule.isRate()]
    weeks = int((first + 368) / 7)
    ran = perforin("run", f"{folder}/exact.xml", "--duration", str(7 * weeks), "--steps", str(12 * weeks), "--observe",
                   ",".join(states), "--rtol", "1e-9", "--quiet", "--out", f"{folder}/ours.csv")
    if ran.returncode:
        return {"error": "ours: " + ran.stderr.strip().splitlines()[-1]}
    try:
        found, times = deviations(f"{folder}/shallow.xml", f"{folder}/ours.csv", first)
    except RuntimeError as error:
        return {"error": "libRoadRunner: " + re.sub(r"\s+", " ", str(error))[:160]}
    return {"states": len(found), "times": times, "worst": found[0][0], "state": found[0][1], "seconds": round(time.time() - started, 1)}


def table(files):
    rows = [json.loads(line) for file in files for line in open(file)]
    compared = [row for row in rows if "worst" in row]
    failed = [row for row in rows if "error" in row]
    above = [row for row in compared if not row["worst"] < LIMIT]
    worst = max(compared, key=lambda row: row["worst"])
    print("# Assembled models in libRoadRunner\n")
    print("Made by `Tests/Scripts/assembled_pairs.py --out FOUND.jsonl` and `--table FOUND.jsonl`. Each cancer below with one agent of each "
          "class that makes sense in it, in the label's schedule, a year from the day on which the typical tumour is found: the "
          "exported model in our engine and in libRoadRunner. The figure is the largest difference of any state over that state's "
          f"range, the limit {LIMIT:.0e}.\n")
    print(f"{len(rows)} pairs of {len({row['cancer'] for row in rows})} cancers with {len({row['class'] for row in rows})} classes: "
          f"{len(compared) - len(above)} within the limit, {len(above)} above, {len(failed)} not compared. Worst: {worst['worst']:.1e} "
          f"({worst['cancer']} with {worst['agent']}, `{worst['state']}`).\n")
    if above:
        print("Above the limit: " + ", ".join(f"{row['cancer']} with {row['agent']} {row['worst']:.1e} (`{row['state']}`)" for row in above) + ".\n")
    if failed:
        print("Not compared:\n")
        for row in failed:
            print(f"- {row['cancer']}, {row['agent']}: {row['error']}")
        print()
    cancers = list(dict.fromkeys(row["cancer"] for row in rows))
    for cancer in cancers:
        mine = [row for row in rows if row["cancer"] == cancer]
        print(f"**{cancer}**: " + ", ".join(
            f"{row['agent']} " + (f"{row['worst']:.0e}" if "worst" in row else "not compared") for row in mine) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cancer", action="append")
    parser.add_argument("--every", choices=["agent", "class"], default="class")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--out")
    parser.add_argument("--table", nargs="+")
    options = parser.parse_args()
    if options.table:
        return table(options.table)
    cancers, classes = library()
    if options.cancer:
        cancers = [cancer for cancer in cancers if cancer in options.cancer]
    done = {tuple(json.loads(line)[key] for key in ("cancer", "agent")) for line in open(options.out)} if options.out and os.path.exists(options.out) else set()
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        if options.sample is None:
            wanted = pairs(cancers, classes, folder, options.every == "agent")
        else:
            # whether a pair makes sense is only asked of as many as are needed
            names = [(cancer, name, agent) for cancer in cancers for name, agents in classes.items() for agent in agents]
            names.sort(key=lambda pair: zlib.crc32(f"{pair[0]} {pair[2]}".encode()))
            wanted = (next(pairs([cancer], {name: [agent]}, folder, True), None) for cancer, name, agent in names)
        count = 0
        for pair in wanted:
            if pair is None or (pair[0], pair[2]) in done:
                continue
            cancer, name, agent = pair
            found = {"cancer": cancer, "class": name, "agent": agent, **compare(cancer, agent, folder)}
            if not found.get("worst", 1) < LIMIT:
                status = 1
            print(f"{cancer}, {agent}: " + (found.get("error") or f"{found['states']} states, worst {found['state']} {found['worst']:.1e} of its range"), flush=True)
            if options.out:
                with open(options.out, "a") as file:
                    file.write(json.dumps(found) + "\n")
            count += 1
            if options.sample is not None and count >= options.sample:
                break
    return status


if __name__ == "__main__":
    sys.exit(main())
