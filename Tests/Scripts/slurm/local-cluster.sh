#!/usr/bin/env bash
# local-cluster.sh: a private one-machine Slurm cluster for tests and demonstrations.
#
#   local-cluster.sh install   install Slurm and MUNGE from Debian (root; does nothing if present)
#   local-cluster.sh start     start munged, slurmctld and slurmd(s), wait until jobs can run
#   local-cluster.sh status    print sinfo/squeue; exit 0 only if a node can take jobs
#   local-cluster.sh stop      cancel jobs, stop the daemons, remove the state directory
#   local-cluster.sh env       print 'export SLURM_CONF=...' for: eval "$(local-cluster.sh env)"
#   local-cluster.sh run CMD…  start if needed, run CMD with SLURM_CONF set, stop what it started
#
# start and stop may be repeated at will. Nothing under /etc is read or written, no system
# service is touched, every port listens beside the default ones, so a real Slurm on the
# same machine is left alone. It runs as root (jobs of any user) or as a plain user (own jobs).
#
#   SLURM_LOCAL_DIR     state directory        (default /tmp/slurm-local-UID)
#   SLURM_LOCAL_NODES   number of slurmd's     (default 1; several share this machine)
#   SLURM_LOCAL_CPUS    CPUs claimed per node  (default nproc; more than there are is allowed,
#                       and makes a test of many short jobs several times faster)
#   SLURM_LOCAL_PORT    first TCP port         (default 26817; NODES+1 ports are used)
#   SLURM_LOCAL_WAIT    seconds to wait for readiness (default 30)
#   SLURM_LOCAL_KEEP=1  stop keeps the state directory (logs, job completions)
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"

dir=$(realpath -m "${SLURM_LOCAL_DIR:-/tmp/slurm-local-$(id -u)}")
nodes=${SLURM_LOCAL_NODES:-1}
cpus=${SLURM_LOCAL_CPUS:-$(nproc)}
port=${SLURM_LOCAL_PORT:-26817}
patience=${SLURM_LOCAL_WAIT:-30}
conf=$dir/slurm.conf
sock=$dir/munge/munge.socket

say() { printf 'local-cluster: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

in_use() { (: </dev/tcp/127.0.0.1/"$1") 2>/dev/null; }

# pid_of FILE PROGRAM: the live process that FILE names, if it is PROGRAM.
pid_of() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 1
  [[ $pid =~ ^[0-9]+$ ]] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ] && echo "$pid"
}

ours() { [ -O "$dir" ] && [ -f "$dir/.slurm-local" ]; }

node_names() {
  if [ "$nodes" -eq 1 ]; then echo local1; else echo "local[1-$nodes]"; fi
}

missing() {
  local p
  for p in munged slurmctld slurmd slurmstepd sbatch sinfo; do
    if ! command -v "$p" >/dev/null; then echo "$p"; fi
  done
}

install_packages() {
  [ -n "$(missing)" ] || { say "already installed: $(slurmctld -V)"; return; }
  [ "$(id -u)" -eq 0 ] || die "install needs root: apt-get install slurm-wlm munge"
  apt-get -o DPkg::Lock::Timeout=300 update -q
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -q \
    --no-install-recommends slurm-wlm munge
}

write_conf() {
  local host user memory
  host=$(hostname -s)
  user=$(id -un)
  memory=$(awk '/^MemTotal/ {print int($2 / 1024 * 0.9 / nodes)}' nodes="$nodes" /proc/meminfo)
  cat >"$conf" <<EOF
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$sock
CredType=cred/munge
StateSaveLocation=$dir/ctld
SlurmdSpoolDir=$dir/spool-%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd-%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd-%n.log
# No control groups, no accounting database: containers and CI machines rarely offer either.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=5
JobCompType=jobcomp/filetxt
JobCompLoc=$dir/jobcomp.txt
MailProg=/bin/true
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=100000,batch_sched_delay=0,bf_interval=1
SlurmdParameters=config_overrides
MaxArraySize=100001
MaxJobCount=200000
ReturnToService=2
InactiveLimit=0
KillWait=2
MinJobAge=300
SlurmctldTimeout=30
SlurmdTimeout=30
EOF
  local i
  for ((i = 1; i <= nodes; i++)); do
    echo "NodeName=local$i NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + i))" \
      "CPUs=$cpus RealMemory=$memory State=UNKNOWN" >>"$conf"
  done
  echo "PartitionName=main Nodes=$(node_names) Default=YES MaxTime=INFINITE State=UP" >>"$conf"
}

# ready N: our own controller runs and N nodes can take jobs.
ready() {
  pid_of "$dir/slurmctld.pid" slurmctld >/dev/null && SLURM_CONF=$conf timeout 5 sinfo -h -t idle,mixed,allocated -o %D 2>/dev/null |
    awk -v want="$1" '{n += $1} END {exit !(n >= want)}'
}

start() {
  if ours && ready 1; then
    say "already running in $dir"; return
  fi
  [ -z "$(missing)" ] || die "not installed: $(missing | tr '\n' ' ')(run: $0 install)"
  [ ${#sock} -lt 100 ] || die "$dir: too long a path for a socket; set SLURM_LOCAL_DIR"
  if [ -e "$dir" ] && ! ours; then die "$dir exists and is not ours"; fi
  if ours; then stop_daemons; rm -rf "$dir"; fi
  local i
  for ((i = 0; i <= nodes; i++)); do
    if in_use $((port + i)); then die "port $((port + i)) is in use; set SLURM_LOCAL_PORT"; fi
  done
  mkdir -m 0755 "$dir"
  : >"$dir/.slurm-local"
  mkdir -m 0755 "$dir/munge" "$dir/ctld"
  (umask 077 && head -c 128 /dev/urandom >"$dir/munge/munge.key")
  chmod 0400 "$dir/munge/munge.key"
  write_conf

  munged --force --key-file="$dir/munge/munge.key" --socket="$sock" \
    --pid-file="$dir/munge/munged.pid" --log-file="$dir/munge/munged.log" \
    --seed-file="$dir/munge/munged.seed" --num-threads=2 2>"$dir/munge/munged.err" ||
    { cat "$dir/munge/munged.err" >&2; die "munged did not start"; }
  SLURM_CONF=$conf slurmctld -f "$conf" -c
  for ((i = 1; i <= nodes; i++)); do SLURM_CONF=$conf slurmd -f "$conf" -N "local$i"; done

  local deadline=$((SECONDS + patience))
  until ready "$nodes"; do
    if [ $SECONDS -ge $deadline ]; then
      tail -n 15 "$dir"/slurmctld.log "$dir"/slurmd-*.log >&2 || true
      stop_daemons
      die "no node became ready in $patience s; logs are in $dir"
    fi
    sleep 0.2
  done
  say "ready: $nodes node(s), $cpus CPU(s) each; export SLURM_CONF=$conf"
}

# end FILE PROGRAM: ask the process to end, insist after five seconds.
end() {
  local pid i
  pid=$(pid_of "$1" "$2") || return 0
  kill -TERM "$pid" 2>/dev/null || return 0
  for ((i = 0; i < 50; i++)); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.1; done
  kill -KILL "$pid" 2>/dev/null || true
}

stop_daemons() {
  local f i
  if [ -f "$conf" ] && pid_of "$dir/slurmctld.pid" slurmctld >/dev/null; then
    if [ -n "$(SLURM_CONF=$conf timeout 5 squeue -h -o %i 2>/dev/null)" ]; then
      SLURM_CONF=$conf timeout 5 scancel --partition=main 2>/dev/null || true
      for ((i = 0; i < 50; i++)); do
        [ -n "$(SLURM_CONF=$conf timeout 5 squeue -h -o %i 2>/dev/null)" ] || break
        sleep 0.1
      done
    fi
  fi
  for f in "$dir"/slurmd-*.pid; do end "$f" slurmd; done
  end "$dir/slurmctld.pid" slurmctld
  end "$dir/munge/munged.pid" munged
}

stop() {
  if ! ours; then say "not running"; return; fi
  stop_daemons
  if [ "${SLURM_LOCAL_KEEP:-0}" = 1 ]; then say "stopped; logs kept in $dir"; return; fi
  rm -rf "$dir"
  say "stopped"
}

status() {
  if ! ours || ! ready 1; then say "not running"; return 1; fi
  export SLURM_CONF=$conf
  sinfo -N -l
  squeue
}

run() {
  [ $# -gt 0 ] || die "run needs a command"
  local code=0
  if ! (ours && ready 1); then trap stop EXIT; start; fi
  SLURM_CONF=$conf "$@" || code=$?
  return $code
}

case ${1:-} in
  install) install_packages ;;
  start) start ;;
  stop) stop ;;
  status) status ;;
  env) echo "export SLURM_CONF=$conf" ;;
  run) shift; run "$@" ;;
  *) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2 ;;
esac
