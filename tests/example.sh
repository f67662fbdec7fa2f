#!/bin/sh
# A training example: --steps counts, and both devices print the same numbers.   example.sh PROGRAM SWITCH
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
passed=0 failed=0
check() {
  if eval "$2"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
train() { "$1" --synthetic --batch 2 --quiet --json - --device "$2" --steps "$3" > "$out/$2.$3"; }
for device in cpu interp; do
  train "$1" $device 3 || echo "$device: status $?"
done
check 'three steps are done' 'grep -q "\"done\":true,\"steps\":3," "$out/cpu.3"'
check 'the epoch that was cut is reported' '[ "$(grep -c "\"epoch\"" "$out/cpu.3")" = 1 ]'
results() { sed -n 's/,"seconds".*//p' "$1"; }
check 'cpu and interp agree' '[ "$(results "$out/cpu.3")" = "$(results "$out/interp.3")" ]'
train "$1" cpu 61
check 'steps go on in the next epoch' '[ "$(grep -c "\"epoch\"" "$out/cpu.61")" = 2 ]'
"$1" --synthetic --batch 2 --quiet --json - --steps 2 "$2" > "$out/switch"
check 'it has the switch' 'grep -q "\"steps\":2," "$out/switch"'
"$1" --no-such-switch > "$out/none" 2>&1
status=$?
check 'and no others' '[ $status = 2 ] && grep -q "no-such-switch is no option" "$out/none"'
echo "$passed passed, $failed failed"
[ $failed = 0 ]
