"""Breaks trials on purpose and counts what is lost: faults.py [--short] [--program PATH].

Every fault ends with a clear message and a folder that the same command completes, and the completed result has the
hashes of a run that nothing disturbed. Faults that this machine doesn't allow (mounting needs root) are named as skipped.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STUDY = """\
schema: 1
id: FAULTS
title: A small trial to break
cancer: nsclc
patients: 800
seed: 5
arms:
  - name: pembrolizumab
    therapy: pembrolizumab 200 mg IV q3w x 35
  - name: docetaxel
    therapy: docetaxel 75 mg/m2 IV q3w
    reference: true
visits:
  every: 6 weeks
follow_up:
  duration: 12 weeks
"""

counts = {"tried": 0, "passed": 0, "skipped": 0, "lost": 0}
failures = []


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


@contextlib.contextmanager
def fault(name):
    """One fault: tried, and passed unless something inside fails; Skip says why it can't be tried here."""
    started = time.time()
    try:
        yield
        counts["tried"] += 1
        counts["passed"] += 1
        verdict = "ok"
    except Skip as why:
        counts["skipped"] += 1
        verdict = f"skipped: {why}"
    except (AssertionError, subprocess.TimeoutExpired) as error:
        counts["tried"] += 1
        failures.append(f"{name}: {error}")
        verdict = f"FAILED: {error}"
    print(f"{name:<58} {time.time() - started:6.1f} s  {verdict}", flush=True)


class Skip(Exception):
    pass


class Trial:
    """The small trial in a folder of its own."""

    def __init__(self, program, place, out="out", seed=5, extra=()):
        self.program, self.place = program, place
        self.out = os.path.join(place, out)
        study = os.path.join(place, "study.yaml")
        if not os.path.exists(study):
            with open(study, "w") as file:
                file.write(STUDY)
        self.command = [program, "trial", study, "--out", self.out, "--seed", str(seed), "--threads", "2", "--quiet", *extra]

    def start(self, wrap=(), **options):
        return subprocess.Popen([*wrap, *self.command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def run(self, wrap=(), **options):
        process = self.start(wrap, **options)
        output, errors = process.communicate(timeout=300)
        return process.returncode, output, errors

    def merge(self):
        return subprocess.run([self.program, "merge", self.out, "--quiet"], capture_output=True, text=True, timeout=300)

    def outputs(self):
        """Hash of each output but the report, which depends on tools outside."""
        with open(os.path.join(self.out, "manifest.json")) as file:
            return {name: hash for name, hash in json.load(file)["outputs"].items() if not name.endswith(".html")}

    def shards(self):
        """Contents of the shards that are there under their final names."""
        folder = os.path.join(self.out, "shards")
        names = [name for name in os.listdir(folder) if not name.startswith(".")] if os.path.isdir(folder) else []
        return {name: open(os.path.join(folder, name), "rb").read() for name in names}

    def completes(self, reference, wrap=(), **options):
        status, _, errors = self.run(wrap, **options)
        expect(status == 0, f"the same command does not complete it: {status} {errors[-300:]}")
        if self.outputs() != reference:
            counts["lost"] += 1
            raise AssertionError("the completed result differs from the undisturbed one")


def kill_at_random(trial, reference, times, length, send=signal.SIGKILL):
    """Kills runs at random moments; what was whole stays whole, and the end is the undisturbed result."""
    killed = 0
    while killed < times:
        before = trial.shards()
        process = trial.start()
        try:
            process.communicate(timeout=random.uniform(0, length))
        except subprocess.TimeoutExpired:
            process.send_signal(send)
            killed += 1
        process.communicate()
        after = trial.shards()
        if any(after.get(name) != data for name, data in before.items()):
            counts["lost"] += 1
            raise AssertionError("a finished shard was lost or changed")
        if process.returncode == 0:
            expect(trial.outputs() == reference, "the result differs from the undisturbed one")
            shutil.rmtree(trial.out)
    trial.completes(reference)


def mounted(place, options):
    os.makedirs(place, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", place], capture_output=True, text=True)
    if done.returncode != 0:
        raise Skip("mounting needs root")


def unmount(place):
    subprocess.run(["umount", place], capture_output=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true", help="each fault once, under a minute")
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/perforin"))
    parser.add_argument("--web", default=os.path.join(ROOT, ".build-web/release/perforin"), help="the program built with the web app")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    random.seed(options.seed)
    print(f"faults of {options.program}, seed {options.seed}", flush=True)
    place = tempfile.mkdtemp(prefix="perforin-faults-")
    # an archive would hand back what was computed before, and nothing would be left to disturb
    os.environ.pop("PERFORIN_ARCHIVE", None)
    try:
        try_all(options, place)
    finally:
        for mount in ("full", "readonly"):
            unmount(os.path.join(place, mount))
        shutil.rmtree(place, ignore_errors=True)
    print(f"{counts['tried']} faults tried, {counts['passed']} passed, {counts['skipped']} skipped, results lost: {counts['lost']}")
    if failures:
        print("\n".join(failures))
        sys.exit(1)


def try_all(options, place):
    program = options.program

    def trial(out, **more):
        return Trial(program, place, out, **more)

    undisturbed = trial("undisturbed")
    started = time.time()
    status, _, errors = undisturbed.run()
    length = time.time() - started
    if status != 0:
        sys.exit(f"the undisturbed trial fails: {errors}")
    reference = undisturbed.outputs()
    print(f"{'undisturbed run':<58} {length:6.1f} s", flush=True)

    times = 4 if options.short else 50
    with fault(f"kill -9 at {times} random moments, then the same command"):
        kill_at_random(trial("killed"), reference, times, length)

    with fault("Ctrl-C"):
        interrupted = trial("interrupted")
        process = interrupted.start()
        time.sleep(length / 2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        if process.returncode == 0:
            raise Skip("the trial was done before the signal")
        expect(process.returncode == 2 and "run the same command again" in errors, f"status {process.returncode}, said: {errors[-200:]}")
        interrupted.completes(reference)

    with fault("disk full"):
        folder = os.path.join(place, "full")
        mounted(folder, "size=400k")
        full = trial("full/out")
        status, _, errors = full.run()
        expect(status == 2 and "room on the disk" in errors, f"status {status}, said: {errors[-200:]}")
        subprocess.run(["mount", "-o", "remount,size=200m", folder], check=True)
        full.completes(reference)
        unmount(folder)

    with fault("read-only output"):
        folder = os.path.join(place, "readonly")
        mounted(folder, "ro")
        status, _, errors = trial("readonly/out").run()
        expect(status == 2 and "readonly/out" in errors, f"status {status}, said: {errors[-200:]}")
        unmount(folder)

    damaged = trial("damaged")
    shutil.copytree(undisturbed.out, damaged.out)
    shard = os.path.join(damaged.out, "shards", sorted(damaged.shards())[1])

    with fault("truncated shard"):
        os.truncate(shard, os.path.getsize(shard) // 2)
        refused = damaged.merge()
        expect(refused.returncode == 2 and os.path.basename(shard) in refused.stderr, f"merge said: {refused.stderr[-300:]}")
        damaged.completes(reference)

    with fault("bit-flipped shard"):
        for _ in range(2 if options.short else 20):
            with open(shard, "r+b") as file:
                file.seek(random.randrange(os.path.getsize(shard)))
                byte = file.read(1)[0]
                file.seek(-1, os.SEEK_CUR)
                file.write(bytes([byte ^ 1 << random.randrange(8)]))
            refused = damaged.merge()
            expect(refused.returncode == 2 and os.path.basename(shard) in refused.stderr, f"merge said: {refused.stderr[-300:]}")
            damaged.completes(reference)

    with fault("missing shard"):
        os.remove(shard)
        refused = damaged.merge()
        expect(refused.returncode == 2 and os.path.basename(shard) in refused.stderr, f"merge said: {refused.stderr[-300:]}")
        damaged.completes(reference)

    with fault("foreign shard"):
        other = trial("other", seed=6)
        expect(other.run()[0] == 0, "the other trial fails")
        shutil.copy(os.path.join(other.out, "shards", os.path.basename(shard)), shard)
        refused = damaged.merge()
        expect(refused.returncode == 2 and os.path.basename(shard) in refused.stderr, f"merge said: {refused.stderr[-300:]}")
        damaged.completes(reference)

    with fault("another plan in the same folder"):
        status, _, errors = trial("damaged", seed=7).run()
        expect(status == 2 and "seed" in errors, f"status {status}, said: {errors[-200:]}")
        expect(damaged.outputs() == reference, "the folder was touched")

    with fault("parts in any order by --shard, then merge"):
        parts = trial("parts")
        for part in (3, 1, 2):
            status, _, errors = trial("parts", extra=("--shard", f"{part}/3")).run()
            expect(status == 0, f"part {part}: {errors[-200:]}")
        merged = parts.merge()
        expect(merged.returncode == 0, merged.stderr[-300:])
        expect(parts.outputs() == reference, "merged parts differ from the run of one process")

    with fault("two processes in one folder"):
        both = trial("both")
        pair = [both.start(), both.start()]
        for process in pair:
            _, errors = process.communicate(timeout=300)
            expect(process.returncode == 0, errors[-300:])
        expect(both.outputs() == reference, "the result differs")

    archive = os.path.join(place, "archive.sqlite")
    with fault("two processes on one archive"):
        pair = [trial(f"archived{seed}", seed=seed, extra=("--archive", archive)).start() for seed in (5, 6)]
        for process in pair:
            _, errors = process.communicate(timeout=300)
            expect(process.returncode == 0, errors[-300:])
        listed = subprocess.run([program, "results", "list", "--json", "--archive", archive], capture_output=True, text=True)
        expect({study["seed"] for study in json.loads(listed.stdout)} == {5, 6}, f"the archive holds {listed.stdout[:200]}")

    with fault("asked again, the archive answers and the result is the same"):
        asked = trial("asked", extra=("--archive", archive))
        started = time.time()
        asked.completes(reference)
        expect(time.time() - started < 0.8 * length, f"it took {time.time() - started:.1f} s of {length:.1f} s")

    with fault("an archive of an older version"):
        old = sqlite3.connect(archive)
        old.executescript("DROP TABLE endpoint; DROP TABLE part; DELETE FROM grdb_migrations WHERE identifier >= '2';")
        old.close()
        listed = subprocess.run([program, "results", "list", "--json", "--archive", archive], capture_output=True, text=True)
        expect(listed.returncode == 0, listed.stderr)
        arms = [arm for study in json.loads(listed.stdout) for arm in study["arms"]]
        expect(arms and all(any(row["code"] == "ORR" for row in arm["endpoints"]) for arm in arms), "the summaries were not made again")

    with fault("an archive cut short"):
        cut = os.path.join(place, "cut.sqlite")
        shutil.copy(archive, cut)
        os.truncate(cut, os.path.getsize(cut) // 3)
        listed = subprocess.run([program, "results", "list", "--archive", cut], capture_output=True, text=True)
        expect(listed.returncode == 2 and cut in listed.stderr, f"status {listed.returncode}, said: {listed.stderr[-200:]}")

    with fault("clock ten years back in mid-trial"):
        if not shutil.which("faketime"):
            raise Skip("faketime is not installed")
        back = trial("back")
        process = back.start()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=length / 2)
        process.kill()
        process.communicate()
        back.completes(reference, wrap=("faketime", "-f", "-10y"))
        shutil.rmtree(back.out)
        # and a clock that runs backwards while the trial runs
        back.completes(reference, wrap=("faketime", "-f", "+0 x-3"))

    with fault("out of memory (ulimit -v)"):
        # from far too little to just enough: each run ends well, or badly with a message, and what is done stays
        short = trial("short")
        messages = 0
        for megabytes in (150, 300, 360) if options.short else (120, 150, 180, 220, 260, 300, 330, 345, 352, 356, 360, 370, 380, 400):
            status, _, errors = short.run(("bash", "-c", f'ulimit -v {megabytes * 1024}; exec "$@"', "limited"))
            if status != 0:
                # with far too little the loader can't map the program's libraries, and says so before anything starts
                didnt_start = status == 127 and "error while loading shared libraries" in errors
                expect(didnt_start or "memory" in errors.lower(), f"with {megabytes} MB: status {status}, said: {errors[-300:]}")
                messages += 1
        expect(messages > 0, "every limit was enough")
        short.completes(reference)

    with fault("web server killed while a trial runs"):
        if not os.path.exists(options.web):
            raise Skip("the web app is not built")
        server = subprocess.Popen([options.web, "serve", "--port", "0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        beside = trial("beside")
        process = beside.start()
        time.sleep(length / 3)
        server.kill()
        server.wait()
        _, errors = process.communicate(timeout=300)
        expect(process.returncode == 0, errors[-300:])
        expect(beside.outputs() == reference, "the result differs")

    with fault("rerun of a manifest"):
        again = subprocess.run([program, "rerun", os.path.join(undisturbed.out, "manifest.json"), "--quiet"], capture_output=True, text=True)
        expect(again.returncode == 0, again.stdout + again.stderr)
        slower = dict(os.environ, PERFORIN_BACKEND="vm")
        other = subprocess.run([program, "rerun", os.path.join(undisturbed.out, "manifest.json"), "--quiet"], capture_output=True, text=True, env=slower)
        expect(other.returncode == 1 and "instruction form" in other.stderr, f"said: {other.stderr[-300:]}")


main()
