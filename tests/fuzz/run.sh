#!/bin/sh
# run.sh FUZZER SECONDS FOUND DICTIONARY [FOLDER...] runs a libFuzzer target on the inputs of the folders, with what it
# finds new in FOUND. Of one TEST_SEED the inputs are the same everywhere: nothing hangs on a folder's order, nor on what
# comparisons see (-use_cmp), addresses among it.
set -eu
fuzzer=$1 seconds=$2 found=$3 dictionary=$4
shift 4
seed=${TEST_SEED:-$(date +%s)}
inputs=$([ $# -eq 0 ] || LC_ALL=C find "$@" -type f | LC_ALL=C sort | paste -sd, -)
fixed=$(setarch -R true 2>/dev/null && echo "setarch -R" || true) # not every container allows it
exec $fixed "$fuzzer" -seed=$((seed % 2147483647 + 1)) -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
  -max_len=4096 -reload=0 -use_cmp=0 -print_final_stats=1 -dict="$dictionary" ${inputs:+-seed_inputs="$inputs"} "$found"
