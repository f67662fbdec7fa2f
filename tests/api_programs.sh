#!/bin/sh
# Programs of tests/api compile without a warning under gcc and clang in C11 and C23 and print what they should; those
# that are wrong do not compile.   api_programs.sh SOURCE_ROOT BUILD_ROOT
source=$1 build=$2
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
flags="-Wall -Wextra -pedantic -Werror -I$source/frontend"

verdict() { # verdict STATUS WHAT
  if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $2"; fi
}

export LC_ALL=C # the plain characters of jc_show
for compiler in gcc clang; do
  command -v $compiler >/dev/null || { skipped=$((skipped + 1)); continue; }
  for std in c11 c2x; do
    for program in "$source"/tests/api/*.c; do
      $compiler -std=$std $flags -c "$program" -o "$work/program.o"
      verdict $? "$compiler -std=$std $program"
    done
  done
  for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
    ! $compiler -std=c11 $flags -DWRONG_$n=1 -c "$source/tests/api/wrong.c" -o "$work/program.o" 2>/dev/null
    verdict $? "$compiler accepts WRONG_$n"
  done
  # The only error of a function without JC_FN names what is missing.
  $compiler -std=c11 $flags -DWRONG_4=1 -c "$source/tests/api/wrong.c" -o "$work/program.o" 2>"$work/errors"
  test "$(grep -c 'error: ' "$work/errors")" = 1 && grep -q 'error: .*JC_FN_MISSING_g' "$work/errors"
  verdict $? "$compiler on a missing JC_FN: $(cat "$work/errors")"
  for expected in "$source"/tests/api/*.out; do
    program=${expected%.out}.c
    $compiler -std=c11 $flags "$program" -o "$work/program" -L"$build" -ljitc -Wl,-rpath,"$build" -lm &&
      JITC_DEVICE=${JITC_DEVICE:-interp} "$work/program" >"$work/out" && diff "$work/out" "$expected"
    verdict $? "$compiler $program: output"
  done
  for page in layers optimisers; do # its program prints what the page says
    awk '/^```c$/ { on = 1; next } /^```/ { on = 0 } on' "$source/docs/$page.md" >"$work/$page.c"
    awk '/^```text$/ { on = 1; next } /^```/ { on = 0 } on' "$source/docs/$page.md" >"$work/expected"
    $compiler -std=c11 $flags "$work/$page.c" -o "$work/program" -L"$build" -ljitc -Wl,-rpath,"$build" -lm &&
      JITC_DEVICE=${JITC_DEVICE:-interp} "$work/program" >"$work/out" && diff "$work/out" "$work/expected"
    verdict $? "$compiler docs/$page.md: output"
  done
done
for compiler in g++ clang++; do
  command -v $compiler >/dev/null || { skipped=$((skipped + 1)); continue; }
  echo '#include <jitc.h>
jc_array twice(jc_array x) { return jc_add_(x, x, JC_HERE); }' >"$work/program.cc"
  for std in c++17 c++20; do
    $compiler -std=$std -Wall -Wextra -Werror "-I$source/frontend" -fsyntax-only "$work/program.cc"
    verdict $? "$compiler -std=$std takes the header"
    for program in ops transform; do
      $compiler -std=$std -Wall -Wextra -Werror "-I$source/frontend" "$source/tests/api/$program.cc" -o "$work/program" \
        -L"$build" -ljitc -Wl,-rpath,"$build" && "$work/program" "$work/file.safetensors"
      verdict $? "$compiler -std=$std: $program"
    done
    # A function without JC_FN, one with a JC_FN that is not its own, and branches of two types do not compile.
    for wrong in 'jc_array h(jc_array x) { return jc_grad(g)(x); }' 'JC_FN(jc_array, g, jc_array, jc_array);' \
        'JC_FN(jc_array, g, jc_array); jc_array h(jc_array x) { return jc_cond(true, g, g2)(x); }'; do
      printf '#include <jitc.h>\njc_array g(jc_array x) { return x; }\njc_array g2(jc_array x, int) { return x; }\n%s\n' "$wrong" \
        >"$work/wrong.cc"
      ! $compiler -std=$std "-I$source/frontend" -fsyntax-only "$work/wrong.cc" 2>/dev/null
      verdict $? "$compiler -std=$std accepts $wrong"
    done
  done
done
echo "$passed passed, $failed failed$([ $skipped = 0 ] || echo ", $skipped skipped")"
[ $failed = 0 ]
