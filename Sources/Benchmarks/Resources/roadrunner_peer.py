#!/usr/bin/env python3
"""Times libRoadRunner on a population, in this process, tables in memory.

Reads one JSON request per line: {"sbml", "ids", "selections", "values": [[...]], "doses": [[time, id, amount]],
"times", "rtol", "atol": {id: value}, "dump"}; answers with one JSON line. Between doses there is one `simulate` call:
with events in the model instead, root finding at every step makes it slower.
"""
import json, os, resource, signal, sys, time

# The program that starts this one handles the signal itself, and what it ignores is ignored here: it must end this one.
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

out = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
os.dup2(1, 2)
# Where its solver breaks down it takes memory without end.
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
import numpy as np
import roadrunner

roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
runner, loaded = None, None
for line in sys.stdin:
    q = json.loads(line)
    began = time.perf_counter()
    if loaded != q["sbml"]:
        runner, loaded = roadrunner.RoadRunner(q["sbml"]), q["sbml"]
    r = runner
    it = r.getIntegrator()
    it.setValue("relative_tolerance", q["rtol"])
    it.setValue("maximum_num_steps", 20000)
    it.setValue("absolute_tolerance", min(q["atol"].values()))
    for name, value in q["atol"].items():
        try:
            it.setIndividualTolerance(name, value)
        except Exception:
            pass
    r.timeCourseSelections = q["selections"]
    known = list(r.model.getGlobalParameterIds())
    index = [known.index(n) for n in q["ids"]]
    times = q["times"]
    # Segments between doses: equidistant outputs, first and last included.
    starts = sorted({t for t, _, _ in q["doses"]} | {times[0]})
    starts = [s for s in starts if s < times[-1]]
    by_time = {}
    for t, name, amount in q["doses"]:
        by_time.setdefault(t, []).append((name, amount))
    setup = time.perf_counter() - began
    tables, failed, spent = [], 0, 0.0
    for values in q["values"]:
        t0 = time.thread_time()
        rows = []
        try:
            r.reset()
            if index:
                r.model.setGlobalParameterValues(index, values)
            for k, s in enumerate(starts):
                for name, amount in by_time.get(s, ()):
                    r.setValue(name, r.getValue(name) + amount)
                e = starts[k + 1] if k + 1 < len(starts) else times[-1]
                inside = [t for t in times if s <= t <= e]
                part = np.array(r.simulate(s, e, len(inside)))
                if rows:
                    rows[-1] = rows[-1][:-1]          # the row before the dose gives way to the one after it
                rows.append(part)
            table = np.concatenate(rows)
            spent += time.thread_time() - t0
            ok = table.shape == (len(times), len(q["selections"])) and np.isfinite(table).all()
        except Exception as error:
            spent += time.thread_time() - t0
            ok = False
        failed += not ok
        tables.append(table if ok else np.full((len(times), len(q["selections"])), np.nan))
    np.array(tables).tofile(q["dump"])
    print(json.dumps({"seconds": spent, "failed": failed, "setup": setup, "version": roadrunner.__version__}), file=out, flush=True)
