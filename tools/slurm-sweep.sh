#!/bin/bash
# A sweep on a Slurm cluster: as many processes as there are tasks, one results file, and nothing lost when the job is
# preempted, requeued or runs out of time.
#
#   sbatch tools/slurm-sweep.sh STUDY.json OUT.h5 [more arguments of `qkdes sweep`]
#   sbatch --ntasks=256 --time=01:00:00 tools/slurm-sweep.sh STUDY.json OUT.h5
#
# STUDY.json, the files that it names and OUT.h5 lie where every machine sees them. Change what is below to your
# cluster's customs: partition, account, modules.
#
#SBATCH --job-name=qkdes-sweep
# Processes, on as many machines as Slurm likes. A world runs on one core; process 0 also hands out, which takes none.
# More than there are runs are of no use.
#SBATCH --ntasks=64
#SBATCH --cpus-per-task=1
# A world of some hundred nodes takes less than this; photon fidelity of long blocks takes more (see qkdes check).
#SBATCH --mem-per-cpu=1G
# Finished runs survive the end of the job, so short jobs, which the scheduler fits in early, cost little: what is lost is
# what was running.
#SBATCH --time=04:00:00
# A minute before the time is over every process is told: process 0 closes the journal, and the job queues up again below.
#SBATCH --signal=TERM@60
# When a machine fails or somebody with more rights comes, Slurm itself starts this script again from its first line.
#SBATCH --requeue
#SBATCH --open-mode=append
set -uo pipefail

if [ $# -lt 2 ]; then
    sed -n '2,/^#SBATCH/{/^#SBATCH/!s/^# \{0,1\}//p}' "$0" >&2
    exit 2
fi
study=$1
output=$2
shift 2

# QKDES: the program. QKDES_SRUN: how to start processes; "mpirun" where Slurm was built without PMIx. A process that dies
# must end the others, which would wait for it.
qkdes=${QKDES:-build/release/qkdes}
read -ra start <<<"${QKDES_SRUN:-srun --mpi=pmix --kill-on-bad-exit=1}"

# The first time --resume begins the study; every other time it goes on; when all is done it says so.
"${start[@]}" "$qkdes" sweep "$study" -o "$output" --resume "$@"
code=$?

# 130: told to end before it was done.
if [ "$code" -eq 130 ] && [ -n "${SLURM_JOB_ID:-}" ]; then
    scontrol requeue "$SLURM_JOB_ID"
fi
exit "$code"
