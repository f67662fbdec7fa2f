#!/bin/sh
# StableHLO programs on each device: "// exit: N" and "// says: TEXT" in front of each say what is to come.
#   stablehlo.sh JITC FOLDER
jitc=$(realpath "$1") || exit 1
folder=$2
passed=0 failed=0
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
cd "$folder" || exit 1

says() {
  sed -n 's|^// says: ||p' "$1" | while IFS= read -r text; do
    grep -qF -e "$text" "$out" || { echo "FAILED: $1: no \"$text\" in:"; cat "$out"; return 1; }
  done
}

for f in *.mlir; do
  want=$(sed -n 's|^// exit: ||p' "$f")
  for device in interp cpu; do
    "$jitc" run --device $device "$f" >"$out" 2>&1
    got=$?
    if [ "$got" != "$want" ]; then
      echo "FAILED: $f on $device: status $got, expected $want"
      cat "$out"
    elif says "$f"; then
      passed=$((passed + 1))
      continue
    fi
    failed=$((failed + 1))
  done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
