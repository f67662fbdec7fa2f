#!/bin/sh
# check_examples.sh JITC SOURCE_ROOT: jitc check of the entries of every example, from fixed numbers. gpt's update takes
# most of a minute alone: it is checked where CHECK_GPT is set.
jitc=$1
passed=0
failed=0
for example in "$2"/examples/*.c; do
  name=$(basename "$example" .c)
  [ "$name" = gpt ] && [ -z "$CHECK_GPT" ] && continue
  out=$("$jitc" check "$example" --seed 1 2>&1)
  status=$?
  # No check of an example is left out: each is passed.
  if [ $status -eq 0 ] && echo "$out" | grep -q " 0 failed, 0 skipped$"; then
    passed=$((passed + 1))
  else
    printf 'FAILED: jitc check %s gives %s:\n%s\n' "$name" "$status" "$out" >&2
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed" >&2
[ $failed -eq 0 ] && [ $passed -gt 0 ]
