"""Runs MODEL.xml in libRoadRunner and lays it beside our table of the same model.

usage: assembled_oracle.py MODEL.xml OURS.csv FROM LIMIT
Prints the states that differ most, as difference over the state's range from day FROM on; a state that moves by less
than a thousandth of its size is measured by that. Ends with 1 when one is above LIMIT.
"""
import csv
import sys

import numpy as np
import roadrunner

# Models of some thousand rules: compiled ten times quicker and hardly slower to run.
roadrunner.Config.setValue(roadrunner.Config.LLVM_BACKEND, roadrunner.Config.LLJIT)
roadrunner.Config.setValue(roadrunner.Config.LLJIT_OPTIMIZATION_LEVEL, 0)

def deviations(model, table, start):
    """(difference over range, state), largest first, and how many times were compared."""
    with open(table) as file:
        rows = list(csv.reader(file))
    names, ours = rows[0][1:], np.array(rows[1:], dtype=float)
    runner = roadrunner.RoadRunner(model)
    runner.integrator.relative_tolerance = 1e-10
    # By each state's size, as ours: with one small number for all, a dose of a thousand nmol asks CVODE for a first step
    # below the rounding of the time, and it fails.
    for name, size in zip(names, np.abs(ours[:, 1:]).max(axis=0)):
        runner.integrator.setIndividualTolerance(name, max(1e-14 * size, 1e-30))
    runner.integrator.maximum_num_steps = 10_000_000
    theirs = np.array(runner.simulate(times=list(ours[:, 0]), selections=["time"] + names))
    treated = ours[:, 0] >= start
    found = []
    for index, name in enumerate(names):
        a, b = ours[treated, index + 1], theirs[treated, index + 1]
        size = np.abs(b).max()
        difference = np.abs(a - b).max()
        # ours holds exactly nothing, theirs less than its smallest tolerance
        if max(np.abs(a).max(), size) < 1e-30:
            difference = 0.0
        # a number that is none (NaN) differs
        found.append((difference / max(np.ptp(b), 1e-3 * size) if not difference <= 0 else 0.0, name))
    found.sort(key=lambda pair: -pair[0] if pair[0] == pair[0] else -np.inf)
    return found, int(treated.sum())


if __name__ == "__main__":
    model, table, start, limit = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
    found, times = deviations(model, table, start)
    worst = ", ".join(f"{name} {deviation:.1e}" for deviation, name in found[:3])
    print(f"{len(found)} states, {times} times; worst of range: {worst}")
    sys.exit(0 if found[0][0] < limit else 1)
