#!/usr/bin/env bash
# Trials on a real Slurm of three nodes on this machine: bit-identical to one process, also when a node fails in
# mid-array, and (FULL=1, some minutes) when tasks run over their time limit.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PATH:/usr/sbin:/sbin"
if ! command -v slurmctld >/dev/null; then
    echo "skipped: Slurm is not installed (apt-get install slurm-wlm munge)"
    exit 0
fi
if [ -z "${SLURM_CONF:-}" ]; then
    export SLURM_LOCAL_NODES=3 SLURM_LOCAL_CPUS=4
    exec Tests/Scripts/slurm/local-cluster.sh run bash "$0"
fi

program=$PWD/.build/release/perforin
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
fail() { echo "FAILED: $*" >&2; tail -n 5 "$place"/*/cluster/logs/* >&2 2>/dev/null || true; exit 1; }
hashes() { python3 -c 'import json, sys
for name, value in sorted(json.load(open(sys.argv[1]))["outputs"].items()):
    if not name.endswith(".html"): print(name, value)' "$1/manifest.json"; }

python3 - "$place/study.yaml" <<'PY'
import re, sys
source = open("Tests/Scripts/faults.py").read()
open(sys.argv[1], "w").write(re.search(r'STUDY = """\\\n(.*?)"""', source, re.S).group(1))
PY
trial() { # trial OUT PATIENTS OPTIONS...
    local out=$1 patients=$2
    shift 2
    "$program" trial "$place/study.yaml" --patients "$patients" --out "$place/$out" --quiet "$@"
}

trial one 1200 --threads 2 >/dev/null
hashes "$place/one" >"$place/one.txt"

started=$SECONDS
trial array 1200 --cluster slurm --shards 6 --interval 0.5 >/dev/null || fail "the array"
hashes "$place/array" | cmp - "$place/one.txt" || fail "Slurm's result differs from one process's"
echo "array of 6: the same as one process, $((SECONDS - started)) s"

# A node goes down while its tasks run: they are requeued, the rest goes on, nothing is lost.
started=$SECONDS
trial failing 1200 --cluster slurm --shards 6 --detach
for _ in $(seq 100); do
    [ -z "$(squeue -h -t running -w local2 2>/dev/null)" ] || break
    sleep 0.1
done
[ -n "$(squeue -h -t running -w local2)" ] || fail "no task ran on local2"
scontrol update nodename=local2 state=down reason=test
# Slurm lets requeued tasks wait two minutes; this test doesn't
(while sleep 1; do
    for task in $(squeue -h -r -t pending -o %i 2>/dev/null | grep _ || true); do
        scontrol update "jobid=$task" starttime=now 2>/dev/null || true
    done
done) &
nudge=$!
"$program" cluster fetch "$place/failing" --interval 0.5 --quiet >/dev/null || { kill $nudge || true; fail "the run with a failed node"; }
requeued=$({ scontrol -o show job | grep -c "Restarts=[1-9]"; } || true)
kill $nudge || true
scontrol update nodename=local2 state=resume 2>/dev/null || true
hashes "$place/failing" | cmp - "$place/one.txt" || fail "the result after a node failure differs"
echo "node down in mid-array, $requeued tasks requeued: the same, $((SECONDS - started)) s"

# Cancelled, then fetched: what was done stays.
trial cancelled 1200 --cluster slurm --shards 6 --detach
"$program" cluster cancel "$place/cancelled" >/dev/null
"$program" cluster fetch "$place/cancelled" --interval 0.5 --quiet >/dev/null || fail "the run that was cancelled"
hashes "$place/cancelled" | cmp - "$place/one.txt" || fail "the result after a cancellation differs"
echo "cancelled and fetched: the same"

if [ -n "${FULL:-}" ]; then
    # One task with more work than a minute allows: it ends at its limit, what it finished stays, and it goes on.
    patients=${FULL_PATIENTS:-8000}
    started=$SECONDS
    trial long 100 --threads 1 >/dev/null
    trial limit "$patients" --cluster slurm --shards 1 --time 1 --interval 2 --attempts 20 || fail "the run over its time limit"
    trial reference "$patients" --threads 2 >/dev/null
    hashes "$place/limit" >"$place/limit.txt"
    hashes "$place/reference" | cmp - "$place/limit.txt" || fail "the result after time limits differs"
    echo "over the time limit: $(grep -c '"array"' "$place/limit/cluster/job.json") submissions, the same, $((SECONDS - started)) s"
fi
