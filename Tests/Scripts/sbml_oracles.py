"""Holds the SBML writer against libSBML, libRoadRunner and COPASI.

Usage: sbml_oracles.py PERFORIN FILE...
Each model is exported as Level 3 Version 2 and (1) passes libSBML's consistency check (units aside), (2) runs in
libRoadRunner and in COPASI to the trajectory that the original gives there. What is not installed is skipped, and said.
"""
import csv, os, subprocess, sys, tempfile, warnings

warnings.filterwarnings("ignore")


def optional(name):
    try:
        return __import__(name)
    except Exception:  # noqa: BLE001 - any failure to import means that the oracle is absent
        print(f"skipped: {name} is not installed")
        return None


def consistency_errors(libsbml, path):
    document = libsbml.readSBMLFromFile(path)
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, False)
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_MODELING_PRACTICE, False)
    document.checkConsistency()
    log = document.getErrorLog()
    return [log.getError(i).getMessage().strip().replace("\n", " ")[:160] for i in range(log.getNumErrors())
            if log.getError(i).getSeverity() >= libsbml.LIBSBML_SEV_ERROR]


def roadrunner_columns(roadrunner, path, end):
    runner = roadrunner.RoadRunner(path)
    runner.integrator.relative_tolerance = 1e-10
    runner.integrator.absolute_tolerance = 1e-14
    table = runner.simulate(0, end, 51)
    return {name: table[:, i] for i, name in enumerate(table.colnames)}


def copasi_columns(COPASI, path, end):
    module = COPASI.CRootContainer.addDatamodel()
    try:
        if not module.importSBML(path):
            raise RuntimeError("import failed")
        model = module.getModel()
        model.forceCompile()
        task = module.getTask("Time-Course")
        task.setMethodType(COPASI.CTaskEnum.Method_deterministic)
        problem = task.getProblem()
        problem.setStepNumber(50)
        problem.setDuration(end)
        problem.setTimeSeriesRequested(True)
        method = task.getMethod()
        method.getParameter("Relative Tolerance").setDblValue(1e-10)
        method.getParameter("Absolute Tolerance").setDblValue(1e-14)
        if not task.initializeRaw(COPASI.CCopasiTask.OUTPUT_UI) or not task.processRaw(True):
            raise RuntimeError("did not run")
        series = task.getTimeSeries()
        return {series.getSBMLId(j, module): [series.getConcentrationData(i, j) for i in range(series.getRecordedSteps())]
                for j in range(1, series.getNumVariables()) if series.getSBMLId(j, module)}
    finally:
        COPASI.CRootContainer.removeDatamodel(module)


def largest_difference(a, b):
    worst, where = 0.0, None
    for name in a:
        if name not in b or len(a[name]) != len(b[name]):
            return float("inf"), name
        scale = max(max(a[name]) - min(a[name]), 1e-3 * max(abs(x) for x in a[name]), 1e-9)   # noise around zero is no difference
        difference = max(abs(x - y) for x, y in zip(a[name], b[name])) / scale
        if difference > worst:
            worst, where = difference, name
    return worst, where


def main():
    perforin, files = sys.argv[1], sys.argv[2:]
    libsbml, roadrunner, COPASI = optional("libsbml"), optional("roadrunner"), optional("COPASI")
    if roadrunner:
        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
    bad, counts = 0, {"written": 0, "valid": 0, "libRoadRunner": 0, "COPASI": 0}
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            name = os.path.basename(path)
            out = os.path.join(folder, name)
            done = subprocess.run([perforin, "model", "export", path, "--format", "sbml", "--out", out], capture_output=True, text=True)
            if done.returncode:
                print(f"{name}: not written: {done.stderr.strip().splitlines()[-1] if done.stderr else done.returncode}")
                bad += done.returncode != 3
                continue
            counts["written"] += 1
            if libsbml:
                errors = consistency_errors(libsbml, out)
                counts["valid"] += not errors
                bad += bool(errors)
                for error in errors[:3]:
                    print(f"{name}: libSBML: {error}")
            end = reference_end(path)
            for title, library, run in [("libRoadRunner", roadrunner, roadrunner_columns), ("COPASI", COPASI, copasi_columns)]:
                if not library:
                    continue
                try:
                    before = run(library, path, end)
                    if largest_difference(before, run(library, path, end))[0] > 1e-5:
                        print(f"{name}: {title} gives the original another trajectory each time; not compared")
                        continue
                except Exception as error:  # noqa: BLE001 - the original itself does not run there
                    print(f"{name}: {title} does not run the original: {str(error)[:80]}")
                    continue
                try:
                    difference, column = largest_difference(before, run(library, out, end))
                except Exception as error:  # noqa: BLE001
                    difference, column = float("inf"), str(error)[:120]
                if difference <= 1e-5:
                    counts[title] += 1
                else:
                    bad += 1
                    print(f"{name}: {title}: differs by {difference:.2g} of the range in {column}")
    print(f"{len(files)} models: " + ", ".join(f"{value} {key}" for key, value in counts.items()) + (f"; {bad} problems" if bad else ""))
    return 1 if bad else 0


def reference_end(path):
    """End of the reference trajectory beside the model, else 10."""
    reference = os.path.join(os.path.dirname(path), "reference", os.path.basename(path).replace(".xml", ".csv"))
    if not os.path.exists(reference):
        return 10.0
    with open(reference) as rows:
        return float(list(csv.reader(rows))[-1][0])


if __name__ == "__main__":
    sys.exit(main())
