#!/bin/sh
# The public StableHLO test data, where it is there, compiled and interpreted: a program may be refused as not supported yet
# (exit 3), which counts as skipped; whatever runs must hold.   stablehlo_data.sh JITC FOLDER [EVERY]
# With EVERY, for slow builds, one program in so many, chosen by TEST_SEED.
jitc=$(realpath "$1") || exit 1
folder=$2
if [ ! -d "$folder" ]; then
  echo "stablehlo_data: skipped: no folder $(basename "$folder") beside the project"
  exit 77
fi
# Files whose expected values hold to 3 ulp only with the powers of the machine they were made on: XLA's complex power. They
# may differ.
inexact="pow_complex64_20_30_complex64_20_30"
passed=0 failed=0 skipped=0
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
every=${3:-1} at=0
turn=$((${TEST_SEED:-$(date +%s)} % every))
for f in "$folder"/*.mlir; do
  at=$((at + 1))
  [ $((at % every)) = $turn ] || continue
  for device in cpu interp; do
    JITC_TIER=compile timeout 60 "$jitc" run --device $device "$f" >"$out" 2>&1
    status=$?
    case $status in
      0) passed=$((passed + 1)) ;;
      3) skipped=$((skipped + 1)) ;;
      1)
        case " $(echo $inexact) " in
          *" $(basename "$f" .mlir) "*) skipped=$((skipped + 1)) && echo "skipped: $(basename "$f") differs on $device" ;;
          *) failed=$((failed + 1)) && echo "FAILED: $(basename "$f") on $device" && head -3 "$out" ;;
        esac
        ;;
      *)
        failed=$((failed + 1))
        echo "FAILED: $(basename "$f") on $device: status $status"
        head -3 "$out"
        ;;
    esac
    # A program says that its checks held, or it was not checked.
    if [ $status = 0 ] && ! grep -q 'checks hold' "$out"; then
      passed=$((passed - 1)) failed=$((failed + 1))
      echo "FAILED: $(basename "$f") on $device: no checks"
    fi
    [ $status = 3 ] && ! grep -q 'not supported yet' "$out" && echo "$(basename "$f"): no reason given" && failed=$((failed + 1))
  done
done
[ "$every" = 1 ] || echo "one program in $every of $at, by TEST_SEED; the others run in the release builds"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $passed -gt 0 ]
